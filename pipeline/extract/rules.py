"""The rules of a source that say where the parts of its articles are, as values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b

# What a rule can name, in the order in which it is shown.
FIELDS = (
    "title", "authors", "published", "modified", "summary", "section", "tags", "image", "language",
    "body", "remove",
)  # fmt: skip
_MAX_URL = 2_048  # characters of an address that patterns are searched in


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """One set of rules: selectors (see ``selectors``) by field, and the pages they hold for."""

    title: tuple[str, ...] = ()  # of one value: the first selector that gives one
    authors: tuple[str, ...] = ()  # of several: all that the selectors give
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    body: tuple[str, ...] = ()  # the text is in all of these, in the order of the page
    remove: tuple[str, ...] = ()  # taken out before the text is looked for
    zone: str | None = None  # of times that name none
    urls: tuple[str, ...] = ()  # regular expressions, one must be found in the address
    valid_from: date | None = None  # of pages fetched from this day on
    valid_until: date | None = None

    def selectors(self) -> Iterator[tuple[str, str]]:
        """Field and selector of each single rule."""
        for field in FIELDS:
            for selector in getattr(self, field):
                yield field, selector

    def holds(self, url: str, day: date) -> bool:
        """True if these rules are for the page at an address, fetched on that day."""
        if self.valid_from is not None and day < self.valid_from:
            return False
        if self.valid_until is not None and day > self.valid_until:
            return False
        return not self.urls or any(re.search(p, url[:_MAX_URL]) for p in self.urls)


def holding(sets: Iterable[Rules], url: str, day: date) -> Rules | None:
    """The first set that holds for a page, None if none does."""
    return next((rules for rules in sets if rules.holds(url, day)), None)


@lru_cache(maxsize=1024)
def digest(rules: Rules | None) -> str:
    """What tells apart rules that read a page differently; "" for no rules."""
    found = [] if rules is None else list(rules.selectors())
    if rules is None or not found:
        return ""
    return blake2b(repr((found, rules.zone)).encode(), digest_size=8).hexdigest()
