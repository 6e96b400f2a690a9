"""Reads sets of labelled documents: who copied whom, in order of arrival.

A set is a folder with ``docs.jsonl`` (id, url, outlet, title, text, published) and ``labels.jsonl``
(id, cluster, also, kind, relation, ops), line by line the same documents.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.errors import MonitorError

# What a clusterer gets of a document: id, outlet, title, text, time of publication (ISO 8601) where
# it is known.
Row = tuple[str, str, str, str, str | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """The truth about one document."""

    id: str
    cluster: str
    also: frozenset[str] = frozenset()  # the clusters whose texts a round-up holds
    kind: str = "copy"
    relation: str = "copy"
    ops: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledSet:
    """Documents in order of arrival, and their labels in the same order."""

    name: str
    rows: tuple[Row, ...]
    labels: tuple[Label, ...]


def load(folder: Path) -> LabelledSet:
    """The set in a folder.  Raises MonitorError with what is wrong and where."""
    docs, labels = _lines(folder / "docs.jsonl"), _lines(folder / "labels.jsonl")
    if [doc.get("id") for doc in docs] != [label.get("id") for label in labels]:
        raise MonitorError(f"{folder}: docs.jsonl and labels.jsonl are not of the same documents")
    try:
        return LabelledSet(
            name=folder.name, rows=tuple(map(_row, docs)), labels=tuple(map(_label, labels))
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MonitorError(f"{folder}: {type(error).__name__}: {error}") from error


def _lines(file: Path) -> list[dict[str, Any]]:
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise MonitorError(f"{file}: cannot be read: {error.strerror}") from error
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(json.loads(line))
        except ValueError as error:
            raise MonitorError(f"{file}:{number}: {error}") from error
    return found


def _row(doc: dict[str, Any]) -> Row:
    if doc["published"] is not None:
        datetime.fromisoformat(doc["published"])
    return doc["id"], doc["outlet"], doc["title"], doc["text"], doc["published"]


def _label(row: dict[str, Any]) -> Label:
    return Label(
        id=row["id"],
        cluster=row["cluster"],
        also=frozenset(row["also"]),
        kind=row["kind"],
        relation=row["relation"],
        ops=tuple(row["ops"]),
    )
