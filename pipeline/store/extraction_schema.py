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
)

# What is remembered of each source's pages.
SITE: tuple[str, ...] = ()

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
DRIFT: tuple[str, ...] = ()

STATEMENTS = (*ARTICLE, *SITE, *REEXTRACTION, *DRIFT)
