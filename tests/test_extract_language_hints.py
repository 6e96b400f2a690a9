"""Which language an article is in, and what the feed's hints fill."""

from datetime import UTC, datetime

import pytest

from pipeline.extract.hints import merge_hints
from pipeline.extract.language import code, language
from pipeline.model import Article, Link, Verdict

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
        authors=("A",),
        language="en",
        tags=("t",),
    )
    merged = merge_hints(article(), link)
    assert (merged.title, merged.published_at, merged.summary) == ("Feed", then, "S")
    assert (merged.authors, merged.language, merged.tags) == (("A",), "en", ("t",))
    assert merged.provenance == dict.fromkeys(
        ("title", "published_at", "summary", "authors", "language", "tags"), "feed"
    )
    own = article(
        title="Own",
        published_at=when,
        summary="O",
        authors=("B",),
        language="de",
        tags=("u",),
        provenance={"title": "h1"},
    )
    assert merge_hints(own, link) is own


def test_day_from_an_address_gives_way_to_the_feed_s_hour():
    day, hour = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
    own = article(published_at=day, provenance={"published_at": "url"})
    assert merge_hints(own, Link(url=URL, published_at=hour)).published_at == hour
    other = datetime(2024, 6, 1, tzinfo=UTC)
    assert merge_hints(own, Link(url=URL, published_at=other)).published_at == day


def test_merging_twice_changes_nothing():
    link = Link(url=URL, title="Feed", tags=("t",))
    once = merge_hints(article(), link)
    assert merge_hints(once, link) == once
