"""Article links are told from navigation, on a page written for it and on real ones if there."""

import gzip
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.discovery import parse
from crawler.discovery.urlshape import NEVER, url_score
from pipeline.errors import DocumentError, HostileInputError
from pipeline.model import FeedKind, LinkRules

PAGE = Path(__file__).parent / "pages" / "discovery" / "section.html"
BENCH = Path(os.environ.get("MONITOR_BENCH") or Path(__file__).parents[2] / "shared" / "bench")
HOME = "https://gazette.example"


def read(body=None, **rules):
    body = PAGE.read_bytes() if body is None else body
    return parse(FeedKind.SECTION, body, f"{HOME}/harbour/", rules=LinkRules(**rules))


def test_articles_and_nothing_else():
    found = read()
    assert found.format == "section"
    assert [(link.url.removeprefix(HOME), link.title) for link in found.links] == [
        ("/2026/11/ferry-talks-tides", "Ferry talks go on until the tide turns"),
        ("/2026/11/lighthouse-reopens", "Lighthouse reopens after a long and stormy summer"),
        ("/story/101987", "“No more nets,” say the fishers of the old quay"),
        ("/2026/10/a-whale-visits-the-inner-basin", "A whale visits the inner basin"),
    ]
    assert found.links[0].published_at == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    assert found.links[1].published_at is None
    assert found.links[0].language == "en"
    assert found.skipped["not_http"] == 2
    assert found.skipped["other_site"] == 1
    assert found.skipped["not_article"] > 8


def test_allow_replaces_the_guess_and_reaches_other_sites():
    assert {link.url for link in read(allow=(r"partner\.example", "/town/")).links} == {
        "https://partner.example/2026/11/a-story-of-a-partner-site",
        f"{HOME}/town/",
    }


def test_css_replaces_the_guess_and_deny_still_wins():
    found = read(css="nav li, article h2 a", deny=("/login", "lighthouse"))
    assert [link.url.removeprefix(HOME) for link in found.links] == [
        "/harbour/",
        "/town/",
        "/sport/",
        "/tag/storm-season-of-the-year-2026/",
        "/2026/11/ferry-talks-tides",
        "/story/101987",
    ][1:]  # the page itself is no link of it
    assert found.skipped["filtered"] == 2
    assert found.skipped["other_site"] == 1


def test_css_that_selects_nothing_or_is_wrong():
    assert "has a link" in read(css="div.gone a").problems[0]
    with pytest.raises(DocumentError, match="CSS"):
        read(css="a[")


def test_a_page_without_articles_says_so():
    found = read(b"<html><body><nav><a href='/a/'>A</a></nav><p>Nothing here.</p></body></html>")
    assert found.links == ()
    assert found.problems == ("no article links found on the page",)


def test_menus_count_against_a_link_and_a_list_in_a_box_with_such_a_name_does_not():
    link = "<a href='/life-in-harbour-and-town'>Harbour life and town</a>"
    assert len(read(f"<html><body><div>{link}</div></body></html>".encode()).links) == 1
    assert len(read(f"<html><body><nav>{link}</nav></body></html>".encode()).links) == 0
    rest = "<p><a href='/town/'>Town</a></p>" * 9
    lists = "".join(f"<h3><a href='/n/{n}.html'>Three words or so</a></h3>" for n in range(5))
    body = f"<html><body><div class='share-text'>{lists}</div>{rest}</body></html>"
    assert len(read(body.encode()).links) == 5


def test_base_of_another_site_is_not_believed():
    body = PAGE.read_bytes()
    evil = body.replace(b"<head>", b"<head><base href='https://evil.example/'>")
    assert {link.url for link in read(evil).links} == {link.url for link in read(body).links}
    own = body.replace(b"<head>", b"<head><base href='https://m.gazette.example/x/'>")
    assert read(own).links[0].url == "https://m.gazette.example/2026/11/ferry-talks-tides"


