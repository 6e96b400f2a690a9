"""A message with an example of each kind of alert, to try a channel and its templates with."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any


def sample(channel: str, now: datetime, zone: tzinfo) -> dict[str, Any]:
    """Return the facts of a message, as ``compose.payload`` has them, without title and text."""
    earlier = now - timedelta(minutes=3)
    article = {
        "article": 0, "story": 0, "title": "This is a test of the news monitor",
        "url": "https://example.org/test", "source": "example", "source_name": "Example",
        "language": "en", "agencies": ["AFP"], "outlets": 4, "more_outlets": 3,
        "first_seen_at": earlier.isoformat(), "published_at": earlier.isoformat(),
        "published": f"{earlier.astimezone(zone):%Y-%m-%d %H:%M}",
        "excerpt": "Nothing has happened. محادثات تجريبية. Это проверка.",
    }  # fmt: skip
    base = {"id": 0, "at": now.isoformat(), "topics": ["example"]}
    alerts: list[dict[str, Any]] = [
        {**base, **article, "kind": "story", "label": "New story",
         "headline": "[example] This is a test of the news monitor"},
        {**base, **article, "kind": "edit", "label": "Edited", "edit": 0, "kinds": ["number"],
         "weight": 80, "silent": True, "summary": '"14" became "9"', "revision": 1,
         "edited_at": now.isoformat(), "when": f"{now.astimezone(zone):%Y-%m-%d %H:%M}",
         "diff": ["… water for [-14-] {+9+} villages …"], "paragraphs": [],
         "headline": "Edited: This is a test of the news monitor"},
        {**base, "kind": "burst", "label": "Burst", "source": None, "stories": 12, "usual": 0.8,
         "hours": 1, "topic_name": "example", "headline": "Burst: example",
         "reason": "12 stories in the last hour; usual are 0.8 an hour"},
        {**base, "topics": [], "kind": "source", "label": "Source", "source": "example",
         "state": "silent", "severity": "degraded", "since": earlier.isoformat(),
         "reason": "no article for 9h, usual is one every 40m", "headline": "example: silent"},
        {**base, "topics": [], "kind": "daemon", "label": "Monitor", "source": None,
         "trouble": "test", "headline": "The monitor runs",
         "reason": "this is what trouble of the monitor looks like"},
    ]  # fmt: skip
    return {
        "version": 1, "channel": channel, "made_at": now.isoformat(timespec="seconds"),
        "alerts": alerts, "left_out": 0, "test": True,
    }  # fmt: skip
