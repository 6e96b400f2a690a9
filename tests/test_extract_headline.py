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
