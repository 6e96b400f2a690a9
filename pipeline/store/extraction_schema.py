"""What extraction adds to the first schema, statement by statement."""

from __future__ import annotations

ARTICLE = (
    # a letter for each paragraph of the body: p, h, l, q (see ``pipeline.model.Article.shape``)
    "ALTER TABLE article ADD COLUMN shape TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE revision ADD COLUMN shape TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE article ADD COLUMN agencies TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE article ADD COLUMN published_certainty TEXT NOT NULL DEFAULT 'unknown'",
    "ALTER TABLE article ADD COLUMN modified_certainty TEXT NOT NULL DEFAULT 'unknown'",
    "ALTER TABLE article ADD COLUMN measures TEXT NOT NULL DEFAULT '{}'",
    # `list --agency` must not read every article, whose body stands before the column
    "CREATE INDEX article_credited ON article (first_seen_at) WHERE agencies != '[]'",
    # content_hash of the page read without the memory of its site; NULL: that changed nothing
    "ALTER TABLE article ADD COLUMN unaided_hash TEXT",
)

# What is remembered of each source's pages.
SITE: tuple[str, ...] = (
    """CREATE TABLE site (
        source TEXT PRIMARY KEY REFERENCES source(slug),
        scheme INTEGER NOT NULL,
        version INTEGER NOT NULL,
        pages INTEGER NOT NULL,
        since TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        data TEXT NOT NULL
    )""",
)

REEXTRACTION = (
    # Digest of the source's rules that the text was taken out with, and the page that it is from
    "ALTER TABLE article ADD COLUMN rules TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE article ADD COLUMN page_hash TEXT",
    # How each single rule of a source fares; ``misses`` are those in a row until today.
    """CREATE TABLE extract_rule (
        source TEXT NOT NULL REFERENCES source(slug),
        field TEXT NOT NULL,
        selector TEXT NOT NULL,
        pages INTEGER NOT NULL,
        found INTEGER NOT NULL,
        misses INTEGER NOT NULL,
        last_at TEXT NOT NULL,
        found_at TEXT,
        missing_since TEXT,
        example TEXT,
        PRIMARY KEY (source, field, selector)
    ) WITHOUT ROWID""",
    # Pages that were read again and by what, so that an interrupted run goes on where it was.
    """CREATE TABLE reread (
        link INTEGER PRIMARY KEY REFERENCES link(id),
        page_hash TEXT NOT NULL,
        made_with TEXT NOT NULL,
        at TEXT NOT NULL,
        result TEXT NOT NULL
    )""",
)

# Levels of quality by source, and where they broke.
DRIFT: tuple[str, ...] = (
    # what pages gave on their first visit, added up; shares are over ``bodies``
    """CREATE TABLE quality (
        day TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES source(slug),
        pages INTEGER NOT NULL,
        bodies INTEGER NOT NULL,
        words INTEGER NOT NULL,
        no_author INTEGER NOT NULL,
        no_date INTEGER NOT NULL,
        overlap REAL NOT NULL,
        PRIMARY KEY (day, source)
    ) WITHOUT ROWID""",
    """CREATE TABLE level (
        source TEXT PRIMARY KEY REFERENCES source(slug),
        scheme INTEGER NOT NULL,
        version INTEGER NOT NULL,
        pages INTEGER NOT NULL,
        since TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        data TEXT NOT NULL
    )""",
    """CREATE TABLE drift (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL REFERENCES source(slug),
        measure TEXT NOT NULL,
        since TEXT NOT NULL,
        raised_at TEXT NOT NULL,
        ended_at TEXT,
        ended_by TEXT,
        before REAL NOT NULL,
        now REAL NOT NULL,
        examples TEXT NOT NULL DEFAULT '[]'
    )""",
    "CREATE INDEX drift_open ON drift(source, measure) WHERE ended_at IS NULL",
)

STATEMENTS = (*ARTICLE, *SITE, *REEXTRACTION, *DRIFT)
