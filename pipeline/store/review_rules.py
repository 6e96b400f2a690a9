"""How decisions add up and change: pure rules over rows of ``review``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.store.review_records import MAX_TAGS, Decision, StoryReview

KEPT = ("read_at", "starred_at", "dismissed_at", "dismiss_reason", "tags", "note")
NOTHING: Mapping[str, Any] = {name: "[]" if name == "tags" else None for name in KEPT}


def joined(rows: Sequence[Mapping[str, Any]]) -> StoryReview:
    """Return one reviewer's rows of one story as the decisions that they add up to."""
    state = merged(rows)
    return StoryReview(
        reviewer=rows[0]["reviewer"],
        story=rows[0]["story"],
        read_at=state["read_at"],
        starred_at=state["starred_at"],
        dismissed_at=state["dismissed_at"],
        dismiss_reason=state["dismiss_reason"],
        tags=tuple(json.loads(state["tags"])),
        note=state["note"],
        version=version_of(rows),
        updated_at=max(row["updated_at"] for row in rows),
    )


def merged(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what several rows of one reviewer in one story say together."""
    if not rows:
        return dict(NOTHING)
    if len(rows) == 1:
        return {name: rows[0][name] for name in KEPT}
    tags: dict[str, str] = {}
    for row in rows:
        for tag in json.loads(row["tags"]):
            tags.setdefault(tag.casefold(), tag)
    notes = dict.fromkeys(row["note"] for row in rows if row["note"])
    last = max(rows, key=lambda row: row["dismissed_at"] or "")
    return {
        "read_at": max((row["read_at"] for row in rows if row["read_at"]), default=None),
        "starred_at": max((row["starred_at"] for row in rows if row["starred_at"]), default=None),
        "dismissed_at": last["dismissed_at"],
        "dismiss_reason": last["dismiss_reason"],
        "tags": json.dumps(list(tags.values()), ensure_ascii=False),
        "note": "\n\n".join(notes) or None,
    }


def decided(now: Mapping[str, Any], decision: Decision, at: str) -> dict[str, Any]:
    """Return a state after a decision made at a time.  Raises ValueError for too many tags."""
    new = dict(now)
    if decision.read is not None:
        new["read_at"] = at if decision.read else None
        if not decision.read:
            new["dismissed_at"] = new["dismiss_reason"] = None
    if decision.starred is not None:
        new["starred_at"] = (now["starred_at"] or at) if decision.starred else None
    if decision.dismissed is True:
        new["dismissed_at"], new["read_at"] = now["dismissed_at"] or at, now["read_at"] or at
        new["dismiss_reason"] = decision.reason or now["dismiss_reason"]
    elif decision.dismissed is False:
        new["dismissed_at"] = new["dismiss_reason"] = None
    if decision.add_tags or decision.remove_tags:
        tags = {tag.casefold(): tag for tag in json.loads(now["tags"])}
        for tag in decision.remove_tags:
            tags.pop(tag.casefold(), None)
        for tag in decision.add_tags:
            tags.setdefault(tag.casefold(), tag)
        if len(tags) > MAX_TAGS:
            raise ValueError(f"a story has at most {MAX_TAGS} tags of one reviewer")
        new["tags"] = json.dumps(list(tags.values()), ensure_ascii=False)
    if decision.note is not None:
        new["note"] = decision.note or None
    return new


def version_of(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return a number that changes whenever one of the rows does."""
    return sum(row["version"] for row in rows)


def state_of(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a row decides, None if that is nothing."""
    state = {name: row[name] for name in KEPT}
    return None if state == dict(NOTHING) else state


def dumped(state: Mapping[str, Any] | None) -> str | None:
    """Return a state as the log keeps it."""
    return (
        None
        if state is None or dict(state) == dict(NOTHING)
        else json.dumps(dict(state), ensure_ascii=False)
    )


def loaded(text: str | None) -> dict[str, Any] | None:
    """Return a state from the log."""
    return None if text is None else dict(json.loads(text))


def named(decision: Decision) -> str:
    """What the log and the undo button call a change."""
    words = [
        word
        for wanted, word in (
            (decision.dismissed, "dismiss"),
            (decision.dismissed is False, "take back"),
            (decision.read and not decision.dismissed, "mark read"),
            (decision.read is False, "mark unread"),
            (decision.starred, "star"),
            (decision.starred is False, "unstar"),
            (decision.add_tags, "tag"),
            (decision.remove_tags, "untag"),
            (decision.note, "note"),
            (decision.note == "", "remove note"),
        )
        if wanted
    ]
    return ", ".join(words) or "nothing"
