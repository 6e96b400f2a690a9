"""Golden documents of each feed and sitemap format."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.discovery import parse
from pipeline.errors import NotAFeedError
from pipeline.model import FeedKind, LinkRules

PAGES = Path(__file__).parent / "pages" / "discovery"
HOME = "https://gazette.example"


def read(name, url, kind=FeedKind.FEED, **more):
    return parse(kind, (PAGES / name).read_bytes(), url, **more)


def test_rss20():
    found = read("rss20.xml", f"{HOME}/news/rss.xml")
    assert (found.format, found.title) == ("rss2.0", "The Harbour Gazette")
    assert found.refresh == timedelta(minutes=30)
    assert found.problems == ()
    assert [link.url for link in found.links] == [
        f"{HOME}/2026/11/ferry-talks-tides",
        f"{HOME}/2026/11/lighthouse-reopens",
        f"{HOME}/2026/11/only-a-guid",
        f"{HOME}/story?id=77",
    ]
    assert found.skipped == {"duplicate": 1, "no_link": 1, "not_http": 3}
    ferry, light, guid, _ = found.links
    assert ferry.title == "Ferry talks & tides: crews agree on hours"
    assert ferry.published_at == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    assert ferry.summary == "Crews and the port agreed on hours. Boats sail."
    assert ferry.authors == ("Ada Brook", "Tom Reed")
    assert ferry.tags == ("Harbour", "Work & pay")
    assert ferry.language == "en"
    assert ferry.image == f"{HOME}/img/ferry-large.jpg"
    assert light.published_at is None
    assert light.authors == ("Mira Vale",)
    assert light.summary == "The lighthouse reopens on Sunday."
    assert light.image == f"{HOME}/img/light.png"
    assert guid.authors == ()


def test_rss091_with_its_doctype():
    found = read("rss091.xml", "http://mill.example/rss")
    assert (found.format, found.title) == ("rss0.91", "Old Mill Times")
    assert [(link.url, link.title) for link in found.links] == [
        ("http://mill.example/n/1.html", "Mühle läuft wieder"),
        ("http://mill.example/n/2.html", "Zweite Meldung"),
    ]
    assert found.links[0].summary == "Nach dem Hochwasser dreht sich das Rad."
    assert found.links[0].language == "de"


def test_rss10():
    found = read("rss10.rdf", "https://hill.example/index.rdf")
    assert (found.format, found.title) == ("rdf", "Hill Post")
    first, second = found.links
    assert first.published_at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert (first.authors, first.tags, first.language) == (("Jeanne Colline",), ("Montagne",), "fr")
    assert second.url == "https://hill.example/a/2"


def test_atom10():
    found = read("atom10.xml", "https://polder.example/atom.xml")
    assert (found.format, found.title) == ("atom", "Polder Bode")
    dike, old = found.links
    assert dike.url == "https://polder.example/blog/2026/dijk-versterkt"
    assert dike.title == "Dijk versterkt"
    assert dike.published_at == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert dike.modified_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert (dike.authors, dike.tags, dike.language) == (("Sanne de Wit",), ("Water",), "nl")
    assert dike.summary == "De dijk is hoger."
    assert dike.image == "https://polder.example/dijk.jpg"
    assert old.url == "https://polder.example/archief/oud-nieuws.html"
    assert (old.published_at, old.summary) == (None, "Uit het archief.")


def test_atom03():
    found = read("atom03.xml", "http://quarry.example/atom.xml")
    (link,) = found.links
    assert (found.format, link.url, link.language) == ("atom", "http://quarry.example/1", "en")
    assert link.published_at == datetime(2004, 11, 23, 10, tzinfo=UTC)
    assert link.modified_at == datetime(2004, 11, 24, 10, tzinfo=UTC)


def test_json_feed():
    found = read("feed.json", "https://orchard.example/feed.json")
    assert (found.format, found.title) == ("json", "Orchard Notes")
    apples, pears = found.links
    assert apples.url == "https://orchard.example/notes/apples-are-late"
    assert apples.published_at == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert (apples.authors, apples.tags, apples.language) == (("Lea Stone",), ("fruit",), "en")
    assert (apples.summary, apples.image) == ("Two weeks late.", "https://orchard.example/a.jpg")
    assert (pears.url, pears.summary) == ("https://orchard.example/notes/pears", "Pears are fine")
    assert pears.authors == ("Old Style",)
    assert found.skipped == {"no_link": 2}


@pytest.mark.parametrize("packed", [False, True])
def test_sitemap(packed):
    body = (PAGES / "urlset.xml").read_bytes()
    found = parse(
        FeedKind.SITEMAP, gzip.compress(body) if packed else body, f"{HOME}/sitemap.xml.gz"
    )
    assert found.format == "sitemap"
    ferry, light = found.links
    assert ferry.url == f"{HOME}/2026/11/ferry-talks-tides"
    assert ferry.modified_at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert ferry.image == f"{HOME}/img/ferry.jpg"
    assert light.modified_at == datetime(2026, 11, 22, tzinfo=UTC)
    assert found.skipped == {"no_link": 1, "other_site": 1}


def test_sitemap_kept_elsewhere_speaks_for_the_site_it_lists():
    found = read("urlset.xml", "https://storage.example.org/sitemap.xml", FeedKind.SITEMAP)
    assert {link.url.split("/")[2] for link in found.links} == {"gazette.example"}


def test_news_sitemap():
    found = read("news.xml", f"{HOME}/news-sitemap.xml", FeedKind.SITEMAP)
    (link,) = found.links
    assert found.format == "news_sitemap"
    assert link.title == "Ferry talks & tides"
    assert link.published_at == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    assert (link.language, link.tags) == ("en", ("ferry", "Work", "pay"))


def test_sitemap_index_newest_first():
    found = read("index.xml", f"{HOME}/index.xml", FeedKind.SITEMAP)
    assert found.format == "sitemapindex"
    assert found.links == ()
    assert [child.rpartition("/")[2] for child in found.children] == [
        "2026.xml",
        "2024.xml",
        "undated.xml.gz",
    ]
    assert found.skipped == {"duplicate": 2, "other_site": 1}


def test_text_sitemap():
    body = b"\xef\xbb\xbfhttps://gazette.example/a-1\r\nhttps://gazette.example/a-2\r\n\r\nftp://x/y\r\n"
    found = parse(FeedKind.SITEMAP, body, f"{HOME}/sitemap.txt")
    assert [link.url for link in found.links] == [f"{HOME}/a-1", f"{HOME}/a-2"]
    assert sum(found.skipped.values()) == 1


@pytest.mark.parametrize(
    ("kind", "name", "shape"),
    [
        (FeedKind.SITEMAP, "rss20.xml", "rss2.0"),
        (FeedKind.FEED, "urlset.xml", "sitemap"),
        (FeedKind.SECTION, "atom10.xml", "atom"),
    ],
)
def test_the_document_decides_what_it_is(kind, name, shape):
    assert read(name, f"{HOME}/x", kind).format == shape


def test_page_instead_of_a_feed_names_the_feeds():
    with pytest.raises(NotAFeedError) as caught:
        read("section.html", f"{HOME}/harbour/")
    assert "HTML page" in str(caught.value)
    assert "Harbour | The Harbour Gazette" in str(caught.value)
    assert f"{HOME}/rss.xml" in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [b"", b" \n ", b"not found", b"{}", b"[1, 2]", b"<svg/>", b"<?xml version='1.0'?>", b"\0\1\2"],
)
def test_other_documents_are_no_feeds(body):
    with pytest.raises(NotAFeedError):
        parse(FeedKind.FEED, body, HOME)


def test_rules_apply_to_feeds_and_deny_wins():
    rules = LinkRules(allow=(r"/2026/",), deny=("lighthouse",))
    found = read("rss20.xml", f"{HOME}/news/rss.xml", rules=rules)
    assert [link.url.rpartition("/")[2] for link in found.links] == [
        "ferry-talks-tides",
        "only-a-guid",
    ]
    assert found.skipped["filtered"] == 2


def test_over_max_links_the_newest_stay_in_document_order():
    days = [3, 9, 1, 8, 7]
    items = "".join(
        f"<item><link>https://g.example/a-{day}</link>"
        f"<pubDate>0{day} Nov 2026 10:00 GMT</pubDate></item>"
        for day in days
    )
    body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    found = parse(FeedKind.FEED, body, "https://g.example/rss", rules=LinkRules(max_links=3))
    assert [link.url[-1] for link in found.links] == ["9", "8", "7"]
    assert found.skipped == {"over_limit": 2}


@pytest.mark.parametrize(
    ("told", "refresh"),
    [
        ("<ttl>15</ttl>", timedelta(minutes=15)),
        ("<ttl>0</ttl>", None),
        ("<ttl>99999999</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", timedelta(days=1)),
        ("<sy:updatePeriod>never</sy:updatePeriod>", None),
    ],
)
def test_refresh(told, refresh):
    body = (
        "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>"
        f"<channel>{told}<item><link>https://g.example/a</link></item></channel></rss>"
    )
    assert parse(FeedKind.FEED, body.encode(), "https://g.example/rss").refresh == refresh


def test_feed_of_sound_says_so():
    items = "".join(
        f"<item><link>https://g.example/{n}</link>"
        f"<enclosure url='/{n}.mp3' type='audio/mpeg'/></item>"
        for n in range(3)
    )
    body = f"<rss><channel>{items}</channel></rss>".encode()
    found = parse(FeedKind.FEED, body, "https://g.example/rss")
    assert len(found.links) == 3
    assert found.problems[0].startswith("podcast:")
