"""Cuts a page into text blocks and the boxes that hold them, in one pass over its tree.

A block is a run of text between two borders that a reader sees; a box is an element that may hold
blocks.  What a model wants to know of a block lies mostly in its boxes: what they are, what their
class says, how much text is in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.extract.boxnames import is_clutter, is_consent_wall
from pipeline.extract.clean import fold
from pipeline.extract.document import Element
from pipeline.extract.readability_engine import unlikely
from pipeline.text import clean_paragraph

INLINE = frozenset(
    (
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em", "font", "i", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp",
        "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    )
)  # fmt: skip

# What an element is, by its tag.
_BY_TAG = {
    "article": 1, "main": 2, "aside": 4, "nav": 8, "menu": 8, "footer": 16, "header": 32,
    "ul": 64, "ol": 64, "dl": 64, "table": 128, "form": 256, "fieldset": 256, "figure": 512,
    "blockquote": 1024, "section": 2048, "details": 4096,
}  # fmt: skip
ARTICLE, MAIN, ASIDE, NAV, FOOTER, HEADER, LIST, TABLE, FORM, FIGURE, QUOTE, SECTION, DETAILS = (
    1 << n for n in range(13)
)
# What its class, id or role says; a name can say several things.
_NAMES = (
    ("hidden", r"^(?:hidden|invisible|sr|sronly|screenreader|offscreen|visually)$"),
    ("positive", r"article|entry|^post$|story|content|body|text|paragraph|^main|prose|artikel"),
    ("bodyname", r"bodytext|articlebody|storybody|richtext|paragraph|^prose$|wysiwyg|articletext"),
    ("comment", r"comment|disqus|repl(?:y|ies)|discuss|forum|kommentar|^reader"),
    (
        "related",
        (r"relat|recommend|recirc|^more|^also$|suggest|similar|popular|trend|^most|latest|"
            r"teaser|promo|^card|river|outbrain|taboola|^next$|^read$"),
    ),
    ("caption", r"caption|credit|galler|slide|carousel|imag|photo|media|video|player|figure|^pic"),
    ("author", r"author|byline|^bios?$|contribut|writer|profile|vcard"),
    ("share", r"shar(?:e|ing)|social|follow|facebook|twitter|whatsapp|tool|button|^btn|print"),
    ("signup", r"newsletter|subscri|sign|paywall|offer|^cta|donat|regist|login|consent|cookie"),
    (
        "lead",
        (r"^lea?de?$|intro|standfirst|summary|^dek$|excerpt|abstract|kicker|^sub|chapo|vorspann"
            r"|entradilla|sapo|teaser"),
    ),
    ("title", r"title|head(?:line|ing)|^h[1-6]$"),
    ("meta", r"^meta|^date|^time|^info$|^tags?$|categor|breadcrumb|label|topic|keyword|source"),
    ("ad", r"^ads?$|^adv|advert|sponsor|^dfp$|banner|anzeige|werb|^gpt$"),
    ("aside", r"^side|rail|widget|aside|^col|box|fact|^note|insert|embed|quote|^pull"),
    ("foot", r"foot|bottom|copyright|legal|disclaim|imprint"),
    ("nav", r"^nav|menu|^header|masthead|toolbar|^bar$|^skip$|pagin|^index$"),
)  # fmt: skip
NAMES = tuple(name for name, _ in _NAMES)
_FIRST_NAME = 13
_PATTERNS = tuple(
    (1 << (_FIRST_NAME + n), re.compile(pattern)) for n, (_, pattern) in enumerate(_NAMES)
)
_AFTER_NAMES = _FIRST_NAME + len(_NAMES)
CLUTTER, UNLIKELY, CONSENT, ARTICLE_BODY, UNSEEN = (1 << (_AFTER_NAMES + n) for n in range(5))
HIDDEN_NAME, POSITIVE, BODY_NAME = (1 << (_FIRST_NAME + n) for n in range(3))
FLAGS = _AFTER_NAMES + 5
POST = 1 << FLAGS  # a post of a social network that the page embeds; not a feature
_POSTS = re.compile("twitter-tweet|bluesky-embed|mastodon-embed|fb-post|truthsocial-embed")
_INVISIBLE = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
_WIDE = re.compile("[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff]")
_WIDE_WEIGHT = 2.2  # a Han character says as much as so many letters
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_OF_STORY = frozenset(("article", "story", "entry", "post", "news", "content", "page", "detail"))
_ITS_TEXT = frozenset(("body", "text", "content", "copy"))


@lru_cache(maxsize=32768)
def _flags_of_word(word: str) -> int:
    """Words recur from site to site, whole class attributes hardly ever do."""
    lowered = word.lower()
    return sum(flag for flag, pattern in _PATTERNS if pattern.search(lowered))


@lru_cache(maxsize=8192)
def flags_of_names(names: str) -> int:
    """What a class and id attribute say, as flags."""
    found = 0
    words = _WORD.findall(names)
    for word in words:
        found |= _flags_of_word(word)
    if found & POSITIVE:
        said = {word.lower() for word in words}
        if not _OF_STORY.isdisjoint(said) and len(said & _ITS_TEXT) > ("content" in said):
            found |= BODY_NAME
    if is_clutter(names):
        found |= CLUTTER
    if unlikely(names):
        found |= UNLIKELY
    if is_consent_wall(names):
        found |= CONSENT
    if _POSTS.search(names):
        found |= POST
    return found


class Box:
    """An element that may hold blocks, with what is in it."""

    __slots__ = (
        "children",
        "commas",
        "depth",
        "element",
        "flags",
        "linked",
        "number",
        "own",
        "path",
        "prose",
        "size",
        "tag",
        "up",
    )  # fmt: skip

    def __init__(self, element: Element, tag: str, up: Box | None, path: int, own: int) -> None:
        self.element = element
        self.tag = tag
        self.up = up
        self.path = path  # a number for the chain of tags and classes down to here
        self.own = own  # flags of this element alone
        self.flags: int = own | (up.flags if up is not None else 0)  # and of all above
        self.depth: int = up.depth + 1 if up is not None else 0
        self.size = 0  # characters below, after ``weigh``
        self.linked = 0  # of these in links
        self.prose = 0.0  # readability's score of the paragraphs below
        self.commas = 0
        self.children = len(element)
        self.number = -1


@dataclass(slots=True)
class TextBlock:
    """A run of text with where it stands."""

    text: str
    linked: int  # characters in links
    strong: int  # characters in bold
    emphasis: int  # characters in italics
    anchors: int  # how many links
    box: Box
    kind: str  # the tag that makes it what it is: p, h2, li, blockquote, div …
    html: str = ""


class Walker:
    """Collects blocks and boxes in document order."""

    def __init__(self) -> None:
        self.blocks: list[TextBlock] = []
        self.boxes: list[Box] = []
        self._parts: list[str] = []
        self._linked = self._strong = self._emphasis = self._anchors = 0
        self._paths: dict[tuple[int, str, str | None], int] = {}

    def close(self, box: Box, kind: str) -> None:
        """End the current run of text."""
        parts = self._parts
        if parts:
            text = clean_paragraph("".join(parts))
            if text:
                size = len(text)
                self.blocks.append(
                    TextBlock(
                        text=text,
                        linked=min(size, self._linked),
                        strong=min(size, self._strong),
                        emphasis=min(size, self._emphasis),
                        anchors=self._anchors,
                        box=box,
                        kind=kind,
                    )
                )
            parts.clear()
        self._linked = self._strong = self._emphasis = self._anchors = 0

    def walk(self, element: Element, up: Box | None, kind: str) -> None:
        """Add a block-level element, without its tail (libxml2 nests at most 256 deep)."""
        tag = element.tag
        get = element.get
        names = get("class")
        own = _BY_TAG.get(tag, 0)
        ident = get("id")
        if names or ident:
            own |= flags_of_names(f"{names or ''} {ident or ''}")
        if element.attrib:
            own |= _by_attributes(get)
        key = (up.path if up is not None else 0, tag, names)
        paths = self._paths
        path = paths.get(key)
        if path is None:
            path = paths[key] = len(paths) + 1
        box = Box(element, tag, up, path, own)
        box.number = len(self.boxes)
        self.boxes.append(box)
        if up is not None:
            self.close(up, kind)
        if not (tag in ("p", "div", "span") and kind in ("li", "blockquote")):
            kind = tag
        text = element.text
        if text:
            self._parts.append(text)
        for child in element:
            tag = child.tag
            if tag == "br":
                following = child.getnext()
                if (
                    following is not None
                    and following.tag == "br"
                    and not (child.tail or "").strip()
                ):
                    self.close(box, kind)
                else:
                    self._parts.append("\n")
            elif tag in INLINE:
                self._inline(child, box, kind, 0)
            else:
                self.walk(child, box, kind)
            tail = child.tail
            if tail:
                self._parts.append(tail)
        self.close(box, kind)

    def _inline(self, element: Element, box: Box, kind: str, state: int) -> None:
        """Add an inline element without its tail; ``state``: 1 in a link, 2 bold, 4 italic."""
        tag = element.tag
        if tag == "a":
            state |= 1
            self._anchors += 1
        elif tag in ("b", "strong"):
            state |= 2
        elif tag in ("i", "em"):
            state |= 4
        self._take(element.text, state)
        for child in element:
            tag = child.tag
            if tag == "br":
                self._parts.append("\n")
            elif tag in INLINE:
                self._inline(child, box, kind, state)
            else:
                # a block inside of an inline element: <a><h3>…</h3></a>, <span><p>…
                before = len(self.blocks)
                self.walk(child, box, kind)
                if state & 1:
                    for block in self.blocks[before:]:
                        block.linked = len(block.text)
            self._take(child.tail, state)

    def _take(self, text: str | None, state: int) -> None:
        if text:
            self._parts.append(text)
            if state:
                size = len(" ".join(text.split()))
                if state & 1:
                    self._linked += size
                if state & 2:
                    self._strong += size
                if state & 4:
                    self._emphasis += size


def _by_attributes(get: Element) -> int:
    found = 0
    if get("hidden") is not None or get("aria-hidden") == "true":
        found |= UNSEEN
    style = get("style")
    if style is not None and _INVISIBLE.search(style):
        found |= UNSEEN
    prop = get("itemprop")
    if prop is not None and "articleBody" in prop:
        found |= ARTICLE_BODY
    role = get("role")
    if role is not None:
        found |= _ROLES.get(role, 0)
    return found


_ROLES = {
    "article": ARTICLE, "main": MAIN, "complementary": ASIDE, "navigation": NAV,
    "contentinfo": FOOTER, "banner": HEADER, "dialog": CONSENT, "menu": NAV,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cut:
    """A page cut into blocks, and the boxes that hold them; in document order."""

    blocks: list[TextBlock]
    boxes: list[Box]
    folds: list[str]  # of each block, its letters and digits
    weights: list[float]  # of each block, its length in letters


def cut(body: Element) -> Cut:
    """The blocks and boxes of ``body``, weighed."""
    walker = Walker()
    walker.walk(body, None, "body")
    _weigh(walker)
    blocks = walker.blocks
    return Cut(
        blocks=blocks,
        boxes=walker.boxes,
        folds=[fold(block.text) for block in blocks],
        weights=[weight_of(block.text) for block in blocks],
    )


def weight_of(text: str) -> float:
    """The length of a text in letters; characters that stand for syllables or words count more."""
    if text.isascii():
        return float(len(text))
    return len(text) + (_WIDE_WEIGHT - 1) * len(_WIDE.findall(text))


def _weigh(walker: Walker) -> None:
    """Add up what is in each box; paragraphs score as in readability."""
    for block in walker.blocks:
        box = block.box
        size = len(block.text)
        box.size += size
        box.linked += block.linked
        plain = size - block.linked
        if plain > 25:
            commas = block.text.count(",") + block.text.count("，") + block.text.count("、")
            box.commas += commas
            score = (1 + commas + min(size / 100, 3)) * plain / size
            holder = box if block.kind == "div" or box.up is None else box.up
            holder.prose += score
            if holder.up is not None:
                holder.up.prose += score / 2
    for box in reversed(walker.boxes):
        up = box.up
        if up is not None:
            up.size += box.size
            up.linked += box.linked
            up.commas += box.commas
