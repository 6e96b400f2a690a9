"""What tracing copies and edits adds to the schema, statement by statement."""

from __future__ import annotations

STORIES = (
    # A story that was joined to another is gone; its number must never mean another one.
    """CREATE TABLE story_numbered (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        first_article INTEGER,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        articles INTEGER NOT NULL DEFAULT 1,
        outlets INTEGER NOT NULL DEFAULT 1
    )""",
    """INSERT INTO story_numbered SELECT id, title, first_article, first_seen_at, last_seen_at,
        articles, outlets FROM story""",
    "DROP TABLE story",
    "ALTER TABLE story_numbered RENAME TO story",
    "CREATE INDEX story_last_seen ON story(last_seen_at)",
    # the figures that the relation was judged by, by name (see ``pipeline.dedup``)
    "ALTER TABLE article ADD COLUMN relation_scores TEXT NOT NULL DEFAULT '{}'",
    # scheme of the fingerprint in the index; 0: it has none
    "ALTER TABLE article ADD COLUMN signature_scheme INTEGER NOT NULL DEFAULT 0",
    # address at another site that the page names as the home of its text
    "ALTER TABLE article ADD COLUMN home_url TEXT",
    "CREATE INDEX article_unsigned ON article(first_seen_at) WHERE signature_scheme = 0",
    # One row a partition of the index, which is a table of its own: signature_202611_1.
    """CREATE TABLE signature (
        month TEXT NOT NULL,
        scheme INTEGER NOT NULL,
        PRIMARY KEY (month, scheme)
    ) WITHOUT ROWID""",
    # Paragraphs by outlet, as a hash of both, that may turn out to stand in many of its stories.
    """CREATE TABLE furniture (
        hash INTEGER PRIMARY KEY,
        story INTEGER NOT NULL,
        stories INTEGER NOT NULL
    )""",
    # What reviewers decided: these two belong together, or they do not.
    """CREATE TABLE story_ruling (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES article(id),
        other INTEGER NOT NULL REFERENCES article(id),
        together INTEGER NOT NULL,
        note TEXT
    )""",
    "CREATE INDEX story_ruling_article ON story_ruling(article)",
    "CREATE INDEX story_ruling_other ON story_ruling(other)",
    # The few stories that more than one outlet ran, and articles beside a story: round-ups.
    "CREATE INDEX story_shared ON story(last_seen_at) WHERE outlets > 1",
    "CREATE INDEX article_beside ON article(relation_to) WHERE relation IN ('contains', 'related')",
    # A round-up names two of the stories in it: one as its relation, one among the scores.
    """CREATE INDEX article_around ON article(json_extract(relation_scores, '$.other'))
        WHERE relation = 'contains'""",
)

EDITS = (
    # there, gone, paywalled or stub: how the page of an article stands that we keep in full
    "ALTER TABLE article ADD COLUMN page_state TEXT NOT NULL DEFAULT 'there'",
    "ALTER TABLE article ADD COLUMN page_state_at TEXT",
    # when it seemed to be gone, until a second look says so or not
    "ALTER TABLE article ADD COLUMN page_doubt_at TEXT",
    # What an outlet did to an article after publishing.  ``revision`` is the state that it put an
    # end to, NULL where the text that we keep did not change (gone, paywalled, stub).
    """CREATE TABLE edit (
        id INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES article(id),
        revision INTEGER,
        at TEXT NOT NULL,
        kinds TEXT NOT NULL DEFAULT '[]',
        weight INTEGER NOT NULL,
        silent INTEGER NOT NULL,
        summary TEXT NOT NULL,
        facts TEXT NOT NULL DEFAULT '{}'
    )""",
    "CREATE INDEX edit_at ON edit(at)",
    "CREATE INDEX edit_article ON edit(article)",
    # How often a source's articles were looked at again, and edits found: asked of each source.
    "CREATE INDEX daily_source ON daily(source, day)",
)

STATEMENTS = (*STORIES, *EDITS)
