"""The promise of ``pipeline.store.protocol``: articles, revisions, stories, the search index."""

from datetime import timedelta

import pytest

from pipeline.model import Outcome, Verdict
from pipeline.store.records import Settlement
from tests.storekit import (
    BENCHES,
    FILLER,
    NOW,
    at,
    bench_of,
    discover,
    due_link,
    found_empty,
    key_of,
    link_to,
    prepared,
    run_story,
    settle,
    url_of,
)


@pytest.fixture(params=sorted(BENCHES))
def bench(request, tmp_path):
    with bench_of(BENCHES[request.param], tmp_path) as made:
        yield made


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

    def test_an_address_that_changes_its_story_and_its_canonical_address_at_once(self, bench):
        first = bench.do(lambda s: run_story(s, "a", next_visit=at(10)))
        fruit = "Apples, quinces, medlars judged annually before hungry villagers."
        other = prepared("a", fruit, title="Orchard prizes", key=key_of("fruit"))
        done = bench.do(lambda s: settle(s, due_link(s, "a", now=at(10)), other, at(10)))
        assert done.outcome is Outcome.STORED
        assert done.article != first.article
        # The first story turns up again under the address it once had: it is known by its text.
        bench.do(lambda s: discover(s, link_to("a?again")))
        back = prepared("a?again", key=key_of("a"))
        again = bench.do(lambda s: settle(s, due_link(s, "a?again"), back, at(20)))
        assert (again.outcome, again.article) == (Outcome.UNCHANGED, first.article)

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
