"""What ``monitor show`` tells of an article among others: story, relation, round-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.cli.options import Shape
from monitor.cli.output import Column, emit, put
from pipeline.model import RelationKind
from pipeline.store.reading import Reader, Row
from pipeline.store.story_reading import beside, members, pointed_at

_COPIES = (
    Column(key="id", kind="number"),
    Column(key="first_seen_at", title="seen", kind="time"),
    Column(key="source"),
    Column(key="relation"),
    Column(key="word_count", title="words", kind="number"),
    Column(key="title", flexible=True),
)
_BESIDE = (
    Column(key="id", kind="number"),
    Column(key="story", kind="number"),
    Column(key="source"),
    Column(key="relation"),
    Column(key="title", flexible=True),
)
_SHORT = ("id", "story", "source", "title", "url", "published_at", "first_seen_at", "word_count",
          "relation", "relation_to", "relation_reason", "revisions")  # fmt: skip
_MOST = 20  # copies that are listed; `monitor stories` has them all


def story_parts(reader: Reader, article: Mapping[str, Any]) -> dict[str, Any]:
    """Return the other articles of its story, what it has passages of, and who has its own."""
    return {
        "copies": [_short(row) for row in members(reader, article["story"])
                   if row["id"] != article["id"]],
        "beside": [_short(row) for row in beside(reader, [article["id"]])],
        "points_at": [_short(row) for row in pointed_at(reader, [article])],
    }  # fmt: skip


def _short(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in _SHORT}


def show_story(whole: Mapping[str, Any], shape: Shape) -> None:
    """Write the copies of an article, and the round-ups and related texts around it."""
    copies = whole["copies"]
    if copies:
        others = len({row["source"] for row in copies} - {whole["source"]})
        count = f"{len(copies)} more time{'' if len(copies) == 1 else 's'}"
        where = f"{others} other outlet{'' if others == 1 else 's'}"
        put(f"The same text {count}, at {where} (`monitor stories {whole['story']}`):")
        emit(copies[:_MOST], _COPIES, shape)
        if len(copies) > _MOST:
            put(f"… and {len(copies) - _MOST} more")
        put("")
    for heading, key in (
        ("It has passages of:", "points_at"),
        (around(whole["beside"]), "beside"),
    ):
        if whole[key]:
            put(heading)
            emit(whole[key][:_MOST], _BESIDE, shape)
            put("")


def around(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the heading of articles that stand beside a story."""
    kinds = {row["relation"] for row in rows}
    if RelationKind.CONTAINS not in kinds:
        return "Related texts:"
    return "Round-ups that contain it" + (", and related texts:" if len(kinds) > 1 else ":")


def scored(scores: Mapping[str, Any], reason: str) -> str:
    """Return in words what a relation was judged by, as far as its reason does not tell it."""
    if "%" in reason:
        scores = {"facts": scores.get("facts")}
    told = []
    for name, what in (
        ("share_of_new", "of its text stands there"),
        ("share_of_old", "of the other text stands here"),
        ("facts", "of the numbers and names agree"),
    ):
        value = scores.get(name)
        if isinstance(value, int | float):
            told.append(f"{min(99, round(value * 100)) if value < 1 else 100} % {what}")
    if scores.get("differing"):
        told.append(f"differing: {scores['differing']}")
    return ", ".join(told)
