"""Articles that are written anew from a page that was read before: in place, without a revision."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pipeline.model import Certainty, Outcome, Relation, RelationKind
from pipeline.store.feeds import stamp
from pipeline.store.records import Prepared, TextState
from pipeline.store.rollups import Rollups
from pipeline.store.searching import SearchIndex
from pipeline.store.stories import begin, recount
from pipeline.times import from_iso, to_iso

# What a reader of an article sees; the other columns say how it was made.
VISIBLE = (
    "title", "body", "authors", "published_at", "modified_at", "language", "summary", "section",
    "tags", "image", "site_name", "agencies", "paywalled", "quality",
)  # fmt: skip


def columns_of(before: Mapping[str, Any], made: Prepared, *, newest: bool) -> dict[str, Any]:
    """The columns of an article (``before``: its row) once it is made anew from a page of its own.

    Addresses, relation and history are not among them.  A time that the page does not tell stays.
    So does the first publication time of an article that was edited since: outlets move it on with
    each edit.  ``newest``: no later page was read, so that it may also correct the time of the
    last change to an earlier one.
    """
    new = made.article
    values: dict[str, Any] = {
        "title": new.title,
        "body": new.text,
        "shape": new.shape,
        "authors": _json(new.authors),
        "published_at": stamp(new.published_at),
        "published_certainty": new.published_certainty.value,
        "modified_at": stamp(new.modified_at),
        "modified_certainty": new.modified_certainty.value,
        "language": new.language,
        "summary": new.summary,
        "image": new.image,
        "section": new.section,
        "tags": _json(new.tags),
        "site_name": new.site_name,
        "agencies": _json(new.agencies),
        "word_count": made.word_count,
        "paywalled": int(new.paywalled),
        "quality": new.verdict.value,
        "quality_reason": new.reason,
        "extractor": new.extractor,
        "rules": new.rules,
        "measures": json.dumps(dict(new.measures)),
        "body_hash": made.body_hash,
        "content_hash": made.content_hash,
        "unaided_hash": made.unaided_hash,
        "search_scheme": made.search_scheme,
        "home_url": made.home_url,
    }
    provenance = dict(new.provenance)
    told = json.loads(before["provenance"])
    for name in ("published", "modified"):
        old, found = before[f"{name}_at"], values[f"{name}_at"]
        first = name == "published" and before["revisions"] > 0
        later = name == "modified" and not newest and found is not None and old is not None
        if old is not None and (found is None or first or (later and old > found)):
            values[f"{name}_at"] = old
            values[f"{name}_certainty"] = before[f"{name}_certainty"] or Certainty.UNKNOWN.value
            provenance.pop(f"{name}_at", None)
            if f"{name}_at" in told:
                provenance[f"{name}_at"] = told[f"{name}_at"]
    values["provenance"] = json.dumps(provenance)
    return values


def changes(before: Mapping[str, Any], made: Prepared, *, newest: bool) -> dict[str, Any]:
    """The visible columns that would be different, with their new values."""
    after = columns_of(before, made, newest=newest)
    return {name: after[name] for name in VISIBLE if after[name] != before[name]}


class Remaking:
    """Writes in place into ``article``, ``story`` and ``link``, and the table ``reread``."""

    def __init__(self, conn: sqlite3.Connection, search: SearchIndex, rollups: Rollups) -> None:
        self._conn = conn
        self._search = search
        self._rollups = rollups

    def state(self, article: int) -> TextState:
        """Return what the text of an article is from, and since when it stands."""
        row = self._conn.execute(
            "SELECT content_hash, extractor, rules, page_hash, coalesce(revised_at, first_seen_at) "
            "FROM article WHERE id = ?",
            (article,),
        ).fetchone()
        return TextState(
            content_hash=row[0], extractor=row[1], rules=row[2], page_hash=row[3],
            since=from_iso(row[4]),
        )  # fmt: skip

    def links(self, article: int) -> tuple[int, ...]:
        """Return the links that lead to an article."""
        rows = self._conn.execute("SELECT id FROM link WHERE article = ? ORDER BY id", (article,))
        return tuple(row[0] for row in rows)

    def stamp(self, article: int, rules: str, page_hash: str) -> None:
        """Note which rules and which page the text of an article is from."""
        self._conn.execute(
            "UPDATE article SET rules = ?, page_hash = ? WHERE id = ?", (rules, page_hash, article)
        )

    def rewrite(
        self,
        article: int,
        made: Prepared,
        page_hash: str,
        old_search: tuple[str, str],
        *,
        newest: bool,
    ) -> None:
        """Put what was made of a page in the place of what an article says; no revision.

        ``old_search`` is the search form of the title and body that are replaced.
        """
        row = self._conn.execute("SELECT * FROM article WHERE id = ?", (article,)).fetchone()
        values = {**columns_of(row, made, newest=newest), "page_hash": page_hash}
        names = ", ".join(f"{name} = ?" for name in values)
        self._conn.execute(f"UPDATE article SET {names} WHERE id = ?", (*values.values(), article))
        if (row["title"], row["body"]) != (values["title"], values["body"]):
            self._search.remove(article, *old_search)
            self._search.add(article, made.search_title, made.search_body)

    def relate(self, article: int, relation: Relation) -> None:
        """Give an article another relation, and take it to the story that this means.

        ``relation.story`` None begins a story.  The first article of a story takes all of it along,
        as the others are there because of it; but a round-up (CONTAINS) goes alone.
        """
        row = self._conn.execute(
            "SELECT a.story, s.first_article FROM article a JOIN story s ON s.id = a.story "
            "WHERE a.id = ?",
            (article,),
        ).fetchone()
        old, target = row[0], relation.story
        self._conn.execute(
            "UPDATE article SET relation = ?, relation_to = ?, relation_reason = ?, "
            "relation_scores = ? WHERE id = ?",
            (
                relation.kind.value, relation.article, relation.reason or None,
                json.dumps(dict(relation.scores), ensure_ascii=False), article,
            ),
        )  # fmt: skip
        if target == old:
            return
        leads = row[1] == article and relation.kind is not RelationKind.CONTAINS
        if target is None:
            if leads:
                return  # the story is its own already
            target = begin(self._conn, article)
        moved = "story = ?" if leads else "id = ?"
        self._conn.execute(
            f"UPDATE article SET story = ? WHERE {moved}", (target, old if leads else article)
        )
        for story in (old, target):
            recount(self._conn, story)

    def amend(self, link: int, outcome: Outcome, reason: str, article: int) -> None:
        """Correct the outcome of a link whose page, read again, does hold an article.

        It is counted where the wrong one was, as if the page had been read rightly then.  Raises
        ValueError for a link that is pending or has an article: its next visit decides.
        """
        row = self._conn.execute(
            "SELECT outcome, outcome_at, source, article FROM link WHERE id = ?", (link,)
        ).fetchone()
        if row["outcome"] is None or row["article"] is not None:
            raise ValueError(f"link {link} is not one that ended without an article")
        self._conn.execute(
            "UPDATE link SET outcome = ?, reason = ?, article = ? WHERE id = ?",
            (outcome.value, reason, article, link),
        )
        at = from_iso(row["outcome_at"])
        self._rollups.add(at, row["source"], row["outcome"], -1)
        self._rollups.add(at, row["source"], outcome.value)

    def mark(self, link: int, page_hash: str, made_with: str, at: datetime, result: str) -> None:
        """Note that a kept page was read again, and what came of it."""
        self._conn.execute(
            "INSERT INTO reread (link, page_hash, made_with, at, result) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (link) DO UPDATE SET page_hash = excluded.page_hash, "
            "made_with = excluded.made_with, at = excluded.at, result = excluded.result",
            (link, page_hash, made_with, to_iso(at), result),
        )


def _json(values: tuple[str, ...]) -> str:
    return json.dumps(values, ensure_ascii=False)
