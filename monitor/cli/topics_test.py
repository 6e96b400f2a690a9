"""``monitor topics test``: what a query would have matched, before it is saved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from monitor.cli.asking_words import query_of
from monitor.cli.moments import local, utc_now
from monitor.cli.options import Given, JsonOption
from monitor.cli.output import note, put, put_json
from pipeline.store.inbox import inbox
from pipeline.store.inbox_query import InboxQuery, InboxStory
from pipeline.store.reading import Reader
from pipeline.store.topic_reading import compared, days_of, topic_names
from pipeline.text.query_tree import Query
from pipeline.text.snippet import BEGIN, END

_BARS = " ▁▂▃▄▅▆▇█"


def verb(
    given: Given,
    query: Annotated[
        list[str],
        typer.Argument(metavar="QUERY...", help="A query, or the id of a topic."),
    ],
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=3660, help="So many days back.")
    ] = 30,
    samples: Annotated[
        int, typer.Option("--samples", metavar="N", min=0, max=200, help="Stories to show.")
    ] = 5,
    topic: Annotated[
        str | None,
        typer.Option("--topic", metavar="ID", show_default=False,
                     help="Tell also what would change against this topic."),
    ] = None,
    as_json: JsonOption = False,
) -> int:  # fmt: skip
    """Count what a query found in the last days and show the newest of it; nothing is saved.

    A story counts once, whatever number of outlets ran it, on the day of its first article that
    matches.
    """
    text = " ".join(query)
    with Reader(given.database) as reader:
        known = topic_names(reader)
        saved = {t.id: t.query for t in given.load().topics} if given.config_path else {}
        against = topic
        if len(query) == 1 and text in saved:
            text = saved[text]
        asked = query_of(text)
        now = utc_now()
        since = now - timedelta(days=days)
        if against is not None and against not in known:
            raise typer.BadParameter(
                f"--topic: there is no topic '{against}'; known: {', '.join(known) or 'none'}"
            )
        found = _found(reader, asked, since, samples, against)
    found = {"query": text, "days": days, "since": since.isoformat(timespec="seconds"), **found}
    if as_json:
        put_json(found)
        return 0
    _tell(given, found, now)
    return 0


def _found(
    reader: Reader, query: Query, since: datetime, samples: int, topic: str | None
) -> dict[str, Any]:
    by_day = days_of(reader, query, since)
    listed = inbox(reader, InboxQuery(match=query, since=since, limit=max(samples, 1))).stories
    return {
        "stories": sum(row["stories"] for row in by_day),
        "articles": sum(row["articles"] for row in by_day),
        "by_day": by_day,
        "samples": [_sample(story) for story in listed[:samples]],
        "against": None if topic is None else {"topic": topic} | compared(
            reader, query, topic, since
        ),
    }  # fmt: skip


def _sample(story: InboxStory) -> dict[str, Any]:
    first = story.members[0] if story.members else None
    return {
        "story": story.story,
        "title": story.title,
        "source": first.source if first else "",
        "url": first.url if first else "",
        "first_seen_at": story.first_seen_at,
        "outlets": story.outlets,
        "snippet": story.snippet.replace(BEGIN, "").replace(END, ""),
    }


def _tell(given: Given, found: dict[str, Any], now: datetime) -> None:
    stories, articles, days = found["stories"], found["articles"], found["days"]
    each = stories / days
    pace = f"{each:.1f} a day" if each >= 1 else f"{7 * each:.1f} a week"
    put(
        f"{stories} stor{'y' if stories == 1 else 'ies'} ({articles} "
        f"article{'' if articles == 1 else 's'}) in {days} days, {pace}"
    )
    put(f"{_sparkline(found['by_day'], days, now)}  {days} days, today last")
    if found["against"] is not None:
        other = found["against"]
        put(f"against topic {other['topic']}: {other['gained']} more, {other['lost']} fewer")
    for sample in found["samples"]:
        others = sample["outlets"] - 1
        more = f" (+{others} outlet{'' if others == 1 else 's'})" if others else ""
        put("")
        at = local(sample["first_seen_at"], given.zone)
        put(f"{at}  {sample['source']}  {sample['title']}{more}")
        if sample["snippet"]:
            put(f"    {sample['snippet']}")
    if not stories:
        note("nothing matched; fewer words, OR, or a word* find more")


def _sparkline(by_day: list[dict[str, Any]], days: int, now: datetime) -> str:
    counts = {row["day"]: row["stories"] for row in by_day}
    shown = min(days, 60)
    last = now.astimezone(UTC).date()
    row = [counts.get(str(last - timedelta(days=n)), 0) for n in range(shown - 1, -1, -1)]
    top = max([*row, 1])
    return "".join(_BARS[-(-n * (len(_BARS) - 1) // top)] for n in row)
