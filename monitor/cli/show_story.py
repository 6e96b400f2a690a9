"""What ``monitor show`` tells of an article among others: story, relation, round-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.cli.options import Shape
from monitor.cli.output import Column, emit, put
from pipeline.model import RelationKind

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
_MOST = 20  # copies that are listed; `monitor stories` has them all


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
