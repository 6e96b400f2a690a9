"""Titles, authors, times and the rest of the metadata, each with where it was found."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.authors import names
from pipeline.extract.document import Document, load
from pipeline.extract.headline import without_site
from pipeline.extract.metadata import Metadata, read

URL = "https://www.example.org/news/a-story"


def meta(head: str = "", body: str = "<p>x", url: str = URL, html: str = "<html>") -> Metadata:
    return read(load(f"{html}<head>{head}</head><body>{body}</body></html>", url))


def ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


# Titles


@pytest.mark.parametrize(
    ("head", "body", "title", "origin"),
    [
        ("<title>Rain is back - BBC News</title>", "<h1>Rain is back</h1>", "Rain is back", "h1"),
        (
            "<title>Rain is back | Site</title>",
            "<h1>The Site</h1><h1>Rain <em>is</em> back</h1><h1>Other</h1>",
            "Rain is back",
            "h1",
        ),
        (
            "<title>Site</title>"
            + ld({"@type": "NewsArticle", "headline": "Rain is back &amp; stays"}),
            "<h1>Weather</h1>",
            "Rain is back & stays",
            "json-ld:headline",
        ),
        (
            (
                '<meta property="og:title" content="Rain is back | Pulse Nigeria">'
                '<meta property="og:site_name" content="Pulse Nigeria">'
            ),
            "<h1>Weather</h1><h1>More</h1>",
            "Rain is back",
            "meta:og:title",
        ),
        (
            "<title>Pulse - Rain is back</title><meta property=og:site_name content=Pulse>",
            "",
            "Rain is back",
            "title",
        ),
        (
            "<title>Weather</title>",
            '<ul class="breadcrumb"><li><h1>Weather</h1></li></ul>',
            "Weather",
            "title",
        ),
        ("", "<h1>Rain is back</h1>", "Rain is back", "h1"),
        ("", "", "", None),
    ],
)
def test_title(head, body, title, origin):
    found = meta(head, body)
    assert (found.title, found.provenance.get("title")) == (title, origin)


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Rain - BBC News", ["BBC News"], "Rain"),
        (
            "Rain returns to the north | Weather | The Times",
            ["The Times"],
            "Rain returns to the north",
        ),
        ("Trump | Putin", ["x"], "Trump | Putin"),
        ("Rain – what now? – taz.de", ["taz", "taz.de"], "Rain – what now?"),
        ("Sturm in Nord-Holland", ["Holland"], "Sturm in Nord-Holland"),
        ("Rain - and more rain - and a flood", ["Site"], "Rain - and more rain - and a flood"),
        ("Rain: BBC News reports", ["BBC News"], "Rain: BBC News reports"),
        ("BBC News", ["BBC News"], "BBC News"),
        ("大雨再来｜示例报", ["示例报"], "大雨再来"),
        ("", ["x"], ""),
    ],
)
def test_site_names_leave_titles(title, site, expected):
    assert without_site(title, site) == expected


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab |-–:", max_size=40))
def test_leaving_twice_changes_nothing(title):
    once = without_site(title, ["ab", "b a"])
    assert without_site(once, ["ab", "b a"]) == once


# Authors


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        (["By Ada Quill"], ("Ada Quill",)),
        (["Von Ada Quill und Ben Osei"], ("Ada Quill", "Ben Osei")),
        (["Ada Quill, Ben Osei & Chi Lam"], ("Ada Quill", "Ben Osei", "Chi Lam")),
        (["Ada Quill", "ADA QUILL"], ("Ada Quill",)),
        (["Ada Quill (aq)", "Ben Osei [bo]"], ("Ada Quill", "Ben Osei")),
        (["The Example", "Example"], ()),
        (["ada@example.org", "https://facebook.com/ada", "Staff Reporter", "12345", "-"], ()),
        (["Ada Quill, Chief Editor"], ("Ada Quill",)),
        (["Vonda Byrne"], ("Vonda Byrne",)),
        (["王小明"], ("王小明",)),
        (["記者：山田太郎"], ("山田太郎",)),
        (["x" * 80, "a b c d f g h"], ()),
    ],
)
def test_names(claims, expected):
    assert names(claims, ["The Example", "Example"]) == expected


@pytest.mark.parametrize(
    ("head", "body", "expected", "origin"),
    [
        (ld({"@type": "Article", "author": "Ada Quill"}), "", ("Ada Quill",), "json-ld:author"),
        (
            ld(
                [
                    {"@type": "Person", "@id": "#a", "name": "Ada Quill"},
                    {"@type": "Article", "author": {"@id": "#a"}},
                ]
            ),
            "",
            ("Ada Quill",),
            "json-ld:author",
        ),
        (
            ld({"@type": "Article", "author": {"@type": "Organization", "name": "Some Agency"}})
            + '<meta name="author" content="Ada Quill">',
            "",
            ("Ada Quill",),
            "meta:author",
        ),
        ('<meta property="article:author" content="https://example.org/ada">', "", (), None),
        ("", '<a rel="author" href="/a">Ada Quill</a>', ("Ada Quill",), "rel=author"),
        ("", '<div class="article-byline">By Ada Quill</div>', ("Ada Quill",), "byline"),
        (
            "",
            '<div class="author-list">All our authors and what they wrote about this year</div>',
            (),
            None,
        ),
    ],
)
def test_authors(head, body, expected, origin):
    found = meta(head, body)
    assert (found.authors, found.provenance.get("authors")) == (expected, origin)


# Times


@pytest.mark.parametrize(
    ("head", "body", "url", "expected", "origin"),
    [
        (
            ld({"@type": "NewsArticle", "datePublished": "2026-05-01T10:00:00+02:00"})
            + '<meta property="article:published_time" content="2025-01-01">',
            "",
            URL,
            datetime(2026, 5, 1, 8, tzinfo=UTC),
            "json-ld:datePublished",
        ),
        (
            '<meta property="article:published_time" content="2026-05-01T10:00:00Z">',
            '<time datetime="2026-05-02">',
            URL,
            datetime(2026, 5, 1, 10, tzinfo=UTC),
            "meta:article:published_time",
        ),
        (
            "",
            '<time datetime="2026-05-02T01:02:03Z">',
            URL,
            datetime(2026, 5, 2, 1, 2, 3, tzinfo=UTC),
            "time",
        ),
        (
            "",
            '<time datetime="2020-01-01">a</time><time class="published" datetime="2026-05-02">',
            URL,
            datetime(2026, 5, 2, tzinfo=UTC),
            "time",
        ),
        (
            "",
            '<span itemprop="datePublished" content="2026-05-03">3rd</span>',
            URL,
            datetime(2026, 5, 3, tzinfo=UTC),
            "itemprop:datePublished",
        ),
        ("", "", "https://example.org/2026/05/04/a", datetime(2026, 5, 4, tzinfo=UTC), "url"),
        ("", "", "https://example.org/a-20260504", datetime(2026, 5, 4, tzinfo=UTC), "url"),
        ("", "", "https://example.org/2026/13/44/a-120260504", None, None),
        (
            '<meta name="date" content="0000-00-00">',
            '<time datetime="1970-01-01">',
            URL,
            None,
            None,
        ),
        (ld({"@type": "NewsArticle", "datePublished": 7}), "", URL, None, None),
    ],
)
def test_published(head, body, url, expected, origin):
    found = meta(head, body, url)
    assert (found.published_at, found.provenance.get("published_at")) == (expected, origin)


def test_modified():
    found = meta('<meta property="og:updated_time" content="2026-05-01T10:00:00Z">')
    assert found.modified_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert found.provenance["modified_at"] == "meta:og:updated_time"


# The rest


def test_addresses_are_absolute_web_addresses_or_nothing():
    head = '<link rel="canonical" href="{}"><meta property="og:image" content="{}">'
    found = meta(head.format("/a?b=1#c", "//cdn.example.org/i.jpg"))
    assert found.canonical_url == "https://www.example.org/a?b=1"
    assert found.image == "https://cdn.example.org/i.jpg"
    found = meta(head.format("javascript:alert(1)", "file:///etc/passwd"))
    assert found.canonical_url is None
    assert found.image is None
    assert not {"canonical_url", "image"} & set(found.provenance)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ld({"@type": "NewsArticle", "isAccessibleForFree": False}), True),
        (ld({"@type": "NewsArticle", "isAccessibleForFree": "False"}), True),
        (ld({"@type": "NewsArticle", "isAccessibleForFree": True}), False),
        ('<meta property="article:content_tier" content="locked">', True),
        ('<meta property="article:content_tier" content="free">', False),
        ("", False),
    ],
)
def test_paywall_flag(head, expected):
    assert meta(head).paywalled is expected


def test_tags_section_summary_and_site():
    found = meta(
        ld(
            {
                "@type": "Article",
                "articleSection": ["World"],
                "keywords": "a, b ,a,type:x",
                "description": "D",
            }
        )
        + '<meta name="application-name" content="The Site">'
    )
    assert found.tags == ("a", "b")
    assert (found.section, found.summary, found.site_name) == ("World", "D", "The Site")


def test_list_of_other_stories_is_not_the_article():
    found = meta(
        ld(
            {
                "@type": "ItemList",
                "itemListElement": [{"@type": "NewsArticle", "headline": "Other"}],
            }
        )
        + ld({"@type": "NewsArticle", "headline": "This one", "datePublished": "2026-01-01"})
    )
    assert found.title == "This one"


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "@type",
                    "@id",
                    "@graph",
                    "author",
                    "name",
                    "headline",
                    "publisher",
                    "image",
                    "keywords",
                    "datePublished",
                    "articleBody",
                    "inLanguage",
                    "mainEntity",
                ]
            ),
            st.one_of(inner, st.just("NewsArticle"), st.just("#a")),
            max_size=6,
        ),
    ),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_json_ld_of_any_shape_is_survived(data):
    text = json.dumps(data).replace("<", "\\u003c")
    document = load(f'<script type="application/ld+json">{text}</script><p>x', URL)
    assert isinstance(document, Document)
    found = read(document)
    assert isinstance(found.title, str)
    assert all(isinstance(name, str) for name in found.authors)


def test_a_page_speaks_for_its_article_where_no_article_is_described():
    page = {"@type": "WebPage", "author": {"@id": "#p"}, "datePublished": "2026-01-01T08:00:00Z"}
    person = {"@type": "Person", "@id": "#p", "name": "Ada Quill"}
    found = meta(ld({"@graph": [page, person]}))
    assert (found.authors, found.published_at) == (
        ("Ada Quill",),
        datetime(2026, 1, 1, 8, tzinfo=UTC),
    )
    story = {"@type": "NewsArticle", "headline": "Rain"}
    found = meta(ld({"@graph": [page, person, story]}))
    assert (found.title, found.authors) == ("Rain", ())
