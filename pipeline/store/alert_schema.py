"""What alerts add to the schema: what is worth telling, whom, and the messages on their way."""

from __future__ import annotations

STATEMENTS = (
    # Which channels hear of what a topic matches: {"story": ["desk"], "edit": [...], "burst": ...}.
    "ALTER TABLE topic ADD COLUMN notify TEXT NOT NULL DEFAULT '{}'",
    # Told once: `subject` is what it is about among those of a kind.
    """CREATE TABLE alert (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        at TEXT NOT NULL,
        topics TEXT NOT NULL DEFAULT '[]',
        article INTEGER REFERENCES article(id),
        source TEXT,
        facts TEXT NOT NULL DEFAULT '{}',
        UNIQUE (kind, subject)
    )""",
    "CREATE INDEX alert_article ON alert(article, kind) WHERE article IS NOT NULL",
    "CREATE INDEX alert_at ON alert(at)",
    """CREATE TABLE message (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uid TEXT NOT NULL UNIQUE,
        channel TEXT NOT NULL,
        made_at TEXT NOT NULL,
        payload TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        doubtful INTEGER NOT NULL DEFAULT 0,
        next_try_at TEXT,
        sent_at TEXT,
        error TEXT
    )""",
    "CREATE INDEX message_open ON message(channel, id) WHERE state IN ('waiting', 'sending')",
    "CREATE INDEX message_made ON message(channel, made_at)",
    # Who is to hear of an alert; without a message it waits for the next one to its channel.
    # Messages are removed when they are old; their numbers stay here.
    """CREATE TABLE delivery (
        alert INTEGER NOT NULL REFERENCES alert(id),
        channel TEXT NOT NULL,
        message INTEGER,
        PRIMARY KEY (alert, channel)
    ) WITHOUT ROWID""",
    "CREATE INDEX delivery_waiting ON delivery(channel, alert) WHERE message IS NULL",
    "CREATE INDEX delivery_message ON delivery(message) WHERE message IS NOT NULL",
    # What was told of a source or a topic, so that it is told once; and how far edits were read.
    """CREATE TABLE watched (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL,
        at TEXT NOT NULL
    ) WITHOUT ROWID""",
    "INSERT INTO watched (key, value, at) SELECT 'edits', coalesce(max(id), 0), '' FROM edit",
)