def test_scripts_without_blanks_between_words():
    items = "".join(
        f"<li><a href='/news/{40_000 + n}.html'>和平谈判在日内瓦继续举行第{n}天</a></li>"
        for n in range(5)
    )
    menu = "".join(f"<li><a href='/{n}/'>新闻{n}</a></li>" for n in "abcde")
    body = f"<html lang='zh'><body><ul>{menu}</ul><ul>{items}</ul></body></html>".encode()
    assert [link.url[-10:] for link in read(body).links] == [f"4000{n}.html" for n in range(5)]


@pytest.mark.parametrize(
    "path",
    [
        "/2026/11/23/ferry-talks-tides", "/world/ferry-talks-go-on-until-tide-12345678",
        "/news/articles/c0lx2jz8vg5o", "/a/fact-check-on-the-ferry/30269743.html", "/?p=1234",
        "/story/101987-a", "/index.php?option=com&id=5512", "/news/2026-11-23-ferry-talks-go-on/",
        "/world/%D9%85%D8%AD%D8%A7%D8%AF%D8%AB%D8%A7%D8%AA-%D8%A7%D9%84%D8%B3%D9%84%D8%A7%D9%85-%D9%81%D9%8A-%D8%AC%D9%86%D9%8A%D9%81-%D8%A7%D9%84%D9%8A%D9%88%D9%85",
    ],
)  # fmt: skip
def test_urls_of_articles(path):
    assert url_score(HOME + path) >= 2


@pytest.mark.parametrize(
    "path",
    ["/", "", "/tag/peace-talks-in-geneva-2026", "/author/ada-brook-harbour-desk/", "/world/page/3",
     "/login", "/files/report-of-the-year-2026.pdf", "/category/world/middle-east-and-north/",
     "/search?q=a", "/a-b-c?share=mail", "/privacy-policy-and-your-data/",
     "/en/about-us-and-you", "/rss/world.xml"],
)  # fmt: skip
def test_urls_that_are_never_articles(path):
    assert url_score(HOME + path) == NEVER


@pytest.mark.parametrize("path", ["/world", "/world/europe/", "/sport/football", "/en/", "/live"])
def test_urls_of_sections(path):
    assert url_score(HOME + path) <= 0


def test_hostile_pages_end():
    with pytest.raises(HostileInputError):
        read(b"<html>" + b"<b>" * 700_000)
    deep = (
        b"<html>" + b"<div class='nav'>" * 50_000 + b"<a href='/2026/11/a-b-c-d'>one two three</a>"
    )
    assert len(read(deep).links) <= 1
    days = "".join(f"<a href='/calendar/2026/{n}'>{n}</a>" for n in range(6_000))
    calendar = read(f"<html><body><div>{days}</div></body></html>".encode())
    assert len(calendar.links) == 0
    assert calendar.skipped["over_limit"] == 1_000
    wide = b"<html><a href='/2026/11/a-b-c-d' class='" + b"x " * 500_000 + b"'>one two three</a>"
    assert len(read(wide).links) == 1


@pytest.mark.skipif(not BENCH.is_dir(), reason="needs the bench pages: set MONITOR_BENCH")
def test_list_put_into_real_pages_comes_out_whole():
    paths = sorted((BENCH / "extraction" / "publishers" / "pages").glob("*.html.gz"))[::12]
    teasers = "".join(
        f"<article><h3><a href='/zz/{n}-0123456789ab.html'>A headline of seven words, no {n}</a>"
        "</h3><p>What it is about.</p></article>"
        for n in range(40)
    )
    for path in paths:
        page = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
        longest = max(re.findall(r"<p\b[^>]*>[^<]{60,}", page), key=len, default="<body")
        filled = page.replace(longest, f"<div>{teasers}</div>{longest}", 1)
        found = parse(FeedKind.SECTION, filled.encode(), "https://news.example/list")
        assert sum("/zz/" in link.url for link in found.links) == 40, path.name
