"""The messages to channels: made once, kept until they have arrived."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pipeline.times import from_iso, to_iso

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
GIVE_UP = timedelta(days=7)
KEPT = timedelta(days=90)  # messages that arrived or were given up
_JITTER = 0.2
_ERROR = 300  # characters of an error that are kept


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message on its way."""

    id: int
    uid: str  # the same at each attempt: a receiver tells repetitions by it
    channel: str
    made_at: datetime
    payload: Mapping[str, Any]
    attempts: int
    doubtful: bool  # the monitor ended while it was sent: it may have arrived


class Outbox:
    """Writes ``message``, and which message a ``delivery`` went with."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def recover(self) -> int:
        """At the start: what was being sent when the monitor ended is tried again, marked."""
        return self._conn.execute(
            "UPDATE message SET state = 'waiting', doubtful = 1 WHERE state = 'sending'"
        ).rowcount

    def waiting(self) -> dict[str, list[tuple[int, datetime]]]:
        """Return what no message was made of yet: channel -> (alert, since when), oldest first."""
        found: dict[str, list[tuple[int, datetime]]] = {}
        for row in self._conn.execute(
            "SELECT d.channel, d.alert, al.at FROM delivery d JOIN alert al ON al.id = d.alert "
            "WHERE d.message IS NULL ORDER BY d.channel, d.alert"
        ):
            found.setdefault(row["channel"], []).append((row["alert"], from_iso(row["at"])))
        return found

    def last_made(self, channel: str) -> datetime | None:
        """Return when the newest message to a channel was made."""
        row = self._conn.execute(
            "SELECT max(made_at) AS at FROM message WHERE channel = ?", (channel,)
        ).fetchone()
        return from_iso(row["at"]) if row["at"] else None

    def make(
        self, channel: str, alerts: Sequence[int], payload: Mapping[str, Any], now: datetime
    ) -> str:
        """Enter a message about some alerts; returns its uid."""
        uid = f"msg_{uuid4().hex}"
        number = self._conn.execute(
            "INSERT INTO message (uid, channel, made_at, payload, state, next_try_at) "
            "VALUES (?, ?, ?, ?, 'waiting', ?)",
            (uid, channel, to_iso(now), json.dumps(payload, ensure_ascii=False), to_iso(now)),
        ).lastrowid
        self._conn.executemany(
            "UPDATE delivery SET message = ? WHERE alert = ? AND channel = ? AND message IS NULL",
            [(number, alert, channel) for alert in alerts],
        )
        return uid

    def open_channels(self) -> set[str]:
        """Return the channels with messages on their way."""
        rows = self._conn.execute(
            "SELECT DISTINCT channel FROM message WHERE state IN ('waiting', 'sending')"
        )
        return {row["channel"] for row in rows}

    def take(self, channel: str, now: datetime) -> Message | None:
        """Return the oldest message that is due, from now on being sent; None: nothing is due.

        A channel's messages go in their order: while one waits for another attempt, so do those
        behind it.
        """
        row = self._conn.execute(
            "SELECT * FROM message WHERE channel = ? AND state IN ('waiting', 'sending') "
            "ORDER BY id LIMIT 1",
            (channel,),
        ).fetchone()
        if row is None or row["state"] == "sending" or row["next_try_at"] > to_iso(now):
            return None
        self._conn.execute(
            "UPDATE message SET state = 'sending', attempts = attempts + 1 WHERE id = ?",
            (row["id"],),
        )
        return Message(
            id=row["id"],
            uid=row["uid"],
            channel=channel,
            made_at=from_iso(row["made_at"]),
            payload=json.loads(row["payload"]),
            attempts=row["attempts"] + 1,
            doubtful=bool(row["doubtful"]),
        )

    def sent(self, message: Message, now: datetime) -> None:
        """A message has arrived."""
        self._conn.execute(
            "UPDATE message SET state = 'sent', sent_at = ?, next_try_at = NULL, error = NULL "
            "WHERE id = ?",
            (to_iso(now), message.id),
        )

    def failed(self, message: Message, error: str, now: datetime, *, final: bool = False) -> None:
        """A message has not arrived; it is tried again later and later, for seven days."""
        wait = min(FIRST_WAIT * 2 ** min(message.attempts - 1, 20), LONGEST_WAIT)
        wait *= random.uniform(1 - _JITTER, 1 + _JITTER)
        over = final or now - message.made_at > GIVE_UP
        self._conn.execute(
            "UPDATE message SET state = ?, next_try_at = ?, error = ? WHERE id = ?",
            (
                "failed" if over else "waiting",
                None if over else to_iso(now + wait),
                error[:_ERROR],
                message.id,
            ),
        )

    def hurry(self, channels: Sequence[str], now: datetime) -> int:
        """Try waiting and given-up messages now; returns how many there are."""
        number = 0
        for channel in channels:
            number += self._conn.execute(
                "UPDATE message SET state = 'waiting', next_try_at = ? "
                "WHERE channel = ? AND state IN ('waiting', 'failed')",
                (to_iso(now), channel),
            ).rowcount
        return number

    def drop(self, channel: str) -> None:
        """A channel is no more: what waits for it is given up."""
        self._conn.execute(
            "UPDATE message SET state = 'failed', error = 'the channel is no longer configured' "
            "WHERE channel = ? AND state = 'waiting'",
            (channel,),
        )
        self._conn.execute("DELETE FROM delivery WHERE channel = ? AND message IS NULL", (channel,))

    def prune(self, before: datetime) -> int:
        """Remove messages made before, in steps; what is on its way stays."""
        return self._conn.execute(
            "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE made_at < ? "
            "AND state IN ('sent', 'failed') LIMIT 1000)",
            (to_iso(before),),
        ).rowcount
