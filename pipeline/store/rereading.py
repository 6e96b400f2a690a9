"""Questions about extraction rules and about pages to be read again, on a read-only connection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.model import Outcome
from pipeline.store.reading import Reader, Row
from pipeline.times import to_iso

_CHUNK = 200  # rows of one query: no long snapshot while workers are busy, and little memory

# Ends of links whose page was read and held no article, in the eyes of the engine of that day.
MISSED = (
    Outcome.NOT_ARTICLE, Outcome.EXTRACTION_FAILED, Outcome.PAYWALLED, Outcome.BLOCKED,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which articles and links are to be read again: of sources, and single articles."""

    slugs: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()
    since: datetime | None = None  # first seen, or discovered

    def clause(self, time: str, *, single: bool) -> tuple[str, list[Any]]:
        """Return the condition in SQL, with its values; ``single``: articles by id too."""
        parts: list[str] = []
        args: list[Any] = []
        for column, values in (("source", self.slugs), ("id", self.ids if single else ())):
            if values:
                parts.append(f"{column} IN ({', '.join('?' * len(values))})")
                args.extend(values)
        where = f"({' OR '.join(parts) or '0'})"
        if self.since is not None:
            where, args = f"{where} AND {time} >= ?", [*args, to_iso(self.since)]
        return where, args


def rule_counts(reader: Reader, slugs: Sequence[str] | None = None) -> list[Row]:
    """Return how each extraction rule fares, by source, field and selector."""
    where, args = "1", list(slugs or ())
    if slugs is not None:
        where = f"source IN ({', '.join('?' * len(slugs))})"
    return reader.rows(
        f"SELECT * FROM extract_rule WHERE {where} ORDER BY source, field, selector", args
    )


def articles(reader: Reader, wanted: Wanted) -> Iterator[Row]:
    """Yield whole articles from the oldest on, with ``links`` that lead to them.

    A link is (id, url, hints).
    """
    where, args = wanted.clause("first_seen_at", single=True)
    last = 0
    while rows := reader.rows(
        f"SELECT * FROM article WHERE id > ? AND {where} ORDER BY id LIMIT {_CHUNK}", (last, *args)
    ):
        last = rows[-1]["id"]
        marks = ", ".join("?" * len(rows))
        links: dict[int, list[tuple[int, str, str]]] = {row["id"]: [] for row in rows}
        for link in reader.rows(
            f"SELECT article, id, url, hints FROM link WHERE article IN ({marks}) ORDER BY id",
            list(links),
        ):
            links[link["article"]].append((link["id"], link["url"], link["hints"]))
        for row in rows:
            yield {**row, "links": links[row["id"]]}


def missed(reader: Reader, wanted: Wanted) -> Iterator[Row]:
    """Yield links whose page was read and held no article, from the oldest on."""
    where, args = wanted.clause("discovered_at", single=False)
    outcomes = ", ".join(f"'{outcome.value}'" for outcome in MISSED)
    last = 0
    while rows := reader.rows(
        "SELECT id, source, url, hints, outcome, reason, outcome_at FROM link WHERE id > ? "
        f"AND article IS NULL AND outcome IN ({outcomes}) AND page_hash IS NOT NULL AND {where} "
        f"ORDER BY id LIMIT {_CHUNK}",
        (last, *args),
    ):
        last = rows[-1]["id"]
        yield from rows


def count_articles(reader: Reader, wanted: Wanted) -> int:
    """Return how many ``articles`` yields."""
    where, args = wanted.clause("first_seen_at", single=True)
    return int(reader.rows(f"SELECT count(*) AS n FROM article WHERE {where}", args)[0]["n"])


def reread(reader: Reader, links: Sequence[int]) -> dict[int, Row]:
    """Return what is noted of the pages of these links that were read again."""
    marks = ", ".join("?" * len(links))
    rows = reader.rows(f"SELECT * FROM reread WHERE link IN ({marks})", list(links))
    return {row["link"]: row for row in rows}
