"""Finds the lines of a page that readers see as its byline, the surest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from pipeline.extract.document import Element, flat, xpath
from pipeline.extract.headings import spaced, within
from pipeline.extract.marks import Marks, elsewhere
from pipeline.extract.timeplaces import Places
from pipeline.text import clean_line

_MAX_LENGTH = 120  # characters of a byline
_MAX_PLACES = 80
_MAX_PERSONS = 6  # authors side by side
_SIDE_BY_SIDE = 3  # boxes above an author that hold the others
_LONG_ABOVE = 1  # paragraphs that may stand between headline and byline: the standfirst
_MAX_LINES = 40  # short lines behind the headline that are read for "By …"

_PERSON = re.compile(
    r"(?i)/(?:author|autor|auteur|journalist|people/|person|profile|by/|writer|reporter|staff/"
    r"|redakt|firmas|verfasser|contributor|columnist|signataires)"
)
_LINKS = xpath("//a[@href]")
_SAYS_BY = re.compile(
    r"(?i)^\s*(?:by|written by|story by|words by|reported by|von|par|por|di|door|av|af|od|oleh"
    r"|szerző|autor(?:in)?|auteur|author|автор|بقلم|كتب|كتبت|مراسل|記者|记者|作者|撰文)\s*[:：]?\s+\S"
    r"|^\s*(?:autor(?:in)?(?:/-?in)?|author|auteur|autore|forfatter|автор|الكاتب|作者|文|記者|记者)"
    r"\s*[:：]\s*\S"
    r"|^[\u3040-\u9fff]{2,6}\s*(?:記者|记者)$|^[가-힣]{2,4}\s?기자$"
)
_LABEL = re.compile(
    r"(?i)^\s*(?:autor(?:in)?(?:en|/autor)?|authors?|by|auteur|autore|автор|von|作者)\s*[:：]?\s*$"
)
_BY = re.compile(r"(?i)^\s*(?:by|von|par|por|di|door|av|af)\s+")
_REST = re.compile(r"\s*[,;·|•／]\s*|\s+/\s+|\s+(?=\d)")
_NAME_ONLY = re.compile(r"^(?:[^\W\d_a-z]['’.\w-]*\s+){1,3}[^\W\d_a-z]['’\w-]*$")


@dataclass(frozen=True, slots=True)
class Byline:
    """A line that may say who wrote the article."""

    text: str
    origin: str
    sure: bool = False  # says "by", or is marked as the author for programs

    @property
    def bare(self) -> str:
        """The line without its "By" and what follows the first name: "By TPN, in News · 3 May"."""
        return _REST.split(_BY.sub("", self.text), maxsplit=1)[0]


def bylines(tree: Element, places: Marks, around: Places) -> list[Byline]:
    """Lines that may be the byline, the surest first; empty for pages that show none.

    What stands with the headline comes first.  Behind it only what the markup calls the author
    counts: links to the pages of persons lead to those of other stories, too.
    """
    return list(dict.fromkeys(_all(tree, places, around)))[:_MAX_PLACES]


def marked_bylines(places: Marks, around: Places) -> list[Byline]:
    """Of these, only marked lines with the headline: a tenth of the cost."""
    near = [e for e in places.author if around.near(e) and not elsewhere(e)]
    return list(dict.fromkeys(_marked(near[:_MAX_PLACES])))


def _all(tree: Element, places: Marks, around: Places) -> Iterator[Byline]:
    marked = [element for element in places.author if not elsewhere(element)][:_MAX_PLACES]
    near = [element for element in marked if around.near(element)]
    far = [element for element in marked if not around.near(element)]
    yield from _marked(near)
    for element in [a for a in _LINKS(tree) if _PERSON.search(a.get("href"))][:_MAX_PLACES]:
        if around.near(element) and not elsewhere(element):
            yield from _line(element, "author link")
    yield from _behind_headline(tree)
    yield from _marked(far)


def _marked(elements: list[Element]) -> Iterator[Byline]:
    for origin, attribute in (("rel=author", "rel"), ("itemprop:author", "itemprop")):
        named = [e for e in elements if "author" in (e.get(attribute) or "").lower()]
        together = _together(named)
        if len(together) > 1:
            yield Byline(text=", ".join(together), origin=origin, sure=True)
        for element in named:
            inner = element.find(".//*[@itemprop='name']")
            yield from _line(element if inner is None else inner, origin, sure=True)
    for element in elements:
        if not within(element, _MAX_LENGTH):
            continue
        links = [text for a in element.iter("a") if (text := clean_line(flat(a)))]
        if 1 < len(links) <= _MAX_PERSONS:
            yield Byline(text=", ".join(links), origin="byline")
        yield from _line(element, "byline")


def _together(named: list[Element]) -> list[str]:
    """The names of several authors that stand side by side; a list of stories gives none."""
    if not named:
        return []
    *_, box = (None, *islice(named[0].iterancestors(), _SIDE_BY_SIDE))
    texts = [clean_line(flat(e)) for e in named if any(up is box for up in e.iterancestors())]
    texts = [text for text in dict.fromkeys(texts) if text]
    return texts if len(texts) <= _MAX_PERSONS else []


def _line(element: Element, origin: str, *, sure: bool = False) -> Iterator[Byline]:
    if element.tag in ("script", "style", "meta", "body", "html", "form", "input"):
        return
    text = spaced(element) if within(element, _MAX_LENGTH) else ""
    if text and len(text) <= _MAX_LENGTH:
        if element.find(".//br") is not None:
            text = _first_line(element) or text
        yield Byline(text=text, origin=origin, sure=sure or _SAYS_BY.match(text) is not None)


def _first_line(element: Element) -> str:
    """The text of ``element`` up to a line break: below the name stand role and day."""
    parts: list[str] = []
    for event, at in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if at.tag == "br" and clean_line("".join(parts)):
                break
            parts.append(at.text or "")
        elif at is not element:
            parts.append(at.tail or "")
    return clean_line("".join(parts))


def _behind_headline(tree: Element) -> Iterator[Byline]:
    """Short lines near the headline that say "By …", and a lone name in bold above the text."""
    heading = tree.find(".//h1")
    if heading is None:
        return
    count, long = 0, 0
    for element in _after(heading):
        text = (element.text or "").strip()
        if not text:
            continue
        if len(text) > _MAX_LENGTH:
            long += 1
            continue
        count += 1
        if count > _MAX_LINES:
            return
        if _LABEL.match(text):
            rest = clean_line(element.tail or "") or _next_text(element)
            if rest and len(rest) <= _MAX_LENGTH:
                yield Byline(text=rest, origin="byline", sure=True)
        elif long <= _LONG_ABOVE and _SAYS_BY.match(text):
            whole = clean_line(flat(element))
            if len(whole) <= _MAX_LENGTH:
                yield Byline(text=whole, origin="byline", sure=True)
        elif (
            long == 0
            and element.tag in ("strong", "b")
            and element.getparent().tag == "p"
            and _NAME_ONLY.match(clean_line(text))
            and clean_line(flat(element.getparent())) == clean_line(text)
        ):
            yield Byline(text=clean_line(text), origin="bold line")


def _after(element: Element) -> Iterator[Element]:
    """Elements behind ``element`` in document order, outside of it."""
    at = element
    while at is not None:
        following = at.getnext()
        while following is not None:
            if isinstance(following.tag, str) and following.tag not in ("script", "style"):
                yield from following.iter(_TAGS)
            following = following.getnext()
        at = at.getparent()


_TAGS = (
    "p",
    "span",
    "div",
    "strong",
    "b",
    "a",
    "li",
    "em",
    "address",
    "cite",
    "dt",
    "label",
    "small",
)


def _next_text(element: Element) -> str:
    following = element.getnext()
    return clean_line(flat(following)) if following is not None else ""
