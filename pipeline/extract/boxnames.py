"""Tells by its class and id that a box is clutter: advertisements, sharing, teasers, walls."""

from __future__ import annotations

import re
from functools import lru_cache

# Compared with whole words, so that "share" is not found in "shareholders".
_WORDS = frozenset((
    "ad", "adbox", "addthis", "addtoany", "ads", "adsense", "adslot", "adv", "advert",
    "advertisement", "advertising", "adverts", "authorbox", "banner", "bio", "breadcrumb",
    "breadcrumbs", "byline", "bylines", "caption", "captions", "card", "cards", "cmp", "comment",
    "commentlist", "comments", "community", "consent", "cookie", "cookiebanner", "cookies",
    "copyright", "credit", "credits", "cta", "cybot", "dfp", "didomi", "disqus", "feedback",
    "footer", "gdpr", "gpt", "lightbox", "menu", "modal", "morefrom", "mostread", "nav", "navbar",
    "navigation", "newsletter", "newsletters", "onetrust", "optin", "outbrain", "overlay", "pager",
    "pagination", "poll", "popular", "popup", "print", "promo", "promos", "promoted", "promotion",
    "readmore", "recirc", "recirculation", "recommend", "recommendation", "recommendations",
    "recommended", "regwall", "related", "seealso", "share", "shareaholic", "sharebar",
    "sharedaddy", "shares", "sharing", "sidebar", "signup", "skip", "social", "socials", "sponsor",
    "sponsored", "subscribe", "subscription", "survey", "taboola", "tag", "taglist", "tags",
    "teaser", "teasers", "toolbar", "trending", "usercentrics", "whatsapp", "wp-caption-text",
))  # fmt: skip
# Two words that only mean something together, wherever they stand, without hyphens.
_PHRASES = (
    "readmore", "readalso", "readnext", "seealso", "morefrom", "morestories", "morenews", "moreon",
    "authorbox", "authorbio", "authorinfo", "authorcard", "authorprofile", "aboutauthor",
    "alsoread", "alsolike", "mostread", "mostpopular", "signup", "signin", "loginform", "loginbox",
    "callout", "pushprompt", "pushnotification", "followus", "inarticlead", "inarticlepromo",
    "nextarticle", "screenreader", "visuallyhidden", "sronly", "paywallbox", "paywallbanner",
    "paywalloverlay", "paywallprompt", "paywallmessage", "paywallcta", "paywallmodal",
    "paywallgate", "paywallteaser", "paywalloffer",
)  # fmt: skip
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_JOINTS = str.maketrans("", "", "-_")

# Consent walls, by the names of the products that put them there.
_WALLS = re.compile(
    r"onetrust|didomi|cookie[-_]?(?:banner|bar|box|wall|notice|consent|law|policy|modal)|gdpr|usercentrics"
    r"|qc-cmp|fc-consent|sp_message|[Cc]ybot"
)


@lru_cache(maxsize=8192)
def is_clutter(names: str) -> bool:
    """True if a class and id attribute say that the element is no article text."""
    if not _WORDS.isdisjoint(map(str.lower, _WORD.findall(names))):
        return True
    solid = names.lower().translate(_JOINTS)
    return any(phrase in solid for phrase in _PHRASES)


def is_consent_wall(names: str) -> bool:
    """True if they are the names of a consent wall's outermost box."""
    return _WALLS.search(names) is not None
