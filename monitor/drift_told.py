"""Breaks in words for people and as values for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.drift import Levels, Measure
from pipeline.store.records import Break
from pipeline.text.clean import clean_line
from pipeline.times import to_iso

_SHARES = {
    Measure.BODY: "{} of pages give no text",
    Measure.AUTHOR: "{} of articles name no author",
    Measure.DATE: "{} of articles have no date",
    Measure.OVERLAP: "{} of the text stood in the article before",
}


def describe(found: Break) -> str:
    """One line: what it is now, what was usual, since when."""
    measure = Measure(found.measure)
    since = f"since {found.since:%Y-%m-%d %H:%M} UTC"
    if measure in _SHARES:
        return (
            f"{_SHARES[measure].format(_share(found.now))}, usual {_share(found.before)}, {since}"
        )
    word = "shorter" if measure is Measure.SHORT else "longer"
    return f"articles are {word}: {found.now:.0f} words, usual {found.before:.0f}, {since}"


def examples(found: Break) -> list[str]:
    """A line for each example page."""
    return [
        f"e.g. {f'article {e.article}, ' if e.article else ''}"
        f"{clean_line(e.title, 80)} {clean_line(e.url)}"
        for e in found.examples
    ]


def to_json(breaks: Sequence[Break]) -> list[dict[str, Any]]:
    """The documented form (docs/status-json.md)."""
    return [
        {
            "measure": found.measure,
            "since": to_iso(found.since),
            "raised_at": to_iso(found.raised_at),
            "before": found.before,
            "now": found.now,
            "reason": describe(found),
            "examples": [
                {"article": e.article, "url": e.url, "title": e.title} for e in found.examples
            ],
        }
        for found in breaks
    ]


def usual(levels: Levels) -> dict[str, float | int | None]:
    """The learned levels by name: shares of bad pages, and words."""
    told: dict[str, float | int | None] = {
        measure.value: round(levels.tracks[measure].level, 3) if measure in levels.tracks else None
        for measure in _SHARES
    }
    lengths = sorted(levels.lengths)
    told["words"] = lengths[len(lengths) // 2] if lengths else None
    return {"pages": levels.pages, **told}


def _share(value: float) -> str:
    return f"{100 * value:.0f}%"
