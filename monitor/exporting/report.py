"""What an export does and does not cover: the ledger of its sources, next to the data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor import __version__
from monitor.review.coverage_told import PENDING
from monitor.status import gather
from pipeline.store.reading import Reader
from pipeline.store.site_reading import open_breaks
from pipeline.times import to_iso


def coverage_report(
    reader: Reader,
    now: datetime,
    asked: Mapping[str, Any],
    rows: int,
    sources: Sequence[str] | None,
) -> str:
    """Return a JSON object: what was asked, how many rows came, and each source's ledger.

    A source has ``links`` (outcome -> number, with ``pending``; their sum is what was discovered),
    its state now with the reason, when its last article came, and breaks in the quality of its
    pages.  So a reader can tell silence of the world from silence of the monitor.
    """
    breaks = open_breaks(reader)
    status = {source.slug: source for source in gather(reader, now, sources).sources}
    ledger: dict[str, dict[str, int]] = {}
    for row in reader.ledger():
        ledger.setdefault(row["source"], {})[row["outcome"] or PENDING] = row["n"]
    told = {
        "made_at": to_iso(now),
        "monitor": __version__,
        "asked": {key: value for key, value in asked.items() if value not in (None, (), False)},
        "rows": rows,
        "sources": [
            {
                "source": slug,
                "state": source.health.state,
                "reason": source.health.reason,
                "since": source.health.since and to_iso(source.health.since),
                "last_article_at": source.last_article_at and to_iso(source.last_article_at),
                "discovered": sum(ledger.get(slug, {}).values()),
                "links": ledger.get(slug, {}),
                "breaks": [str(one.measure) for one in breaks.get(slug, ())],
            }
            for slug, source in sorted(status.items())
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
