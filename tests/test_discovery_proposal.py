"""Feeds are found where sites keep them, and the best set of them is proposed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.discovery.autodiscover import (
    FeedCandidate,
    common_paths,
    feeds_in_page,
    feeds_in_robots,
    section_candidate,
)
from crawler.discovery.proposal import MAX_FEEDS, propose
from pipeline.model import Discovery, FeedKind, Link

PAGE = Path(__file__).parent / "pages" / "discovery" / "section.html"
HOME = "https://gazette.example"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_feeds_in_page():
    found = feeds_in_page(PAGE.read_bytes(), f"{HOME}/harbour")
    assert [(c.kind.value, c.url, c.origin) for c in found] == [
        ("feed", f"{HOME}/rss.xml", "link"),
        ("feed", "https://feeds.proxy.example/gazette", "link"),
        ("feed", f"{HOME}/comments/feed/", "link"),
        ("feed", f"{HOME}/rss/town.xml", "anchor"),
        ("sitemap", f"{HOME}/news-sitemap.xml", "anchor"),
        ("section", f"{HOME}/harbour/", "canonical"),
    ]
    assert found[0].title == "All news"


@pytest.mark.parametrize(
    "markup",
    [
        "<link rel=alternate type=application/rss+xml href='javascript:x'>",
        "<link rel=stylesheet type=application/rss+xml href=/f>",
        "<link rel=alternate type=text/html href=/f>",
        "<link rel=alternate type=application/json href=/wp-json/wp/v2/posts/1>",
        "<a href='https://elsewhere.example/rss.xml'>RSS</a>",
        "<a href='/feedback/'>Feedback</a>",
        "<a href='/news/rss-turns-twenty-years-old'>RSS turns twenty</a>",
        "<link rel=canonical href='https://elsewhere.example/'>",
    ],
)
def test_what_is_no_feed(markup):
    assert feeds_in_page(f"<html><head>{markup}</head></html>".encode(), HOME) == ()


def test_feeds_in_robots():
    text = (
        "User-agent: *\nDisallow: /x\nSitemap: https://gazette.example/a.xml\nsitemap : /b.xml.gz\n"
        "SITEMAP:https://gazette.example/a.xml\nSitemap: file:///etc/passwd\nSitemap:\n"
    )
    assert [c.url for c in feeds_in_robots(text, f"{HOME}/robots.txt")] == [
        f"{HOME}/a.xml",
        f"{HOME}/b.xml.gz",
    ]


def test_common_paths():
    at_home = [c.url for c in common_paths(HOME)]
    assert {f"{HOME}/feed", f"{HOME}/?feed=rss2", f"{HOME}/news-sitemap.xml"} <= set(at_home)
    assert len(set(at_home)) == len(at_home)
    below = [c.url for c in common_paths(f"{HOME}/en")]
    assert below[0] == f"{HOME}/en/feed"
    assert set(at_home) < set(below)
    assert [c.url for c in common_paths(f"{HOME}/en/story.html")] == at_home
    assert section_candidate(HOME).kind is FeedKind.SECTION


def offer(name, numbers, *, kind=FeedKind.FEED, hours=1.0, dated=True, title=None, **more):
    links = tuple(
        Link(
            url=f"{HOME}/a-{n}",
            title=f"Title {n}",
            published_at=NOW - timedelta(hours=hours * (at + 1)) if dated else None,
        )
        for at, n in enumerate(numbers)
    )
    candidate = FeedCandidate(kind=kind, url=f"{HOME}/{name}", title=title, origin="link")
    return candidate, Discovery(format="rss2.0", links=links, **more)


def outcome(*offers):
    proposal = propose(offers, NOW)
    return (
        [r.candidate.url.removeprefix(f"{HOME}/") for r in proposal.taken],
        {r.candidate.url.removeprefix(f"{HOME}/"): r.reason for r in proposal.left_out},
        proposal,
    )


def test_copies_are_left_out_and_the_reasons_are_plain():
    taken, left, proposal = outcome(
        offer("home", range(20), kind=FeedKind.SECTION, dated=False),
        offer("atom.xml", range(20)),
        offer("rss.xml", range(20)),
        offer("sport.xml", range(15, 35)),
        offer("few.xml", range(18, 22)),
    )
    assert taken == ["atom.xml", "sport.xml"]
    assert left["rss.xml"] == "all its 20 articles are in the feeds taken"
    assert left["few.xml"] == "all its 4 articles are in the feeds taken"
    first, second = proposal.taken
    assert first.reason == "20 articles, all with times, newest 1 hour old"
    assert second.reason.startswith("adds 15 articles that the others do not have")
    assert (second.links, second.dated, second.newest) == (20, 1.0, NOW - timedelta(hours=1))
    assert second.unique == 13 / 20
    assert len(proposal.samples) == 5
    assert {link.url for link in proposal.samples[:2]} == {f"{HOME}/a-0", f"{HOME}/a-15"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (offer("comments/feed/", range(50, 90)), "comments"),
        (offer("f", range(50, 90), title="Comments on: Ferry talks"), "comments"),
        (offer("podcast.xml", range(50, 90)), "podcast"),
        (
            offer("f", range(50, 90), problems=("podcast: 40 of 40 items are sound or film",)),
            "podcast",
        ),
        (offer("tag/ferry/feed", range(50, 90)), "tag"),
        (
            offer("old.xml", range(50, 90), hours=24 * 60),
            "newest article is 60 days old",
        ),
        (offer("f", ()), "no article links"),
        (offer("i.xml", (), kind=FeedKind.SITEMAP, children=("a", "b")), "an index of 2 sitemaps"),
        (offer("s.xml", range(50, 900), kind=FeedKind.SITEMAP, dated=False), "without times"),
    ],
)
def test_what_is_never_taken(bad, reason):
    taken, left, _ = outcome(bad, offer("rss.xml", range(10)))
    assert taken == ["rss.xml"]
    assert reason in next(iter(left.values()))


def test_a_tag_feed_is_better_than_nothing():
    assert outcome(offer("tag/ferry/feed", range(10)))[0] == ["tag/ferry/feed"]


def test_an_archive_does_not_beat_a_fresh_feed():
    taken, _, _ = outcome(
        offer("sitemap.xml", range(100, 900), kind=FeedKind.SITEMAP, hours=8),
        offer("rss", range(30)),
    )
    assert taken[0] == "rss"


def test_a_quiet_feed_alone_is_taken_and_no_more_than_a_few_ever():
    assert outcome(offer("rss", range(3), hours=24 * 10))[0] == ["rss"]
    many = [offer(f"{n}.xml", range(100 * n, 100 * n + 50)) for n in range(9)]
    assert len(outcome(*many)[0]) == MAX_FEEDS
    assert propose([], NOW).taken == ()
