"""Addresses that hold another text each day, and those where one text is edited again and again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.dedup import Candidates, decide
from pipeline.model import Article, Known, RelationKind, Verdict
from pipeline.text import body_hash, content_hash

DAY = datetime(2026, 3, 1, 6, tzinfo=UTC)
TOMORROW = DAY + timedelta(days=1)


def paragraphs(text):
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


WEATHER = paragraphs("""
Weather for {place} and the lake on {day}. The day begins {sky} with {low} degrees at seven in the
morning. By noon the thermometer at {station} will show {high} degrees.

The wind comes from the {wind} at {speed} kilometres an hour, with gusts of up to {gust} on the
ridge above {ridge}. The chance of rain is {rain} percent.

The lake stands at {level} centimetres and has {water} degrees. Small craft should be back in
{harbour} before {hour} in the evening. The next forecast is read at five.
""")
SUNDAY = {
    "place": "Lindmoor", "day": "Sunday", "sky": "foggy", "low": 3, "station": "Galgenberg",
    "high": 9, "wind": "west", "speed": 12, "gust": 31, "ridge": "Hallow", "rain": 20, "level": 312,
    "water": 6, "harbour": "Oberkai", "hour": "six",
}  # fmt: skip
MONDAY = {
    "place": "Lindmoor", "day": "Monday", "sky": "clear", "low": 7, "station": "Pier", "high": 15,
    "wind": "south", "speed": 24, "gust": 58, "ridge": "Tallow", "rain": 75, "level": 319,
    "water": 8, "harbour": "Seehof", "hour": "four",
}  # fmt: skip

LIVE_ONE = paragraphs("""
Follow the seventh round of talks as it happens. Newest entries first; all times are local.

18:40 The delegations have left through separate doors. Nobody stopped at the microphones.

15:05 A clerk carries two folders across the corridor; the envoy's office says that they are the
lists of detainees, and that each side has now read the other's to the end.

09:10 Cars arrive at Pier Street. Maren Tolvik is the first to go in, with an umbrella.
""")
LIVE_TWO = paragraphs("""
Follow the seventh round of talks as it happens. Newest entries first; all times are local.

19:25 An ambulance has crossed Kell Bridge under escort, the first vehicle in fourteen months.

13:30 Soup is served in both wings. The kitchen reports that the same pot was used for both, which
a spokesman for the mediators calls a confidence-building measure.

08:45 Hydrologists spread their maps on the floor of the ballroom, shoes off, by agreement.
""")
COLUMN_ONE = paragraphs("""
My aunt kept her bees behind the railway station, and when the express came through they rose from
their boxes like smoke. She held that trains made the honey darker.

I thought of her when the council decided to move the hives from the cemetery. Somebody had been
stung at a funeral, though, as the vicar says, not anybody who minded any more.
""")
COLUMN_TWO = paragraphs("""
There are two sorts of people on a ferry: those who look ahead and those who look back. On the six
o'clock boat last Friday everybody looked down, since a cufflink had fallen through a grate.

It belonged to a gentleman from the ministry. Nine passengers lay on their stomachs and fished for
it with chewing gum and shoelaces until the captain asked them to disembark.
""")
REPORT = paragraphs("""
Firefighters in Sarn Mills fought a blaze at the grain exchange through the night. The roof of the
eastern hall fell in shortly after two, said fire chief Orla Bantry.

Two watchmen were taken to the clinic with smoke in their lungs. What set the building alight was
not known in the morning. The exchange holds the harvest of thirty villages.
""")
WRITTEN_ANEW = paragraphs("""
Almost a third of the wheat stored for thirty villages has burned with the grain exchange in Sarn
Mills. Fire chief Orla Bantry said on leaving the ruins of the eastern hall that a worn cable in
the drying room was the likely cause.

Both watchmen have left the clinic again. The Council means to buy seed abroad, and farmers queued
outside the gate all day to see which of their sacks had been in which hall.
""")


def article(paragraphs, title, published_at=None):
    return Article(
        url="https://one.example/live",
        title=title,
        paragraphs=tuple(paragraphs),
        verdict=Verdict.GOOD,
        reason="",
        extractor="test/1",
        published_at=published_at,
    )


def weather(values, published_at=None):
    return article([p.format(**values) for p in WEATHER], "Weather today", published_at)


def ask(old, new):
    known = Known(
        id=1,
        source="one",
        url_key="https://one.example/live",
        body_hash=body_hash(old.paragraphs),
        title=old.title,
        story=10,
        first_seen_at=DAY,
        published_at=old.published_at,
    )
    candidates = Candidates(
        same_url=known,
        same_url_content_hash=content_hash(old.title, old.paragraphs),
        same_url_title=old.title,
        same_url_text=old.text,
    )
    return decide(
        "https://one.example/live",
        "one",
        new,
        body_hash(new.paragraphs),
        content_hash(new.title, new.paragraphs),
        candidates,
    )


PODCAST_ONE = paragraphs("""
Latest episode: in this week's programme we talk to two women who read gauges, one on either bank
of the river, and who have never met. Both of them brought their notebooks along, and in one of
these a frog.

