"""Applies the rules of a source to a page: fields, what is taken out, where the text is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from lxml import etree

from pipeline.extract.clean import Block, blocks_of, clean_blocks
from pipeline.extract.document import Document, Element, flat
from pipeline.extract.language import code
from pipeline.extract.markup import marked_blocks
from pipeline.extract.metadata import Metadata
from pipeline.extract.names import names
from pipeline.extract.rules import Rules
from pipeline.extract.selectors import compiled
from pipeline.model import Certainty
from pipeline.text import clean_line
from pipeline.times import parse_time
from pipeline.urls import resolve

RULE = "rule"  # the origin of what a rule gave
_MAX_TAGS = 30
_MAX_SUMMARY = 1_000
_LONGEST_TIME = 120  # characters
_LABEL_WORDS = 4  # that may stand before a time: "Last updated on Monday,"

Place = Element | str


class Override:
    """The rules at work on one page.

    A rule whose selector finds nothing of use leaves the field to the ordinary way; ``hits`` tells
    which did and which did not, by field and selector.
    """

    def __init__(self, rules: Rules | None) -> None:
        self._rules = rules or Rules()
        self.hits: dict[tuple[str, str], bool] = {}

    def fields(self, document: Document, known: Metadata) -> None:
        """Put what the rules find in the place of what the page says of itself."""
        zone = ZoneInfo(self._rules.zone) if self._rules.zone else None
        site = [known.site_name] if known.site_name else []
        self._one(document, known, "title", lambda p: clean_line(_text(p)) or None)
        self._one(document, known, "summary", lambda p: clean_line(_text(p), _MAX_SUMMARY) or None)
        self._one(document, known, "section", lambda p: clean_line(_text(p), 80) or None)
        self._one(document, known, "image", lambda p: _address(p, document.url))
        self._time(document, known, "published", zone)
        self._time(document, known, "modified", zone)
        language = self._first(document, "language", lambda p: code(_stated(p, "lang", "content")))
        if language:
            known.languages.insert(0, (language, RULE))
        self._many(document, known, "authors", lambda texts: names(texts, site))
        self._many(document, known, "tags", _tags)

    def prune(self, document: Document) -> None:
        """Take out what the rules remove, for good: a fresh tree of the page lacks it too."""
        gone = False
        for selector in self._rules.remove:
            found = [
                element
                for element in compiled(selector).elements(document.tree)
                if element.tag not in ("html", "body") and element.getparent() is not None
            ]
            self.hits["remove", selector] = bool(found)
            for element in found:
                element.drop_tree()
                gone = True
        if gone:
            document.html = etree.tostring(document.tree, encoding="unicode", method="html")

    def body(self, document: Document, known: Metadata) -> list[Block]:
        """The text in what the rules keep; nothing when they find none."""
        chosen: dict[Element, list[str]] = {}
        for selector in self._rules.body:
            self.hits["body", selector] = False
            for element in compiled(selector).elements(document.tree):
                chosen.setdefault(element, []).append(selector)
        if not chosen:
            return []
        blocks: list[Block] = []
        for element in _outermost(document.tree, chosen):
            found = marked_blocks(element, document.url) if document.markup else blocks_of(element)
            blocks.extend(found)
            for selector in chosen[element] if found else ():
                self.hits["body", selector] = True
        # One that lies inside another found something too.
        for element, selectors in chosen.items():
            if flat(element):
                self.hits.update({("body", s): True for s in selectors})
        kept = clean_blocks(blocks, known.title, known.authors)
        if kept:
            known.provenance["body"] = RULE
        else:
            self.hits.update({("body", s): False for s in self._rules.body})
        return kept

    # -- fields -------------------------------------------------------------------------------

    def _first(
        self, document: Document, field: str, read: Callable[[Place], str | None]
    ) -> str | None:
        """The value of the first selector that gives one; the others are only tried."""
        value = None
        for selector in getattr(self._rules, field):
            found = next(filter(None, map(read, compiled(selector).find(document.tree))), None)
            self.hits[field, selector] = found is not None
            value = value or found
        return value

    def _one(
        self, document: Document, known: Metadata, field: str, read: Callable[[Place], str | None]
    ) -> None:
        value = self._first(document, field, read)
        if value is not None:
            setattr(known, field, value)
            known.provenance[field] = RULE

    def _many(
        self,
        document: Document,
        known: Metadata,
        field: str,
        read: Callable[[list[str]], tuple[str, ...]],
    ) -> None:
        texts: list[str] = []
        for selector in getattr(self._rules, field):
            found = list(filter(None, map(_text, compiled(selector).find(document.tree))))
            self.hits[field, selector] = bool(read(found))
            texts.extend(found)
        values = read(texts)
        if values:
            setattr(known, field, values)
            known.provenance[field] = RULE

    def _time(self, document: Document, known: Metadata, field: str, zone: tzinfo | None) -> None:
        value: tuple[datetime, Certainty] | None = None
        for selector in getattr(self._rules, field):
            places = compiled(selector).find(document.tree)
            found = next((t for p in places if (t := _moment(p, zone)) is not None), None)
            self.hits[field, selector] = found is not None
            value = value or found
        if value is not None:
            setattr(known, f"{field}_at", value[0])
            setattr(known, f"{field}_certainty", value[1])
            known.provenance[f"{field}_at"] = RULE


def _outermost(tree: Element, chosen: dict[Element, list[str]]) -> Iterator[Element]:
    """The chosen elements in the order of the page, without those that lie in another one."""
    for element in tree.iter(etree.Element):
        if element in chosen and chosen.keys().isdisjoint(element.iterancestors()):
            yield element


def _text(place: Place) -> str:
    if isinstance(place, str):
        return place
    return place.get("content") or "" if place.tag == "meta" else flat(place)


def _stated(place: Place, *attributes: str) -> str:
    """The first of the attributes, else the text."""
    if isinstance(place, str):
        return place
    return next(filter(None, map(place.get, attributes)), None) or flat(place)


def _address(place: Place, url: str) -> str | None:
    found = _stated(place, "content", "src", "data-src", "href").strip()
    return resolve(url, found) if found else None


def _tags(texts: list[str]) -> tuple[str, ...]:
    pieces = texts[0].split(",") if len(texts) == 1 else texts
    return tuple(dict.fromkeys(t for p in pieces if (t := clean_line(p, 80))))[:_MAX_TAGS]


def _moment(place: Place, zone: tzinfo | None) -> tuple[datetime, Certainty] | None:
    """The time in an attribute for programs, else in the text, behind a label if need be."""
    if isinstance(place, str):
        claims = [(place, Certainty.MACHINE)]
    else:
        stated = next(filter(None, (place.get(a) for a in ("datetime", "content"))), None)
        claims = [(stated, Certainty.MACHINE)] if stated else []
        claims.append((flat(place), Certainty.VISIBLE))
    for text, certainty in claims:
        for claim in _without_label(" ".join(text.split())[:_LONGEST_TIME]):
            moment = parse_time(claim, zone=zone) if zone else parse_time(claim)
            if moment is not None:
                return moment, certainty
    return None


def _without_label(text: str) -> Iterator[str]:
    yield text
    rest = text
    for _ in range(_LABEL_WORDS):
        word, _, rest = rest.partition(" ")
        if not rest or any(char.isdigit() for char in word):
            return
        yield rest
