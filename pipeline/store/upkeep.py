"""Keeping the files sound for years: check, backup, prune."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store.connect import connect_read, connect_write, translated
from pipeline.store.copying import copy_to
from pipeline.store.migrations import check_version
from pipeline.store.pages import Pages
from pipeline.store.rollups import HOURS_KEPT
from pipeline.times import to_iso

POLLS_KEPT = timedelta(days=30)

# Counts of visits after the first: they are no outcomes of links.
_EVENTS = "'edited', 'rechecked', 'not_modified'"

# Each law of the ledger as a query that counts what breaks it; the name is what people read.
_LAWS = {
    "links without outcome that are never due again": (
        "SELECT count(*) FROM link WHERE outcome IS NULL AND due_at IS NULL"
    ),
    "links with an outcome but without its time": (
        "SELECT count(*) FROM link WHERE (outcome IS NULL) != (outcome_at IS NULL)"
    ),
    "links that say stored, copy or revised without an article": (
        "SELECT count(*) FROM link WHERE article IS NULL "
        "AND outcome IN ('stored', 'copy', 'revised')"
    ),
    "articles that no link leads to": (  # unless another story took their address
        "SELECT count(*) FROM article a WHERE instr(url_key, ' until ') = 0 "
        "AND NOT EXISTS (SELECT 1 FROM link WHERE article = a.id)"
    ),
    "articles without their row in the search index": (
        "SELECT count(*) FROM article WHERE id NOT IN (SELECT id FROM article_fts_docsize)"
    ),
    "rows in the search index without their article": (
        "SELECT count(*) FROM article_fts_docsize WHERE id NOT IN (SELECT id FROM article)"
    ),
    "stories whose count of articles is wrong": (
        "SELECT count(*) FROM story s WHERE articles != "
        "(SELECT count(*) FROM article WHERE story = s.id)"
    ),
    "stories whose count of outlets is wrong": (
        "SELECT count(*) FROM story s WHERE outlets != "
        "(SELECT count(DISTINCT source) FROM article WHERE story = s.id)"
    ),
    "articles whose count of revisions is wrong": (
        "SELECT count(*) FROM article a WHERE revisions != "
        "(SELECT count(*) FROM revision WHERE article = a.id)"
    ),
    "edits of revisions that are not there": (
        "SELECT count(*) FROM edit e WHERE revision IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM revision r WHERE r.article = e.article AND r.n = e.revision)"
    ),
    "decisions of reviewers at another story than their article": (
        "SELECT count(*) FROM review r JOIN article a INDEXED BY article_placed "
        "ON a.id = r.article WHERE a.story != r.story"
    ),
    "topics at another story than their article": (
        "SELECT count(*) FROM topic_match t JOIN article a INDEXED BY article_placed "
        "ON a.id = t.article WHERE a.story != t.story"
    ),
    "messages on their way that are never tried": (
        "SELECT count(*) FROM message WHERE state IN ('waiting', 'sending') AND next_try_at IS NULL"
    ),
    "messages that say sent without its time": (
        "SELECT count(*) FROM message WHERE (state = 'sent') != (sent_at IS NOT NULL)"
    ),
    "alerts in a message to another channel than theirs": (
        "SELECT count(*) FROM delivery d JOIN message m ON m.id = d.message "
        "WHERE d.channel != m.channel"
    ),
    "sources where discovered is not the sum of outcomes and pending": (
        "SELECT count(*) FROM (SELECT source FROM (SELECT source, count(*) AS n FROM link "
        "GROUP BY source UNION ALL SELECT source, -n FROM daily WHERE outcome = 'discovered') "
        "GROUP BY source HAVING sum(n) != 0)"
    ),
    "sources where the daily counts of outcomes differ from the links": (
        "SELECT count(DISTINCT source) FROM (SELECT source FROM (SELECT source, outcome, count(*) "
        "AS n FROM link WHERE outcome IS NOT NULL GROUP BY source, outcome UNION ALL "
        "SELECT source, outcome, -n FROM daily WHERE outcome != 'discovered' AND outcome NOT IN "
        f"({_EVENTS})) GROUP BY source, outcome HAVING sum(n) != 0)"
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing a check looked at; ``problem`` is empty when it is sound."""

    name: str
    problem: str = ""


