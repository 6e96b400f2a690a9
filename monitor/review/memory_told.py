"""What ``monitor sources show`` tells of the memory of a site and the levels of its quality."""

from __future__ import annotations

from typing import Any

from monitor import drift_told
from monitor.levels import from_json as levels_from_json
from pipeline.extract.site_json import from_json
from pipeline.extract.site_record import SCHEME, SiteRecord
from pipeline.store.reading import Reader
from pipeline.store.site_reading import level_note, open_breaks, site_note
from pipeline.text.clean import clean_line

_LINES = 10  # recurring ones that are shown


def remembered(reader: Reader, slug: str) -> dict[str, Any]:
    """Return the keys ``memory``, ``levels`` and ``drift`` of ``sources show --json``."""
    breaks = open_breaks(reader, [slug]).get(slug, [])
    return {
        "memory": _memory(reader, slug),
        "levels": _levels(reader, slug),
        "drift": drift_told.to_json(breaks),
    }


def _memory(reader: Reader, slug: str) -> dict[str, Any] | None:
    row = site_note(reader, slug)
    if row is None or row["scheme"] != SCHEME:
        return None
    try:
        record = from_json(row["data"])
    except ValueError:
        return None
    return {
        "version": record.version,
        "since": record.since,
        "articles": record.articles,
        "updated_at": row["updated_at"],
        "title_origin": record.memory().title_origin,
        "day_first": record.memory().day_first,
        "left_out": _left_out(record),
    }


def _left_out(record: SiteRecord) -> list[dict[str, Any]]:
    return [{"articles": seen.articles, "text": seen.text} for seen in record.recurring().values()]


def _levels(reader: Reader, slug: str) -> dict[str, Any] | None:
    row = level_note(reader, slug)
    if row is None:
        return None
    try:
        return drift_told.usual(levels_from_json(row["data"]))
    except ValueError:
        return None


def lines(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (name, text) for people."""
    found: list[tuple[str, str]] = []
    memory, levels = told["memory"], told["levels"]
    if levels is not None:
        shares = ", ".join(
            f"{100 * levels[name]:.0f}% {word}"
            for name, word in (("body", "without text"), ("author", "without author"),
                               ("date", "without date"))
            if levels[name] is not None
        )  # fmt: skip
        words = f"{levels['words']} words, " if levels["words"] is not None else ""
        found.append(("usual page", f"{words}{shares} (of {levels['pages']})"))
    if memory is not None:
        layout = (
            f"version {memory['version']} since {memory['since']}, {memory['articles']} articles"
        )
        title = f", titles from {memory['title_origin']}" if memory["title_origin"] else ""
        found.append(("layout", f"{layout}{title}"))
        recurring = memory["left_out"]
        found += [
            ("left out", f"{clean_line(line['text'])} ({line['articles']} articles)")
            for line in recurring[:_LINES]
        ]
        if len(recurring) > _LINES:
            found.append(("left out", f"and {len(recurring) - _LINES} more lines"))
    for broken in told["drift"]:
        found.append(("drift", broken["reason"]))
        found += [("", f"e.g. {clean_line(e['title'], 80)} {e['url']}") for e in broken["examples"]]
    return found
