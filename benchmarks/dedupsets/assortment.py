"""The kinds of documents that are akin to stories and are none of their copies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.dedupsets.facts import Facts
from benchmarks.dedupsets.text import Text, sentences

if TYPE_CHECKING:
    from benchmarks.dedupsets.making import Newsroom

QUOTED = 0.4  # of the length of what is new, at most


def followups(room: Newsroom, stories: Sequence[Text]) -> None:
    """The next day's story on the same matter: some passages again, the rest is new."""
    for number, text in enumerate(stories):
        if room.rng.random() < 0.3:
            own = _own_words(room, room.rng.randint(6, 8))
            body = [*own, *_passages(room, text, own, 2)]
            made = Text(title=_title(body[0]), paragraphs=tuple(body))
            room.story(f"s{number}b", made, "followup", most=2)


def quoters(room: Newsroom, stories: Sequence[Text]) -> None:
    """Columns that quote a passage each of two stories."""
    for number in range(5):
        two = room.rng.sample(list(stories), 2)
        body = own = _own_words(room, 7)
        quoted = [passage for text in two for passage in _passages(room, text, own, 1)]
        for at, passage in zip((2, 5), quoted, strict=False):
            body = [*body[:at], passage, *body[at:]]
        room.story(f"q{number}", Text(title=_title(body[0]), paragraphs=tuple(body)), "quoter", 3)


def roundups(room: Newsroom, stories: Sequence[Text]) -> None:
    """Two stories, more or less whole, in one document."""
    for number in range(4):
        a, b = room.rng.sample(range(len(stories)), 2)
        halves = [stories[i].paragraphs[: room.rng.randint(5, 9)] for i in (a, b)]
        title = room.rng.choice(room.book.lines["roundup"]) + " " + stories[a].title
        text = Text(title=title, paragraphs=tuple(halves[0] + halves[1]))
        # Mostly when the stories are out; before them, nobody can know it for what it is.
        at = max(room.begun[f"s{a}"], room.begun[f"s{b}"]) + timedelta(minutes=90)
        if number == 0:
            at = room.moment()
        also = (f"s{a}", f"s{b}")
        room.add(f"m{number}", "roundup", text, room.rng.choice(room.outlets), at, also=also)


def live_blogs(room: Newsroom) -> None:
    """One page of one outlet that grows at its top."""
    for number in range(2):
        outlet = room.rng.choice(room.outlets)
        at = room.moment()
        lines = _own_words(room, 7)
        entries = [p for i, line in enumerate(lines) for p in (_clock(at, -11 * i), line)]
        first = None
        title = room.rng.choice(room.book.lines["live"]) + " " + _title(entries[1])
        for _ in range(room.rng.randint(3, 5)):
            text = Text(title=title, paragraphs=tuple(entries))
            ops = () if first is None else ("update",)
            made = room.add(f"l{number}", "liveblog", text, outlet, at, ops, first)
            first = first or made
            at += timedelta(minutes=room.rng.uniform(20, 120))
            entries = [_clock(at), *_own_words(room, 1), *entries]


def notices(room: Newsroom, stories: Sequence[Text]) -> None:
    """Titles of stories over nothing but a stock notice."""
    for outlet in room.rng.sample(room.outlets, 3):
        facts = Facts(room.book, room.rng, outlet.name)
        body = tuple(facts.fill(line) for line in room.rng.sample(room.book.lines["notice"], 1))
        for number, text in enumerate(room.rng.sample(list(stories), 3)):
            made = Text(title=text.title, paragraphs=body)
            cluster = f"p-{outlet.name}-{number}"
            room.add(cluster, "notice", made, outlet, room.moment() + timedelta(days=3))


def _passages(room: Newsroom, text: Text, own: Sequence[str], some: int) -> list[str]:
    """Paragraphs to quote: so short that they are no large part of a text that is another one."""
    most = QUOTED * sum(map(len, own)) / some
    short = [paragraph for paragraph in text.paragraphs if len(paragraph) <= most]
    return room.rng.sample(short, min(some, len(short)))


def _own_words(room: Newsroom, some: int) -> list[str]:
    """Paragraphs of no story, with facts of their own; none comes twice in a set."""
    return [Facts(room.book, room.rng).fill(room.filler()) for _ in range(some)]


def _title(paragraph: str) -> str:
    first = sentences(paragraph)[0].strip()
    return first[:70].rstrip(" .,;:。،")


def _clock(at: datetime, minutes: int = 0) -> str:
    return f"{at + timedelta(minutes=minutes):%H:%M}"
