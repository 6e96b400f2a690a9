"""What is remembered of a site, as the extraction uses it, and what one page of it teaches."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

# Longer text is never dropped, however often it recurs: an agency's background, a statement that is
# quoted whole, the same story at a second address.
MAX_DROPPED = 300  # characters
MIN_DROPPED = 8  # letters and digits: "Yes, it was." recurs in interviews


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteMemory:
    """The conclusions from all pages of a source that were seen; what is not sure is None."""

    version: int = 1  # goes up when the layout changes
    pages: int = 0  # articles that it was learned from
    recurring: frozenset[int] = frozenset()  # line_key of lines to leave out of bodies
    # chain_key -> share of the text at this place that was body; places seen often enough only
    body_paths: Mapping[int, float] = field(default_factory=dict)
    usual_places: frozenset[int] = frozenset()  # those where nearly all bodies of the site stood
    title_origin: str | None = None  # e.g. "h1", "json-ld:headline": where titles mostly come from
    title_chain: int | None = None  # chain_key of the places where they stand
    byline_chain: int | None = None
    date_chain: int | None = None
    day_first: bool | None = None  # True: 03/04/2026 is the 3rd of April
    utc_offset: timedelta | None = None  # of times that are written for people


class LessonLine(NamedTuple):  # the main process unpacks some twenty for each page
    """One line of a body, before anything was left out."""

    key: int
    size: int  # characters
    boxed: bool  # it stands apart from the places that hold most of the body, or is a link
    akin: bool  # it may be left out, but shares a telling word with the title
    text: str = ""  # its beginning, of lines that may be left out


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What one page teaches; small, since it travels from a worker to the store."""

    sound: bool  # the page held an article
    wall: bool = False  # consent, bot check, not found: says nothing about the layout
    frame: tuple[int, ...] = ()
    lines: tuple[LessonLine, ...] = ()
    left_out: frozenset[int] = frozenset()  # keys of lines that were left out
    title: frozenset[int] = frozenset()  # marks of the title's telling words
    paths: tuple[tuple[int, int, int], ...] = ()  # chain, characters of body, other characters
    title_origin: str | None = None
    title_chain: int | None = None
    byline_chain: int | None = None
    date_chain: int | None = None
    day_first: bool | None = None
    utc_offset: int | None = None  # minutes

    def kept(self) -> list[int]:
        """Keys of the lines that were not left out, in order."""
        return [line.key for line in self.lines if line.key not in self.left_out]

    def overlap(self, before: Set[int]) -> float:
        """Share of the final body that also stood in another, given by the keys of its lines."""
        kept = [line for line in self.lines if line.key not in self.left_out]
        whole = sum(line.size for line in kept)
        shared = sum(line.size for line in kept if line.key in before)
        return shared / whole if whole else 0.0
