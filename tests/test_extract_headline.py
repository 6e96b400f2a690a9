"""The headline is the one of this page, whatever structured data was left in it."""

from __future__ import annotations

import pytest

from pipeline.extract import extract

_BODY = "<p>" + "The mediators met again in the border town and spoke for hours. " * 12 + "</p>"


def _page(title: str, og: str, structured: str) -> str:
    return (
        f'<html><head><title>{title}</title><meta property="og:title" content="{og}">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": '
        f'"{structured}"}}</script></head><body><article>{_BODY}</article></body></html>'
    )


@pytest.mark.parametrize(
    ("structured", "expected"),
    [
        ("Ferry returns to the eastern harbour", "Mediators meet again in the border town"),
        ("Mediators meet again: what is known", "Mediators meet again: what is known"),
    ],
)
def test_a_structured_headline_of_another_story_is_not_believed(
    structured: str, expected: str
) -> None:
    title = "Mediators meet again in the border town"
    found = extract(_page(title, title, structured), "https://example.org/a/1")
    assert found.title == expected


def test_titles_that_disagree_leave_the_structured_headline_alone() -> None:
    page = _page("Morning news", "Everything about ferries", "Mediators meet again in town")
    assert extract(page, "https://example.org/a/1").title == "Mediators meet again in town"


def _heads(head: str, body: str) -> tuple[str, str]:
    found = extract(f"<html><head>{head}</head><body>{body}{_BODY}</body></html>", _URL)
    return found.title, found.provenance["title"]


_URL = "https://example.org/a/1"
_SEARCHED = "Harbour strike: ferries, times and what passengers need to know"
_SEEN = "The day the ferries stood still"


@pytest.mark.parametrize(
    "trail",
    [
        f'<nav aria-label="path"><a href="/">Home</a><h1>{_SEARCHED}</h1></nav>',
        f'<ol class="c-breadcrumb"><li><a href="/">Home</a></li><li><h1>{_SEARCHED}</h1></li></ol>',
        (
            '<div><a href="/">Home</a><i>›</i><a href="/n">News</a><i>›</i>'
            f'<h1 class="x1">{_SEARCHED}</h1></div>'
        ),
    ],
)
def test_the_end_of_a_breadcrumb_is_not_the_headline(trail: str) -> None:
    head = f'<title>{_SEARCHED}</title><meta property="og:title" content="{_SEEN}">'
    assert _heads(head, trail) == (_SEEN, "meta:og:title")
    assert _heads(head, f'{trail}<h2 class="t">{_SEEN}</h2>') == (_SEEN, "visible")
    # og:title with a kicker before it: what stands on the page has none
    kicked = head.replace(_SEEN, f"Coast: {_SEEN}")
    assert _heads(kicked, f'{trail}<i>Coast</i><div class="t">{_SEEN}</div>') == (_SEEN, "visible")


def test_a_breadcrumb_is_believed_when_nothing_else_is_said() -> None:
    head = f'<title>{_SEARCHED}</title><meta property="og:title" content="{_SEARCHED} | Echo">'
    trail = f'<nav><a href="/">Home</a><h1>{_SEARCHED}</h1></nav>'
    assert _heads(head, trail)[0] == _SEARCHED


def test_a_kicker_in_a_box_of_its_own_does_not_run_into_the_headline() -> None:
    head = f"<title>Coast {_SEEN} - Echo</title>"
    title, _ = _heads(head, f"<h1><span>Coast</span>{_SEEN}</h1>")
    assert title == f"Coast {_SEEN}"
    # but an initial that is drawn large stays with its word
    title, _ = _heads(f"<title>{_SEEN}</title>", f"<h1><span>T</span>{_SEEN[1:]}</h1>")
    assert title == _SEEN


def test_the_name_of_a_section_is_not_the_headline_though_titles_begin_with_it() -> None:
    head = f'<title>Coast: {_SEEN} | Echo</title><meta property="og:title" content="{_SEEN}">'
    assert _heads(head, "<h1>Coast</h1>") == (_SEEN, "meta:og:title")
    short = '<title>Rain wins | Echo</title><meta property="og:title" content="Rain wins again">'
    assert _heads(short, "<h1>Rain wins</h1>") == ("Rain wins", "h1")
    outlet = '<meta property="og:site_name" content="The Voice of the Old Harbour">'
    head = f"<title>The Voice of the Old Harbour: {_SEEN}</title>{outlet}"
    title, _ = _heads(head, f"<h1>The Voice of the Old Harbour</h1><h1>{_SEEN}</h1>")
    assert title.endswith(_SEEN)
    assert title != "The Voice of the Old Harbour"
