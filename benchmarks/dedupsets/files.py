"""A document with its label, and the files of a set."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

MEANINGS = {
    "cluster": "documents of one story have the same",
    "also": "of a round-up: the clusters whose texts it holds",
    "relation": "first | copy | revision | related | unrelated, by order of arrival",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One document, and the truth about it."""

    id: str
    outlet: str
    title: str
    text: str
    at: datetime
    cluster: str
    also: tuple[str, ...]
    kind: str
    ops: tuple[str, ...]
    parent: str | None
    relation: str = ""
    dated: bool = True


def in_order(made: Sequence[Document], rng: random.Random) -> list[Document]:
    """The documents as they arrive, each with its relation to those before it."""
    outlets: dict[str, set[str]] = defaultdict(set)
    result = []
    for document in sorted(made, key=lambda d: (d.at, d.id)):
        before = outlets[document.cluster]
        if document.kind == "notice":
            relation = "unrelated"
        elif document.also:
            relation = "related"
        elif not before:
            relation = "first"
        else:
            relation = "revision" if document.outlet in before else "copy"
        before.add(document.outlet)
        result.append(replace(document, relation=relation, dated=rng.random() > 0.04))
    return result


def write(folder: Path, documents: Sequence[Document], name: str, seed: int) -> None:
    """Write ``docs.jsonl``, ``labels.jsonl`` and ``meta.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_lines(folder / "docs.jsonl", [_doc(d) for d in documents])
    _write_lines(folder / "labels.jsonl", [_label(d) for d in documents])
    meta = {
        "name": name,
        "seed": seed,
        "docs": len(documents),
        "clusters": len({d.cluster for d in documents if not d.also}),
        "kinds": Counter(d.kind for d in documents),
        "relations": Counter(d.relation for d in documents),
        "ops": Counter(op for d in documents for op in d.ops),
        "meanings": MEANINGS,
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1, ensure_ascii=False), "utf-8")


def _write_lines(file: Path, rows: list[dict[str, object]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    file.write_text(text, "utf-8")


def _doc(document: Document) -> dict[str, object]:
    host = "o" + hashlib.sha256(document.outlet.encode()).hexdigest()[:12]
    return {
        "id": document.id,
        "url": f"https://{host}.example/{document.at:%Y/%m/%d}/{document.id}",
        "outlet": document.outlet,
        "title": document.title,
        "text": document.text,
        "published": f"{document.at:%Y-%m-%dT%H:%M:%SZ}" if document.dated else None,
    }


def _label(document: Document) -> dict[str, object]:
    return {
        "id": document.id,
        "cluster": document.cluster,
        "also": list(document.also),
        "kind": document.kind,
        "relation": document.relation,
        "parent": document.parent,
        "ops": list(document.ops),
        "story": document.cluster,
    }
