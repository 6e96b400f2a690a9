"""Questions about edits and about how often a source's articles are looked at again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pipeline.errors import NotFoundError
from pipeline.store.edits import LOOKS
from pipeline.store.reading import LAST_ID, Reader, Row
from pipeline.store.records import LookHistory
from pipeline.times import to_iso

Sort = Literal["weight", "time"]


@dataclass(frozen=True, kw_only=True, slots=True)
class EditFilter:
    """Which edits a listing shows; what is None or empty does not restrict."""

    sources: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    kinds: tuple[str, ...] = ()  # any of these
    silent: bool = False
    min_weight: int = 0
    article: int | None = None
    story: int | None = None
    sort: Sort = "weight"
    limit: int | None = None


def edits(reader: Reader, wanted: EditFilter) -> Iterator[Row]:
    """Yield edits, most material first or newest first, with what their article is now.

    Raises NotFoundError for an article or a story of a number that none can have.
    """
    where, args = _where(wanted)
    order = "e.weight DESC, e.at DESC, e.id DESC" if wanted.sort == "weight" else (
        "e.at DESC, e.id DESC"
    )  # fmt: skip
    sql = (
        "SELECT e.id, e.at, a.source, e.kinds, e.weight, e.silent, e.summary, e.facts, e.revision, "
        "e.article, a.title, a.url, a.story, a.language, a.page_state, a.revisions "
        f"FROM edit e JOIN article a ON a.id = e.article WHERE 1 {where} ORDER BY {order}"
    )
    if wanted.limit is not None:
        sql, args = f"{sql} LIMIT ?", [*args, wanted.limit]
    yield from reader.rows(sql, args)


def counts(reader: Reader, wanted: EditFilter) -> dict[str, int]:
    """Return kind -> number of edits that have it, the most frequent first; "" is all edits."""
    where, args = _where(wanted)
    rows = reader.rows(
        "SELECT k.value AS kind, count(*) AS n FROM edit e JOIN article a ON a.id = e.article, "
        f"json_each(e.kinds) k WHERE 1 {where} GROUP BY 1 ORDER BY 2 DESC, 1",
        args,
    )
    whole = reader.rows(
        f"SELECT count(*) AS n FROM edit e JOIN article a ON a.id = e.article WHERE 1 {where}", args
    )
    return {"": whole[0]["n"], **{row["kind"]: row["n"] for row in rows}}


def edits_of(reader: Reader, article: int) -> list[Row]:
    """Return the edits of one article, oldest first, with kinds and facts as values."""
    rows = reader.rows(
        "SELECT id, at, revision, kinds, weight, silent, summary, facts FROM edit "
        "WHERE article = ? ORDER BY at, id",
        (article,),
    )
    return [_as_values(row) for row in rows]


def edits_in(reader: Reader, story: int) -> list[Row]:
    """Return the edits of a story's articles, oldest first, each with its article and source."""
    rows = reader.rows(
        "SELECT e.id, e.at, e.revision, e.kinds, e.weight, e.silent, e.summary, e.facts, "
        "e.article, a.source FROM article a JOIN edit e ON e.article = a.id WHERE a.story = ? "
        "ORDER BY e.at, e.id",
        (story,),
    )
    return [_as_values(row) for row in rows]


def _as_values(row: Row) -> Row:
    return {
        **row,
        "kinds": json.loads(row["kinds"]),
        "silent": bool(row["silent"]),
        "facts": json.loads(row["facts"]),
    }


def look_history(reader: Reader, source: str, since: datetime) -> LookHistory:
    """Return what looking again at a source's articles brought since a day."""
    row = reader.rows(LOOKS, (source, to_iso(since)[:10]))[0]
    return LookHistory(**row)


def _where(wanted: EditFilter) -> tuple[str, list[Any]]:
    for name, number in (("article", wanted.article), ("story", wanted.story)):
        if number is not None and not 0 <= number <= LAST_ID:
            raise NotFoundError(f"there is no {name} {number}")
    clauses: list[str] = []
    args: list[Any] = []
    if wanted.sources is not None:
        clauses.append(f"a.source IN ({', '.join('?' * len(wanted.sources))})")
        args += wanted.sources
    if wanted.kinds:
        marks = ", ".join("?" * len(wanted.kinds))
        clauses.append(f"EXISTS (SELECT 1 FROM json_each(e.kinds) WHERE value IN ({marks}))")
        args += wanted.kinds
    if wanted.silent:
        clauses.append("e.silent")
    for value, clause in (
        (wanted.since and to_iso(wanted.since), "e.at >= ?"),
        (wanted.until and to_iso(wanted.until), "e.at < ?"),
        (wanted.min_weight or None, "e.weight >= ?"),
        (wanted.article, "e.article = ?"),
        (wanted.story, "a.story = ?"),
    ):
        if value is not None:
            clauses.append(clause)
            args.append(value)
    return "".join(f" AND {clause}" for clause in clauses), args
