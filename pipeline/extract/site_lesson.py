"""Draws the lesson from one page: its lines, and where body, title, byline and date stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta, timezone
from zlib import crc32

from pipeline.extract.clean import Block, fold
from pipeline.extract.site_memory import MAX_DROPPED, MIN_DROPPED, Lesson, LessonLine
from pipeline.extract.site_outline import Line, Outline, line_key
from pipeline.model import Article, Verdict
from pipeline.text import words
from pipeline.times import parse_time

_MAX_LINES = 80  # of a body; the middle of a longer one teaches nothing that these do not
_MAX_PATHS = 30
_MAX_TITLE_WORDS = 12
_EXCERPT = 60  # characters, to show what recurs
_MAIN = 0.15  # share of the body from which on a place is where bodies stand
_LINKED = 0.6
_TELLING = 4  # letters; shorter words are mostly grammar
_OTHER_SCRIPTS = "\u0590"  # Hebrew, Arabic and all behind them write shorter words
_MARKS = 40  # characters that are no letters by which a title on the page may be longer
_PLACE = 120  # characters of a byline or a date line
_WALLS = (Verdict.CONSENT, Verdict.BOT_BLOCK, Verdict.SOFT_404, Verdict.ERROR)

_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-]((?:19|20)\d\d)(?!\d)")
_NUMBERS = re.compile(r"\d+")
_HOUR = re.compile(r"\d{1,2}[:.h]\d\d")
_QUARTER = timedelta(minutes=15)
_ELSEWHERE = timezone(timedelta(hours=5))


def draw(
    page: Outline, article: Article, before: Sequence[Block], left_out: frozenset[int]
) -> Lesson:
    """The lesson of a page.

    ``before`` is the body as the engine gave it, ``left_out`` what the memory took out of it.
    """
    if not article.verdict.is_article:
        return Lesson(sound=False, wall=article.verdict in _WALLS, frame=page.frame)
    body = {line_key(block.text): block for block in before}
    at = _places(page, before)
    masses: Counter[int] = Counter()
    for key, block in body.items():
        if key in at:
            masses[at[key]] += len(block.text)
    least = min(_MAIN * sum(masses.values()), max(masses.values(), default=0))
    main = {chain for chain, mass in masses.items() if mass >= least}
    title = telling(article.title)
    lines = tuple(
        _line(key, block, title, apart=key in at and at[key] not in main)
        for key, block in _ends(list(body.items()))
    )
    dates = _dates(page, article)
    return Lesson(
        sound=True,
        frame=page.frame,
        lines=lines,
        left_out=left_out,
        title=frozenset(sorted(title)[:_MAX_TITLE_WORDS]),
        paths=_paths(page, at, masses),
        title_origin=article.provenance.get("title"),
        title_chain=_chain_of_title(page, article),
        byline_chain=_chain_of_byline(page, article),
        date_chain=dates[0].chain if dates else None,
        day_first=_day_first(page, article),
        utc_offset=_utc_offset(dates, article),
    )


def _line(key: int, block: Block, title: frozenset[int], *, apart: bool) -> LessonLine:
    size, boxed = len(block.text), apart or block.linked > _LINKED
    if not droppable(block.text):
        return LessonLine(key=key, size=size, boxed=boxed, akin=False)
    akin = bool(title & telling(block.text))
    return LessonLine(key=key, size=size, boxed=boxed, akin=akin, text=block.text[:_EXCERPT])


def droppable(text: str) -> bool:
    """True for text that may be left out of a body if it recurs."""
    return len(text) <= MAX_DROPPED and len(fold(text)) >= MIN_DROPPED


def telling(text: str) -> frozenset[int]:
    """Marks (16 bits) of the words that tell what a text is about."""
    found = (word for word in words(text) if len(word) >= _least(word))
    return frozenset(crc32(word.encode("utf-8", "replace")) & 0xFFFF for word in found)


def _least(word: str) -> int:
    return _TELLING if word < _OTHER_SCRIPTS else 2


def _ends(items: list[tuple[int, Block]]) -> list[tuple[int, Block]]:
    half = _MAX_LINES // 2
    return items if len(items) <= _MAX_LINES else items[:half] + items[-half:]


def _places(page: Outline, before: Sequence[Block]) -> dict[int, int]:
    """line_key of each line of the body that was met on the page -> chain."""
    chains: dict[str, int] = {}
    for line in page.lines:
        chains.setdefault(line.block.text, line.chain)
    return {line_key(b.text): chains[b.text] for b in before if b.text in chains}


def _paths(
    page: Outline, at: dict[int, int], masses: Counter[int]
) -> tuple[tuple[int, int, int], ...]:
    everything: Counter[int] = Counter()
    for line in page.lines:
        everything[line.chain] += len(line.block.text)
    # Places of the body first; of the others only the largest tell the two apart.
    chains = [*masses, *(c for c, _ in everything.most_common(_MAX_PATHS) if c not in masses)]
    return tuple(
        (chain, masses[chain], max(0, everything[chain] - masses[chain]))
        for chain in chains[:_MAX_PATHS]
    )


def _chain_of_title(page: Outline, article: Article) -> int | None:
    title, longest = fold(article.title), len(article.title) + _MARKS
    found = [
        line
        for line in page.lines
        if len(title) <= len(line.block.text) <= longest and title == fold(line.block.text)
    ]
    headings = [line for line in found if line.block.kind in ("h1", "h2")]
    return next((line.chain for line in headings or found), None) if title else None


def _chain_of_byline(page: Outline, article: Article) -> int | None:
    names = [fold(name) for name in article.authors]
    if not names or not all(names):
        return None
    part = article.authors[0].casefold().split()[-1]  # looked for first, since folding is slow
    for line in page.lines:
        text = line.block.text
        if len(text) <= _PLACE and part in text.casefold():
            key = fold(text)
            if all(name in key for name in names):
                return line.chain
    return None


def _dates(page: Outline, article: Article) -> list[Line]:
    """Lines that say the day of publication, which is known from elsewhere."""
    published = article.published_at
    if published is None or article.provenance.get("published_at") == "url":
        return []
    # The outlet's own day may be the one before or after that in UTC.
    days = [(published + timedelta(days=n)).date() for n in (0, -1, 1)]
    year = str(published.year)
    near = [
        line for line in page.lines if len(line.block.text) <= _PLACE and year in line.block.text
    ]
    for day in days:
        found = [line for line in near if _says(line.block.text, day)]
        if found:
            return found
    return []


def _says(text: str, day: date) -> bool:
    moment = parse_time(text)
    if moment is not None:
        return moment.date() == day
    numbers = [int(number) for number in _NUMBERS.findall(text) if len(number) <= 4]
    return day.year in numbers and day.day in numbers


def _day_first(page: Outline, article: Article) -> bool | None:
    """What the numeric dates on the page say: by themselves (31/12) or beside the known day."""
    votes: Counter[bool] = Counter()
    published = article.published_at
    known = None if article.provenance.get("published_at") == "url" else published
    for line in page.lines:
        if len(line.block.text) > _PLACE:
            continue
        for one, other, year in _NUMERIC.findall(line.block.text):
            first, second = int(one), int(other)
            if (first > 12) != (second > 12) and max(first, second) <= 31:
                votes[first > 12] += 1
            elif known is not None and first != second and int(year) == known.year:
                readings = (known.day, known.month), (known.month, known.day)
                if (first, second) in readings:
                    votes[(first, second) == readings[0]] += 1
    if not votes or min(votes[True], votes[False]) * 4 > max(votes.values()):
        return None
    return votes[True] > votes[False]


def _utc_offset(dates: Sequence[Line], article: Article) -> int | None:
    """Minutes by which the time that readers see is ahead of UTC."""
    published = article.published_at
    if published is None or not article.provenance.get("published_at", "").startswith(
        ("json-ld", "meta")
    ):
        return None
    for line in dates:
        text = line.block.text
        shown = parse_time(text) if _HOUR.search(text) else None
        # A time that names its zone says nothing about those that do not.
        if shown is not None and shown != parse_time(text, zone=_ELSEWHERE):
            steps = round((shown - published) / _QUARTER)
            # Pages show the time of the last change, too: what is no plausible zone is no zone.
            if -12 * 4 <= steps <= 14 * 4 and abs(shown - published - steps * _QUARTER) <= (
                timedelta(minutes=1)
            ):
                return steps * 15
    return None
