"""Collects the links of one document: absolute, wanted, unique, and every one left out counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from functools import lru_cache

import regex

from pipeline.errors import DocumentError
from pipeline.model import Link, LinkRules
from pipeline.urls import canonical_key, resolve

MAX_ITEMS = 5_000  # of one document that are looked at
_MATCH_SECONDS = 0.05  # a pattern with catastrophic backtracking must not hold the loop
_MATCH_LENGTH = 1_000
_WEB = ("http:", "https:")
_HINTS = tuple(f.name for f in fields(Link) if f.name != "url")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> regex.Pattern[str]:
    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise DocumentError(f"link pattern {pattern!r} is not valid: {error}") from error


def matches_any(patterns: Iterable[str], url: str) -> bool:
    """True if one of ``patterns`` is found in ``url`` (its first 1,000 characters).

    A search that takes longer than 50 ms counts as no match.  Raises DocumentError for a pattern
    that does not compile.
    """
    for pattern in patterns:
        try:
            if _compiled(pattern).search(url[:_MATCH_LENGTH], timeout=_MATCH_SECONDS):
                return True
        except TimeoutError:
            continue
    return False


def permitted(url: str, rules: LinkRules) -> bool:
    """True if ``rules`` want ``url``: no ``deny`` matches, and one ``allow`` if there are any."""
    if rules.deny and matches_any(rules.deny, url):
        return False
    return not rules.allow or matches_any(rules.allow, url)


class LinkList:
    """Links in document order, one per canonical URL; ``skipped`` counts the rest by reason.

    Reasons: ``no_link``, ``not_http``, ``bad_url``, ``filtered``, ``other_site``, ``duplicate``,
    ``over_limit``; section pages add ``not_article``.
    """

    def __init__(self, url: str, rules: LinkRules) -> None:
        self.url = url
        self.rules = rules
        self.skipped: Counter[str] = Counter()
        self._links: dict[str, Link] = {}

    def absolute(self, href: str | None, base: str | None = None) -> str | None:
        """Return ``href`` as an absolute URL, or None with the reason counted."""
        href = (href or "").strip()
        if not href:
            self.skipped["no_link"] += 1
            return None
        url = resolve(base or self.url, href)
        if url is None:
            scheme, colon, _ = href[:40].partition(":")
            foreign = bool(colon) and scheme.isalpha() and f"{scheme.lower()}:" not in _WEB
            self.skipped["not_http" if foreign else "bad_url"] += 1
        return url

    def add(self, link: Link) -> None:
        """Take ``link`` if the rules want it; a second one for a URL fills in missing hints."""
        if (self.rules.deny or self.rules.allow) and not permitted(link.url, self.rules):
            self.skipped["filtered"] += 1
            return
        key = canonical_key(link.url)
        known = self._links.get(key)
        if known is None:
            self._links[key] = link
            return
        self.skipped["duplicate"] += 1
        missing = {
            n: getattr(link, n) for n in _HINTS if not getattr(known, n) and getattr(link, n)
        }
        if missing:
            self._links[key] = replace(known, **missing)

    @property
    def urls(self) -> tuple[str, ...]:
        """The URLs of all links taken so far."""
        return tuple(link.url for link in self._links.values())

    def keep(self, wanted: Callable[[Link], bool], reason: str) -> None:
        """Drop the links that are not ``wanted``, counted under ``reason``."""
        left = {key: link for key, link in self._links.items() if wanted(link)}
        if len(left) < len(self._links):
            self.skipped[reason] += len(self._links) - len(left)
            self._links = left

    def links(self) -> tuple[Link, ...]:
        """The links in document order; over ``max_links`` the newest, as far as they have times."""
        links = list(self._links.values())
        over = len(links) - max(0, self.rules.max_links)
        if over > 0:
            self.skipped["over_limit"] += over
            links = newest(links, len(links) - over)
        return tuple(links)


def newest(links: list[Link], count: int) -> list[Link]:
    """The ``count`` newest of ``links`` in their order; without times (on most) the first ones."""
    times = [link.published_at or link.modified_at for link in links]
    known = [t for t in times if t]
    if 2 * len(known) < len(links):
        return links[:count]
    oldest = min(known)
    order = sorted(range(len(links)), key=lambda i: times[i] or oldest, reverse=True)[:count]
    return [links[i] for i in sorted(order)]
