"""The promise of ``pipeline.store.protocol`` as tests; every store has to pass them unchanged."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline import ingest
from pipeline.model import FailureKind, FeedKind, Outcome, Verdict
from pipeline.store.heartbeat import Beat
from pipeline.store.records import FeedSpec, FeedState, PollRecord, Settlement, SourceSpec
from tests.storekit import (
    BENCHES,
    FILLER,
    NOW,
    OUTLETS,
    at,
    bench_of,
    discover,
    due_link,
    failure,
    feed_of,
    found_empty,
    key_of,
    link_to,
    page_of,
    prepared,
    raw_of,
    run_story,
    settle,
    url_of,
)


@pytest.fixture(params=sorted(BENCHES))
def bench(request, tmp_path):
    with bench_of(BENCHES[request.param], tmp_path) as made:
        yield made


def names(links):
    return [link.url.rsplit("/", 1)[1] for link in links]


class TestDiscovery:
    def test_new_links_are_due_at_once_with_what_the_feed_said(self, bench):
        hints = {
            "title": "Fährlinie", "published_at": at(-30), "modified_at": at(-20),
            "summary": "short", "authors": ("A", "B"), "language": "de", "tags": ("x",),
            "image": "https://harbour.example/i.jpg",
        }  # fmt: skip
        done = bench.do(lambda s: discover(s, link_to("a", **hints), link_to("b")))
        assert (done.found, done.new, done.shared, done.due) == (2, 2, 0, 2)
        assert done.times == (at(-30),)
        first, second = bench.do(lambda s: s.ledger.due("harbour", NOW, 10))
        assert first.hints == link_to("a", **hints)[1]
        assert second.hints == link_to("b")[1]
        assert first.outcome is None
        assert (first.due_at, first.discovered_at, first.attempts) == (NOW, NOW, 0)
        assert bench.do(lambda s: s.ledger.pending()) == 2

    def test_known_links_are_not_entered_again(self, bench):
        bench.do(lambda s: discover(s, link_to("a")))
        again = bench.do(lambda s: discover(s, link_to("a"), link_to("b"), now=at(5)))
        assert (again.found, again.new, again.shared, again.due) == (2, 1, 1, 1)
        assert bench.rolled_up("harbour") == {"discovered": 2}

    def test_a_link_that_another_outlet_found_belongs_to_the_first(self, bench):
        bench.do(lambda s: discover(s, link_to("a")))
        again = bench.do(lambda s: discover(s, link_to("a"), outlet="orrin"))
        assert (again.new, again.shared) == (0, 1)
        assert bench.rolled_up("orrin") == {}

    def test_old_news_ends_without_a_visit(self, bench):
        links = (
            link_to("old", published_at=at(-9000)),
            link_to("edited-long-ago", modified_at=at(-9000)),
            link_to("fresh", published_at=at(-10)),
            link_to("undated"),
        )
        done = bench.do(lambda s: discover(s, *links, too_old_before=at(-1440)))
        assert (done.new, done.due) == (4, 2)
        assert names(bench.do(lambda s: s.ledger.due("harbour", NOW, 10))) == ["fresh", "undated"]
        assert bench.outcomes() == {"too_old": 2, "pending": 2}
        assert bench.rolled_up() == {"discovered": 4, "too_old": 2}

    def test_an_address_that_is_stored_under_its_canonical_key_is_not_fetched(self, bench):
        bench.do(lambda s: run_story(s, "a?page=1", prepared("a?page=1", key=key_of("a"))))
        done = bench.do(lambda s: discover(s, link_to("a")))
        assert (done.new, done.due) == (1, 0)
        (link,) = bench.links(outcome="unchanged")
        assert link["article"] == 1
        assert link["reason"]

    def test_a_later_modified_time_makes_an_article_due_again(self, bench):
        bench.do(lambda s: discover(s, link_to("a", modified_at=at(-60)), link_to("b")))
        for name in "ab":
            text = f"{FILLER} Only in {name}."
            bench.do(lambda s, n=name, t=text: settle(s, due_link(s, n), prepared(n, t)))
        assert bench.do(lambda s: s.ledger.due("harbour", at(99), 10)) == []

        def told(minutes, name="a"):
            bench.do(lambda s: discover(s, link_to(name, modified_at=at(minutes)), now=at(10)))
            return names(bench.do(lambda s: s.ledger.due("harbour", at(99), 10)))

        assert told(-61) == []  # earlier than we knew
        assert told(-60) == []
        assert told(-30, "b") == []  # the first time we hear of is no change
        assert told(-59) == ["a"]

    def test_a_pending_link_stays_where_it_is_when_its_modified_time_moves(self, bench):
        bench.do(lambda s: discover(s, link_to("a", modified_at=at(-60))))
        later = at(30)
        bench.do(
            lambda s: ingest.settle_failure(s, due_link(s, "a"), failure(), NOW, retry_at=later)
        )
        bench.do(lambda s: discover(s, link_to("a", modified_at=at(1)), now=at(2)))
        assert bench.do(lambda s: s.ledger.next_due()) == later

    def test_a_thousand_links_at_once(self, bench):
        links = [link_to(f"n{i}") for i in range(1203)]
        assert bench.do(lambda s: discover(s, *links)).new == 1203
        again = bench.do(lambda s: discover(s, *links, link_to("one-more")))
        assert (again.new, again.shared) == (1, 1203)


class TestDue:
    def test_oldest_first_then_in_order_of_discovery(self, bench):
        bench.do(lambda s: discover(s, link_to("c"), link_to("a"), link_to("b"), now=at(2)))
        bench.do(lambda s: discover(s, link_to("z"), now=at(1)))
        assert names(bench.do(lambda s: s.ledger.due("harbour", at(3), 10))) == list("zcab")
        assert names(bench.do(lambda s: s.ledger.due("harbour", at(1), 10))) == ["z"]
        assert names(bench.do(lambda s: s.ledger.due("harbour", at(3), 2))) == ["z", "c"]

    def test_links_in_flight_are_left_out_without_shortening_the_answer(self, bench):
        bench.do(lambda s: discover(s, *[link_to(x) for x in "abcdef"]))
        first = bench.do(lambda s: s.ledger.due("harbour", NOW, 2))
        flying = [link.id for link in first]
        assert names(bench.do(lambda s: s.ledger.due("harbour", NOW, 3, flying))) == list("cde")

    def test_one_source_does_not_stand_before_another(self, bench):
        bench.do(lambda s: discover(s, *[link_to(f"n{i}") for i in range(50)]))
        bench.do(lambda s: discover(s, link_to("x", "orrin"), outlet="orrin"))
        assert names(bench.do(lambda s: s.ledger.due("orrin", NOW, 5))) == ["x"]
        assert bench.do(lambda s: s.ledger.sources_due(NOW)) == {"harbour", "orrin"}

    def test_paused_and_removed_sources_have_nothing_due(self, bench):
        for outlet in OUTLETS:
            bench.do(lambda s, o=outlet: discover(s, link_to("x", o), outlet=o))
        bench.do(lambda s: s.feeds.pause(["orrin"], NOW, None, "too loud"))
        bench.do(lambda s: found_empty(s, ("harbour", "orrin")))
        assert bench.do(lambda s: s.ledger.sources_due(NOW)) == {"harbour"}
        bench.do(lambda s: s.feeds.resume(["orrin"]))
        bench.do(found_empty)
        assert bench.do(lambda s: s.ledger.sources_due(NOW)) == set(OUTLETS)
        assert bench.do(lambda s: s.ledger.sources_due(at(-1))) == set()

    def test_next_due(self, bench):
        assert bench.do(lambda s: s.ledger.next_due()) is None
        bench.do(lambda s: discover(s, link_to("a"), now=at(7)))
        bench.do(lambda s: discover(s, link_to("b", "orrin"), outlet="orrin", now=at(3)))
        assert bench.do(lambda s: s.ledger.next_due()) == at(3)


WITHOUT_ARTICLE = [o for o in Outcome if o not in (Outcome.STORED, Outcome.COPY, Outcome.REVISED)]


class TestSettling:
    @pytest.mark.parametrize("outcome", WITHOUT_ARTICLE)
    def test_the_first_outcome_stands_and_is_counted_once(self, bench, outcome):
        bench.do(lambda s: discover(s, link_to("a"), link_to("b")))
        link = bench.do(lambda s: due_link(s, "a"))
        done = Settlement(link=link, at=at(1), outcome=outcome, reason="why", visited=False)
        bench.do(lambda s: s.ledger.settle(done))
        # The same visit told again, by somebody who did not see the first answer.
        other = Outcome.GONE if outcome is not Outcome.GONE else Outcome.FAILED
        bench.do(lambda s: s.ledger.settle(replace(done, outcome=other, reason="later")))
        assert bench.outcomes() == {outcome.value: 1, "pending": 1}
        assert bench.rolled_up() == {"discovered": 2, outcome.value: 1}
        (row,) = bench.links(outcome=outcome.value)
        assert (row["reason"], row["due_at"]) == ("why", None)
        assert row["outcome_at"] == "2026-03-01T12:01:00.000Z"
        assert bench.do(lambda s: s.ledger.pending()) == 1
        assert names(bench.do(lambda s: s.ledger.due("harbour", at(99), 9))) == ["b"]

    def test_retries_count_up_and_a_page_ends_them(self, bench):
        bench.do(lambda s: discover(s, link_to("a")))
        for n in (1, 2, 3):
            link = bench.do(lambda s, n=n: due_link(s, "a", now=at(10 * n)))
            assert link.attempts == n - 1
            again = at(10 * n + 10)
            bench.do(
                lambda s, x=link, n=n, t=again: ingest.settle_failure(
                    s, x, failure(), at(10 * n), retry_at=t
                )
            )
            assert bench.do(lambda s: s.ledger.next_due()) == again
        assert bench.outcomes() == {"pending": 1}
        link = bench.do(lambda s: due_link(s, "a", now=at(40)))
        assert link.attempts == 3
        done = bench.do(lambda s: settle(s, link, prepared("a"), at(40), at(50)))
        assert done.outcome is Outcome.STORED
        link = bench.do(lambda s: due_link(s, "a", now=at(50)))
        assert (link.attempts, link.visits, link.outcome) == (0, 1, Outcome.STORED)
        assert bench.links()[0]["last_error"] is None

    def test_being_told_to_wait_without_asking_is_no_attempt(self, bench):
        bench.do(lambda s: discover(s, link_to("a")))
        asked = failure(FailureKind.RATE_LIMITED, status=429)
        held = failure(FailureKind.RATE_LIMITED)
        bench.do(lambda s: ingest.settle_failure(s, due_link(s, "a"), held, NOW, retry_at=at(1)))
        assert bench.do(lambda s: due_link(s, "a", now=at(1))).attempts == 0
        bench.do(
            lambda s: ingest.settle_failure(
                s, due_link(s, "a", now=at(1)), asked, at(1), retry_at=at(2)
            )
        )
        assert bench.do(lambda s: due_link(s, "a", now=at(2))).attempts == 1

    def test_the_last_failure_ends_the_link(self, bench):
        bench.do(lambda s: discover(s, link_to("a")))
        done = bench.do(
            lambda s: ingest.settle_failure(
                s, due_link(s, "a"), failure(FailureKind.DNS), NOW, retry_at=None
            )
        )
        assert done.outcome is Outcome.FAILED
        (row,) = bench.links(outcome="failed")
        assert row["last_error"].startswith("dns: ")
        assert row["reason"].startswith("dns: ")

    def test_a_pending_link_cannot_be_left_to_itself(self, bench):
        bench.do(lambda s: discover(s, link_to("a")))
        link = bench.do(lambda s: due_link(s, "a"))
        with pytest.raises(ValueError, match="neither"):
            bench.do(lambda s: s.ledger.settle(Settlement(link=link, at=NOW, outcome=None)))

    def test_visits_after_the_first_are_events(self, bench):
        bench.do(lambda s: run_story(s, "a", next_visit=at(10)))
        same = page_of(url_of("a"), at(10), etag='"2"')
        bench.do(
            lambda s: ingest.settle_unmodified(
                s, due_link(s, "a", now=at(10)), same, at(10), at(20)
            )
        )
        edited = prepared("a", f"{FILLER} It will cost nine million.")
        bench.do(lambda s: settle(s, due_link(s, "a", now=at(20)), edited, at(20), at(30)))
        link = bench.do(lambda s: due_link(s, "a", now=at(30)))
        assert link.visits == 3
        # A visit that fails for good changes neither the outcome nor the article.
        bench.do(
            lambda s: ingest.settle_failure(
                s, link, failure(FailureKind.GONE), at(30), retry_at=None
            )
        )
        assert bench.outcomes() == {"stored": 1}
        expected = {"discovered": 1, "stored": 1, "rechecked": 1, "edited": 1}
        assert bench.rolled_up() == expected
        assert bench.do(lambda s: s.ledger.next_due()) is None
        assert len(bench.articles()) == 1

    def test_validators_and_page_hash_are_those_of_the_last_page(self, bench):
        bench.do(lambda s: run_story(s, "a", next_visit=at(10)))
        link = bench.do(lambda s: due_link(s, "a", now=at(10)))
        assert link.page_hash
        with_tag = page_of(url_of("a"), at(10), etag='"7"')
        bench.do(lambda s: ingest.settle_unmodified(s, link, with_tag, at(10), at(20)))
        link = bench.do(lambda s: due_link(s, "a", now=at(20)))
        assert (link.etag, link.last_modified) == ('"7"', None)
        bare = page_of(url_of("a"), at(20))
        bench.do(lambda s: ingest.settle_unmodified(s, link, bare, at(20), at(30)))
        again = bench.do(lambda s: due_link(s, "a", now=at(30)))
        assert again.etag == '"7"'  # a 304 need not repeat it
        assert again.page_hash == link.page_hash
        # A failure leaves them alone.
        bench.do(lambda s: ingest.settle_failure(s, again, failure(), at(30), retry_at=at(31)))
        after = bench.do(lambda s: due_link(s, "a", now=at(31)))
        assert (after.etag, after.page_hash) == ('"7"', link.page_hash)


class TestArticles:
    def test_all_that_is_known_of_an_article_is_stored(self, bench):
        made = prepared(
            "a", "Erster Absatz.", "Zweiter.", title="Fährlinie", authors=("Ö. Müller",),
            published_at=at(-60), modified_at=at(-30), language="de", summary="kurz",
            image="https://harbour.example/i.jpg", section="Hafen", tags=("Fähre", "Rat"),
            site_name="Harbour Radio", paywalled=True, provenance={"title": "json-ld"},
        )  # fmt: skip
        done = bench.do(lambda s: run_story(s, "a", made))
        row = bench.article(done.article)
        expected = {
            "source": "harbour", "title": "Fährlinie", "body": "Erster Absatz.\nZweiter.",
            "url": url_of("a"), "url_key": key_of("a"), "authors": '["Ö. Müller"]',
            "published_at": "2026-03-01T11:00:00.000Z", "modified_at": "2026-03-01T11:30:00.000Z",
            "first_seen_at": "2026-03-01T12:00:00.000Z", "language": "de", "summary": "kurz",
            "section": "Hafen", "tags": '["Fähre", "Rat"]', "site_name": "Harbour Radio",
            "word_count": 3, "paywalled": 1, "quality": "good", "extractor": "test/1",
            "provenance": '{"title": "json-ld"}', "relation": "new", "revisions": 0,
        }  # fmt: skip
        assert {name: row[name] for name in expected} == expected
        known = bench.do(lambda s: s.articles.by_id(done.article))
        assert known == bench.do(lambda s: s.articles.by_url_key(key_of("a")))
        assert known in bench.do(lambda s: s.articles.by_body(made.body_hash))
        assert (known.source, known.title, known.first_seen_at) == ("harbour", "Fährlinie", NOW)
        assert bench.do(lambda s: s.articles.by_id(99)) is None
        assert bench.do(lambda s: s.articles.by_url_key("nobody")) is None
        assert bench.do(lambda s: s.articles.by_body("nothing")) == ()

    def test_an_edit_replaces_the_text_and_keeps_the_old_one(self, bench):
        first = prepared("a", f"{FILLER} Seven skiffs sank.", title="Ferry lost", authors=("A",))
        done = bench.do(lambda s: run_story(s, "a", first, next_visit=at(10)))
        second = prepared("a", f"{FILLER} Nine vessels sank.", title="Ferry found")
        edit = bench.do(lambda s: settle(s, due_link(s, "a", now=at(10)), second, at(10), at(20)))
        assert (edit.article, edit.outcome) == (done.article, Outcome.REVISED)
        for words in ("skiffs", "title:lost", "Seven"):
            assert bench.search(words) == set(), words
        for words in ("vessels", "title:found", "ferry", "council"):
            assert bench.search(words) == {done.article}, words
        third = prepared("a", f"{FILLER} Eleven hulls sank.", title="Ferry found")
        bench.do(lambda s: settle(s, due_link(s, "a", now=at(20)), third, at(20)))
        assert bench.search("vessels") == set()
        assert bench.search("hulls") == {done.article}
        old, older = reversed(bench.revisions(done.article))
        assert (older["n"], older["title"], older["body"]) == (
            1,
            "Ferry lost",
            first.article.text,
        )
        assert (older["seen_at"], older["replaced_at"]) == (
            "2026-03-01T12:00:00.000Z",
            "2026-03-01T12:10:00.000Z",
        )
        assert (old["n"], old["body"]) == (2, second.article.text)
        assert old["seen_at"] == older["replaced_at"]
        row = bench.article(done.article)
        assert (row["title"], row["body"]) == ("Ferry found", third.article.text)
        assert (row["revisions"], row["revised_at"]) == (2, "2026-03-01T12:20:00.000Z")
        assert row["authors"] == '["A"]'  # a page that names nobody takes nobody's name away
        assert bench.do(lambda s: s.articles.by_body(first.body_hash)) == ()
        assert len(bench.do(lambda s: s.articles.by_body(third.body_hash))) == 1

    def test_a_two_step_edit_in_one_transaction_keeps_the_index_right(self, bench):
        """Both edits and the article itself may fall into one batch of the writer."""

        def all_at_once(s):
            run_story(s, "a", prepared("a", f"{FILLER} alpha"), next_visit=NOW)
            for word in ("beta", "gamma"):
                settle(s, due_link(s, "a"), prepared("a", f"{FILLER} {word}"), NOW, NOW)

        bench.do(all_at_once)
        assert [bench.search(w) for w in ("alpha", "beta", "gamma")] == [set(), set(), {1}]

    def test_the_same_text_again_changes_nothing_but_the_times(self, bench):
        done = bench.do(
            lambda s: run_story(s, "a", prepared("a", modified_at=at(-5)), next_visit=at(10))
        )
        before = bench.article(done.article)
        for n, (told, kept) in enumerate([(-9, -5), (None, -5), (-2, -2)], start=1):
            made = prepared("a", modified_at=None if told is None else at(told))
            when = at(10 * n)
            link = bench.do(lambda s, t=when: due_link(s, "a", now=t))
            again = bench.do(
                lambda s, x=link, m=made, t=when: settle(s, x, m, t, t + timedelta(minutes=10))
            )
            assert again.outcome is Outcome.UNCHANGED
            after = bench.article(done.article)
            assert after["modified_at"] == f"2026-03-01T11:{60 + kept}:00.000Z"
            changed = {k for k in after if after[k] != before[k]}
            assert changed <= {"modified_at", "fetched_at"}
        assert bench.revisions(done.article) == []

    def test_copies_join_the_story_of_the_first(self, bench):
        first = bench.do(lambda s: run_story(s, "a"))
        for n, outlet in enumerate(("orrin", "valley"), start=1):
            made = prepared(f"wire{n}", outlet=outlet, title=f"Wire {n}")
            copy = bench.do(
                lambda s, n=n, o=outlet, m=made: run_story(s, f"wire{n}", m, outlet=o, now=at(n))
            )
            assert copy.outcome is Outcome.COPY
            row = bench.article(copy.article)
            assert (row["relation"], row["relation_to"]) == ("copy", first.article)
        rows = bench.articles()
        assert {r["story"] for r in rows} == {1}
        assert {(r["outlets"], r["story_articles"]) for r in rows} == {(3, 3)}
        assert bench.outcomes() == {"stored": 1, "copy": 2}

    def test_the_same_outlet_counts_once_in_a_story(self, bench):
        bench.do(lambda s: run_story(s, "a", outlet="orrin"))
        own = prepared("b", f"{FILLER} More.", outlet="orrin")
        relation = bench.do(lambda s: s.articles.by_id(1)).story
        from pipeline.model import Relation, RelationKind
        from pipeline.store.records import NewArticle

        def as_copy(s):
            discover(s, link_to("b", "orrin"), outlet="orrin")
            added = s.articles.add(
                NewArticle(
                    source="orrin",
                    url=url_of("b", "orrin"),
                    prepared=own,
                    relation=Relation(kind=RelationKind.COPY, article=1, story=relation),
                    first_seen_at=at(1),
                    fetched_at=at(1),
                )
            )
            link = due_link(s, "b", "orrin")
            s.ledger.settle(Settlement(link=link, at=at(1), outcome=Outcome.COPY, article=added))

        bench.do(as_copy)
        assert {(r["outlets"], r["story_articles"]) for r in bench.articles()} == {(1, 2)}

    def test_an_outlet_finds_its_own_text_behind_any_number_of_copies(self, bench):
        outlets = [f"o{i:02d}" for i in range(30)]
        bench.do(lambda s: found_empty(s, outlets))
        for outlet in outlets:
            bench.do(lambda s, o=outlet: run_story(s, "wire", prepared("wire", outlet=o), outlet=o))
        moved = bench.do(
            lambda s: run_story(s, "moved", prepared("moved", outlet="o29"), outlet="o29")
        )
        assert moved.outcome is Outcome.UNCHANGED
        assert bench.article(moved.article)["source"] == "o29"
        bench.do(found_empty)

    def test_short_texts_are_no_copies(self, bench):
        bench.do(lambda s: run_story(s, "a", prepared("a", "No news today.")))
        other = prepared("b", "No news today.", outlet="orrin")
        assert (
            bench.do(lambda s: run_story(s, "b", other, outlet="orrin")).outcome is Outcome.STORED
        )

    def test_another_story_at_a_known_address_is_an_article_of_its_own(self, bench):
        texts = [
            ("Ferry line approved", FILLER),
            ("Orchard prizes", "Apples, quinces, medlars judged annually before hungry villagers."),
            ("Chess final", "Grandmaster sacrifices queen, forcing immediate resignation."),
        ]
        bench.do(lambda s: discover(s, link_to("live")))
        seen = []
        for n, (title, text) in enumerate(texts):
            made = prepared("live", text, title=title)
            # All in the same moment, since clocks stand still and jump.
            done = bench.do(lambda s, m=made: settle(s, due_link(s, "live"), m, NOW, NOW))
            assert done.outcome is Outcome.STORED
            seen.append(done.article)
            assert bench.do(lambda s: s.articles.by_url_key(key_of("live"))).id == done.article
            assert len(bench.articles()) == n + 1
        assert len(set(seen)) == 3
        assert bench.search("council") == {seen[0]}
        assert all(row["revisions"] == 0 for row in bench.articles())

    def test_an_old_link_to_a_story_that_lost_its_address(self, bench):
        """Two links led to one canonical address; the outlet put another story there."""
        made = prepared("old-link", key=key_of("live"))
        bench.do(lambda s: run_story(s, "old-link", made, next_visit=at(10)))
        bench.do(lambda s: discover(s, link_to("live-2")))
        other = ("Apples, quinces, medlars judged annually before hungry villagers.",)
        fruit = prepared("live-2", *other, title="Orchard prizes", key=key_of("live"))
        second = bench.do(lambda s: settle(s, due_link(s, "live-2"), fruit, at(1)))
        assert second.outcome is Outcome.STORED
        # The first link now shows the new story as well.
        again = prepared("old-link", *other, title="Orchard prizes", key=key_of("live"))
        third = bench.do(lambda s: settle(s, due_link(s, "old-link", now=at(10)), again, at(10)))
        assert (third.outcome, third.article) == (Outcome.UNCHANGED, second.article)
        assert len(bench.articles()) == 2

    def test_an_outlet_with_one_canonical_address_for_all_its_pages(self, bench):
        texts = {
            "a": ("Ferry line approved", FILLER),
            "b": ("Orchard prizes", "Apples, quinces, medlars judged annually before villagers."),
        }
        ids = {}
        for name, (title, text) in texts.items():
            made = prepared(name, text, title=title, key=key_of("home"))
            done = bench.do(lambda s, n=name, m=made: run_story(s, n, m, next_visit=at(10)))
            ids[name] = done.article
        for name, (title, text) in texts.items():
            made = prepared(name, f"{text} Updated.", title=title, key=key_of("home"))
            done = bench.do(
                lambda s, n=name, m=made: settle(s, due_link(s, n, now=at(10)), m, at(10))
            )
            assert (done.outcome, done.article) == (Outcome.REVISED, ids[name])
        assert len(bench.articles()) == 2

    def test_an_article_whose_canonical_address_changes_stays_one(self, bench):
        first = bench.do(lambda s: run_story(s, "a", next_visit=at(10)))
        moved = prepared("a", f"{FILLER} Updated.", key=key_of("a-new-slug"))
        done = bench.do(lambda s: settle(s, due_link(s, "a", now=at(10)), moved, at(10)))
        assert (done.outcome, done.article) == (Outcome.REVISED, first.article)

    @pytest.mark.parametrize(
        ("verdict", "outcome"),
        [
            (Verdict.PAYWALLED, "paywalled"),
            (Verdict.CONSENT, "not_article"),
            (Verdict.SOFT_404, "not_article"),
            (Verdict.BOT_BLOCK, "blocked"),
            (Verdict.LINK_LIST, "not_article"),
            (Verdict.TOO_SHORT, "not_article"),
            (Verdict.ERROR, "extraction_failed"),
        ],
    )
    def test_pages_without_an_article_end_the_link_and_touch_nothing(self, bench, verdict, outcome):
        stub = prepared("a", "Subscribe.", verdict=verdict)
        bench.do(lambda s: run_story(s, "a", stub, next_visit=at(10)))
        assert bench.outcomes() == {outcome: 1}
        assert bench.articles() == []
        assert bench.do(lambda s: s.ledger.next_due()) is None
        # The same stub where an article was: the fuller text stays, and is looked at again.
        full = bench.do(lambda s: run_story(s, "b", next_visit=at(10)))
        stub = prepared("b", "Subscribe.", verdict=verdict)
        bench.do(lambda s: settle(s, due_link(s, "b", now=at(10)), stub, at(10), at(20)))
        assert bench.article(full.article)["body"] == FILLER
        assert bench.do(lambda s: s.ledger.next_due()) == at(20)
        assert bench.outcomes() == {outcome: 1, "stored": 1}


class TestPages:
    def test_the_newest_page_of_a_link_comes_back(self, bench):
        one, two = raw_of(url_of("a"), "one"), raw_of(url_of("a"), "two", at(5))
        bench.do(lambda s: s.pages.keep(1, one))
        bench.do(lambda s: s.pages.keep(1, two))
        bench.do(lambda s: s.pages.keep(2, one))
        assert bench.do(lambda s: s.pages.latest(1)) == two
        assert bench.do(lambda s: s.pages.latest(2)) == one
        assert bench.do(lambda s: s.pages.latest(3)) is None

    def test_a_page_is_there_before_its_transaction_ends(self, bench):
        page = raw_of(url_of("a"), "one")

        def keep_and_look(s):
            s.pages.keep(1, page)
            return s.pages.latest(1)

        assert bench.do(keep_and_look) == page

    def test_pruning_takes_what_is_old_and_leaves_bodies_in_use(self, bench):
        shared = [raw_of(url_of("a"), "same", at(n)) for n in (0, 10)]
        alone = [raw_of(url_of("b"), f"b{n}", at(n)) for n in range(5)]
        for n, page in enumerate(shared + alone):
            bench.do(lambda s, n=n, p=page: s.pages.keep(n, p))
        store = bench.open()
        assert store.pages.prune(at(4), limit=2) == 2
        assert store.pages.prune(at(4), limit=100) == 3
        assert store.pages.prune(at(4)) == 0
        left = [n for n in range(7) if store.pages.latest(n)]
        assert left == [1, 6]
        assert store.pages.latest(1) == shared[1]


class TestFeeds:
    def specs(self, *wanted, schedule="auto", kind=FeedKind.FEED, origin="config"):
        return [
            FeedSpec(source=s, kind=kind, url=u, schedule=schedule, origin=origin)
            for s, u in wanted
        ]

    def active(self, bench):
        return [(f.source, f.url) for f in bench.do(lambda s: s.feeds.active())]

    def test_what_the_configuration_drops_is_kept_and_can_come_back(self, bench):
        bench.do(lambda s: run_story(s, "a"))
        before = bench.do(lambda s: s.feeds.active(["harbour"]))[0]
        bench.do(lambda s: s.feeds.set_state(before.id, FeedState(etag='"1"', body_hash="h")))
        bench.do(lambda s: found_empty(s, ("orrin",), at(1)))
        assert self.active(bench) == [("orrin", "https://orrin.example/rss")]
        assert len(bench.articles()) == 1
        bench.do(lambda s: found_empty(s, OUTLETS, at(2)))
        back = bench.do(lambda s: s.feeds.active(["harbour"]))[0]
        assert (back.id, back.state.next_poll_at, back.added_at) == (before.id, at(2), NOW)
        assert back.state.etag == '"1"'

    def test_an_unchanged_configuration_moves_nothing(self, bench):
        feed = bench.do(feed_of)
        bench.do(lambda s: s.feeds.set_state(feed, FeedState(next_poll_at=at(77), failures=2.5)))
        bench.do(lambda s: found_empty(s, now=at(1)))
        state = bench.do(lambda s: s.feeds.active(["harbour"]))[0].state
        assert (state.next_poll_at, state.failures) == (at(77), 2.5)

    def test_a_new_schedule_is_due_at_once(self, bench):
        feed = bench.do(feed_of)
        bench.do(lambda s: s.feeds.set_state(feed, FeedState(next_poll_at=at(77))))
        new = self.specs(("harbour", "https://harbour.example/rss"), schedule="every 5 min")
        bench.do(lambda s: s.feeds.add(new, at(1)))
        assert bench.do(lambda s: s.feeds.active(["harbour"]))[0].state.next_poll_at == at(1)

    def test_a_feed_that_becomes_a_section_is_read_anew(self, bench):
        feed = bench.do(feed_of)
        known = FeedState(
            etag='"1"', last_modified="x", body_hash="h", next_poll_at=at(77), failures=1.5
        )
        bench.do(lambda s: s.feeds.set_state(feed, known))
        new = self.specs(("harbour", "https://harbour.example/rss"), kind=FeedKind.SECTION)
        bench.do(lambda s: s.feeds.add(new, at(1)))
        (after,) = bench.do(lambda s: s.feeds.active(["harbour"]))
        assert (after.id, after.kind) == (feed, FeedKind.SECTION)
        wanted = FeedState(next_poll_at=at(1), failures=1.5)
        assert after.state == wanted

    def test_found_feeds_stay_while_the_configuration_lists_none(self, bench):
        found = self.specs(("harbour", "https://harbour.example/found"), origin="found")
        bench.do(lambda s: s.feeds.add(found, NOW))
        sources = [SourceSpec(slug=o, name=o) for o in OUTLETS]
        bench.do(lambda s: s.feeds.sync(sources, [], at(1)))
        assert self.active(bench) == [("harbour", "https://harbour.example/found")]
        listed = self.specs(("harbour", "https://harbour.example/listed"))
        bench.do(lambda s: s.feeds.sync(sources, listed, at(2)))
        assert self.active(bench) == [("harbour", "https://harbour.example/listed")]

    def test_every_part_of_a_state_comes_back(self, bench):
        feed = bench.do(feed_of)
        state = FeedState(
            next_poll_at=at(1), interval_s=60, schedule_reason="why", failures=0.5,
            failing_since=at(2), last_poll_at=at(3), last_success_at=at(4), last_new_at=at(5),
            last_status=200, last_links=7, typical_ms=80, last_error="dns",
            last_error_message="no such host", last_error_at=at(6), etag='"e"',
            last_modified="then", validators_lie=1, last_full_at=at(7), body_hash="h",
            format="rss2.0", title="T", rhythm="r", http_max_age_s=9, publisher_refresh_s=10,
        )  # fmt: skip
        bench.do(lambda s: s.feeds.set_state(feed, state))
        assert bench.do(lambda s: s.feeds.active(["harbour"]))[0].state == state

    def test_a_request_lasts_until_a_poll_that_began_after_it(self, bench):
        feed = bench.do(feed_of)

        def poll(minute):
            record = PollRecord(
                feed=feed, source="harbour", at=at(minute), result="new", state=FeedState()
            )
            bench.do(lambda s: s.feeds.log_poll(record))
            return bench.do(lambda s: s.feeds.active(["harbour"]))[0].requested_at

        assert bench.do(lambda s: s.feeds.request(["harbour", "orrin"], at(5))) == 2
        assert bench.do(lambda s: s.feeds.request(["nobody"], at(5))) == 0
        assert poll(4) == at(5)
        assert poll(6) is None

    def test_pauses_by_hand_and_by_configuration(self, bench):
        def paused():
            return {f.source for f in bench.do(lambda s: s.feeds.active()) if f.paused}

        def configured(*slugs):
            sources = [SourceSpec(slug=o, name=o, paused=o in slugs) for o in OUTLETS]
            feeds = self.specs(*((o, f"https://{o}.example/rss") for o in OUTLETS))
            bench.do(lambda s: s.feeds.sync(sources, feeds, at(1)))

        bench.do(lambda s: s.feeds.pause(["orrin"], NOW, at(60), "too loud"))
        assert paused() == {"orrin"}
        configured("harbour")
        assert paused() == {"harbour", "orrin"}
        configured()
        assert paused() == {"orrin"}  # what a person paused, the configuration does not resume
        bench.do(lambda s: s.feeds.resume(["orrin"]))
        assert paused() == set()


class Mishap(Exception):
    pass


class TestTransactions:
    def story_and_mishap(self, store, name, text):
        run_story(store, name, prepared(name, text))
        raise Mishap

    def test_a_change_that_fails_takes_only_itself_back(self, bench):
        store = bench.open()
        with store.transaction():
            with store.step():
                run_story(store, "a", prepared("a", f"{FILLER} alpha"))
            with pytest.raises(Mishap), store.step():
                self.story_and_mishap(store, "b", f"{FILLER} beta")
            with store.step():
                run_story(store, "c", prepared("c", f"{FILLER} gamma"))
        assert [bench.search(w) for w in ("alpha", "beta", "gamma")] == [{1}, set(), {2}]
        assert bench.rolled_up() == {"discovered": 2, "stored": 2}
        assert bench.outcomes() == {"stored": 2}
        assert [bool(store.pages.latest(n)) for n in (1, 2, 3)] == [True, True, False]

    def test_a_transaction_that_fails_leaves_no_trace(self, bench):
        store = bench.open()
        with pytest.raises(Mishap), store.transaction():
            self.story_and_mishap(store, "a", FILLER)
        assert bench.outcomes() == {}
        assert bench.rolled_up() == {}
        assert store.pages.latest(1) is None
        with store.transaction(), store.step():
            run_story(store, "b")
        assert bench.outcomes() == {"stored": 1}
        assert bench.rolled_up() == {"discovered": 1, "stored": 1}
        assert bench.search("ferry") == {1}


def test_the_sign_of_life_is_one_row(bench):
    beat = Beat(pid=7, host="h", version="1", started_at=NOW, at=at(1))
    bench.do(lambda s: s.heartbeat.beat(beat, 5))
    bench.do(lambda s: s.heartbeat.beat(replace(beat, at=at(2), state="stopped"), 0))
    from pipeline.store.reading import Reader

    with Reader(bench.path) as reader:
        row = reader.daemon()
    assert (row["pid"], row["state"], row["pending_links"]) == (7, "stopped", 0)
    assert row["heartbeat_at"] == row["stopped_at"] == "2026-03-01T12:02:00.000Z"
