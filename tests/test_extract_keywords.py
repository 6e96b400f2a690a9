"""Section, tags, paywall flag, outlet and picture: what is for people, and what for programs."""

from __future__ import annotations

import json

import pytest

from pipeline.extract.document import load
from pipeline.extract.metadata import Metadata, read

URL = "https://www.dailyecho.example/news/1"
TITLE = "Rain is back in the north after weeks"


def page(head: str = "", structured: object = None, title: str = TITLE) -> Metadata:
    script = f'<script type="application/ld+json">{json.dumps(structured)}</script>'
    html = f"<html><head><title>{title}</title>{head}{script if structured else ''}</head><body>"
    return read(load(f"{html}<h1>{TITLE}</h1><p>x", URL))


def keywords(*values: str) -> dict[str, object]:
    return {"@type": "NewsArticle", "keywords": list(values)}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("Weather", "weather", "#North"), ("Weather", "North")),
        (("type:article", "Page Type: Article", "100312362", "stats-reach-team-all"), ()),
        (("Daily Echo", "dailyecho", "Weather"), ("Weather",)),
        (("Rain", "back", "north", "weeks", "after"), ()),  # the title cut into words
        (("Rain", "Floods", "Harbour", "Trams"), ("Rain", "Floods", "Harbour", "Trams")),
        (("COVID-19", "2026 election"), ("COVID-19", "2026 election")),
    ],
)
def test_tags(values: tuple[str, ...], expected: tuple[str, ...]) -> None:
    found = page('<meta property="og:site_name" content="Daily Echo">', keywords(*values))
    assert found.tags == expected


def path(*names: str) -> dict[str, object]:
    steps = [{"@type": "ListItem", "item": {"name": name}} for name in names]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


@pytest.mark.parametrize(
    ("structured", "expected", "origin"),
    [
        ({"@type": "NewsArticle", "articleSection": "Weather"}, "Weather",
         "json-ld:articleSection"),
        ([{"@type": "NewsArticle", "articleSection": "News"}, path("Home", "Weather", TITLE)],
         "Weather", "json-ld:BreadcrumbList"),
        (path("www.dailyecho.example", "Weather"), "Weather", "json-ld:BreadcrumbList"),
        (path("Home", TITLE), None, None),
        ({"@type": "BreadcrumbList", "itemListElement": "x"}, None, None),
        ({"@type": "NewsArticle", "articleSection": ["Uncategorized"]}, None, None),
    ],
)  # fmt: skip
def test_section(structured: object, expected: str | None, origin: str | None) -> None:
    found = page(structured=structured)
    assert (found.section, found.provenance.get("section")) == (expected, origin)


@pytest.mark.parametrize(
    ("head", "structured", "expected"),
    [
        ("", {"@type": "NewsArticle", "isAccessibleForFree": "http://schema.org/False"}, True),
        ("", {"@type": "NewsArticle", "hasPart": {"isAccessibleForFree": False}}, True),
        ("", {"@type": "NewsArticle", "hasPart": [{"isAccessibleForFree": "false"}]}, True),
        ("", {"@type": "NewsArticle", "isAccessibleForFree": True,
              "hasPart": {"isAccessibleForFree": False}}, False),
        ("", {"@type": "WebPage", "isAccessibleForFree": False}, True),
        # a museum that the article is about
        ("", {"@type": "Museum", "isAccessibleForFree": False}, False),
        ('<meta name="premium" content="true">', None, True),
        ('<meta name="premium" content="false">', None, False),
        ('<meta property="article:content_tier" content="metered">', None, True),
    ],
)  # fmt: skip
def test_paywall(head: str, structured: object, expected: bool) -> None:
    assert page(head, structured).paywalled is expected


def test_the_outlet_is_named_behind_the_title() -> None:
    found = page(title=f"{TITLE} | The Daily Echo")
    assert found.site_name is None  # that is not the host's name
    found = page(title=f"{TITLE} - Weather - DailyEcho")
    assert (found.site_name, found.provenance["site_name"]) == ("DailyEcho", "title")
    assert found.title == TITLE


def test_a_logo_is_not_the_picture_of_an_article() -> None:
    head = '<meta property="og:image" content="/img/echo-logo.png">'
    own = {"@type": "NewsArticle", "image": "/img/rain.jpg"}
    assert page(head, own).image == "https://www.dailyecho.example/img/rain.jpg"
    assert page(head).image == "https://www.dailyecho.example/img/echo-logo.png"
