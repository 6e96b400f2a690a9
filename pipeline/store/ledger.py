"""The ledger of links: each discovered address is a row, and each row ends in one outcome."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from pipeline.model import Failure, FailureKind, Link, Outcome
from pipeline.store.arrivals import FIRST_SIGHT, archive, edits, renewed
from pipeline.store.feeds import stamp, when
from pipeline.store.linkhints import hints_text, link_of
from pipeline.store.records import DueLink, PollOutcome, Settlement
from pipeline.store.rollups import DISCOVERED, NOT_MODIFIED, Rollups
from pipeline.times import from_iso, to_iso

_CHUNK = 500  # SQLite's default limit is 999 variables in older builds
_EVENTS = ("edited", "rechecked")  # counted; of the latter also how many were not modified

# Of a link that is known: id, modified time as the feed said it last, has an article, is pending.
_KnownLink = tuple[int, str | None, bool, bool]


class Ledger:
    """The table ``link``."""

    def __init__(self, conn: sqlite3.Connection, rollups: Rollups) -> None:
        self._conn = conn
        self._rollups = rollups

    def discover(
        self,
        source: str,
        feed: int,
        links: Sequence[tuple[str, Link]],
        now: datetime,
        too_old_before: datetime | None = None,
        *,
        first: bool = False,
    ) -> PollOutcome:
        """Enter the links that are new, given as (key, link) with unique keys.

        A link whose address belongs to a stored article already ends here as ``unchanged``, one
        that the feed dates before ``too_old_before`` as ``too_old``; both are not fetched.  At the
        ``first`` sight of a feed with very many undated links most of them end as ``filtered``, and
        so they do when all its addresses have changed at once.  A
        known link whose modified time moved on is due again at once; one that waits in vain, as the
        source that found it is removed or paused, becomes this source's.
        """
        known = self._known([key for key, _ in links])
        fresh = [(key, link) for key, link in links if key not in known]
        stored = self._stored([key for key, _ in fresh])
        changed = not first and renewed(len(links), len(known) + len(stored))
        undated = archive(fresh) if first or changed else frozenset()
        edited = edits(links)
        taken = 0
        at = to_iso(now)
        rows: list[tuple[Any, ...]] = []
        counts: dict[str, int] = {}
        times: list[datetime] = []
        due = 0
        for key, link in links:
            if key in known:
                if key in edited:
                    self._moved(known[key], link, at)
                taken += known[key][3] and self._take_over(known[key][0], source, feed, now)
                continue
            dated = link.published_at or link.modified_at
            outcome, reason, article, due_at = None, None, stored.get(key), at
            if article is not None:
                outcome, reason = (
                    Outcome.UNCHANGED,
                    "the article is stored under this address already",
                )
            elif too_old_before and dated and dated < too_old_before:
                outcome, reason = Outcome.TOO_OLD, f"published {to_iso(dated)[:10]}"
            elif key in undated:
                outcome = Outcome.FILTERED
                sight = "as all addresses changed" if changed else "at first sight of the feed"
                reason = f"undated, among more than {FIRST_SIGHT} such links {sight}"
            if link.published_at is not None:
                times.append(link.published_at)
            if outcome is None:
                due += 1
            else:
                counts[outcome.value] = counts.get(outcome.value, 0) + 1
            rows.append(
                (
                    source, link.url, outcome, at if outcome else None, reason, article, at, feed,
                    None if outcome else due_at, hints_text(link), stamp(link.modified_at), key,
                )
            )  # fmt: skip
        self._conn.executemany(
            "INSERT INTO link (source, url, outcome, outcome_at, reason, article, discovered_at, "
            f"feed, due_at, hints, hint_modified_at, url_key) VALUES ({', '.join('?' * 12)})",
            rows,
        )
        self._rollups.add(now, source, DISCOVERED, len(rows) + taken)
        for outcome_name, n in counts.items():
            self._rollups.add(now, source, outcome_name, n)
        return PollOutcome(
            found=len(links),
            new=len(rows) + taken,
            shared=len(links) - len(rows) - taken,
            due=due + taken,
            times=tuple(times),
        )

    def _known(self, keys: Sequence[str]) -> dict[str, _KnownLink]:
        found: dict[str, _KnownLink] = {}
        for i in range(0, len(keys), _CHUNK):
            part = keys[i : i + _CHUNK]
            rows = self._conn.execute(
                "SELECT url_key, id, hint_modified_at, article IS NOT NULL, outcome IS NULL "
                f"FROM link WHERE url_key IN ({', '.join('?' * len(part))})",
                part,
            )
            found.update({r[0]: (r[1], r[2], bool(r[3]), bool(r[4])) for r in rows})
        return found

    def _stored(self, keys: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for i in range(0, len(keys), _CHUNK):
            part = keys[i : i + _CHUNK]
            rows = self._conn.execute(
                f"SELECT url_key, id FROM article WHERE url_key IN ({', '.join('?' * len(part))})",
                part,
            )
            found.update({r[0]: r[1] for r in rows})
        return found

    def _take_over(self, link: int, source: str, feed: int, now: datetime) -> bool:
        """Make a pending link this source's if nobody will visit it for the one that found it."""
        row = self._conn.execute(
            "SELECT source, discovered_at FROM link JOIN source ON slug = source WHERE id = ? "
            "AND source != ? AND (removed_at IS NOT NULL OR paused_at IS NOT NULL)",
            (link, source),
        ).fetchone()
        if row is None:
            return False
        self._conn.execute(
            "UPDATE link SET source = ?, feed = ?, discovered_at = ?, due_at = ? WHERE id = ?",
            (source, feed, to_iso(now), to_iso(now), link),
        )
        # Where it was counted, so that no day's count goes below zero.
        self._rollups.add(from_iso(row["discovered_at"]), row["source"], DISCOVERED, -1)
        return True

    def _moved(self, known: _KnownLink, link: Link, at: str) -> None:
        link_id, before, has_article, _ = known
        moved = stamp(link.modified_at)
        if moved is None or (before is not None and moved <= before):
            return
        # The first modified time we hear of for a link says nothing about a change.
        due = has_article and before is not None
        self._conn.execute(
            "UPDATE link SET hint_modified_at = ?, due_at = iif(?, ?, due_at) WHERE id = ?",
            (moved, due, at, link_id),
        )

    def sources_due(self, now: datetime) -> set[str]:
        """Return the sources that have links to fetch now (not paused, not removed)."""
        rows = self._conn.execute(
            "SELECT slug FROM source WHERE removed_at IS NULL AND paused_at IS NULL AND EXISTS "
            "(SELECT 1 FROM link WHERE source = slug AND due_at IS NOT NULL AND due_at <= ?)",
            (to_iso(now),),
        )
        return {row[0] for row in rows}

    def due(
        self,
        source: str,
        now: datetime,
        limit: int,
        skip: Iterable[int] = (),
        *,
        latest: bool = False,
    ) -> list[DueLink]:
        """Return links of a source to fetch now, oldest due first, without ``skip`` (in flight).

        With ``latest`` those that became due last come first.  One source at a time, because one
        with a thousand links must not stand before the others.
        """
        left_out = set(skip)
        rows = self._conn.execute(
            "SELECT * FROM link WHERE source = ? AND due_at IS NOT NULL AND due_at <= ? "
            f"ORDER BY due_at {'DESC' if latest else 'ASC'}, id LIMIT ?",
            (source, to_iso(now), limit + len(left_out)),
        )
        return [self._due_link(row) for row in rows if row["id"] not in left_out][:limit]

    @staticmethod
    def _due_link(row: sqlite3.Row) -> DueLink:
        return DueLink(
            id=row["id"],
            url=row["url"],
            url_key=row["url_key"],
            source=row["source"],
            feed=row["feed"],
            hints=link_of(row["url"], row["hints"]),
            due_at=from_iso(row["due_at"] or row["discovered_at"]),
            discovered_at=from_iso(row["discovered_at"]),
            attempts=row["attempts"],
            visits=row["visits"],
            etag=row["etag"],
            last_modified=row["last_modified"],
            page_hash=row["page_hash"],
            article=row["article"],
            outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        )

    def next_due(self) -> datetime | None:
        """Return when the next link is due, None if none waits."""
        # One step into the index for each source, not one for each link.
        row = self._conn.execute(
            "SELECT min((SELECT min(due_at) FROM link WHERE source = slug AND due_at IS NOT NULL)) "
            "FROM source"
        ).fetchone()
        return when(row[0])

    def pending(self) -> int:
        """Return how many links have no outcome yet."""
        return int(
            self._conn.execute(
                # Left alone, SQLite counts through the far larger index of all links.
                "SELECT count(*) FROM link INDEXED BY link_pending WHERE outcome IS NULL"
            ).fetchone()[0]
        )

    def article_of(self, link: int) -> int | None:
        """Return the article that a link leads to, as the ledger has it now."""
        row = self._conn.execute("SELECT article FROM link WHERE id = ?", (link,)).fetchone()
        return None if row[0] is None else int(row[0])

    def followed(self, link: int, article: int) -> bool:
        """Return whether a newer link leads to the article too, and answered when visited last."""
        row = self._conn.execute(
            "SELECT EXISTS (SELECT 1 FROM link WHERE article = ? AND id > ? AND visits > 0 "
            "AND last_error IS NULL)",
            (article, link),
        ).fetchone()
        return bool(row[0])

    def settle(self, done: Settlement) -> None:
        """Write how a visit ended.  The first outcome of a link stands; later visits are events.

        What the ledger holds decides which is the first, not what the visitor saw of it: each link
        is counted once, for the source it belongs to.  A link that was made due again during the
        visit stays so: the page may have been read before its edit.  Raises ValueError for a
        pending link that would never be visited again.
        """
        link, failure = done.link, done.failure
        row = self._conn.execute(
            "SELECT outcome, due_at, source FROM link WHERE id = ?", (link.id,)
        ).fetchone()
        pending = row[0] is None
        if pending and done.outcome is None and done.due_at is None:
            raise ValueError(f"link {link.id} has neither an outcome nor a time to be tried again")
        due_at, moved = stamp(done.due_at), row[1]
        if moved is not None and moved > to_iso(link.due_at):
            due_at = moved if due_at is None else min(moved, due_at)
        self._conn.execute(
            "UPDATE link SET outcome = coalesce(outcome, ?), outcome_at = coalesce(outcome_at, ?), "
            "reason = iif(?, ?, reason), article = coalesce(?, article), due_at = ?, attempts = ?, "
            "visits = visits + ?, visited_at = iif(?, ?, visited_at), last_error = ?, "
            "etag = iif(?, ?, etag), last_modified = iif(?, ?, last_modified), "
            "page_hash = coalesce(?, page_hash) WHERE id = ?",
            (
                done.outcome,
                to_iso(done.at) if done.outcome else None,
                pending, done.reason,
                done.article,
                due_at,
                link.attempts + (1 if _counts(failure) else 0) if failure else 0,
                done.visited,
                done.visited, to_iso(done.at),
                f"{failure.kind}: {failure.message}"[:500] if failure else None,
                done.visited, done.etag,
                done.visited, done.last_modified,
                done.page_hash,
                link.id,
            ),
        )  # fmt: skip
        if pending and done.outcome:
            self._rollups.add(done.at, row[2], done.outcome.value)
        elif done.event in _EVENTS:
            self._rollups.add(done.at, row[2], done.event)
            if done.unmodified:
                self._rollups.add(done.at, row[2], NOT_MODIFIED)

    def link(self, link: int) -> DueLink | None:
        """Return a link by its id, due or not."""
        row = self._conn.execute("SELECT * FROM link WHERE id = ?", (link,)).fetchone()
        return self._due_link(row) if row else None

    def postpone(self, link_ids: Iterable[int], until: datetime) -> None:
        """Make links due later (their host asked for a rest)."""
        self._conn.executemany(
            "UPDATE link SET due_at = ? WHERE id = ?", [(to_iso(until), i) for i in link_ids]
        )

    def forget_rechecks_before(self, now: datetime, grace: timedelta) -> int:
        """Fold missed visits of stored articles into one: no storm after a long pause."""
        return self._conn.execute(
            "UPDATE link SET due_at = ? WHERE outcome IS NOT NULL AND due_at < ?",
            (to_iso(now), to_iso(now - grace)),
        ).rowcount


def _counts(failure: Failure) -> bool:
    """True if a request was made: a host that asked us to wait is not asked, so nothing failed."""
    return failure.kind is not FailureKind.RATE_LIMITED or failure.status is not None
