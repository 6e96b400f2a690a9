"""Makes a message of alerts: the facts for programs, a title and a text for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from monitor.alerts.edit_told import edit_told
from pipeline.store.alert_reading import alerts_by_id
from pipeline.store.reading import Reader, Row
from pipeline.text.clean import clean_line, excerpt
from pipeline.times import from_iso

MOST = 50  # alerts that a message tells; the rest is counted
_EXCERPT = 280  # characters
_TITLE = 200
_TEXT = 60_000
_FOLDER = Path(__file__).parent / "templates"
_LABEL = {
    "story": "New story", "edit": "Edited", "burst": "Burst", "source": "Source",
    "daemon": "Monitor",
}  # fmt: skip
_COUNTED = {
    "story": ("new story", "new stories"), "edit": ("edit", "edits"), "burst": ("burst", "bursts"),
    "source": ("change of a source", "changes of sources"),
    "daemon": ("word of the monitor", "words of the monitor"),
}  # fmt: skip


def payload(
    reader: Reader,
    alerts: Sequence[int],
    *,
    channel: str,
    now: datetime,
    zone: tzinfo,
    title: str | None = None,
    template: Path | None = None,
) -> dict[str, Any]:
    """Return a message about alerts, oldest first.

    It has version, channel, made_at, title, text, left_out (int) and alerts: a list of objects
    with kind, at, topics, headline and what belongs to the kind (docs/alerts.md).  A template that
    cannot be used gives way to the built-in one, and the text begins with what is wrong.
    """
    told = [tell(reader, row, zone) for row in alerts_by_id(reader, alerts[:MOST])]
    facts = {
        "version": 1,
        "channel": channel,
        "made_at": now.isoformat(timespec="seconds"),
        "alerts": told,
        "left_out": max(0, len(alerts) - MOST),
    }
    return facts | words(facts, title=title, template=template)


def words(
    facts: Mapping[str, Any], *, title: str | None = None, template: Path | None = None
) -> dict[str, str]:
    """Return title and text for people."""
    seen = {**facts, "count": len(facts["alerts"]) + facts["left_out"], "counted": _counted(facts)}
    wrong = []
    try:
        head = _filled(title, seen) if title else _built_in("title.txt", seen)
    except TemplateError as error:
        wrong.append(f"title: {error}")
        head = _built_in("title.txt", seen)
    try:
        text = (
            _filled(template.read_text(encoding="utf-8"), seen)
            if template
            else _built_in("text.txt", seen)
        )
    except (TemplateError, OSError, UnicodeDecodeError) as error:
        wrong.append(f"template: {error}")
        text = _built_in("text.txt", seen)
    if wrong:
        text = f"(The channel's {'; '.join(wrong)})\n\n{text}"
    return {"title": clean_line(head, _TITLE), "text": text.strip()[:_TEXT]}


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    # Plain text: what shows it escapes it, as each service needs.
    return SandboxedEnvironment(autoescape=False, keep_trailing_newline=False)


def _filled(template: str, seen: Mapping[str, Any]) -> str:
    return _environment().from_string(template).render(**seen)


def _built_in(name: str, seen: Mapping[str, Any]) -> str:
    return _filled((_FOLDER / name).read_text(encoding="utf-8"), seen)


def _counted(facts: Mapping[str, Any]) -> str:
    kinds: dict[str, int] = {}
    for alert in facts["alerts"]:
        kinds[alert["kind"]] = kinds.get(alert["kind"], 0) + 1
    parts = [f"{n} {_COUNTED[kind][n > 1]}" for kind, n in kinds.items()]
    if facts["left_out"]:
        parts.append(f"{facts['left_out']} more")
    return "News monitor: " + ", ".join(parts)


def tell(reader: Reader, row: Row, zone: tzinfo) -> dict[str, Any]:
    """Return one alert as an object for programs and templates."""
    facts = json.loads(row["facts"])
    told: dict[str, Any] = {
        "id": row["id"],
        "kind": row["kind"],
        "label": _LABEL[row["kind"]],
        "at": row["at"],
        "topics": json.loads(row["topics"]),
    }
    if row["kind"] in ("story", "edit"):
        told |= _article(row, zone)
        if row["kind"] == "edit":
            told |= edit_told(reader, int(row["subject"]), zone)
    else:
        told |= {"source": row["source"], **facts}
    name = told.get("topic_name") or ", ".join(told["topics"])
    if row["kind"] == "story":
        told["headline"] = f"[{name}] {told['title']}"
    elif row["kind"] == "edit":
        told["headline"] = f"Edited: {told['title']}"
    else:
        told["headline"] = facts.get("headline", told["label"])
    return told


def _article(row: Row, zone: tzinfo) -> dict[str, Any]:
    outlets = row["outlets"] or 1
    return {
        "article": row["article"],
        "story": row["story"],
        "title": clean_line(row["title"] or "", 300),
        "url": row["url"],
        "source": row["source"],
        "source_name": row["source_name"] or row["source"],
        "language": row["language"],
        "agencies": json.loads(row["agencies"] or "[]"),
        "outlets": outlets,
        "more_outlets": outlets - 1,
        "first_seen_at": row["first_seen_at"],
        "published_at": row["published_at"],
        "published": _local(row["published_at"], zone),
        "excerpt": excerpt(row["body"] or row["summary"] or "", _EXCERPT),
    }


def _local(text: str | None, zone: tzinfo) -> str:
    return from_iso(text).astimezone(zone).strftime("%Y-%m-%d %H:%M") if text else ""
