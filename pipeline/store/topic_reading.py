"""Questions about topics and what matched them."""

from __future__ import annotations

from pipeline.store.reading import Reader, Row


def topics(reader: Reader) -> list[Row]:
    """Return the topics of the configuration by name: id, name, query, stories that matched."""
    return reader.rows(
        "SELECT t.id, t.name, t.query, (SELECT count(DISTINCT m.story) FROM topic_match m "
        "WHERE m.topic = t.id) AS stories FROM topic t WHERE t.removed_at IS NULL "
        "ORDER BY t.name, t.id"
    )


def topic_names(reader: Reader) -> dict[str, str]:
    """Return id -> name of the topics."""
    rows = reader.rows("SELECT id, name FROM topic WHERE removed_at IS NULL ORDER BY name, id")
    return {row["id"]: row["name"] for row in rows}


def topics_of(reader: Reader, article: int) -> list[str]:
    """Return the ids of the topics that an article matches."""
    rows = reader.rows("SELECT topic FROM topic_match WHERE article = ? ORDER BY 1", (article,))
    return [row["topic"] for row in rows]
