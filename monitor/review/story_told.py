"""One story as JSON tells it: its origin, its articles, the table of paragraphs, what is beside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from pipeline.dedup.origin import Origin, Told, likely_origin
from pipeline.dedup.versions import Cell, Column, Table, Version, tabulate
from pipeline.errors import NotFoundError
from pipeline.model import Certainty
from pipeline.store.reading import Reader, Row
from pipeline.store.story_reading import (
    beside,
    known_keys,
    members,
    pointed_at,
    rulings_of,
    story_of,
)
from pipeline.times import from_iso

_BESIDE = ("id", "source", "title", "url", "first_seen_at", "relation", "relation_to",
           "relation_reason", "story")  # fmt: skip


def told(
    reader: Reader, key: str, zone: tzinfo, against: int | None = None, most: int | None = None
) -> dict[str, Any]:
    """Return all there is to say of a story; ``against``: the article to hold the others to.

    Of ``most`` articles, in order of time, the texts are compared; the shares and numbers of
    paragraphs of the others are None.  Raises NotFoundError if there is no such story, or the
    article is not in it.
    """
    story = story_of(reader, key)
    articles = members(reader, story["id"], bodies=True)
    names = reader.outlet_names()
    origin = _origin(reader, story["id"], articles, names, zone)
    base = origin.article if against is None else against
    if base not in {row["id"] for row in articles}:
        raise NotFoundError(f"article {base} is not in story {story['id']}")
    compared = articles if most is None else _first(articles, most, base)
    table = tabulate(
        base,
        [Version(article=a["id"], paragraphs=tuple(a["body"].split("\n"))) for a in compared],
    )
    columns = {column.article: column for column in table.columns}
    ids = [row["id"] for row in articles]
    return {
        "schema": 1,
        **story,
        "origin": {
            "article": origin.article, "source": origin.source, "wire": origin.wire,
            "evidence": origin.evidence, "reasons": list(origin.reasons), "words": origin.words,
        },
        "members": [
            {
                **_plain(row),
                "outlet": names.get(row["source"], row["source"]),
                **_numbers(columns.get(row["id"])),
            }
            for row in articles
        ],
        "table": as_json(table),
        "beside": [_short(row) for row in beside(reader, ids)],
        "points_at": [_short(row) for row in pointed_at(reader, articles)],
        "rulings": [
            {**row, "together": bool(row["together"])} for row in rulings_of(reader, story["id"])
        ],
    }  # fmt: skip


def _first(articles: Sequence[Row], most: int, base: int) -> list[Row]:
    """The first articles, and the one that the others are held to."""
    return [row for n, row in enumerate(articles) if n < most or row["id"] == base]


def _numbers(column: Column | None) -> dict[str, Any]:
    return {
        "share_of_origin": column.share_of_origin if column else None,
        "share_of_own": column.share_of_own if column else None,
        "paragraphs": column.counts if column else None,
    }


def _origin(
    reader: Reader,
    story: int,
    articles: Sequence[Row],
    names: Mapping[str, str],
    zone: tzinfo,
) -> Origin:
    from pipeline.text.agency_names import named
    from pipeline.urls import canonical_key

    keys = known_keys(reader, story)
    agencies = {
        slug: agency
        for slug in {row["source"] for row in articles}
        if (agency := named(names.get(slug, slug)) or named(slug)) is not None
    }
    found = [
        Told(
            article=row["id"],
            source=row["source"],
            name=names.get(row["source"], row["source"]),
            url_keys=frozenset(keys.get(row["id"], ())),
            canonical_key=canonical_key(row["home_url"]) if row["home_url"] else None,
            first_seen_at=from_iso(row["first_seen_at"]),
            published_at=from_iso(row["published_at"]) if row["published_at"] else None,
            certainty=Certainty(row["published_certainty"]),
            agencies=tuple(json.loads(row["agencies"])),
            word_count=row["word_count"],
        )
        for row in articles
    ]
    return likely_origin(found, agencies, zone)


def as_json(table: Table) -> dict[str, Any]:
    """Return a table of paragraphs as JSON has it; cells in the order of ``columns``."""
    return {
        "origin": table.origin,
        "columns": [column.article for column in table.columns],
        "rows": [
            {
                "text": line.text,
                "article": line.article,
                "added": line.added,
                "cells": [_cell(cell) for cell in line.cells],
            }
            for line in table.lines
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": cell.kind}
    if cell.text:
        told["text"] = cell.text
    if cell.moved:
        told["moved"] = True
    return told


def _plain(row: Row) -> dict[str, Any]:
    left_out = ("body", "url_key", "story")
    return {
        name: json.loads(value) if name in ("authors", "agencies", "relation_scores") else value
        for name, value in row.items()
        if name not in left_out
    }


def _short(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in _BESIDE}
