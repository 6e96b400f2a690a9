"""Which language an article is in, and what the feed's hints fill."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.hints import merge_hints
from pipeline.extract.language import code, language
from pipeline.model import Article, Certainty, Link, Verdict

URL = "https://www.example.org/news/a-story"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en-GB", "en"),
        ("DE", "de"),
        ("pt_BR", "pt"),
        ("deu", "de"),
        ("iw", "he"),
        ("zh-Hant-TW", "zh"),
        ("english", None),
        ("", None),
        (None, None),
        ("x", None),
        ("xyz", None),
    ],
)
def test_language_tags(tag, expected):
    assert code(tag) == expected


ENGLISH = (
    "The ministers said that the talks with the others had failed and that this was the end of it. "
)
ARABIC = (
    "قال الوزير إن المحادثات ستستمر يوم الخميس في جنيف بمشاركة جميع الأطراف على أن "
    "تنتهي هذا الأسبوع "
)


@pytest.mark.parametrize(
    ("claims", "text", "expected"),
    [
        ([("de", "html:lang")], ENGLISH, ("de", "html:lang")),
        ([("en", "html:lang")], ARABIC, ("ar", "text")),
        ([("en", "html:lang"), ("ar", "meta:og:locale")], ARABIC, ("ar", "meta:og:locale")),
        ([("ru", "html:lang")], ENGLISH, ("en", "text")),
        ([(None, "html:lang")], ENGLISH, ("en", "text")),
        (
            [],
            ("Регулярно жители говорили о том, что это не решение для города, как и было сказано."),
            ("ru", "text"),
        ),
        (
            [],
            "東京都は二十四日、新しい計画を発表した。これは三年ぶりのことだという。" * 3,
            ("ja", "text"),
        ),
        (
            [],
            "外交部发言人在北京表示双方将继续就有关问题进行谈判这是一个重要的进展" * 3,
            ("zh", "text"),
        ),
        ([], "short", (None, "")),
        (
            [("sr", "html:lang")],
            ("Vlada je saopštila da će razgovori biti nastavljeni u četvrtak u Ženevi, kažu."),
            ("sr", "html:lang"),
        ),
    ],
)
def test_language(claims, text, expected):
    assert language(claims, text) == expected


# Hints


def article(**changes) -> Article:
    fields = {
        "url": URL, "title": "", "paragraphs": (), "verdict": Verdict.GOOD, "reason": "",
        "extractor": "x/1",
    }  # fmt: skip
    return Article(**(fields | changes))


def test_hints_fill_gaps_only():
    when, then = datetime(2026, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    link = Link(
        url=URL,
        title="Feed",
        published_at=then,
        summary="S",
        authors=("Ada Quill",),
        language="en",
        tags=("t",),
    )
    merged = merge_hints(article(), link)
    assert (merged.title, merged.published_at, merged.summary) == ("Feed", then, "S")
    assert (merged.authors, merged.language, merged.tags) == (("Ada Quill",), "en", ("t",))
    assert merged.provenance == dict.fromkeys(
        ("title", "published_at", "summary", "authors", "language", "tags"), "feed"
    )
    assert merged.published_certainty is Certainty.FEED
    own = article(
        title="Own",
        published_at=when.replace(hour=7),
        summary="O",
        authors=("B",),
        language="de",
        tags=("u",),
        provenance={"title": "h1"},
    )
    assert merge_hints(own, link) is own


def test_day_from_an_address_gives_way_to_the_feed_s_hour():
    day, hour = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
    own = article(
        published_at=day, published_certainty=Certainty.URL, provenance={"published_at": "url"}
    )
    merged = merge_hints(own, Link(url=URL, published_at=hour))
    assert (merged.published_at, merged.published_certainty) == (hour, Certainty.FEED)
    other = datetime(2024, 6, 1, tzinfo=UTC)
    assert merge_hints(own, Link(url=URL, published_at=other)).published_at == day


@pytest.mark.parametrize("certainty", [Certainty.MACHINE, Certainty.VISIBLE])
def test_a_day_without_an_hour_gives_way_to_the_same_day_with_one(certainty):
    damascus = ZoneInfo("Asia/Damascus")
    day, hour = datetime(2026, 1, 1, tzinfo=damascus), datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
    own = article(published_at=day.astimezone(UTC), published_certainty=certainty)
    merged = merge_hints(own, Link(url=URL, published_at=hour), None, damascus)
    assert (merged.published_at, merged.published_certainty) == (hour, Certainty.FEED)
    other_day = Link(url=URL, published_at=hour + timedelta(days=5))
    assert merge_hints(own, other_day, None, damascus) is own
    exact = article(published_at=hour.replace(minute=31), published_certainty=certainty)
    assert merge_hints(exact, Link(url=URL, published_at=hour)) is exact
    # a feed that knows no hour either says nothing new
    assert (
        merge_hints(own, Link(url=URL, published_at=day + timedelta(days=1)), None, damascus) is own
    )


def test_the_time_of_the_fetch_is_no_time():
    now = datetime(2026, 1, 2, 12, tzinfo=UTC)
    before = datetime(2026, 1, 2, 9, tzinfo=UTC)
    weak = article(
        published_at=now - timedelta(seconds=2), published_certainty=Certainty.MACHINE,
        modified_at=now - timedelta(seconds=2), modified_certainty=Certainty.MACHINE,
        provenance={"published_at": "meta:date", "modified_at": "meta:last-modified"},
    )  # fmt: skip
    alone = merge_hints(weak, Link(url=URL), now)
    assert (alone.published_at, alone.published_certainty) == (None, Certainty.UNKNOWN)
    assert (alone.modified_at, alone.modified_certainty) == (None, Certainty.UNKNOWN)
    assert alone.provenance == {}
    told = merge_hints(weak, Link(url=URL, published_at=before), now)
    assert (told.published_at, told.provenance["published_at"]) == (before, "feed")
    # what names publication is believed, unless the feed knew the story hours ago
    sure = article(
        published_at=now - timedelta(seconds=2), published_certainty=Certainty.MACHINE,
        provenance={"published_at": "json-ld:datePublished"},
    )  # fmt: skip
    assert merge_hints(sure, Link(url=URL), now) is sure
    assert merge_hints(sure, Link(url=URL, published_at=before), now).published_at == before
    assert merge_hints(weak, Link(url=URL)) is weak  # nobody knows when it was fetched


def test_the_future_is_no_time():
    now = datetime(2026, 1, 2, 12, tzinfo=UTC)
    swapped = article(published_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert merge_hints(swapped, Link(url=URL), now).published_at is None
    # a zone that was left out puts times ahead
    tokyo = article(published_at=now + timedelta(hours=9))
    assert merge_hints(tokyo, Link(url=URL), now) is tokyo


def test_a_feed_s_change_before_publication_is_none():
    when = datetime(2026, 1, 2, 12, tzinfo=UTC)
    own = article(published_at=when)
    early, late = when - timedelta(hours=1), when + timedelta(hours=1)
    assert merge_hints(own, Link(url=URL, modified_at=early)).modified_at is None
    merged = merge_hints(own, Link(url=URL, modified_at=late))
    assert (merged.modified_at, merged.modified_certainty) == (late, Certainty.FEED)


def test_persons_of_the_feed_beat_the_desk_of_the_page():
    desk = article(
        authors=("Daily Echo",), provenance={"authors": "json-ld:author, collective"},
        site_name="Daily Echo",
    )  # fmt: skip
    person = Link(url=URL, authors=("ada@echo.example (Ada Quill)", "By Ada Quill"))
    merged = merge_hints(desk, person)
    assert (merged.authors, merged.provenance["authors"]) == (("Ada Quill",), "feed")
    assert merge_hints(desk, Link(url=URL, authors=("Daily Echo", "dpa"))) is desk
    nobody = article(site_name="Daily Echo")
    assert merge_hints(nobody, Link(url=URL, authors=("Daily Echo",))).authors == ("Daily Echo",)
    named = article(authors=("Ben Osei",), provenance={"authors": "json-ld:author"})
    assert merge_hints(named, person) is named


def test_what_a_title_tag_adds_to_the_headline_goes():
    own = article(title="Rain is back - Weather in the north", provenance={"title": "title"})
    assert merge_hints(own, Link(url=URL, title="Rain is back")).title == "Rain is back"
    assert merge_hints(own, Link(url=URL, title="Rain")) is own
    seen = article(title="Rain is back in the north", provenance={"title": "h1"})
    assert merge_hints(seen, Link(url=URL, title="Rain is back")) is seen


_TIMES = st.one_of(
    st.none(), st.datetimes(datetime(2025, 12, 30), datetime(2026, 1, 4)).map(  # noqa: DTZ001
        lambda moment: moment.replace(tzinfo=UTC, microsecond=0)),
    st.dates(date(2025, 12, 30), date(2026, 1, 4)).map(
        lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC)),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    _TIMES, _TIMES, _TIMES, _TIMES, _TIMES,
    st.sampled_from(list(Certainty)),
    st.sampled_from(["", "title", "meta:date", "json-ld:datePublished", "url"]),
    st.sampled_from([(), ("Echo",), ("Ada Quill",)]),
)  # fmt: skip
def test_merging_twice_changes_nothing(ours, theirs, changed, later, now, sure, origin, authors):
    own = article(
        published_at=ours, published_certainty=sure, modified_at=changed, authors=authors,
        provenance={"published_at": origin, "authors": "json-ld:author, collective"},
    )  # fmt: skip
    link = Link(
        url=URL, title="Feed", tags=("t",), published_at=theirs, modified_at=later,
        authors=("Ben Osei",),
    )  # fmt: skip
    once = merge_hints(own, link, now)
    assert merge_hints(once, link, now) == once
