"""What people ask of the memory of sites and of breaks in their quality."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.store.reading import Reader, Row
from pipeline.store.records import Break
from pipeline.store.site_drift import break_of


def open_breaks(reader: Reader, slugs: Sequence[str] | None = None) -> dict[str, list[Break]]:
    """Return source -> its breaks that have not ended, the latest first."""
    found: dict[str, list[Break]] = defaultdict(list)
    wanted = None if slugs is None else set(slugs)
    for row in reader.rows("SELECT * FROM drift WHERE ended_at IS NULL ORDER BY since DESC, id"):
        if wanted is None or row["source"] in wanted:
            found[row["source"]].append(break_of(row))
    return dict(found)


def site_note(reader: Reader, source: str) -> Row | None:
    """Return the row of ``site`` of a source."""
    found = reader.rows("SELECT * FROM site WHERE source = ?", (source,))
    return found[0] if found else None


def level_note(reader: Reader, source: str) -> Row | None:
    """Return the row of ``level`` of a source."""
    found = reader.rows("SELECT * FROM level WHERE source = ?", (source,))
    return found[0] if found else None
