"""Questions people ask of the store, on a read-only connection; rows come out as dicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.errors import NotFoundError
from pipeline.store.article_filter import Filter, Row, asked, once
from pipeline.store.connect import connect_read, translated
from pipeline.store.migrations import require_current
from pipeline.times import to_iso

__all__ = ["LAST_ID", "Filter", "Reader", "Row", "day_ago", "row_id"]

_LISTED = (
    "a.id, a.source, a.title, a.url, a.published_at, a.first_seen_at, a.language, a.word_count, "
    "a.authors, a.agencies, a.published_certainty, a.section, a.tags, a.summary, a.story, "
    "a.relation, a.relation_to, a.revisions, a.paywalled, a.quality, st.outlets, "
    "st.articles AS story_articles"
)

LAST_ID = 2**63 - 1  # the greatest integer of SQLite


class Reader:
    """Read access to a database of the current schema."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._conn = connect_read(path)
        try:
            require_current(self._conn, path)
        except BaseException:
            self._conn.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._conn.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rows(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Run one query of this package."""
        with translated(self.path):
            return [dict(row) for row in self._conn.execute(sql, args)]

    def stream(self, sql: str, args: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[Row]:
        """Run one query of this package and give its rows as they come."""
        with translated(self.path):
            yield from (dict(row) for row in self._conn.execute(sql, args))

    def daemon(self) -> Row | None:
        """Return the daemon's last sign of life."""
        found = self.rows("SELECT * FROM daemon WHERE id = 1")
        return found[0] if found else None

    def sources(self, *, removed: bool = False) -> list[Row]:
        """Return all sources that the configuration names (and those it once named)."""
        where = "" if removed else "WHERE removed_at IS NULL"
        return self.rows(f"SELECT * FROM source {where} ORDER BY slug")

    def outlet_names(self) -> dict[str, str]:
        """Return slug -> name of all sources, of those that were removed too."""
        rows = self.rows("SELECT slug, name FROM source ORDER BY slug")
        return {row["slug"]: row["name"] for row in rows}

    def feeds(self, slugs: Sequence[str] | None = None) -> list[Row]:
        """Return the feeds of all sources, or of some."""
        where, args = self.among("source", slugs)
        return self.rows(
            f"SELECT * FROM feed WHERE removed_at IS NULL {where} ORDER BY source, id", args
        )

    def feed_facts(self, slugs: Sequence[str] | None = None) -> list[Row]:
        """Return what ``status`` needs of the feeds: no rhythms, which are long."""
        where, args = self.among("source", slugs)
        return self.rows(
            "SELECT source, kind, url, last_poll_at, next_poll_at, last_success_at, failures, "
            "last_error, last_error_message, failing_since, last_links, typical_ms FROM feed "
            f"WHERE removed_at IS NULL {where} ORDER BY source, id",
            args,
        )

    def requests(self, feeds: Sequence[int]) -> list[Row]:
        """Return (id, requested_at, last_poll_at) of feeds that a verb asked to be polled."""
        marks = ", ".join("?" * len(feeds))
        return self.rows(
            f"SELECT id, requested_at, last_poll_at FROM feed WHERE id IN ({marks})", feeds
        )

    def polls(self, feed: int, limit: int = 20) -> list[Row]:
        """Return the latest polls of a feed, newest first."""
        return self.rows(
            "SELECT * FROM poll WHERE feed = ? ORDER BY at DESC LIMIT ?", (feed, limit)
        )

    def counts_since(self, since: datetime) -> list[Row]:
        """Return (source, outcome, n) from the hourly roll-up."""
        return self.rows(
            "SELECT source, outcome, sum(n) AS n FROM hourly WHERE hour >= ? "
            "GROUP BY source, outcome",
            (to_iso(since)[:13],),
        )

    def daily(self, since: datetime, slugs: Sequence[str] | None = None) -> list[Row]:
        """Return (day, source, outcome, n)."""
        where, args = self.among("source", slugs)
        return self.rows(
            f"SELECT day, source, outcome, n FROM daily WHERE day >= ? {where} "
            "ORDER BY day, source",
            (to_iso(since)[:10], *args),
        )

    def ledger(
        self,
        since: datetime | None = None,
        slugs: Sequence[str] | None = None,
        *,
        by_day: bool = False,
    ) -> list[Row]:
        """Return (source, outcome, n) counted from the links themselves; pending has outcome None.

        With ``by_day`` (day, outcome, n), the day being that of discovery in UTC.
        """
        where, args = self.among("source", slugs)
        if since is not None:
            where, args = f"{where} AND discovered_at >= ?", [*args, to_iso(since)]
        key = "substr(discovered_at, 1, 10)" if by_day else "source"
        return self.rows(
            f"SELECT {key} AS {'day' if by_day else 'source'}, outcome, count(*) AS n FROM link "
            f"WHERE 1 {where} GROUP BY 1, 2 ORDER BY 1, 2",
            args,
        )

    def counted(self, slugs: Sequence[str] | None = None) -> dict[str, int]:
        """Return outcome -> n from the daily roll-up over all time, "discovered" among them."""
        where, args = self.among("source", slugs)
        found = self.rows(
            f"SELECT outcome, sum(n) AS n FROM daily WHERE 1 {where} GROUP BY outcome", args
        )
        return {row["outcome"]: row["n"] for row in found}

    def links(
        self,
        *,
        slugs: Sequence[str] | None = None,
        outcome: str | None = None,
        since: datetime | None = None,
        article: int | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[Row]:
        """Return rows of the ledger, newest first; outcome "pending" means none yet.

        ``before``: the id of a link, of which only older ones are given.
        """
        where, args = self.among("source", slugs)
        if article is not None:
            where, args = f"{where} AND article = ?", [*args, article]
        if since is not None:
            where, args = f"{where} AND discovered_at >= ?", [*args, to_iso(since)]
        if before is not None:
            where += " AND (discovered_at, id) < (SELECT discovered_at, id FROM link WHERE id = ?)"
            args = [*args, before]
        newest = "ORDER BY discovered_at DESC, id DESC LIMIT ?"
        if outcome == "pending":
            where += " AND outcome IS NULL"
        elif outcome:
            # Rare outcomes are found through the index by source, not among all links.
            if slugs is None:
                where += " AND source IN (SELECT slug FROM source)"
            where = f"AND id IN (SELECT id FROM link WHERE outcome = ? {where} {newest})"
            args = [outcome, *args, limit]
        return self.rows(
            "SELECT id, source, url, outcome, outcome_at, reason, last_error, discovered_at, "
            f"attempts, visits, due_at, article FROM link WHERE 1 {where} {newest}",
            (*args, limit),
        )

    def articles(self, wanted: Filter) -> Iterator[Row]:
        """Yield articles without their bodies, newest first."""
        yield from self._select(_LISTED, wanted)

    def full_articles(self, wanted: Filter) -> Iterator[Row]:
        """Yield whole articles, newest first (export)."""
        yield from self._select("a.*, st.outlets, st.articles AS story_articles", wanted)

    def _select(self, columns: str, wanted: Filter) -> Iterator[Row]:
        table, where, args, order = asked(wanted)
        ask = f"FROM {table} JOIN story st ON st.id = a.story WHERE 1 {where}"
        with translated(self.path):
            if not wanted.group:
                sql, limit = f"SELECT {columns} {ask} ORDER BY {order}", wanted.limit
                sql, args = (f"{sql} LIMIT ?", [*args, limit]) if limit is not None else (sql, args)
                yield from (dict(row) for row in self._conn.execute(sql, args))
                return
            sql = f"SELECT {columns}, st.first_article {ask} ORDER BY {order}"
            row_id = "f.rowid" if order.startswith("f.") else "a.id"
            rows = (dict(row) for row in self._conn.execute(sql, args))
            one = f"SELECT 1 {ask} AND {row_id} = ?"

            def matches(article: int) -> bool:
                return self._conn.execute(one, (*args, article)).fetchone() is not None

            yield from islice(once(rows, matches), wanted.limit)

    def article(self, key: str) -> Row:
        """Return one article by id or by any URL it was found under.  Raises NotFoundError."""
        if key.isdecimal():
            found = self.rows("SELECT * FROM article WHERE id = ?", (row_id(key),))
        else:
            from pipeline.urls import canonical_key

            url_key = canonical_key(key)
            found = self.rows("SELECT * FROM article WHERE url_key = ?", (url_key,)) or self.rows(
                "SELECT a.* FROM link l JOIN article a ON a.id = l.article WHERE l.url_key = ?",
                (url_key,),
            )
        if not found:
            raise NotFoundError(f"no stored article is known as {key!r}")
        return found[0]

    def revisions(self, article: int) -> list[Row]:
        """Return the earlier states of an article, oldest first."""
        return self.rows("SELECT * FROM revision WHERE article = ? ORDER BY n", (article,))

    def states(self, article: int) -> list[Row]:
        """Return all states of an article, numbered from 1; the last one is that of today.

        Each stood from ``seen_at`` until ``replaced_at``, which is None for the last.
        """
        columns = "title, body, shape, word_count, modified_at, extractor"
        return self.rows(
            f"SELECT n, seen_at, replaced_at, {columns} FROM revision WHERE article = ?1 "
            "UNION ALL SELECT revisions + 1, coalesce(revised_at, first_seen_at), NULL, "
            f"{columns} FROM article WHERE id = ?1 ORDER BY 1",
            (article,),
        )

    def links_of(self, article: int) -> list[Row]:
        """Return the addresses under which an article was found."""
        return self.rows(
            "SELECT url, outcome, discovered_at, visited_at, visits, due_at, last_error FROM link "
            "WHERE article = ? ORDER BY discovered_at, id",
            (article,),
        )

    def totals(self) -> Row:
        """Return the numbers of articles, revisions and pending links, whatever the file's size.

        Articles and revisions are never removed, so the last id is their number.
        """
        row = self._conn.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM article), "
            "(SELECT coalesce(max(id), 0) FROM revision), "
            "(SELECT count(*) FROM link INDEXED BY link_pending WHERE outcome IS NULL)"
        ).fetchone()
        return {"articles": row[0], "revisions": row[1], "pending": row[2]}

    @staticmethod
    def among(column: str, slugs: Sequence[str] | None) -> tuple[str, list[Any]]:
        """Return the condition that a column is one of some, and its values; "" for None."""
        if slugs is None:
            return "", []
        return f"AND {column} IN ({', '.join('?' * len(slugs))})", list(slugs)


def row_id(key: str) -> int | None:
    """Return the number that digits say; None, which no row has, if SQLite holds none so large."""
    digits = key.lstrip("0") or "0"
    # int() refuses some thousands of digits.
    number = int(digits) if len(digits) <= len(str(LAST_ID)) else LAST_ID + 1
    return number if number <= LAST_ID else None


def day_ago(now: datetime) -> datetime:
    """Return the start of "in 24 h" for hourly counts: 24 whole hours and the running one."""
    return now - timedelta(hours=24)
