"""Tells by its class and id that a box is clutter: advertisements, sharing, teasers, walls."""

from __future__ import annotations

import re
from functools import lru_cache

# Compared with whole words, so that "share" is not found in "shareholders".
_WORDS = frozenset((
    "ad", "adbox", "addthis", "addtoany", "ads", "adsense", "adslot", "adv", "advert",
    "advertentie", "advertisement", "advertising", "adverts", "anzeige", "anzeigen", "authorbox",
    "banner", "bio", "breadcrumb", "breadcrumbs", "byline", "bylines", "caption", "captions",
    "card", "cards", "cmp", "comment", "commentlist", "comments", "community", "consent", "cookie",
    "cookiebanner", "cookies", "copyright", "credit", "credits", "cta", "cybot", "dfp", "didomi",
    "disqus", "feedback", "footer", "gdpr", "gpt", "lightbox", "menu", "modal", "morefrom",
    "mostread", "nav", "navbar", "navigation", "newsletter", "newsletters", "onetrust", "optin",
    "outbrain", "overlay", "pager", "pagination", "poll", "popular", "popup", "print", "promo",
    "promos", "promoted", "promotion", "publicidad", "publicidade", "publicite", "readmore",
    "recirc", "recirculation", "recommend", "recommendation", "recommendations", "recommended",
    "regwall", "reklama", "related", "seealso", "share", "shareaholic", "sharebar", "sharedaddy",
    "shares", "sharing", "sidebar", "signup", "skip", "social", "socials", "sponsor", "sponsored",
    "subscribe", "subscription", "survey", "taboola", "tag", "taglist", "tags", "teaser", "teasers",
    "toolbar", "trending", "usercentrics", "werbung", "whatsapp", "wp-caption-text",
))  # fmt: skip
# Two words that only mean something together, wherever they stand, without hyphens.  In one
# expression that is told by its first letters: a page has some hundred names.
_PHRASES = re.compile(
    "read(?:more|also|next)|seealso|more(?:from|stories|news|on)|author(?:box|bio|info|card|profile)"
    "|aboutauthor|also(?:read|like)|most(?:read|popular)|sign(?:up|in)|login(?:form|box)|callout"
    "|push(?:prompt|notification)|followus|inarticle(?:ad|promo)|nextarticle|screenreader"
    "|visuallyhidden|sronly"
    "|paywall(?:box|banner|overlay|prompt|message|cta|modal|gate|teaser|offer)"
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_JOINTS = str.maketrans("", "", "-_")

# Consent walls, by the names of the products that put them there.
_WALLS = re.compile(
    r"onetrust|didomi|cookie[-_]?(?:banner|bar|box|wall|notice|consent|law|policy|modal)|gdpr|usercentrics"
    r"|qc-cmp|fc-consent|sp_message|[Cc]ybot"
)


@lru_cache(maxsize=8192)
def words_of(names: str) -> tuple[str, ...]:
    """The words in a class and id attribute, in lower case."""
    return tuple(word.lower() for word in _WORD.findall(names))


@lru_cache(maxsize=8192)
def is_clutter(names: str) -> bool:
    """True if a class and id attribute say that the element is no article text."""
    if not _WORDS.isdisjoint(words_of(names)):
        return True
    return _PHRASES.search(names.lower().translate(_JOINTS)) is not None


def is_consent_wall(names: str) -> bool:
    """True if they are the names of a consent wall's outermost box."""
    return _WALLS.search(names) is not None
