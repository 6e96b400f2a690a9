"""Tells what a node of a content tree in JSON is, by the names that editors and frameworks use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from pipeline.text.scripts import NO_BLANKS

# Portable Text, Draft.js, ProseMirror, Slate, Lexical, Editor.js, Gutenberg, Contentful, Arc,
# the BBC's and the Guardian's own, and trees of HTML elements.
_TYPE_KEYS = ("type", "_type", "nodeType", "blockName", "tagName", "tag", "kind", "__typename",
              "name", "component")  # fmt: skip
LIST: Final = "list"
SKIPPED: Final = "skipped"
INLINE: Final = "inline"
DIVISION: Final = "division"
TEXT: Final = "text"  # a paragraph where paragraphs stand, a part of one inside of it

_KINDS: tuple[tuple[str, str], ...] = (
    (SKIPPED, (r"(?:\w*(?:image|img|photo|picture|galler\w*|video|audio|player|podcast|tweet|embed"
     r"|iframe|interstitial\w*|related\w*|recommend\w*|newsletter\w*|teasers?|captions?|figure"
     r"|figcaption|promo\w*|advert\w*|sponsor\w*|script|style|footer|aside|poll|button|form"
     r"|divider|separator|slideshow|byline|pullquote|disclaimer|correction|taboola|outbrain"
     r"|paywall\w*|comments?|readmore|seealso|linklist|atomic|social\w*|ad|ads|adslot|nav|svg))")),
    ("h2", (r"(?:h[1-6]|headers?|heading[1-6]?|head(?:er|ing)(?:one|two|three|four|five|six)"
     r"|sub(?:head\w*|title)|crosshead\w*)")),
    (LIST, r"(?:ul|ol|list|(?:un)?orderedlist|bullet(?:ed)?list|numberedlist|listing)"),
    ("li", r"(?:li|(?:(?:un)?ordered|bullet(?:ed)?|numbered)?listitem)"),
    ("blockquote", r"(?:block)?quot(?:e|ation)"),
    (TEXT, r"(?:plain)?text|html"),
    ("p", (r"(?:p|para|\w*paragraph|(?:rich|raw|body|article|html)text|rawhtml|richhtml|wysiwyg"
     r"|unstyled|normal|block|prose|copy)")),
    (INLINE, (r"(?:span|a|b|i|u|em|strong|small|sub|sup|mark|link|hyperlink|entryhyperlink|fragment"
     r"|leaf|br|linebreak|hardbreak|cite|code|time|abbr)")),
    (DIVISION, r"(?:div|section|article|main|body|doc|document|root|html)"),
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(pattern + r"\Z")) for kind, pattern in _KINDS)
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_ENDINGS = re.compile(r"(?<=\w{2})(?:blockelement|element|block|node|component|widget)\Z")
TEXT_KINDS: Final = frozenset(("p", "h2", "li", "blockquote"))


def kind_of(node: Mapping[str, Any]) -> str | None:
    """The tag that stands for a node: p, h2, li, blockquote, or one of the names above."""
    if "listItem" in node:
        return "li"
    for key in ("style", *_TYPE_KEYS):
        value = node.get(key)
        if isinstance(value, str) and value and (key != "style" or len(value) < 12):
            kind = named(value)
            if kind is not None and not (key in ("style", "name") and kind in ("p", TEXT, SKIPPED)):
                return kind
    return None


@lru_cache(maxsize=2048)
def named(name: str) -> str | None:
    """The kind that a name of a type stands for; None if it says nothing."""
    if len(name) > 60:
        return None
    last = re.split(r"[/.:]", name.lower())[-1]
    plain = _NOT_LETTERS.sub("", last)
    for form in (plain, _ENDINGS.sub("", plain)):
        for kind, pattern in _PATTERNS:
            if pattern.match(form):
                return kind
    return None


# Fields that tell something else than the text, by name: other stories, people, settings.
_OTHER = re.compile(
    r"(?i)(?:^_?(?:comments?|replies|related\w*|recommend\w*|teasers?|most\w+|latest\w*|trending"
    r"|popular\w*|newsletters?|footer|header|nav\w*|menus?|translations?|messages|i18n|locales?"
    r"|config\w*|settings|legal|privacy\w*|cookie\w*|consent\w*|captions?|credits?|bio|biography"
    r"|seo\w*|meta\w*|authors?|bylines?|contributors?|description|summary|excerpt|teaser\w*|alt"
    r"|og\w*|twitter\w*|social\w*|images?|media|gallery|videos?|ads?|advert\w*|promo\w*|sponsor\w*"
    r"|style\w*|css|scripts?|schema|json_?ld|structured_?data|tracking|analytics|features?|flags"
    r"|faqs?|disclaimer|copyright|paywall\w*|subscri\w+|subtitles|transcript\w*|query|queries"
    r"|router|env|runtime\w*|publicruntime\w*|next|prev(?:ious)?|more|also\w*|read\w*)$)"
)
_LEADS = ("lead", "standfirst", "intro", "introduction", "ingress", "dek", "deck", "chapo")
_PHRASE = re.compile(rf"\s|[{NO_BLANKS}]")  # one word alone names a component or a section
_TITLES = ("headline", "title", "headlines", "heading", "hed")
_ADDRESSES = ("url", "href", "link", "permalink", "canonical_url", "website_url", "path", "slug",
              "uri", "canonicalUrl", "webUrl")  # fmt: skip


@lru_cache(maxsize=4096)
def tells_other(field: str) -> bool:
    """True for the name of a field that never holds the text of the page's own article."""
    return len(field) < 40 and _OTHER.match(field) is not None


def title_of(node: Mapping[str, Any]) -> str:
    """The headline that a node gives itself, or ""."""
    for key in _TITLES:
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("basic") or value.get("rendered") or value.get("default")
        if isinstance(value, str) and 3 < len(value) < 500 and _PHRASE.search(value.strip()):
            return value
    return ""


def is_story(node: Mapping[str, Any]) -> bool:
    """True for a node with a headline and an address: a story of its own, or a link to one."""
    return bool(title_of(node)) and any(isinstance(node.get(key), str) for key in _ADDRESSES)


def lead_of(node: Mapping[str, Any]) -> str:
    """The lead that stands in a field of its own beside the text, or ""."""
    for key in _LEADS:
        value = node.get(key)
        if isinstance(value, str) and len(value) > 20:
            return value
    return ""
