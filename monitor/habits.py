"""How a source usually behaves, worked out from its newest articles and kept for ``status``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import median

from monitor.schedule import Rhythm, silent_after, usual_gap
from pipeline.store.records import Habits
from pipeline.store.sqlite import SqliteStore

LOOKED_AT = 60  # articles


def habits(
    recent: list[tuple[datetime, datetime | None]], added_at: datetime, rhythm: Rhythm | None
) -> Habits | None:
    """Return the habits of a source from (first seen, published) of its newest articles.

    Where an article has a time of publication, the gaps are those of publishing, not of polling.
    The delay counts only what was published since we watch: the first crawl of a source finds days
    of old articles, which says nothing about how fast we are.
    """
    if not recent:
        return None
    times = [min(seen, published) if published else seen for seen, published in recent]
    last = max(times)
    gap = usual_gap(times)
    silent = silent_after(max(times), times, rhythm)
    delays = [
        max(0.0, (seen - published).total_seconds())
        for seen, published in recent
        if published is not None and added_at <= published <= seen + timedelta(hours=1)
    ]
    return Habits(
        last_article_at=last,
        usual_gap_s=round(gap.total_seconds()) if gap else None,
        silent_at=silent,
        delay_p50_s=round(median(delays)) if delays else None,
    )


def refresh(sources: Mapping[str, Rhythm | None], store: SqliteStore) -> None:
    """Work out and store the habits of sources, given with their rhythms (writer's thread)."""
    for source, rhythm in sources.items():
        found = habits(store.feeds.recent(source, LOOKED_AT), store.feeds.added_at(source), rhythm)
        if found is not None:
            store.feeds.set_habits(source, found)
