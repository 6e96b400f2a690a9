"""Articles, their revisions, stories and the search index, as they are written."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from pipeline.model import Article, Known, Relation, RelationKind
from pipeline.store.feeds import stamp, when
from pipeline.store.records import NewArticle, Prepared
from pipeline.store.searching import SearchIndex
from pipeline.store.stories import recount
from pipeline.times import from_iso, to_iso

_KNOWN = (
    "SELECT id, source, url_key, body_hash, title, story, first_seen_at, relation, published_at, "
    "iif(relation = 'related', relation_to, NULL) AS related_to "
    "FROM article"
)
_JOINING = (RelationKind.COPY, RelationKind.REVISION)  # relations that make one of a story
_COPIES_SEEN = 20  # candidates with the same body; the earliest decide


def _known(row: sqlite3.Row) -> Known:
    return Known(
        id=row["id"],
        source=row["source"],
        url_key=row["url_key"],
        body_hash=row["body_hash"],
        title=row["title"],
        story=row["story"],
        first_seen_at=from_iso(row["first_seen_at"]),
        relation=RelationKind(row["relation"]),
        published_at=when(row["published_at"]),
        related_to=row["related_to"],
    )


class Articles:
    """The tables ``article``, ``revision`` and ``story``."""

    def __init__(self, conn: sqlite3.Connection, search: SearchIndex) -> None:
        self._conn = conn
        self._search = search

    def by_id(self, article: int) -> Known | None:
        """Return a stored article."""
        row = self._conn.execute(f"{_KNOWN} WHERE id = ?", (article,)).fetchone()
        return _known(row) if row else None

    def by_url_key(self, key: str) -> Known | None:
        """Return the article that is stored under this address."""
        row = self._conn.execute(f"{_KNOWN} WHERE url_key = ?", (key,)).fetchone()
        return _known(row) if row else None

    def by_body(self, body_hash: str, source: str | None = None) -> tuple[Known, ...]:
        """Return the earliest articles with the same normalised body, oldest first.

        That of ``source`` is among them if there is one, however many outlets were earlier.
        """
        rows = self._conn.execute(
            f"{_KNOWN} WHERE body_hash = ? ORDER BY id LIMIT ?", (body_hash, _COPIES_SEEN)
        ).fetchall()
        if len(rows) == _COPIES_SEEN and all(row["source"] != source for row in rows):
            rows += self._conn.execute(
                f"{_KNOWN} WHERE body_hash = ? AND source = ? ORDER BY id LIMIT 1",
                (body_hash, source),
            ).fetchall()
        return tuple(_known(row) for row in rows)

    def text_of(self, article: int) -> tuple[str, str, str]:
        """Return (title, body, content hash) of a stored article."""
        row = self._conn.execute(
            "SELECT title, body, content_hash FROM article WHERE id = ?", (article,)
        ).fetchone()
        return row[0], row[1], row[2]

    def known_text(self, article: int) -> tuple[Known, str]:
        """Return a stored article with its body."""
        row = self._conn.execute(
            f"{_KNOWN.replace(' FROM', ', body FROM')} WHERE id = ?", (article,)
        ).fetchone()
        return _known(row), row["body"]

    def in_story(self, story: int, limit: int) -> tuple[int, ...]:
        """Return articles of a story, in the order of their ids."""
        rows = self._conn.execute(
            "SELECT id FROM article WHERE story = ? ORDER BY id LIMIT ?", (story, limit)
        )
        return tuple(row[0] for row in rows)

    def has_outlet(self, story: int, source: str, without: int = 0) -> bool:
        """True if an outlet has an article in a story, beside one."""
        row = self._conn.execute(
            "SELECT 1 FROM article WHERE story = ? AND source = ? AND id != ? LIMIT 1",
            (story, source, without),
        ).fetchone()
        return row is not None

    def lead(self, story: int) -> int | None:
        """Return the first article of a story."""
        row = self._conn.execute(
            "SELECT first_article FROM story WHERE id = ?", (story,)
        ).fetchone()
        return None if row is None else row[0]

    def unaided_hash(self, article: int) -> str:
        """Return the content hash of an article as it was before the memory of its site acted."""
        row = self._conn.execute(
            "SELECT coalesce(unaided_hash, content_hash) FROM article WHERE id = ?", (article,)
        ).fetchone()
        return str(row[0])

    def _set_unaided_hash(self, article: int, value: str | None) -> None:
        self._conn.execute("UPDATE article SET unaided_hash = ? WHERE id = ?", (value, article))

    def search_scheme(self, article: int) -> int:
        """Return the scheme that an article's row in the search index was made with."""
        row = self._conn.execute(
            "SELECT search_scheme FROM article WHERE id = ?", (article,)
        ).fetchone()
        return int(row[0])

    def add(self, new: NewArticle) -> int:
        """Add an article with its story and its place in the search index; returns its id."""
        made, article = new.prepared, new.prepared.article
        story = new.relation.story if new.relation.kind in _JOINING else None
        if story is None:
            story = self._new_story(article.title, new.first_seen_at)
        cursor = self._conn.execute(
            "INSERT INTO article (source, title, body, url, canonical_url, url_key, authors, "
            "published_at, modified_at, first_seen_at, fetched_at, language, summary, image, "
            "section, tags, site_name, word_count, paywalled, quality, quality_reason, extractor, "
            "provenance, story, relation, relation_to, relation_reason, body_hash, content_hash, "
            "search_scheme, shape, agencies, published_certainty, modified_certainty, measures, "
            f"relation_scores, signature_scheme) VALUES ({', '.join('?' * 37)})",
            (
                new.source, article.title, article.text, new.url, made.canonical_url, made.url_key,
                _json(article.authors), stamp(article.published_at), stamp(article.modified_at),
                to_iso(new.first_seen_at), to_iso(new.fetched_at), article.language,
                article.summary, article.image, article.section, _json(article.tags),
                article.site_name, made.word_count, article.paywalled, article.verdict.value,
                article.reason, article.extractor, json.dumps(dict(article.provenance)), story,
                new.relation.kind.value, new.relation.article, new.relation.reason or None,
                made.body_hash, made.content_hash, made.search_scheme, article.shape,
                _json(article.agencies), article.published_certainty.value,
                article.modified_certainty.value, json.dumps(dict(article.measures)),
                _scores(new.relation), new.signature_scheme,
            ),
        )  # fmt: skip
        added = int(cursor.lastrowid or 0)
        if made.unaided_hash is not None:
            self._set_unaided_hash(added, made.unaided_hash)
        if made.home_url is not None:
            self._conn.execute(
                "UPDATE article SET home_url = ? WHERE id = ?", (made.home_url, added)
            )
        self._join_story(story, added, new.source, new.first_seen_at)
        self._search.add(added, made.search_title, made.search_body)
        return added

    def _new_story(self, title: str, at: datetime) -> int:
        cursor = self._conn.execute(
            "INSERT INTO story (title, first_seen_at, last_seen_at, articles, outlets) "
            "VALUES (?, ?, ?, 0, 0)",
            (title, to_iso(at), to_iso(at)),
        )
        return int(cursor.lastrowid or 0)

    def _join_story(self, story: int, article: int, source: str, at: datetime) -> None:
        self._conn.execute(
            "UPDATE article SET relation = 'first' WHERE relation = 'new' AND id = "
            "(SELECT first_article FROM story WHERE id = ?)",
            (story,),
        )
        self._conn.execute(
            "UPDATE story SET first_article = coalesce(first_article, ?), "
            "last_seen_at = max(last_seen_at, ?), articles = articles + 1, "
            "outlets = outlets + NOT EXISTS (SELECT 1 FROM article WHERE story = ? AND source = ? "
            "AND id != ?) WHERE id = ?",
            (article, to_iso(at), story, source, article, story),
        )
        later = "SELECT 1 FROM story WHERE id = ? AND first_seen_at > ?"
        if self._conn.execute(later, (story, to_iso(at))).fetchone():
            recount(self._conn, story)  # it was seen before those that are there

    def revise(
        self, article: int, made: Prepared, at: datetime, old_search: tuple[str, str]
    ) -> int:
        """Replace the text of an article; the text before becomes a row of ``revision``.

        ``old_search`` is the search form of the title and body that are replaced: an index that
        keeps no text of its own must be told what to take out.  Returns the number of the revision.
        """
        new = made.article
        row = self._conn.execute("SELECT * FROM article WHERE id = ?", (article,)).fetchone()
        n = int(row["revisions"]) + 1
        self._conn.execute(
            "INSERT INTO revision (article, n, seen_at, replaced_at, title, body, word_count, "
            "modified_at, content_hash, extractor, shape) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article, n, row["revised_at"] or row["first_seen_at"], to_iso(at), row["title"],
                row["body"], row["word_count"], row["modified_at"], row["content_hash"],
                row["extractor"], row["shape"],
            ),
        )  # fmt: skip
        self._conn.execute(
            "UPDATE article SET title = ?, body = ?, authors = iif(? = '[]', authors, ?), "
            "published_at = coalesce(published_at, ?), modified_at = coalesce(?, modified_at), "
            "fetched_at = ?, revised_at = ?, "
            "summary = coalesce(?, summary), image = coalesce(?, image), word_count = ?, "
            "paywalled = ?, quality = ?, quality_reason = ?, extractor = ?, provenance = ?, "
            "revisions = ?, body_hash = ?, content_hash = ?, search_scheme = ?, shape = ?, "
            "agencies = iif(? = '[]', agencies, ?), measures = ?, "
            "published_certainty = iif(published_at IS NOT NULL AND published_certainty != "
            "'unknown', published_certainty, ?), "
            "modified_certainty = iif(? = 'unknown', modified_certainty, ?) WHERE id = ?",
            (
                new.title, new.text, _json(new.authors), _json(new.authors),
                stamp(new.published_at), stamp(new.modified_at), to_iso(at), to_iso(at),
                new.summary, new.image, made.word_count, new.paywalled,
                new.verdict.value, new.reason, new.extractor, json.dumps(dict(new.provenance)), n,
                made.body_hash, made.content_hash, made.search_scheme, new.shape,
                _json(new.agencies), _json(new.agencies), json.dumps(dict(new.measures)),
                new.published_certainty.value, new.modified_certainty.value,
                new.modified_certainty.value, article,
            ),
        )  # fmt: skip
        self._set_unaided_hash(article, made.unaided_hash)
        self._search.remove(article, *old_search)
        self._search.add(article, made.search_title, made.search_body)
        return n

    def retire_url(self, article: int, at: datetime) -> None:
        """Take its address from an article: the outlet put another story there.

        One that has lost it already stays as it is.
        """
        # With the id, since an address may change hands more than once in a moment.
        self._conn.execute(
            "UPDATE article SET url_key = url_key || ' until ' || ? || ' #' || id "
            "WHERE id = ? AND instr(url_key, ' until ') = 0",
            (to_iso(at), article),
        )

    def move(self, article: int, url: str, url_key: str, canonical_url: str | None) -> bool:
        """Give an article the address at which it is read from now on.

        False, and nothing is written, if another article has it.
        """
        return bool(
            self._conn.execute(
                "UPDATE article SET url = ?, url_key = ?, canonical_url = ? WHERE id = ? "
                "AND NOT EXISTS (SELECT 1 FROM article WHERE url_key = ? AND id != ?)",
                (url, url_key, canonical_url, article, url_key, article),
            ).rowcount
        )

    def touch(self, article: int, new: Article, at: datetime) -> None:
        """Note that an article was read again with the same text; a later modified time is kept."""
        modified = stamp(new.modified_at)
        self._conn.execute(
            "UPDATE article SET fetched_at = ?, "
            "modified_at = iif(? > coalesce(modified_at, ''), ?, modified_at) WHERE id = ?",
            (to_iso(at), modified, modified, article),
        )

    def relation_of(self, article: int) -> Relation:
        """Return how a stored article relates to others."""
        row = self._conn.execute(
            "SELECT relation, relation_to, relation_reason, story FROM article WHERE id = ?",
            (article,),
        ).fetchone()
        return Relation(
            kind=RelationKind(row[0]), article=row[1], reason=row[2] or "", story=row[3]
        )


def _scores(relation: Relation) -> str:
    return json.dumps(dict(relation.scores), ensure_ascii=False)


def _json(values: tuple[str, ...]) -> str:
    return json.dumps(values, ensure_ascii=False)
