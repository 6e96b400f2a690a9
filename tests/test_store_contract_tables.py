"""The promise of ``pipeline.store.protocol``: pages, feeds, transactions, the sign of life."""

from dataclasses import replace

import pytest

from pipeline.model import FeedKind
from pipeline.store.heartbeat import Beat
from pipeline.store.records import FeedSpec, FeedState, PollRecord, SourceSpec
from tests.storekit import (
    BENCHES,
    FILLER,
    NOW,
    OUTLETS,
    at,
    bench_of,
    feed_of,
    found_empty,
    prepared,
    raw_of,
    run_story,
    url_of,
)


@pytest.fixture(params=sorted(BENCHES))
def bench(request, tmp_path):
    with bench_of(BENCHES[request.param], tmp_path) as made:
        yield made


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
