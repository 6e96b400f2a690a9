"""Odd turns of the core: reloads and pauses in the middle, lists that lie, outages, walls."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import yaml

from monitor import duties, feedstate
from monitor.backlog import mixed
from monitor.config.load import load
from monitor.finding import Finder
from monitor.pulse import Pulse
from monitor.wiring import orders
from pipeline.model import FailureKind, FeedKind, Verdict
from pipeline.store.arrivals import FIRST_SIGHT
from pipeline.store.pages import Pages
from pipeline.store.records import FeedSpec, SourceSpec
from tests.daemonrig import with_rig
from tests.newsite import Answer, NewsSite
from tests.storekit import (
    FILLER,
    NOW,
    at,
    bench_of,
    discover,
    due_link,
    link_to,
    one_file,
    prepared,
    raw_of,
    run_story,
    settle,
)


@pytest.fixture
def bench(tmp_path):
    with bench_of(one_file, tmp_path) as made:
        yield made


def names(links):
    return [link.url.rpartition("/")[2] for link in links]


# -- what a poll finds ------------------------------------------------------------------------


@pytest.mark.parametrize("stamp", [None, at(-1)])
def test_of_an_archive_without_dates_only_its_ends_are_fetched(bench, stamp):
    links = [link_to(f"n{i}", modified_at=stamp) for i in range(1000)]
    dated = [link_to(f"d{i}", published_at=at(-i)) for i in range(500)]
    found = bench.do(lambda s: discover(s, *links, *dated, first=True))
    assert (found.new, found.due) == (1500, FIRST_SIGHT + 500)
    assert bench.outcomes() == {"pending": FIRST_SIGHT + 500, "filtered": 1000 - FIRST_SIGHT}
    due = set(names(bench.do(lambda s: s.ledger.due("harbour", NOW, 9999))))
    assert {"n0", "n999", "d0", "d499"} <= due
    assert "n500" not in due
    reasons = {x["reason"] for x in bench.links() if x["outcome"] == "filtered"}
    assert [str(FIRST_SIGHT) in reason for reason in reasons] == [True]
    again = bench.do(lambda s: discover(s, *links, *dated, link_to("news"), first=False))
    assert (again.new, again.due) == (1, 1)


def duties_of(rig):
    database = rig.parts.config.storage.path
    return duties.Duties(rig.parts, Pulse(lambda _: None), asyncio.Event(), database, "")


def test_what_comes_after_the_first_sight_is_never_too_much(bench):
    few = [link_to(f"n{i}") for i in range(FIRST_SIGHT)]
    many = [link_to(f"m{i}") for i in range(FIRST_SIGHT + 1)]
    assert bench.do(lambda s: discover(s, *few, first=True)).due == FIRST_SIGHT
    both = [*few, *many]  # a list that has all other addresses: tests/test_moving.py
    assert bench.do(lambda s: discover(s, *both, first=False)).due == FIRST_SIGHT + 1


def test_a_stamp_on_all_entries_is_no_edit_of_each(bench):
    for i in range(8):
        bench.do(lambda s, i=i: discover(s, link_to(f"n{i}", modified_at=at(i))))
        text = f"{FILLER} Part {i}."
        bench.do(lambda s, i=i, t=text: settle(s, due_link(s, f"n{i}"), prepared(f"n{i}", t)))

    def due():
        return names(bench.do(lambda s: s.ledger.due("harbour", at(9999), 99)))

    def poll(minutes, **own):
        links = [link_to(f"n{i}", modified_at=own.get(f"n{i}", at(minutes))) for i in range(8)]
        bench.do(lambda s: discover(s, *links, now=at(minutes + 1)))

    poll(60)
    poll(120)
    assert due() == []
    poll(180, n3=at(170))
    assert due() == ["n3"]
    spread = {f"n{i}": at(200 + i) for i in range(8)}
    poll(300, **spread)
    assert len(due()) == 8


def test_pending_links_of_a_source_that_is_gone_go_to_who_finds_them_next(bench):
    bench.do(lambda s: discover(s, link_to("kept"), link_to("lost"), link_to("done")))
    bench.do(lambda s: settle(s, due_link(s, "done"), prepared("done")))
    bench.do(lambda s: discover(s, link_to("lost"), outlet="orrin", now=at(5)))
    assert bench.do(lambda s: s.ledger.due("orrin", at(99), 9)) == [], "harbour will visit it"

    stale = bench.do(lambda s: due_link(s, "lost"))
    others = [SourceSpec(slug=o, name=o) for o in ("orrin", "valley")]
    feeds = [
        FeedSpec(source=o, kind=FeedKind.FEED, url=f"https://{o}.example/rss", schedule="auto")
        for o in ("orrin", "valley")
    ]
    bench.do(lambda s: s.feeds.sync(others, feeds, at(60 * 24)))
    day = at(60 * 24 + 5)
    both = (link_to("lost"), link_to("done"))
    found = bench.do(lambda s: discover(s, *both, outlet="orrin", now=day))
    assert (found.new, found.due, found.shared) == (1, 1, 1)
    assert names(bench.do(lambda s: s.ledger.due("orrin", day, 9))) == ["lost"]
    assert bench.outcomes("harbour") == {"pending": 1, "stored": 1}
    assert bench.rolled_up("harbour")["discovered"] == 2
    assert bench.rolled_up("orrin")["discovered"] == 1
    # A visit that was under way for the old source counts where the link is now.
    bench.do(lambda s: settle(s, stale, prepared("lost", FILLER + " And more of it."), day))
    assert bench.rolled_up("orrin")["stored"] == 1


def test_pending_links_of_a_paused_source_are_not_kept_from_another(bench):
    bench.do(lambda s: discover(s, link_to("a")))
    bench.do(lambda s: s.feeds.pause(["harbour"], NOW, None, "by hand"))
    assert bench.do(lambda s: discover(s, link_to("a"), outlet="orrin")).due == 1
    bench.do(lambda s: s.feeds.resume(["harbour"]))
    assert bench.do(lambda s: s.ledger.due("harbour", NOW, 9)) == []


# -- visits -----------------------------------------------------------------------------------


def test_an_edit_announced_during_a_visit_is_not_lost(bench):
    bench.do(lambda s: discover(s, link_to("a", modified_at=at(-9))))
    bench.do(lambda s: settle(s, due_link(s, "a"), prepared("a"), NOW, at(10)))
    visit = bench.do(lambda s: due_link(s, "a", now=at(10)))
    bench.do(lambda s: discover(s, link_to("a", modified_at=at(11)), now=at(12)))
    bench.do(lambda s: settle(s, visit, prepared("a"), at(13), at(70)))
    again = bench.do(lambda s: due_link(s, "a", now=at(14)))
    assert again.due_at == at(12)
    bench.do(lambda s: settle(s, again, prepared("a"), at(15), at(70)))
    assert bench.do(lambda s: s.ledger.next_due()) == at(70)


def test_news_and_backlog_are_visited_in_turn(bench):
    old = [link_to(f"old{i}") for i in range(60)]
    bench.do(lambda s: discover(s, *old))
    new = [link_to(f"new{i}") for i in range(2)]
    bench.do(lambda s: discover(s, *new, now=at(5)))
    got = names(bench.do(lambda s: mixed(s, "harbour", at(9), 40, ())))
    assert len(set(got)) == 40
    assert got[:4] == ["new0", "old0", "new1", "old1"]
    assert names(bench.do(lambda s: mixed(s, "harbour", at(9), 99, ())))[0] == "old0"
    only_old = names(bench.do(lambda s: mixed(s, "harbour", NOW, 40, ())))
    assert only_old == [f"old{i}" for i in range(40)], "in the order of the document"


def test_a_wall_before_a_known_text_does_not_replace_it(bench):
    whole = tuple(f"{FILLER} Part {i} of the report." for i in range(8))
    done = bench.do(lambda s: run_story(s, "a", prepared("a", *whole), next_visit=at(10)))
    for minutes, cut, fields in (
        (10, whole[:2], {"verdict": Verdict.PARTIAL}),
        (20, whole[:3], {"paywalled": True}),
    ):
        link = bench.do(lambda s, m=minutes: due_link(s, "a", now=at(m)))
        made = prepared("a", *cut, **fields)
        bench.do(lambda s, x=(link, made, minutes): settle(s, x[0], x[1], at(x[2]), at(x[2] + 10)))
    assert bench.article(done.article)["body"] == "\n".join(whole)
    assert bench.revisions(done.article) == []
    # Not so an ordinary page that shrinks, nor a teaser that is edited.
    link = bench.do(lambda s: due_link(s, "a", now=at(30)))
    bench.do(lambda s: settle(s, link, prepared("a", *whole[:4]), at(30), at(40)))
    assert bench.article(done.article)["body"] == "\n".join(whole[:4])
    link = bench.do(lambda s: due_link(s, "a", now=at(40)))
    teaser = prepared("a", *whole[:3], verdict=Verdict.PARTIAL)
    bench.do(lambda s: settle(s, link, teaser, at(40)))
    assert bench.article(done.article)["body"] == "\n".join(whole[:3])


def test_another_story_behind_a_wall_is_not_taken_for_a_cut_one(bench):
    whole = tuple(f"{FILLER} Part {i} of the report." for i in range(8))
    bench.do(lambda s: run_story(s, "a", prepared("a", *whole), next_visit=at(10)))
    other = prepared(
        "a",
        "Cherries ripened three weeks before their usual harvest because winters turned warmer.",
        title="Farmers begin early",
        verdict=Verdict.PARTIAL,
    )
    done = bench.do(lambda s: settle(s, due_link(s, "a", now=at(10)), other, at(10)))
    assert done.reason.startswith("address re-used")
    assert len(bench.articles()) == 2


# -- the parts at work ------------------------------------------------------------------------


@pytest.fixture
def site():
    with NewsSite(outlets=1, articles=3) as made:
        yield made


def fill(site, n):
    outlet = site.outlets[0]
    while len(outlet.stories) < n:
        outlet.add()


def test_a_pause_stops_the_visits_of_a_long_backlog(site, tmp_path, monkeypatch):
    monkeypatch.setattr("monitor.visitor.LOADED", 8)
    fill(site, 20)
    site.page_wait = 0.02

    async def scenario(rig):
        await rig.poll()
        visitor, source = rig.parts.visitor, site.outlets[0].name
        running = asyncio.create_task(visitor.run())
        while not visitor.queued:
            await asyncio.sleep(0.005)
        now = rig.now
        await rig.parts.store.do(lambda s: s.feeds.pause([source], now, None, ""), urgent=True)
        await duties_of(rig).look()
        async with asyncio.timeout(20):
            while not visitor.idle():
                await asyncio.sleep(0.01)
        assert len(site.pages_asked()) < 20
        await rig.parts.store.do(lambda s: s.feeds.resume([source]), urgent=True)
        await duties_of(rig).look()
        async with asyncio.timeout(30):
            while not visitor.idle():
                await asyncio.sleep(0.01)
        running.cancel()
        assert await rig.value("SELECT count(*) FROM article") == 20

    with_rig(site, tmp_path, scenario)


def test_a_pause_while_links_are_read_from_the_ledger_holds(site, tmp_path, monkeypatch):
    async def scenario(rig):
        await rig.poll()
        visitor, source = rig.parts.visitor, site.outlets[0].name
        store, do = rig.parts.store, rig.parts.store.do

        async def paused_meanwhile(run, *, urgent=False):
            found = await do(run, urgent=urgent)
            visitor.forget([source])
            return found

        monkeypatch.setattr(store, "do", paused_meanwhile)
        visitor.wake(source)
        running = asyncio.create_task(visitor.run())
        async with asyncio.timeout(20):
            while not visitor.idle():
                await asyncio.sleep(0.01)
        running.cancel()
        assert not site.pages_asked()

    with_rig(site, tmp_path, scenario)


def test_an_outage_does_not_end_the_search_for_edits(site, tmp_path):
    path = site.outlets[0].stories[0].path

    async def scenario(rig):
        visitor = rig.parts.visitor
        told = visitor.orders
        ages = (timedelta(minutes=10), timedelta(days=1))
        visitor.orders = replace(
            told, sources={k: replace(v, recheck=ages) for k, v in told.sources.items()}
        )
        await rig.poll()
        await rig.visit()
        site.outlets[0].overrides[path] = Answer(b"gone fishing", status=404)
        rig.later(minutes=30)
        await rig.visit()
        due = await rig.rows("SELECT due_at > discovered_at, last_error FROM link ORDER BY id")
        assert [bool(d) for d, _ in due] == [True] * 3
        assert sum(bool(e) for _, e in due) == 1
        site.outlets[0].overrides.clear()
        site.outlets[0].stories[0].edit("A sentence that nobody had written before.")
        rig.later(days=2)
        await rig.visit()
        assert await rig.value("SELECT sum(revisions) FROM article") == 1
        assert await rig.value("SELECT count(*) FROM link WHERE due_at IS NOT NULL") == 0

    with_rig(site, tmp_path, scenario)


def test_a_row_that_cannot_be_read_holds_up_its_own_source_only(tmp_path):
    with NewsSite(outlets=2, articles=3) as site:

        async def scenario(rig):
            await rig.poll()
            first, second = (o.name for o in site.outlets)
            await rig.parts.store.do(
                lambda s: s.connection().execute(
                    "UPDATE link SET hints = '{' WHERE source = ?", (first,)
                )
            )
            visitor = rig.parts.visitor
            running = asyncio.create_task(visitor.run())
            visitor.wake(first)
            await asyncio.sleep(0.3)
            visitor.wake(second)
            async with asyncio.timeout(4):  # less than the pause after a failure
                while await rig.value("SELECT count(*) FROM article") < 3:
                    await asyncio.sleep(0.02)
            running.cancel()
            assert await rig.rows("SELECT DISTINCT source FROM article") == [(second,)]

        with_rig(site, tmp_path, scenario)


def test_a_crash_that_cannot_be_written_is_not_tried_again_at_once(site, tmp_path, monkeypatch):
    calls = []

    def broken(*_args, **_more):
        calls.append(1)
        raise ValueError("not even this")

    monkeypatch.setattr("pipeline.ingest.settle_page", broken)
    monkeypatch.setattr("pipeline.ingest.settle_failure", broken)

    async def scenario(rig):
        await rig.poll()
        await rig.visit()
        made = len(calls)
        assert made
        await rig.visit()
        assert len(calls) == made, "tried again though it is held"
        assert await rig.value("SELECT count(*) FROM link WHERE outcome IS NULL") == 3

    with_rig(site, tmp_path, scenario)


def reordered(folder, **changes):
    path = folder / "config.yaml"
    settings = yaml.safe_load(path.read_text())
    settings["sources"][0]["feeds"][0] |= changes
    path.write_text(yaml.safe_dump(settings))
    return load(path, {})


@pytest.mark.parametrize("change", [{"every": "5m"}, {"links": {"deny": ["no-such-thing"]}}])
@pytest.mark.parametrize("during", [True, False])
def test_a_new_order_for_a_feed_holds_at_once_even_if_it_is_being_polled(
    site, tmp_path, change, during
):
    outlet = site.outlets[0]

    async def scenario(rig):
        poller = rig.parts.poller
        await rig.poll()
        assert poller.start_due(rig.now) == 0
        if during:
            rig.later(hours=2)
            headers = {"Content-Type": "text/xml", "ETag": '"one"'}
            answer = Answer(outlet.document(), headers=headers, wait=0.6)
            outlet.overrides[outlet.feed_path] = answer
            assert poller.start_due(rig.now) == 1
            await asyncio.sleep(0.2)
        await rig.parts.apply(reordered(tmp_path, **change))
        async with asyncio.timeout(10):
            while poller.in_flight:
                await asyncio.sleep(0.02)
        outlet.overrides.clear()
        mark = len(site.asked)
        assert poller.start_due(rig.now) == 1
        async with asyncio.timeout(10):
            while poller.in_flight:
                await asyncio.sleep(0.02)
        (asked,) = site.asked[mark:]
        assert ("if-none-match" in asked.headers) == ("every" in change)
        rig.later(minutes=10)
        assert poller.start_due(rig.now) == ("every" in change)

    with_rig(site, tmp_path, scenario)


def test_an_unchanged_order_changes_no_feed(site, tmp_path):
    async def scenario(rig):
        await rig.poll()
        (before,) = rig.parts.poller.feeds.values()
        order = before.order
        assert feedstate.reordered(before.stored, order, order) == before.stored
        await rig.parts.apply(rig.parts.config)
        assert rig.parts.poller.start_due(rig.now) == 0

    with_rig(site, tmp_path, scenario)


def sitemap_index(outlet, *children):
    maps = "".join(f"<sitemap><loc>{outlet.url(c)}</loc></sitemap>" for c in children)
    return (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'
    )


def test_an_index_whose_sitemaps_all_fail_is_a_failure(site, tmp_path):
    outlet = site.outlets[0]
    xml = {"Content-Type": "application/xml"}
    outlet.overrides[outlet.feed_path] = Answer(
        sitemap_index(outlet, "/a.xml", "/b.xml").encode(), headers=xml
    )

    async def scenario(rig):
        (result,) = await rig.poll()
        assert result.kind is FailureKind.GONE
        whole = outlet._sitemap(outlet.stories).encode()
        outlet.overrides["/b.xml"] = Answer(whole, headers=xml)
        rig.later(hours=1)
        (result,) = await rig.poll()
        assert result.new == 3, "one of two is enough"
        rig.later(hours=1)
        (result,) = await rig.poll()
        assert result.new == 0

    with_rig(site, tmp_path, scenario)


def test_sitemaps_behind_a_server_that_lies_are_read_whole_once_a_day(site, tmp_path):
    outlet = site.outlets[0]
    xml = {"Content-Type": "application/xml"}

    def child(asked):
        if "if-none-match" in asked.headers:
            return Answer(b"", status=304)
        return Answer(outlet._sitemap(outlet.stories).encode(), headers=xml | {"ETag": '"same"'})

    outlet.overrides[outlet.feed_path] = Answer(
        sitemap_index(outlet, "/a.xml").encode(), headers=xml
    )
    outlet.overrides["/a.xml"] = child

    async def scenario(rig):
        await rig.poll()
        outlet.add()
        rig.later(hours=1)
        (result,) = await rig.poll()
        assert result.new == 0, "the server says so"
        rig.later(hours=30)
        (result,) = await rig.poll()
        assert result.new == 1

    with_rig(site, tmp_path, scenario)


def test_a_bug_met_at_one_source_does_not_keep_the_others_from_their_feeds(tmp_path, monkeypatch):
    with NewsSite(outlets=2, articles=2) as site:
        find = Finder.find

        async def sometimes(self, url):
            if str(site.outlets[0].port) in url:
                raise KeyError("a bug of ours")
            return await find(self, url)

        monkeypatch.setattr(Finder, "find", sometimes)

        async def scenario(rig):
            path = tmp_path / "config.yaml"
            settings = yaml.safe_load(path.read_text())
            for source in settings["sources"]:
                del source["feeds"]
            path.write_text(yaml.safe_dump(settings))
            await rig.parts.apply(load(path, {}))
            await duties_of(rig).find_feeds()
            sources = {t.stored.source for t in rig.parts.poller.feeds.values()}
            assert sources == {site.outlets[1].name}

        with_rig(site, tmp_path, scenario)


def test_pruning_pages_leaves_off_when_the_daemon_ends(tmp_path):
    path = tmp_path / "pages.db"
    pages = Pages(path)
    for i in range(5):
        pages.keep(i, raw_of(f"https://x.example/{i}", f"body {i}"))
    pages.commit()
    pages.close()
    assert duties._prune_pages(path, at(1), lambda: True) == 0
    assert duties._prune_pages(path, at(1), lambda: False) == 5


def test_large_sitemaps_are_looked_at_to_their_end(tmp_path):
    path = tmp_path / "config.yaml"
    feeds = [
        {"kind": "feed", "url": "https://a.example/rss"},
        {"kind": "sitemap", "url": "https://a.example/map.xml", "links": {"deny": ["/tag/"]}},
    ]
    path.write_text(
        yaml.safe_dump(
            {"sources": [{"id": "a", "name": "A", "url": "https://a.example/", "feeds": feeds}]}
        )
    )
    feed, sitemap = orders(load(path, {})).feeds
    assert feed.rules.max_links < sitemap.rules.max_links == 5000
    assert sitemap.rules.deny == ("/tag/",)
