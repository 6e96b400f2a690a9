"""Tells whether a page says of itself that its article is paid for."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract import jsonld
from pipeline.extract.metatags import MetaTags

_TIERS = (
    "article:content_tier", "og:article:content_tier", "content_tier", "content-tier",
    "cxenseparse:content-tier", "article:access", "paywall", "is-premium", "premium",
    "article:premium", "cxenseparse:recs:paywall", "is_paywalled",
)  # fmt: skip
_PAID = frozenset(
    ("locked", "metered", "premium", "paid", "subscriber", "subscription", "subscribers", "true",
     "yes", "1", "plus", "abo", "paywall", "hard", "registration")
)  # fmt: skip
_FALSE, _TRUE = ("false", "no", "0"), ("true", "yes", "1")
_PAGES = ("WebPage", "WebPageElement", "MediaGallery")


def paywalled(meta: MetaTags, found: Sequence[jsonld.Node]) -> tuple[bool, str]:
    """Whether the article is paid for, and where that is said.

    isAccessibleForFree of the article counts, or that of one of its parts if it says nothing
    itself; museums and games state it too.
    """
    for node in found:
        kinds = jsonld.types(node)
        if kinds and not (jsonld.is_article(node) or any(kind in _PAGES for kind in kinds)):
            continue
        free = _boolean(node.get("isAccessibleForFree"))
        if free is False:
            return True, "json-ld:isAccessibleForFree"
        parts = node.get("hasPart")
        for part in parts if isinstance(parts, list) else [parts]:
            closed = isinstance(part, dict) and _boolean(part.get("isAccessibleForFree")) is False
            if free is None and closed:
                return True, "json-ld:hasPart"
    for name in _TIERS:
        if any(text.strip().lower() in _PAID for text in meta.all(name)):
            return True, f"meta:{name}"
    return False, ""


def _boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = value.strip().rsplit("/", 1)[-1].lower() if isinstance(value, str) else ""
    return False if word in _FALSE else True if word in _TRUE else None
