"""Looks at a page beside its extraction: applies what is remembered of the site, draws the lesson.

The memory changes three things.  Where the body that was found contradicts a place that nearly all
bodies of the site had, the text at that place is taken.  Recurring lines are left out.  Title,
authors and publication time are taken from their usual places where the page is in doubt of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timezone

from pipeline.extract import site_lesson
from pipeline.extract.clean import Block, clean_blocks, fold
from pipeline.extract.document import Element
from pipeline.extract.metadata import Metadata
from pipeline.extract.names import names
from pipeline.extract.site_lesson import droppable, telling
from pipeline.extract.site_memory import Lesson, SiteMemory
from pipeline.extract.site_outline import Outline, line_key, outline
from pipeline.model import Article, Certainty
from pipeline.times import parse_time

_ENOUGH = 250  # characters at the usual places before they are believed against the engine
# The engine is overruled when hardly any of what it found stands at a usual place, or when it found
# less than so much of what stands there.
_OUTSIDE = 0.1
_PART = 0.6
# More than this share of a body is never left out: then it is the text that recurs.
_MOST = 0.5
_RELATED = 0.2  # telling words that the two titles must share before one replaces the other
_PLACE = 120  # characters of a byline or a date line


class Study:
    """One page beside its extraction; the steps are called in the order of their definition."""

    def __init__(self, memory: SiteMemory | None) -> None:
        self.memory = memory
        self._page = Outline((), ())
        self._before: Sequence[Block] = ()
        self._found: tuple[str, tuple[str, ...]] = ("", ())  # title and body without the memory
        self._left_out: frozenset[int] = frozenset()

    def look(self, tree: Element) -> None:
        """Take note of the page before the engine uses it up; scripts must be gone."""
        self._page = outline(tree)

    def amend(self, known: Metadata) -> None:
        """Settle by the site's habits what the metadata leave open."""
        memory = self.memory
        self._found = known.title, ()
        if memory is None:
            return
        self._amend_title(known, memory)
        if not known.authors and memory.byline_chain is not None:
            texts = [t for t in self._page.at(memory.byline_chain) if len(t) <= _PLACE]
            found = names(texts[:1], [known.site_name] if known.site_name else [])
            if found:
                known.authors = found
                known.provenance["authors"] = "site:byline"
        if memory.date_chain is not None and (
            known.published_at is None or known.provenance.get("published_at") == "url"
        ):
            self._amend_time(known, memory, memory.date_chain)

    def _amend_title(self, known: Metadata, memory: SiteMemory) -> None:
        if memory.title_chain is None or known.provenance.get("title") == memory.title_origin:
            return
        places = self._page.at(memory.title_chain)
        if len(places) != 1 or fold(places[0]) == fold(known.title):
            return
        old, new = telling(known.title), telling(places[0])
        if not known.title or (new and len(old & new) >= _RELATED * min(len(old), len(new))):
            known.title = places[0]
            known.provenance["title"] = "site:title"

    def _amend_time(self, known: Metadata, memory: SiteMemory, chain: int) -> None:
        zone = UTC if memory.utc_offset is None else timezone(memory.utc_offset)
        for text in self._page.at(chain):
            moment = parse_time(text, zone=zone) if len(text) <= _PLACE else None
            if moment is not None:
                known.published_at = moment
                known.published_certainty = Certainty.VISIBLE
                known.provenance["published_at"] = "site:date"
                return

    def told(self, blocks: list[Block]) -> list[Block]:
        """Take note of a body that the configuration named: nothing knows it better."""
        self._found = self._found[0], tuple(block.text for block in blocks)
        self._before = blocks
        return blocks

    def body(self, blocks: list[Block], known: Metadata) -> list[Block]:
        """The body after the memory had its say."""
        self._found = self._found[0], tuple(block.text for block in blocks)
        if self.memory is not None:
            usual = self._usual_places(blocks, known)
            if usual is not None:
                blocks = usual
                known.provenance["body"] = "site:usual place"
        self._before = blocks
        if self.memory is None or not self.memory.recurring:
            return blocks
        kept = without_recurring(blocks, self.memory.recurring)
        if len(kept) < len(blocks):
            left = {id(block) for block in kept}
            gone = [block for block in blocks if id(block) not in left]
            self._left_out = frozenset(line_key(block.text) for block in gone)
            known.provenance["left_out"] = f"{len(gone)} lines that recur on the site"
        return kept

    def _usual_places(self, blocks: Sequence[Block], known: Metadata) -> list[Block] | None:
        """The text at the site's usual places, if the body that was found contradicts them."""
        assert self.memory is not None
        places = self.memory.usual_places
        here = [line.block for line in self._page.lines if line.chain in places]
        there = sum(len(block.text) for block in here)
        if there < _ENOUGH:
            return None
        texts = {block.text for block in here}
        found = sum(len(block.text) for block in blocks)
        inside = sum(len(block.text) for block in blocks if block.text in texts)
        outside = inside <= _OUTSIDE * found
        if not outside and (inside >= _PART * there or found >= there):
            return None
        usual = clean_blocks(here, known.title, known.authors)
        return usual if sum(len(block.text) for block in usual) >= _ENOUGH else None

    def unaided(self, article: Article) -> Article | None:
        """The same article with title and body as they were without the memory, if it changed them.

        An outlet has not edited a page when only our memory of its site is another one.
        """
        title, paragraphs = self._found
        if self.memory is None or (title, paragraphs) == (article.title, article.paragraphs):
            return None
        return replace(article, title=title, paragraphs=paragraphs)

    def lesson(self, article: Article) -> Lesson:
        """What the page teaches, given what was made of it."""
        return site_lesson.draw(self._page, article, self._before, self._left_out)


def without_recurring(blocks: list[Block], recurring: frozenset[int]) -> list[Block]:
    """``blocks`` without the lines that recur; all of them if that would be most of the text.

    A recurring sub-headline ("Background") belongs to the text below it, and goes only when nothing
    is left of that.
    """
    kept: list[Block] = []
    heading: Block | None = None  # recurring; nothing came after it yet
    for block in blocks:
        recurs = droppable(block.text) and line_key(block.text) in recurring
        if block.letter == "h":
            heading = block if recurs else None
            if recurs:
                continue
        elif recurs:
            continue
        elif heading is not None:
            kept.append(heading)
            heading = None
        kept.append(block)
    while len(kept) < len(blocks) and kept and kept[-1].letter == "h":
        kept.pop()  # what it introduced was left out
    whole = sum(len(block.text) for block in blocks)
    return kept if sum(len(block.text) for block in kept) >= (1 - _MOST) * whole else blocks
