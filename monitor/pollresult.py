"""What a poll came to: in a word for the log, for the schedule, and for the feed's row."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from monitor import feedstate
from monitor.documents import Document, Tracked
from monitor.schedule import PollResult
from pipeline.model import Discovery
from pipeline.store.records import PollOutcome

_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def in_a_word(document: Document, outcome: PollOutcome | None) -> str:
    """Return the poll log's word for a poll."""
    if document.failure is not None:
        return "failed"
    if outcome is not None and outcome.new:
        return "new"
    if document.page is not None and document.page.not_modified:
        return "not_modified"
    if document.read is not None and document.read.discovery is None:
        return "same_body"
    return "nothing_new"


def for_schedule(
    tracked: Tracked, document: Document, outcome: PollOutcome | None, at: datetime
) -> PollResult:
    """Return what the schedule wants to know of a poll."""
    page, failure = document.page, document.failure
    discovery: Discovery | None = document.read.discovery if document.read else None
    found = re.search(_MAX_AGE, page.headers.get("cache-control", "")) if page else None
    shared = None
    if outcome is not None and outcome.found and tracked.state.last_success_at is not None:
        shared = outcome.shared > 0
    return PollResult(
        at=at,
        ok=failure is None,
        failure=failure,
        new_links=outcome.new if outcome else 0,
        times=outcome.times if outcome else (),
        shared_with_last=shared,
        not_modified=bool(page and page.not_modified),
        max_age=timedelta(seconds=int(found[1])) if found else None,
        refresh=discovery.refresh if discovery else None,
    )


def document_facts(
    tracked: Tracked, document: Document, at: datetime, *, new: bool
) -> feedstate.DocumentFacts | None:
    """What a whole document tells of itself; None when there was none to read."""
    page, read = document.page, document.read
    if page is None or read is None or document.failure is not None:
        return None
    state = tracked.state
    etag = page.headers.get("etag")
    lies = bool(state.validators_lie) or (
        etag is not None
        and etag == state.etag
        and state.body_hash is not None
        and read.body_hash != state.body_hash
    )
    if etag is None and page.headers.get("last-modified"):
        # Pages differ in trifles under the same date; new links under it are a lie.
        lies = lies or (new and page.headers["last-modified"] == state.last_modified)
    same = read.discovery is None
    return feedstate.DocumentFacts(
        etag=etag,
        last_modified=page.headers.get("last-modified"),
        validators_lie=lies,
        body_hash=read.body_hash,
        format=state.format if same or read.discovery is None else read.discovery.format,
        title=state.title if same or read.discovery is None else read.discovery.title,
        links=state.last_links if same else len(document.keyed),
        at=at,
    )
