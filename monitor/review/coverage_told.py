"""The ledger as JSON tells it: discovered is the sum of all outcomes, by source and by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pipeline.model import Outcome
from pipeline.store.reading import Reader
from pipeline.store.volumes import STORED, polls_failed, source_days

PENDING = "pending"
OUTCOMES = (*(outcome.value for outcome in Outcome), PENDING)
MEANING = {
    "stored": "a new article",
    "copy": "a new article whose text another outlet ran before",
    "revised": "led to a known article with another text",
    "unchanged": "led to a known article with the same text",
    "not_article": "a list, a consent page, too short, not HTML",
    "paywalled": "only the beginning is open",
    "too_old": "older than max_age",
    "filtered": "left out: an undated archive at first sight",
    "robots": "robots.txt forbids it",
    "blocked": "401, 403, 451 or a bot wall",
    "refused": "by the address guard",
    "gone": "404 or 410",
    "failed": "all attempts used up",
    "extraction_failed": "reading the page failed",
    "crashed": "a bug; the log has its traceback",
    PENDING: "no outcome yet, will be tried",
}
DAYS = 28
_USUAL = 0.5  # of days on which a source that is silent for one is remarkable


def in_order(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return outcomes, the most frequent first, pending last."""
    return sorted(counts.items(), key=lambda item: (item[0] == PENDING, -item[1], item[0]))


def balance(reader: Reader, slugs: Sequence[str] | None = None) -> dict[str, Any]:
    """Hold the links against what was counted as they came in, over all time.

    ``problems`` says where they differ; it is empty unless something is broken.
    """
    links: dict[str, int] = defaultdict(int)
    for row in reader.ledger(None, slugs):
        links[row["outcome"] or PENDING] += row["n"]
    counted = reader.counted(slugs)
    total, discovered = sum(links.values()), counted.get("discovered", 0)
    problems = [
        f"{name} {links.get(name, 0)} links, {counted.get(name, 0)} counted"
        for name in OUTCOMES
        if name != PENDING and links.get(name, 0) != counted.get(name, 0)
    ]
    if total != discovered:
        problems.insert(0, f"{discovered} counted as discovered, {total} in the ledger")
    return {
        "discovered": discovered,
        "ended": total - links.get(PENDING, 0),
        "pending": links.get(PENDING, 0),
        "outcomes": [
            {
                "outcome": name, "n": n, "share": round(n / total, 4),
                "meaning": MEANING.get(name, ""),
            }
            for name, n in in_order(links)
        ],
        "problems": problems,
    }  # fmt: skip


def by_day(
    reader: Reader, now: datetime, slugs: Sequence[str] | None = None, days: int = DAYS
) -> dict[str, Any]:
    """Return for each source what each of the last days (UTC) brought, and where there are gaps.

    A cell has ``stored``, ``failed`` (links) and ``gap``: "silent" for a day without an article of
    a source that has some on most days, "polls failed" where that is why, "" otherwise.
    """
    since = now - timedelta(days=days - 1)
    names = [f"{since + timedelta(days=n):%Y-%m-%d}" for n in range(days)]
    counts = source_days(reader, since, slugs)
    failures = polls_failed(reader, since)
    rows = []
    for source in reader.sources():
        slug = source["slug"]
        if slugs is not None and slug not in slugs:
            continue
        own = counts.get(slug, {})
        began = source["added_at"][:10]
        stored = {day: sum(own.get(day, {}).get(o, 0) for o in STORED) for day in names}
        watched = [day for day in names if day >= began and day != names[-1]]
        active = sum(1 for day in watched if stored[day])
        regular = bool(watched) and active / len(watched) > _USUAL and len(watched) > 2
        cells = []
        for day in names:
            silent = regular and day in watched and not stored[day]
            broken = failures.get(slug, {}).get(day, 0)
            cells.append(
                {
                    "day": day,
                    "stored": stored[day],
                    "failed": own.get(day, {}).get("failed", 0),
                    "polls_failed": broken,
                    "gap": ("polls failed" if broken else "silent") if silent else "",
                }
            )
        rows.append(
            {
                "source": slug, "name": source["name"], "total": sum(stored.values()),
                "gaps": sum(bool(cell["gap"]) for cell in cells), "days": cells,
            }
        )  # fmt: skip
    return {"days": names, "sources": rows}
