"""In what order the due links of a source are visited."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import chain

from pipeline.store.records import DueLink
from pipeline.store.sqlite import SqliteStore


def mixed(
    store: SqliteStore, source: str, now: datetime, limit: int, flying: Collection[int]
) -> list[DueLink]:
    """Return due links of a source, the latest and the oldest in turn.

    Neither does news wait behind an archive that was found yesterday, nor is anything left for
    ever.  ``flying`` are under way already; up to ``limit``.
    """
    oldest = store.ledger.due(source, now, limit, flying)
    if len(oldest) < limit:
        return oldest
    latest = store.ledger.due(source, now, limit // 2, flying, latest=True)
    turns = chain(chain.from_iterable(zip(latest, oldest, strict=False)), oldest)
    return list({link.id: link for link in turns}.values())[:limit]
