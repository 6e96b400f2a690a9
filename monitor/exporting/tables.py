"""The columns of each table that is exported."""

from __future__ import annotations

from monitor.cli.output import Column

COLUMNS = (
    *(Column(key=key) for key in ("id", "source", "title", "url", "canonical_url")),
    Column(key="authors", kind="list"),
    Column(key="agencies", kind="list"),
    *(Column(key=key, kind="time") for key in
      ("published_at", "modified_at", "first_seen_at", "fetched_at")),
    *(Column(key=key) for key in ("published_certainty", "modified_certainty")),
    *(Column(key=key) for key in ("language", "section")),
    Column(key="tags", kind="list"),
    *(Column(key=key) for key in ("site_name", "summary", "image", "word_count")),
    Column(key="paywalled", kind="flag"),
    *(Column(key=key) for key in
      ("quality", "extractor", "story", "outlets", "story_articles", "relation", "relation_to",
       "relation_reason", "revisions", "body_hash")),
    Column(key="provenance", kind="json"),
    Column(key="body"),
)  # fmt: skip

DECISION_COLUMNS = (
    *(Column(key=key) for key in ("story", "reviewer", "article", "source", "title", "url")),
    Column(key="language"),
    *(Column(key=key, kind="time") for key in ("published_at", "first_seen_at")),
    *(Column(key=key) for key in ("outlets", "story_articles")),
    *(Column(key=key, kind="time") for key in ("read_at", "starred_at", "dismissed_at")),
    Column(key="dismiss_reason"),
    Column(key="tags", kind="list"),
    Column(key="note"),
    Column(key="updated_at", kind="time"),
)
LOG_COLUMNS = (
    Column(key="event"),
    Column(key="at", kind="time"),
    *(Column(key=key) for key in ("reviewer", "action", "article", "story", "url")),
    *(Column(key=key, kind="json") for key in ("before", "after")),
    Column(key="undoes"),
    Column(key="undone_at", kind="time"),
)
# Only what can be told of a moment that is over; see pipeline/store/as_of.py.
AS_OF_COLUMNS = (
    *(Column(key=key) for key in ("id", "source", "title", "url")),
    *(Column(key=key, kind="time") for key in ("published_at", "first_seen_at")),
    *(Column(key=key) for key in
      ("language", "word_count", "story", "outlets", "story_articles", "relation", "relation_to",
       "revisions", "content_hash", "body")),
)  # fmt: skip
STORY_COLUMNS = (
    *(Column(key=key) for key in ("id", "title")),
    *(Column(key=key, kind="time") for key in ("first_seen_at", "last_seen_at")),
    *(Column(key=key) for key in ("articles", "outlets")),
    *(Column(key=key, kind="json") for key in ("sources", "article_ids")),
)
REVISION_COLUMNS = (
    *(Column(key=key) for key in ("article", "n", "source")),
    *(Column(key=key, kind="time") for key in ("seen_at", "replaced_at", "modified_at")),
    *(Column(key=key) for key in ("title", "word_count", "content_hash", "extractor", "body")),
)
EDIT_COLUMNS = (
    Column(key="id"),
    Column(key="at", kind="time"),
    *(Column(key=key) for key in ("source", "article", "revision", "story", "title", "url")),
    Column(key="kinds", kind="list"),
    Column(key="weight"),
    Column(key="silent", kind="flag"),
    Column(key="summary"),
    Column(key="facts", kind="json"),
)
