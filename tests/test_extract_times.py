"""When a page says its article came out: which of several times counts, and how sure it is."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.extract import extract
from pipeline.extract.document import load
from pipeline.extract.habit import TimeHabit
from pipeline.extract.metadata import Metadata, read
from pipeline.model import Certainty

URL = "https://www.example.com/news/a-story"
H1 = "<h1>Rain is back in the north</h1>"
TEXT = (
    "<p>" + "Rain fell on the northern hills and the trams stood still all morning. " * 9 + "</p>"
)


def page(
    head: str = "", body: str = "", url: str = URL, habit: TimeHabit | None = None, lang: str = ""
) -> Metadata:
    html = f"<html lang='{lang}'><head>{head}</head><body>{body}</body></html>"
    return read(load(html, url), habit or TimeHabit())


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


def test_certainty_names_the_origin() -> None:
    found = page('<meta property="article:published_time" content="2026-05-01T10:00:00Z">')
    assert (found.published_at, found.published_certainty) == (at(2026, 5, 1, 10), "machine")
    found = page(body=f'{H1}<p class="date">1 May 2026, 10:00</p>')
    assert (found.published_at, found.published_certainty) == (at(2026, 5, 1, 10), "visible")
    assert found.provenance["published_at"] == "visible text"
    found = page(url="https://example.com/2026/05/01/a")
    assert (found.published_at, found.published_certainty) == (at(2026, 5, 1), "url")
    found = page(body=H1)
    assert (found.published_at, found.published_certainty) == (None, "unknown")


def test_the_article_carries_it() -> None:
    html = f"<html><body>{H1}<p class='posted'>Published 1 May 2026. Updated 2 May 2026</p>{TEXT}"
    found = extract(html, URL)
    assert (found.published_at, found.published_certainty) == (
        at(2026, 5, 1),
        Certainty.VISIBLE,
    )
    assert (found.modified_at, found.modified_certainty) == (at(2026, 5, 2), Certainty.VISIBLE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        '<header><div class="date">Monday, 9 March 2026</div></header>',  # today, on every page
        '<aside><time datetime="2026-03-09">9 March</time></aside>',
        '<div class="related"><span class="date">9 March 2026</span></div>',
        '<footer><p class="date">9 March 2026</p></footer>',
        '<div class="comments"><p class="date">9 March 2026</p></div>',
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_clocks_and_other_stories_are_not_taken(elsewhere: str, before: bool) -> None:
    story = f"<main><article>{H1}<p>By Ada Quill</p>{TEXT}</article></main>"
    body = elsewhere + story if before else story + elsewhere
    assert page(body=body).published_at is None
    own = story.replace("<p>By", "<p class='date'>5 March 2026</p><p>By")
    assert page(body=body.replace(story, own)).published_at == at(2026, 3, 5)


@pytest.mark.parametrize(
    "line",
    [
        "<p>The bridge, seen on 24 April 2023 from the western bank of the river Elbe</p>",
        '<a href="/other"><span class="date">24 April 2023</span> Another story</a>',
        "<figure><figcaption>24 April 2023</figcaption></figure>",
    ],
)
def test_dates_of_pictures_and_links_are_not_taken(line: str) -> None:
    assert page(body=f"{H1}{line}{TEXT}").published_at is None


def test_a_short_line_below_the_headline_counts_without_a_name() -> None:
    assert page(body=f"{H1}<ul><li>28.04.2023</li></ul>{TEXT}").published_at == at(2023, 4, 28)


def test_03_04_is_resolved_by_the_page_then_by_habit_then_by_language() -> None:
    line = f"{H1}<p class='date'>03/04/2026</p>"
    assert page(body=line, lang="en").published_at is None
    assert page(body=line, lang="en-US").published_at == at(2026, 3, 4)
    assert page(body=line, lang="fr").published_at == at(2026, 4, 3)
    american = TimeHabit(day_first=False)
    assert page(body=line, lang="fr", habit=american).published_at == at(2026, 3, 4)
    # a 13th on the same page is better evidence than what the site did before
    more = line + "<p class='date'>Updated 13/04/2026</p>"
    found = page(body=more, lang="en", habit=american)
    assert (found.published_at, found.modified_at) == (at(2026, 4, 3), at(2026, 4, 13))


def test_times_without_zone_are_in_the_zone_of_the_source() -> None:
    damascus = TimeHabit(zone=ZoneInfo("Asia/Damascus"))
    head = '<meta property="article:published_time" content="2026-05-01T10:00:00{}">'
    assert page(head.format(""), habit=damascus).published_at == at(2026, 5, 1, 7)
    assert page(head.format("Z"), habit=damascus).published_at == at(2026, 5, 1, 10)
    assert page(head.format("")).published_at == at(2026, 5, 1, 10)


def test_one_time_stated_twice_is_read_with_its_zone_and_its_hour() -> None:
    ld = '<script type="application/ld+json">{{"@type": "Article", "datePublished": "{}"}}</script>'
    meta = '<meta property="article:published_time" content="2026-05-01T10:00:00+02:00">'
    assert page(ld.format("2026-05-01T10:00:00") + meta).published_at == at(2026, 5, 1, 8)
    assert page(ld.format("2026-05-01") + meta).published_at == at(2026, 5, 1, 8)
    # another day is another time: the first stands
    assert page(ld.format("2026-04-01") + meta).published_at == at(2026, 4, 1)


def test_the_state_of_scripts_is_asked_when_nothing_else_says_it() -> None:
    script = '<script>window.s = {{"story": {{"title": "Rain is back in the north", {}}}}}</script>'
    one = script.format('"publishedAt": "2026-05-01T10:00:00Z"')
    found = page(body=H1 + one)
    assert (found.published_at, found.provenance["published_at"]) == (at(2026, 5, 1, 10), "script")
    escaped = one.replace('"', '\\"')
    assert page(body=H1 + escaped).published_at == at(2026, 5, 1, 10)
    # with other stories in it, the one at our title counts
    other = '"more": [{"title": "Sun", "publishedAt": "2026-04-01T10:00:00Z"}]'
    far = script.format(f'"publishedAt": "2026-05-01T10:00:00Z", "x": "{"y" * 7000}", {other}')
    assert page(body=H1 + far).published_at == at(2026, 5, 1, 10)
    stray = f'<script>var x = {{{other}, "publishedAt": "2026-04-02T10:00:00Z"}}</script>'
    assert page(body=H1 + stray).published_at is None


def test_no_change_before_publication() -> None:
    head = (
        '<meta property="article:published_time" content="2026-05-01T10:00:00Z">'
        '<meta property="article:modified_time" content="{}">'
    )
    assert page(head.format("2019-01-01T00:00:00Z")).modified_at is None
    assert page(head.format("2026-05-01T11:00:00Z")).modified_at == at(2026, 5, 1, 11)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "body",
    [
        '<div class="author updated source">' * 200 + "<p>some text 2026</p>" * 15_000,
        H1 + '<span class="date">03/04/2026 at 10</span>' * 10_000,
        H1 + '<div class="author">' + "a<br>" * 25_000,
        "<script>" + '"publish":"x",' * 200_000 + "</script>",
        "<script>" + "publishpublish" * 200_000 + "</script>",
    ],
)
def test_pages_made_to_be_slow_end(body: str) -> None:
    assert page(body=body).published_at is None
