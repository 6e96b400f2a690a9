"""Learns from each page that is stored: the memory of its site, the levels of its quality.

Runs in the writer's thread, in the transaction that stores the page.  Only first visits to links
count, and of these not what led to a known article: each article teaches once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from monitor import levels as levels_form
from monitor.drift import Event, Levels, observe
from pipeline.errors import StoreError
from pipeline.extract.site_json import from_json, to_json
from pipeline.extract.site_memory import Lesson, SiteMemory
from pipeline.extract.site_record import SCHEME, SiteRecord
from pipeline.model import Outcome
from pipeline.store.records import Example, NoteHead, PageQuality, Prepared, Settlement
from pipeline.store.sqlite import SqliteStore

# Origins of what the page itself does not say.
_NOT_THE_PAGE = ("feed", "url")

# The conclusions of a record that is well established change slowly.
_YOUNG, _TOLD_EVERY = 20, 5

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """What one page changed."""

    memory: SiteMemory | None = None  # None: as it was
    new_layout: int | None = None  # the version that began with this page
    events: tuple[Event, ...] = ()


def memory_of(store: SqliteStore, source: str) -> SiteMemory | None:
    """Return what is remembered of a source, for ``extract``; None before its first article."""
    record = store.sites.recall(source, SCHEME, from_json)
    return record.memory() if record is not None else None


def memory_of_note(row: Mapping[str, Any] | None) -> SiteMemory | None:
    """Return the memory in a row of the table ``site``; None for one of another scheme."""
    if row is None or row["scheme"] != SCHEME:
        return None
    return from_json(row["data"]).memory()


def learn(
    store: SqliteStore, made: Prepared, lesson: Lesson | None, done: Settlement, now: datetime
) -> Learned:
    """Learn from a visit that was settled.  A mistake in here is logged; the page stays stored."""
    if done.link.outcome is not None or done.link.visits:
        return Learned()
    if done.outcome in (Outcome.REVISED, Outcome.UNCHANGED):
        return Learned()  # a second address of what is known
    try:
        with store.step():
            return _learn(store, made, lesson, done, now)
    except StoreError:
        raise
    except Exception:
        log.exception("site_not_learned", source=done.link.source, url=done.link.url)
        return Learned()


def _learn(
    store: SqliteStore, made: Prepared, lesson: Lesson | None, done: Settlement, now: datetime
) -> Learned:
    source = done.link.source
    memory, version, overlap = None, None, 0.0
    if lesson is None:
        log.error("no_lesson", source=source, url=made.article.url)
    else:
        day = f"{now:%Y-%m-%d}"
        before = store.sites.recall(source, SCHEME, from_json) or SiteRecord(since=day)
        overlap = lesson.overlap(before.latest)
        record = before.learn(lesson, day)
        if record is not before:
            head = NoteHead(
                scheme=SCHEME, version=record.version, pages=record.articles, since=record.since
            )
            store.sites.keep(source, record, head, now, to_json)
            if record.articles <= _YOUNG or not record.articles % _TOLD_EVERY:
                memory = record.memory()
        if record.version != before.version:
            version = record.version
    events = _watch(store, source, quality(made, overlap), _example(made, done), now)
    return Learned(memory=memory, new_layout=version, events=events)


def quality(made: Prepared, overlap: float = 0.0) -> PageQuality:
    """What a page gave by itself, whatever its feed added."""
    article = made.article
    origins = article.provenance
    return PageQuality(
        body=article.verdict.is_article,
        words=made.word_count,
        author=bool(article.authors) and origins.get("authors") not in _NOT_THE_PAGE,
        date=article.published_at is not None and origins.get("published_at") not in _NOT_THE_PAGE,
        overlap=overlap,
    )


def _example(made: Prepared, done: Settlement) -> Example:
    return Example(article=done.article, url=made.article.url, title=made.article.title)


def _watch(
    store: SqliteStore, source: str, seen: PageQuality, page: Example, now: datetime
) -> tuple[Event, ...]:
    store.drift.add(source, seen, now)
    before = store.levels.recall(source, levels_form.SCHEME, levels_form.from_json) or Levels()
    after, events = observe(before, seen, page, now)
    head = NoteHead(scheme=levels_form.SCHEME, version=1, pages=after.pages, since=after.since)
    store.levels.keep(source, after, head, now, levels_form.to_json)
    for event in events:
        if event.found is not None:
            store.drift.begin(source, event.found)
        elif event.ended_by is not None:
            store.drift.end(source, event.measure.value, now, event.ended_by)
    return events


def forget(store: SqliteStore, source: str, now: datetime) -> bool:
    """Forget what was learned of a source and end its breaks; False if there was nothing."""
    known = [store.sites.forget(source), store.levels.forget(source)]
    return store.drift.end(source, None, now, "forgotten") > 0 or any(known)


def tell(source: str, learned: Learned) -> None:
    """Log what a page changed that people want to know of."""
    if learned.new_layout is not None:
        log.warning("new_layout", source=source, version=learned.new_layout)
    for event in learned.events:
        if event.ended_by is not None:
            log.info("drift_ended", source=source, measure=event.measure.value, by=event.ended_by)
        elif event.began and event.found is not None:
            log.warning(
                "drift",
                source=source,
                measure=event.measure.value,
                since=event.found.since.isoformat(),
                before=event.found.before,
                now=event.found.now,
                examples=[example.url for example in event.found.examples],
            )
