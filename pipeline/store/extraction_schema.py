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

# What a re-extraction needs to go on after an interruption.
REEXTRACTION: tuple[str, ...] = ()

# Levels of quality by source, and where they broke.
DRIFT: tuple[str, ...] = ()

STATEMENTS = (*ARTICLE, *SITE, *REEXTRACTION, *DRIFT)
