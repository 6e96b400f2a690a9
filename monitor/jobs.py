"""What a worker process does: bytes of a feed into links, bytes of a page into an article.

Pure functions of their argument, so that they can run anywhere and be killed at any time.  Nothing
here knows the store or the network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crawler.discovery.autodiscover import FeedCandidate
from pipeline.errors import DecodeError, DocumentError
from pipeline.extract.rules import Rules
from pipeline.extract.site_memory import Lesson, SiteMemory
from pipeline.model import Article, Discovery, Failure, FailureKind, FeedKind, Link, LinkRules
from pipeline.store.records import Prepared

ZSTD_LEVEL = 6  # pages shrink to a seventh; level 3 to a sixth, level 10 costs three times as much


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedJob:
    """A feed document as it came, and what it is held against."""

    kind: FeedKind
    url: str
    body: bytes
    content_encoding: str = ""
    content_type: str = ""
    rules: LinkRules = field(default_factory=LinkRules)
    known_hash: str | None = None
    max_size: int = 10 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedRead:
    """What a feed document held; ``discovery`` is None when its body is the one we know."""

    body_hash: str
    size: int
    discovery: Discovery | None = None
    keyed: tuple[tuple[str, Link], ...] = ()  # links by their key, unique


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeJob:
    """A page of an outlet that may name its feeds."""

    url: str
    body: bytes
    content_encoding: str = ""
    content_type: str = ""
    max_size: int = 10 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class PageJob:
    """A page as it came, with the hints its feed gave."""

    url: str
    body: bytes
    link: Link
    content_encoding: str = ""
    content_type: str = ""
    known_hash: str | None = None
    max_size: int = 4 << 20
    engine: str = "auto"
    zone: str | None = None  # of times on the page that name none
    fetched_at: datetime | None = None
    rules: Rules | None = None
    site: SiteMemory | None = None  # what is remembered of the source


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRead:
    """A page after all that needs no database; ``prepared`` is None when the bytes are known."""

    sha256: str
    size: int
    prepared: Prepared | None = None
    zstd: bytes = b""
    lesson: Lesson | None = None  # what the page teaches about its site


def read_feed(job: FeedJob) -> FeedRead | Failure:
    """Decode and parse a feed document; what is wrong with it is a value, not an exception."""
    from crawler.decode import decode_body
    from crawler.discovery import parse
    from pipeline.urls import canonical_key

    try:
        body = decode_body(job.body, job.content_encoding, max_size=job.max_size)
        digest = hashlib.sha256(body).hexdigest()
        if digest == job.known_hash:
            return FeedRead(body_hash=digest, size=len(body))
        found = parse(job.kind, body, job.url, content_type=job.content_type, rules=job.rules)
    except DocumentError as error:
        return Failure(kind=FailureKind(error.kind), message=str(error), url=job.url)
    keyed: dict[str, Link] = {}
    for link in found.links:
        keyed.setdefault(canonical_key(link.url), link)
    # The links travel once, with their keys.
    bare = replace(found, links=())
    return FeedRead(body_hash=digest, size=len(body), discovery=bare, keyed=tuple(keyed.items()))


def read_home(job: HomeJob) -> tuple[FeedCandidate, ...] | Failure:
    """Return the feeds that a page names."""
    from crawler.decode import decode_body
    from crawler.discovery.autodiscover import feeds_in_page

    try:
        body = decode_body(job.body, job.content_encoding, max_size=job.max_size)
        return feeds_in_page(body, job.url, job.content_type)
    except DocumentError as error:
        return Failure(kind=FailureKind(error.kind), message=str(error), url=job.url)


def read_page(job: PageJob) -> PageRead | Failure:
    """Decode a page and take the article out of it."""
    import zstandard

    from crawler.decode import decode_body
    from crawler.sniff import looks_like
    from pipeline.extract import Guide, TimeHabit, extract_with_lesson
    from pipeline.extract.charset import decode_html

    try:
        body = decode_body(job.body, job.content_encoding, max_size=job.max_size)
    except DecodeError as error:
        return Failure(kind=FailureKind(error.kind), message=str(error), url=job.url)
    digest = hashlib.sha256(body).hexdigest()
    if digest == job.known_hash:
        return PageRead(sha256=digest, size=len(body))
    if not body.strip():
        return Failure(kind=FailureKind.EMPTY, message="the page is empty", url=job.url)
    kind = looks_like(body, job.content_type)
    if kind in ("binary", "json"):
        return Failure(
            kind=FailureKind.NOT_HTML, message=f"{kind}, sent as {job.content_type!r}", url=job.url
        )
    html = decode_html(body, job.content_type)
    zone = ZoneInfo(job.zone) if job.zone else None
    guide = Guide(engine=job.engine, rules=job.rules, site=job.site, times=TimeHabit(zone=zone))
    taught = extract_with_lesson(html, job.url, guide)
    packed = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body)
    prepared = prepared_from(taught.article, job.url, job.link, zone, job.fetched_at)
    if taught.unaided is not None:
        unaided = prepared_from(
            taught.unaided, job.url, job.link, zone, job.fetched_at
        ).content_hash
        prepared = replace(prepared, unaided_hash=unaided)
    return PageRead(
        sha256=digest, size=len(body), prepared=prepared, zstd=packed, lesson=taught.lesson
    )


def prepare(
    html: str,
    url: str,
    link: Link,
    *,
    engine: str = "auto",
    zone: str | None = None,
    fetched_at: datetime | None = None,
) -> Prepared:
    """Extract an article and derive all that the store wants to know of it.

    ``zone`` is that of times on the page that name none (an IANA name).  ``fetched_at`` is when the
    page came; a time that only repeats it says nothing, see ``pipeline.extract.hints``.
    """
    from pipeline.extract import TimeHabit, extract

    place = ZoneInfo(zone) if zone else None
    found = extract(html, url, engine=engine, times=TimeHabit(zone=place))
    return prepared_from(found, url, link, place, fetched_at)


def prepared_from(
    extracted: Article,
    url: str,
    link: Link,
    zone: ZoneInfo | None = None,
    fetched_at: datetime | None = None,
) -> Prepared:
    """Derive what the store wants to know of an article that was taken out of a page."""
    from pipeline.extract.hints import merge_hints
    from pipeline.text import (
        SEARCH_SCHEME,
        body_hash,
        clean_line,
        content_hash,
        excerpt,
        search_text,
        word_count,
    )
    from pipeline.urls import believable_canonical, canonical_key, home_elsewhere

    article = merge_hints(extracted, link, fetched_at, zone or UTC)
    if not article.title:
        # A listing needs something to show; the first words of the text are honest about it.
        title = clean_line(excerpt(article.text, 90)) or url
        provenance: Mapping[str, str] = {**article.provenance, "title": "text"}
        article = replace(article, title=title, provenance=provenance)
    canonical = believable_canonical(url, article.canonical_url)
    return Prepared(
        article=article,
        url_key=canonical_key(canonical or url),
        canonical_url=canonical,
        body_hash=body_hash(article.paragraphs),
        content_hash=content_hash(article.title, article.paragraphs),
        word_count=word_count(article.text),
        search_title=search_text(article.title),
        search_body=search_text(article.text),
        search_scheme=SEARCH_SCHEME,
        home_url=home_elsewhere(url, article.canonical_url),
    )
