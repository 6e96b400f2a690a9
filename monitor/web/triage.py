"""What the buttons and keys of the pages do: an action and a value become a decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from monitor.review.filters import FilterError
from monitor.web.desk import Desk
from pipeline.errors import MonitorError
from pipeline.store.review_records import Decision, Done

MOST = 20_000  # stories that one change may touch


class ActionError(MonitorError):
    """An action or a value that means nothing."""


ACTIONS: dict[str, Callable[[str], Decision]] = {
    "read": lambda _: Decision(read=True),
    "unread": lambda _: Decision(read=False),
    "star": lambda _: Decision(starred=True),
    "unstar": lambda _: Decision(starred=False),
    "dismiss": lambda reason: Decision(dismissed=True, reason=reason or None),
    "restore": lambda _: Decision(dismissed=False, read=False),
    "tag": lambda tags: Decision(add_tags=_tags(tags)),
    "untag": lambda tags: Decision(remove_tags=_tags(tags)),
    "note": lambda note: Decision(note=note),
}


def decision(action: str, value: str = "") -> Decision:
    """Return the decision of an action.  Raises ActionError."""
    if action not in ACTIONS:
        raise ActionError(f"there is no action '{action[:40]}'; there are {', '.join(ACTIONS)}")
    try:
        return ACTIONS[action](value)
    except ValueError as error:
        raise ActionError(str(error)) from error


def decide(
    desk: Desk,
    reviewer: str,
    wanted: Decision,
    *,
    stories: Sequence[int] = (),
    articles: Sequence[int] = (),
    seen: dict[int, int] | None = None,
) -> Done:
    """Write a decision.  Raises ActionError, NotFoundError, ReviewConflictError, StoreError."""
    if len(stories) + len(articles) > MOST:
        raise ActionError(f"more than {MOST} stories at once")
    now = desk.settings.clock()
    try:
        return desk.write(
            lambda store: store.reviews.decide(
                reviewer, wanted, now, stories=stories, articles=articles, seen=seen
            )
        )
    except ValueError as error:
        raise ActionError(str(error)) from error


def told(done: Done) -> str:
    """Return in words what was done."""
    many = len(done.stories)
    if not many:
        return "Nothing to change."
    names = {
        "mark read": "Marked read",
        "mark unread": "Marked unread",
        "star": "Starred",
        "unstar": "Star taken off",
        "dismiss": "Dismissed",
        "take back, mark unread": "Taken back",
        "tag": "Tagged",
        "untag": "Tag taken off",
        "note": "Note kept",
        "remove note": "Note removed",
    }
    return names.get(done.action, done.action) + (f": {many} stories." if many > 1 else ".")


def _tags(text: str) -> tuple[str, ...]:
    found = tuple(tag for part in text.split(",") if (tag := part.strip()))
    if not found:
        raise ActionError("a tag needs at least one letter")
    return found


def story_number(text: Any) -> int:  # noqa: ANN401  whatever a form sent
    """Return the id of a story.  Raises FilterError."""
    if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    raise FilterError("story: is a number")
