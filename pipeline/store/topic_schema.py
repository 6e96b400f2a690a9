"""What the query language adds to the schema: topics that ask for more than text."""

from __future__ import annotations

STATEMENTS = (
    # What a topic's fields stood for when it was last asked of all articles: the sources behind a
    # tag.  Where that changes, the topic is asked again.
    "ALTER TABLE topic ADD COLUMN basis TEXT NOT NULL DEFAULT ''",
    # The text is told by the search index; these are the other fields of the query language.
    """CREATE TRIGGER article_changes_fields
        AFTER UPDATE OF source, language, agencies, tags ON article
        WHEN old.source != new.source OR old.language IS NOT new.language
            OR old.agencies != new.agencies OR old.tags != new.tags BEGIN
            INSERT OR IGNORE INTO topic_due (article) VALUES (new.id);
        END""",
)
