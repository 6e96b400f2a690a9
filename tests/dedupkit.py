"""Texts of our own for the tests of copies: stories of a few paragraphs, and forms of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.model import Article, Verdict
from pipeline.store.records import Prepared, SourceSpec
from pipeline.text import (
    SEARCH_SCHEME,
    body_hash,
    content_hash,
    search_text,
    word_count,
)

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)

DAM = (
    (
        "Engineers in Tarnow Valley opened two of the four gates of the Lenz dam on Tuesday, after "
        "rain had lifted the water to 318 metres above the sea, 40 centimetres below the crest."
    ),
    (
        "The mayor of Oberlenz, Katrin Solm, asked some 2,300 people in the lower town to sleep "
        "elsewhere. Schools stay closed until Friday, and buses run from the station every "
        "20 minutes."
    ),
    (
        "The dam was built in 1962 and repaired twice. An inspection in 2019 had found cracks "
        "in the "
        "eastern wall, which the owner, Lenz Power, called harmless at the time."
    ),
    (
        "Opposition members of the council want to see the report of that inspection. Solm "
        "said she "
        "had asked for it herself and been given eleven pages out of ninety."
    ),
    (
        "Forecasters expect the rain to end on Thursday. The gates will stay open for at least 36 "
        "hours, the company said, and the river will rise by a metre at the bridge of Sankt Veit."
    ),
)
STRIKE = (
    (
        "Tram drivers in Port Amber walked out on Monday for the third time this year, leaving all "
        "nine lines of the city without service from four in the morning."
    ),
    (
        "Their union, Verkehr 14, asks for 7 percent more pay and for an end to split "
        "shifts, which "
        "send drivers home at ten and call them back at three."
    ),
    (
        "The operator offers 4.5 percent over two years. Its head, Milan Brodsky, said that split "
        "shifts were how trams worked everywhere and that nobody had been forced into the job."
    ),
    (
        "About 180,000 people ride the trams on a working day. Many came by bicycle; the "
        "ferry put on "
        "two more boats, and a bakery at the depot gave coffee to pickets and passengers alike."
    ),
)
BACKGROUND = (
    (
        "The valley has lived with its river for longer than there are records. A chronicle of the "
        "abbey tells of a flood that carried a mill three miles and set it down unharmed."
    ),
    (
        "Since the seventies the plains have been built on, first with gardens, later with houses, "
        "and insurers have redrawn their maps four times."
    ),
)


def weather(place: str, day: str, high: int, low: int, wind: int, rain: int) -> tuple[str, ...]:
    """A story of a template: the same words, other facts."""
    return (
        (
            f"{place} will be mostly dry on {day} with a high of {high} degrees and a low "
            f"of {low} in "
            f"the night, says the weather office in its morning bulletin."
        ),
        (
            f"Winds blow from the west at up to {wind} km per hour, more on the open coast, "
            f"where small "
            "boats should stay in the harbour until the evening tide has turned."
        ),
        (
            f"The chance of rain is {rain} percent. The next bulletin will be given out at six "
            f"in the "
            "evening, and drivers are asked to look at local conditions before they leave."
        ),
    )


def prepared(url: str, title: str, paragraphs: tuple[str, ...]) -> Prepared:
    """What a worker makes of a page with this article."""
    text = "\n".join(paragraphs)
    article = Article(
        url=url,
        title=title,
        paragraphs=paragraphs,
        verdict=Verdict.GOOD,
        reason="",
        extractor="test/1",
        shape="p" * len(paragraphs),
    )
    return Prepared(
        article=article,
        url_key=url,
        canonical_url=None,
        body_hash=body_hash(paragraphs),
        content_hash=content_hash(title, paragraphs),
        word_count=word_count(text),
        search_title=search_text(title),
        search_body=search_text(text),
        search_scheme=SEARCH_SCHEME,
    )


class Wire:
    """Outlets that publish one text after the other into a store; a minute between them."""

    def __init__(self, store, at: datetime = NOW) -> None:
        self.store = store
        self.at = at
        self._sources: dict[str, SourceSpec] = {}
        self._count = 0

    def publish(self, outlet: str, title: str, paragraphs: tuple[str, ...], url: str = ""):
        """Store a text; returns (article, relation)."""
        from pipeline import placing

        self._count += 1
        self.at += timedelta(minutes=1)
        if outlet not in self._sources:
            self._sources[outlet] = SourceSpec(slug=outlet, name=outlet.title())
            self.store.feeds.sync(tuple(self._sources.values()), (), self.at)
        url = url or f"http://{outlet}.test/{self._count}"
        return placing.take(self.store, outlet, url, prepared(url, title, paragraphs), self.at)

    def story(self, article: int) -> int:
        """The story an article is in now."""
        return self.store.articles.relation_of(article).story

    def relation(self, article: int) -> str:
        """The relation that an article has now."""
        return self.store.articles.relation_of(article).kind.value
