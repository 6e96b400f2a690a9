"""An edit as an alert tells it: what was changed, and the words before and after."""

from __future__ import annotations

import json
from datetime import tzinfo
from typing import Any

from monitor.review.diff_told import StatesError, as_json, looked_up
from monitor.review.diff_words import elided
from pipeline.errors import NotFoundError
from pipeline.store.alert_reading import edit_by_id
from pipeline.store.reading import Reader
from pipeline.text.clean import clean_line
from pipeline.times import from_iso

_LINES = 12  # of a diff
_WORDS = 240  # characters of a line


def edit_told(reader: Reader, edit: int, zone: tzinfo) -> dict[str, Any]:
    """Return edit, kinds, weight, silent, summary, when, diff (lines) and paragraphs of an edit."""
    row = edit_by_id(reader, edit)
    if row is None:
        return {"edit": edit, "summary": "", "diff": [], "when": "", "silent": False}
    title, paragraphs = _changes(reader, row["article"], row["revision"])
    return {
        "edit": edit,
        "kinds": json.loads(row["kinds"]),
        "weight": row["weight"],
        "silent": bool(row["silent"]),
        "summary": row["summary"],
        "edited_at": row["at"],
        "when": from_iso(row["at"]).astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "revision": row["revision"],
        "diff": _lines(title, paragraphs),
        "paragraphs": paragraphs,
    }


def _changes(
    reader: Reader, article: int, revision: int | None
) -> tuple[list[dict[str, str]] | None, list[dict[str, Any]]]:
    """The headline, if it changed, and the paragraphs that did; none where only the page did."""
    if revision is None:
        return None, []
    try:
        found = as_json(looked_up(reader, str(article), f"{revision}..{revision + 1}"))
    except (StatesError, NotFoundError):
        return None, []  # a later pass merged the states
    return found["title"], [part for part in found["paragraphs"] if part["kind"] != "same"]


def _lines(title: list[dict[str, str]] | None, paragraphs: list[dict[str, Any]]) -> list[str]:
    lines = [] if title is None else [f"Headline: {_worded(title)}"]
    for part in paragraphs:
        if part["words"]:
            lines.append(_worded(part["words"]))
            continue
        for sign, side in (("-", "before"), ("+", "after")):
            if part[side]:
                lines.append(f"{sign} {clean_line(part[side], _WORDS)}")
    if len(lines) > _LINES:
        lines = [*lines[:_LINES], f"… {len(lines) - _LINES} more lines"]
    return lines


def _worded(words: list[dict[str, str]]) -> str:
    """Words that went as [-gone-], words that came as {+new+}."""
    runs = elided((word["kind"], word["text"]) for word in words)
    return clean_line(" ".join(text for _, text in runs if text), 2 * _WORDS)
