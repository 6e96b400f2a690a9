"""Stories from a folder of extraction cases, for more of them than we wrote; never kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.dedup_labels import load
from benchmarks.dedupsets.text import Text
from pipeline.extract.language import language
from pipeline.text import words

LEAST_PARAGRAPHS, MOST_PARAGRAPHS = 5, 40
_RUN, _SHARED = 6, 5


def texts(folders: Iterable[Path], wanted: str, exclude: Sequence[Path] = ()) -> list[Text]:
    """Bodies of the cases in a language that share nothing with the sets to exclude."""
    known: set[tuple[str, ...]] = set()
    for folder in exclude:
        for row in load(folder).rows:
            known |= _runs(row[3])
    found = []
    for folder in folders:
        for line in (folder / "cases.jsonl").read_text("utf-8").splitlines():
            case = json.loads(line)
            paragraphs = [p.strip() for p in case["body"].split("\n") if len(p.strip()) > 40]
            body = "\n".join(paragraphs)
            if len(paragraphs) < LEAST_PARAGRAPHS or len(_runs(body) & known) >= _SHARED:
                continue
            if language([], body)[0] != wanted:
                continue
            title = case.get("title") or paragraphs[0][:80]
            found.append(Text(title=title, paragraphs=tuple(paragraphs[:MOST_PARAGRAPHS])))
    return found


def _runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + _RUN]) for i in range(len(found) - _RUN + 1)}