Listen wherever you like, and subscribe if you have not yet done so. With music by the choir of St
Brannoc and a recipe for perch.
""")
PODCAST_TWO = paragraphs("""
Latest episode: why thirty-four shops on Pier Street stay closed, who pays for it, and what the
fishmonger did with a window that he had painted from the inside.

Listen wherever you like, and subscribe if you have not yet done so. The producers were Ida Quill
and Bertram Soames.
""")

ROLLING = {
    "live": (LIVE_ONE, LIVE_TWO, "Live updates"),
    "column": (COLUMN_ONE, COLUMN_TWO, "From my window"),
    "podcast": (PODCAST_ONE, PODCAST_TWO, "The newest episode"),
}


@pytest.mark.parametrize("name", ROLLING)
@pytest.mark.parametrize("dated", [True, False])
def test_another_text_under_the_same_title_is_a_new_article(name, dated):
    one, two, title = ROLLING[name]
    old = article(one, title, DAY if dated else None)
    relation = ask(old, article(two, title, TOMORROW if dated else None))
    assert relation.kind is RelationKind.NEW
    assert "article 1" in relation.reason


def test_a_forecast_made_from_the_same_template_is_a_new_article():
    assert ask(weather(SUNDAY, DAY), weather(MONDAY, TOMORROW)).kind is RelationKind.NEW
    assert ask(weather(SUNDAY), weather(MONDAY)).kind is RelationKind.NEW, "without dates too"


def test_a_forecast_that_is_corrected_is_a_revision():
    corrected = {**SUNDAY, "high": 11, "rain": 35}
    assert ask(weather(SUNDAY, DAY), weather(corrected, DAY)).kind is RelationKind.REVISION
    assert ask(weather(SUNDAY), weather(corrected)).kind is RelationKind.REVISION


def test_an_article_that_is_written_anew_is_a_revision():
    title = "Fire destroys grain exchange in Sarn Mills"
    for published in (DAY, None):
        relation = ask(article(REPORT, title, published), article(WRITTEN_ANEW, title, published))
        assert relation.kind is RelationKind.REVISION
    headline = "A third of the wheat is lost in Sarn Mills"
    written = article(WRITTEN_ANEW, headline, DAY)
    assert ask(article(REPORT, title, DAY), written).kind is RelationKind.REVISION


def test_the_same_publication_time_makes_it_an_edit_however_much_changed():
    old, new = article(LIVE_ONE, "Live updates", DAY), article(LIVE_TWO, "Live updates", DAY)
    assert ask(old, new).kind is RelationKind.REVISION
    later = replace(new, published_at=DAY + timedelta(hours=1))
    assert ask(old, later).kind is RelationKind.REVISION


def test_a_live_blog_that_grows_is_a_revision_even_if_its_date_moves():
    grown = (LIVE_ONE[0], "20:15 The lights in the ballroom have gone out.", *LIVE_ONE[1:])
    for published in (DAY, TOMORROW, None):
        relation = ask(
            article(LIVE_ONE, "Live updates", DAY if published else None),
            article(grown, "Live updates", published),
        )
        assert relation.kind is RelationKind.REVISION


def test_an_article_published_again_with_another_date_is_a_revision():
    touched = (REPORT[0].replace("shortly after two", "at ten past two"), REPORT[1])
    title = "Fire destroys grain exchange in Sarn Mills"
    relation = ask(article(REPORT, title, DAY), article(touched, title, TOMORROW))
    assert relation.kind is RelationKind.REVISION


def test_a_notice_that_gives_way_to_the_article_is_a_revision():
    title = "Fire destroys grain exchange in Sarn Mills"
    notice = article(("This is a breaking story. More follows as soon as we have it.",), title, DAY)
    assert ask(notice, article(REPORT, title, TOMORROW)).kind is RelationKind.REVISION
    assert ask(replace(notice, published_at=None), article(REPORT, title)).kind is (
        RelationKind.REVISION
    )
