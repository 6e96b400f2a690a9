"""Runs an extractor over a set of cases and scores each page."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lxml import html as lxml_html

from benchmarks.cases import Case
from benchmarks.extractors import Extractor, Found
from benchmarks.likeness import body_overlap, folded, set_f1

_EXCERPT = 70


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """How one page came out; None where the case or the extractor has nothing of the kind."""

    id: str
    site: str
    f1: float
    precision: float
    recall: float
    title: float | None
    authors: float | None
    date: float | None
    empty: bool
    failed: bool
    cpu_s: float
    parse_s: float  # lxml.html.document_fromstring on the same page, in the same run
    hint: str  # what to look at


def score_all(
    cases: Sequence[Case], extract: Extractor, shown: Callable[[int], None] = lambda done: None
) -> list[Score]:
    """Score every case; the clock is CPU time of this thread.

    Every page is run once before anything is timed: a daemon meets the same sites again and again,
    and what it has learned of their names is part of its speed.
    """
    for case in cases:
        _timed(extract, case)
    scores = []
    for done, case in enumerate(cases, start=1):
        parse_s = _parse(case)
        found, cpu_s = _timed(extract, case)
        scores.append(_score(case, found, cpu_s, parse_s))
        shown(done)
    return scores


def _parse(case: Case) -> float:
    began = time.thread_time()
    lxml_html.document_fromstring(case.html)
    return time.thread_time() - began


def _timed(extract: Extractor, case: Case) -> tuple[Found, float]:
    began = time.thread_time()
    try:
        found = extract(case.html, case.url)
    except Exception as error:  # noqa: BLE001 - public tools crash on single pages; it is counted
        found = Found(text="", failed=f"{type(error).__name__}: {error}")
    return found, time.thread_time() - began


def _score(case: Case, found: Found, cpu_s: float, parse_s: float) -> Score:
    body = body_overlap(found.text, case.body)
    title = authors = date = None
    if case.title is not None and found.title is not None:
        title = float(folded(found.title) == folded(case.title))
    if case.authors is not None and found.authors is not None:
        authors = set_f1(found.authors, case.authors)
    if case.published is not None and found.dated:
        same = found.published is not None and found.published.date() == case.published.date()
        date = float(same)
    return Score(
        id=case.id,
        site=case.site,
        f1=body.f1,
        precision=body.precision,
        recall=body.recall,
        title=title,
        authors=authors,
        date=date,
        empty=bool(case.body.strip()) and not found.text.strip(),
        failed=found.failed is not None,
        cpu_s=cpu_s,
        parse_s=parse_s,
        hint=_hint(case, found),
    )


def _hint(case: Case, found: Found) -> str:
    """The largest paragraph that is missing or too much, in a few words."""
    if found.failed is not None:
        return f"failed: {found.failed}"[:_EXCERPT]
    if not found.text.strip():
        return "empty"
    missing = _strangers(case.body, found.text)
    surplus = _strangers(found.text, case.body)
    if sum(map(len, missing)) >= sum(map(len, surplus)):
        lines, word = missing, "missing"
    else:
        lines, word = surplus, "too much"
    if not lines:
        return ""
    return f"{word} {len(lines)}: {max(lines, key=len)[:_EXCERPT]}"


def _strangers(text: str, other: str) -> list[str]:
    """Paragraphs of ``text`` that are not in ``other``."""
    solid = folded(other)
    return [line for line in text.splitlines() if line.strip() and folded(line) not in solid]


def figures(scores: Sequence[Score]) -> dict[str, Any]:
    """The figures of a set, under the names that the JSON output has."""
    cpu = sorted(score.cpu_s for score in scores)
    whole, parse = sum(cpu), sum(score.parse_s for score in scores)
    return {
        "pages": len(scores),
        "body_f1": mean([s.f1 for s in scores]),
        "body_p": mean([s.precision for s in scores]),
        "body_r": mean([s.recall for s in scores]),
        "title": mean([s.title for s in scores]),
        "authors": mean([s.authors for s in scores]),
        "date": mean([s.date for s in scores]),
        "empty": sum(s.empty for s in scores),
        "failed": sum(s.failed for s in scores),
        "pages_per_cpu_s": len(scores) / whole if whole else None,
        "lxml_ratio": whole / parse if parse else None,
        "p50_ms": 1000 * quantile(cpu, 0.5),
        "p99_ms": 1000 * quantile(cpu, 0.99),
    }


def mean(values: Sequence[float | None]) -> float | None:
    """The mean of those that are known."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that ``share`` of an ascending sequence does not exceed; 0 for an empty one."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def as_rows(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """Scores as JSON holds them."""
    return [asdict(score) for score in scores]
