"""One source as JSON tells it, as `monitor sources show --json` and the API have it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.review.memory_told import remembered
from monitor.rulehealth import broken_rules
from monitor.status import gather, to_json
from pipeline.errors import NotFoundError
from pipeline.store.reading import Reader, Row
from pipeline.store.rereading import rule_counts

POLLS = 10  # of all feeds together


def told(reader: Reader, slug: str, now: datetime, polls: int = POLLS) -> dict[str, Any]:
    """Return all there is to say of a source.  Raises NotFoundError."""
    row = next((row for row in reader.sources() if row["slug"] == slug), None)
    if row is None:
        raise NotFoundError(f"there is no source '{slug}'")
    status = gather(reader, now, [slug])
    feeds = reader.feeds([slug])
    return {
        "schema": 1,
        **row,
        "tags": json.loads(row["tags"]),
        "state": status.sources[0].health.state,
        "severity": status.sources[0].health.severity.name.lower(),
        "reason": status.sources[0].health.reason,
        "status": to_json(status)["sources"][0],
        "feeds": feeds,
        "polls": latest_polls(reader, feeds, polls),
        "links": {r["outcome"] or "pending": r["n"] for r in reader.ledger(None, [slug])},
        "extract_rules": ruled(rule_counts(reader, [slug])),
        **remembered(reader, slug),
    }


def latest_polls(reader: Reader, feeds: Sequence[Row], most: int) -> list[Row]:
    """Return the latest polls of feeds, newest first."""
    polls = [
        {**poll, "kind": feed["kind"], "url": feed["url"]}
        for feed in feeds
        for poll in reader.polls(feed["id"], most)
    ]
    return sorted(polls, key=lambda poll: str(poll["at"]), reverse=True)[:most]


def ruled(rows: Sequence[Row]) -> list[Row]:
    """Return how the extraction rules fare, each with whether it is broken."""
    broken = {(rule.field, rule.selector) for rule in broken_rules(rows)}
    return [
        {
            "rule": row["field"],
            **{name: value for name, value in row.items() if name != "source"},
            "broken": (row["field"], row["selector"]) in broken,
        }
        for row in rows
    ]
