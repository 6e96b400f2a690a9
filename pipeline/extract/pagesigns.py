"""Looks at a page as a whole, before an engine uses its tree up, for what the verdict asks."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extract.document import Element, flat, xpath
from pipeline.extract.prune import strip_code
from pipeline.text import clean_line

_TEXTS = xpath("descendant::text()")
_LINKED = xpath("descendant::a//text()")
_HEADINGS = ("h1", "h2")
_MAX_HEADINGS = 6
_MAX_PAGE = 40_000  # characters of the page's text that are kept in one line
_MIN_HEADLINE = 10  # characters of a link that may be a headline; in Han and Kana four
_MIN_HAN = 4


@dataclass(frozen=True, slots=True)
class PageSigns:
    """What a page is made of, apart from its article."""

    titles: tuple[str, ...]  # what the page calls itself: its <title> and its first headings
    texts: tuple[str, ...] = field(repr=False)  # all visible runs of text, in order
    characters: int  # of all of them
    linked: float  # share of them in links
    declared: bool  # says of itself, in its head, that it is an article

    @property
    def text(self) -> str:
        """The visible text in one line, cut off somewhere."""
        return " ".join(" ".join(self.texts).split())[:_MAX_PAGE]


def observe(tree: Element, provenance: dict[str, str], *, article_type: bool) -> PageSigns:
    """The signs of a page, whose scripts and meta tags are gone from ``tree``.

    ``article_type`` is what ``says_article`` told.  ``provenance`` are the origins of the metadata:
    a headline or a time in JSON-LD, or the time of an article in a meta tag, is a word for one.
    """
    body = tree.find(".//body")
    texts = _visible(_TEXTS(body)) if body is not None else []
    whole = sum(map(len, texts))
    linked = sum(map(len, _visible(_LINKED(body)))) if body is not None else 0
    return PageSigns(
        titles=_titles(tree),
        texts=tuple(texts),
        characters=whole,
        linked=linked / max(whole, 1),
        declared=article_type or _declared(provenance),
    )


def _visible(texts: list[str]) -> list[str]:
    return [text for text in texts if not text.isspace()]


def _titles(tree: Element) -> tuple[str, ...]:
    found = []
    for element in tree.iter("title", *_HEADINGS):
        text = clean_line(flat(element))
        if text:
            found.append(text)
        if len(found) == _MAX_HEADINGS:
            break
    return tuple(dict.fromkeys(found))


def _declared(provenance: dict[str, str]) -> bool:
    origins = {provenance.get(name, "") for name in ("title", "published_at", "authors")}
    return any(
        origin.startswith(("json-ld", "meta:article", "meta:og:article")) for origin in origins
    )


def says_article(tree: Element) -> bool:
    """True if the og:type of a page with its head untouched is an article."""
    for meta in tree.iter("meta"):
        if (meta.get("property") or meta.get("name") or "").lower() == "og:type":
            return "article" in (meta.get("content") or "").lower()
    return False


def under_headlines(tree: Element) -> set[str]:
    """The beginnings of all runs of text that follow a headline that is a link: teasers.

    ``tree`` is used up.  The text of a paragraph begins with its run, see ``opening``.
    """
    strip_code(tree)
    found: set[str] = set()
    body = tree.find(".//body")
    if body is None:
        return found
    links = {inner for link in body.iter("a") for inner in link.iter()}
    after = False
    for text in body.xpath("descendant::text()[normalize-space()]"):
        line = " ".join(text.split())
        parent = text.getparent()
        if (parent if text.is_text else parent.getparent()) in links:
            after = len(line) >= (_MIN_HAN if line[0] >= "\u3000" else _MIN_HEADLINE)
        else:
            if after:
                found.add(opening(line))
            after = False
    return found


def opening(line: str) -> str:
    """That by which a run of text is recognised."""
    return line[:24]
