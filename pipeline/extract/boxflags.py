"""What an element is by its tag, its class and id, and its other attributes: as flags.

Words of class names are looked at one by one, since they recur from site to site and whole class
attributes hardly ever do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from pipeline.extract.boxnames import is_clutter, is_consent_wall, words_of
from pipeline.extract.readability_engine import unlikely

# What an element is, by its tag.
BY_TAG = {
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
_OF_STORY = frozenset(("article", "story", "entry", "post", "news", "content", "page", "detail"))
_ITS_TEXT = frozenset(("body", "text", "content", "copy"))


@lru_cache(maxsize=32768)
def _flags_of_word(word: str) -> int:
    """Words recur from site to site, whole class attributes hardly ever do."""
    return sum(flag for flag, pattern in _PATTERNS if pattern.search(word))


@lru_cache(maxsize=8192)
def flags_of_names(names: str) -> int:
    """What a class and id attribute say, as flags."""
    found = 0
    words = words_of(names)
    for word in words:
        found |= _flags_of_word(word)
    of_story = found & POSITIVE and not _OF_STORY.isdisjoint(words)
    if of_story and len(_ITS_TEXT.intersection(words)) > ("content" in words):
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


def flags_of_attributes(get: Callable[[str], str | None]) -> int:
    """What other attributes say, as flags; ``get`` gives one by its name."""
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
