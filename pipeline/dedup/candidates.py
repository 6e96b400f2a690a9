"""What the relation rules look at: the text that came in, and what is known that may be akin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pipeline.model import Article, Known, Relation


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """A text that has just been extracted."""

    url_key: str
    source: str
    article: Article
    body_hash: str
    content_hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Similar:
    """A stored article that shares part of its text with the incoming one."""

    known: Known
    score: float  # share of the text, 0 to 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidates:
    """Stored articles that may be related; the store looks them up, the rules judge them."""

    same_url: Known | None = None
    same_url_content_hash: str | None = None  # None: not at hand, body hash and title decide
    same_url_title: str | None = None  # None: that of ``same_url``
    same_url_text: str | None = None  # None: not at hand, the URL then counts as not re-used
    same_url_published: datetime | None = None  # None: unknown, or not at hand
    same_body: tuple[Known, ...] = ()  # any outlet, with equal body hash
    similar: tuple[Similar, ...] = ()  # best first; no rule looks at them yet


# A rule answers, or says None and leaves the question to the next one.
Rule = Callable[[Incoming, Candidates], Relation | None]
