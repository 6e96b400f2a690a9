"""Questions about alerts and the messages that tell them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.store.reading import Reader, Row


def alerts_by_id(reader: Reader, alerts: Sequence[int]) -> list[Row]:
    """Return alerts in the order of their ids, with what is known of their articles by now."""
    return reader.rows(
        "SELECT al.id, al.kind, al.subject, al.at, al.topics, al.article, "
        "coalesce(al.source, a.source) AS source, al.facts, a.story, a.title, a.url, a.language, "
        "a.agencies, a.first_seen_at, a.published_at, a.summary, substr(a.body, 1, 1000) AS body, "
        "st.outlets, s.name AS source_name FROM alert al LEFT JOIN article a ON a.id = al.article "
        "LEFT JOIN story st ON st.id = a.story LEFT JOIN source s ON s.slug = "
        "coalesce(al.source, a.source) WHERE al.id IN (SELECT value FROM json_each(?)) "
        "ORDER BY al.id",
        (json.dumps(list(alerts)),),
    )


def edit_by_id(reader: Reader, edit: int) -> Row | None:
    """Return an edit."""
    rows = reader.rows("SELECT * FROM edit WHERE id = ?", (edit,))
    return rows[0] if rows else None


def channels_told(reader: Reader) -> dict[str, Row]:
    """Return channel -> how its messages stand.

    Each has sent, waiting (messages), failed (given up), queued (alerts without a message yet),
    last_sent_at, next_try_at, error and oldest_at (of the messages that wait).
    """
    found: dict[str, Row] = {}
    for row in reader.rows(
        "SELECT channel, sum(state = 'sent') AS sent, "
        "sum(state IN ('waiting', 'sending')) AS waiting, sum(state = 'failed') AS failed, "
        "max(sent_at) AS last_sent_at, min(iif(state = 'waiting', next_try_at, NULL)) "
        "AS next_try_at, max(iif(state = 'waiting', error, NULL)) AS error, "
        "min(iif(state = 'waiting', made_at, NULL)) AS oldest_at FROM message "
        "GROUP BY channel"
    ):
        found[row["channel"]] = {**row, "queued": 0}
    for row in reader.rows(
        "SELECT channel, count(*) AS n FROM delivery WHERE message IS NULL GROUP BY channel"
    ):
        empty: Row = {
            "channel": row["channel"], "sent": 0, "waiting": 0, "failed": 0, "last_sent_at": None,
            "next_try_at": None, "error": None, "oldest_at": None,
        }  # fmt: skip
        found.setdefault(row["channel"], empty)["queued"] = row["n"]
    return found


def messages(reader: Reader, channel: str | None, limit: int | None) -> list[Row]:
    """Return messages, newest first: id, uid, channel, made_at, state, sent_at, attempts, title."""
    return reader.rows(
        "SELECT id, uid, channel, made_at, state, sent_at, attempts, doubtful, next_try_at, error, "
        "payload ->> '$.title' AS title, json_array_length(payload, '$.alerts') AS alerts "
        "FROM message WHERE ?1 IS NULL OR channel = ?1 ORDER BY id DESC LIMIT ?2",
        (channel, -1 if limit is None else limit),
    )


def topic_hours(reader: Reader, topic: str, since: str) -> list[str]:
    """Return when the stories of a topic came since ``since``: the time of each story's first."""
    rows = reader.rows(
        "SELECT min(at) AS at FROM topic_match WHERE topic = ? AND at >= ? GROUP BY story",
        (topic, since),
    )
    return sorted(row["at"] for row in rows)


def something_to_send(reader: Reader) -> bool:
    """Return True if an alert waits for its message, or a message for its way."""
    rows = reader.rows(
        "SELECT EXISTS (SELECT 1 FROM delivery WHERE message IS NULL) OR EXISTS "
        "(SELECT 1 FROM message WHERE state IN ('waiting', 'sending')) AS n"
    )
    return bool(rows[0]["n"])


def watched(reader: Reader) -> dict[str, tuple[str, str]]:
    """Return what was told and how far edits were read: key -> (value, since when)."""
    rows = reader.rows("SELECT key, value, at FROM watched")
    return {row["key"]: (row["value"], row["at"]) for row in rows}