def check(
    path: Path, pages: Path, *, progress: Callable[[str], None] = lambda _: None
) -> list[Finding]:
    """Check both files: SQLite's own integrity, foreign keys, search index, the ledger's laws.

    Raises StoreCorruptError when a file cannot be read at all.
    """
    findings = []
    conn = connect_read(path)
    try:
        with translated(path):
            check_version(conn, path)
            progress("integrity")
            bad = [r[0] for r in conn.execute("PRAGMA integrity_check(10)") if r[0] != "ok"]
            findings.append(Finding(name="integrity", problem="; ".join(bad)))
            progress("foreign keys")
            rows = conn.execute("PRAGMA foreign_key_check").fetchmany(5)
            problem = (
                f"{len(rows)} or more rows point nowhere, first in {rows[0][0]}" if rows else ""
            )
            findings.append(Finding(name="foreign keys", problem=problem))
            for name, query in _LAWS.items():
                progress(name)
                n = conn.execute(query).fetchone()[0]
                findings.append(Finding(name=f"no {name}", problem=f"{n} found" if n else ""))
    finally:
        conn.close()
    progress("search index")
    findings.append(_search_index(path))
    if pages.exists():
        progress("raw pages")
        findings.append(_raw_pages(pages))
    return findings


def _raw_pages(pages: Path) -> Finding:
    try:
        kept = Pages(pages)
        try:
            problem = "; ".join(kept.check())
        finally:
            kept.close()
    except StoreError as error:
        problem = str(error)
    return Finding(name="raw pages", problem=problem)


def _search_index(path: Path) -> Finding:
    # FTS5 checks itself through a command that looks like a write, so it needs a write connection.
    try:
        conn = connect_write(path)
    except StoreError as error:
        return Finding(name="search index", problem=f"not checked: {error}")
    try:
        conn.execute("INSERT INTO article_fts (article_fts) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        return Finding(name="search index", problem=str(error))
    finally:
        conn.close()
    return Finding(name="search index")


def backup(path: Path, target: Path) -> int:
    """Copy a database, live or not, to a new file; returns its size in bytes.

    Raises StoreError when there is nothing to copy or the target is there already.
    """
    if not path.exists():
        raise StoreError(f"{path}: there is no such database")
    conn = connect_read(path)
    try:
        copy_to(conn, target)
    finally:
        conn.close()
    return target.stat().st_size


@dataclass(frozen=True, kw_only=True, slots=True)
class Prunable:
    """What age limits would remove."""

    pages: int
    page_bytes: int
    polls: int
    hours: int


def prunable(path: Path, pages: Path, now: datetime, keep_pages: timedelta) -> Prunable:
    """Count what ``prune`` would remove."""
    conn = connect_read(path)
    try:
        with translated(path):
            polls, hours = conn.execute(
                "SELECT (SELECT count(*) FROM poll WHERE at < ?), "
                "(SELECT count(*) FROM hourly WHERE hour < ?)",
                (to_iso(now - POLLS_KEPT), _oldest_hour(now)),
            ).fetchone()
    finally:
        conn.close()
    n = size = 0
    if pages.exists():
        kept = Pages(pages)
        try:
            n, size = kept.count_before(now - keep_pages)
        finally:
            kept.close()
    return Prunable(pages=n, page_bytes=size, polls=polls, hours=hours)


def prune_logs(conn: sqlite3.Connection, now: datetime, limit: int = 5000) -> int:
    """Remove old lines of the poll log and of the hourly roll-up; call inside a transaction."""
    gone = conn.execute(
        "DELETE FROM poll WHERE id IN (SELECT id FROM poll WHERE at < ? ORDER BY at LIMIT ?)",
        (to_iso(now - POLLS_KEPT), limit),
    ).rowcount
    return gone + conn.execute("DELETE FROM hourly WHERE hour < ?", (_oldest_hour(now),)).rowcount


def prune(
    path: Path,
    pages: Path,
    now: datetime,
    keep_pages: timedelta,
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Remove raw pages, polls and hours over their age; returns how many rows went."""
    gone = 0
    conn = connect_write(path)
    try:
        with translated(path):
            while True:
                conn.execute("BEGIN IMMEDIATE")
                step = prune_logs(conn, now)
                conn.execute("COMMIT")
                gone += step
                progress(step)
                if not step:
                    break
    finally:
        conn.close()
    if pages.exists():
        kept = Pages(pages)
        try:
            while step := kept.prune(now - keep_pages):
                gone += step
                progress(step)
        finally:
            kept.close()
    return gone


def vacuum(path: Path) -> None:
    """Give the space of removed rows back to the disk; needs as much free space as the file."""
    conn = connect_write(path)
    try:
        with translated(path):
            conn.execute("VACUUM")
    finally:
        conn.close()


def _oldest_hour(now: datetime) -> str:
    return to_iso(now - timedelta(hours=HOURS_KEPT))[:13]
