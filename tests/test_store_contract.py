"""The promise of ``pipeline.store.protocol``: the ledger of links.

Every store has to pass the tests of ``test_store_contract*.py`` unchanged.
"""

from dataclasses import replace

import pytest

from pipeline import ingest
from pipeline.model import FailureKind, Outcome
from pipeline.store.records import Settlement
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
    found_empty,
    key_of,
    link_to,
    page_of,
    prepared,
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
        expected = {"discovered": 1, "stored": 1, "rechecked": 1, "not_modified": 1, "edited": 1}
        assert bench.rolled_up() == expected
        assert bench.do(lambda s: s.ledger.next_due()) is None
        assert len(bench.articles()) == 1

    def test_validators_and_page_hash_are_those_of_the_last_page(self, bench):
        bench.do(lambda s: run_story(s, "a", next_visit=at(10)))
        link = bench.do(lambda s: due_link(s, "a", now=at(10)))
        whole = link.page_hash
        assert whole
        with_tag = page_of(url_of("a"), at(10), etag='"7"')
        bench.do(lambda s: ingest.settle_unmodified(s, link, with_tag, at(10), at(20)))
        link = bench.do(lambda s: due_link(s, "a", now=at(20)))
        assert (link.etag, link.last_modified) == ('"7"', None)
        bare = page_of(url_of("a"), at(20))
        bench.do(lambda s: ingest.settle_unmodified(s, link, bare, at(20), at(30)))
        again = bench.do(lambda s: due_link(s, "a", now=at(30)))
        assert again.etag == '"7"'  # a 304 need not repeat it
        assert again.page_hash == whole
        # A failure leaves them alone.
        bench.do(lambda s: ingest.settle_failure(s, again, failure(), at(30), retry_at=at(31)))
        after = bench.do(lambda s: due_link(s, "a", now=at(31)))
        assert (after.etag, after.page_hash) == ('"7"', whole)
