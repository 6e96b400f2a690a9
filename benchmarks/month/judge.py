"""Holds what the simulated month left on the disk against what was planned."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.month.plan import CRONS, TOPIC_WORD, ZONE, Article, Outlet, Scale
from monitor.review.coverage_told import balance
from monitor.schedule.silence import FALSE_ALARM_WEEKS
from pipeline.store.reading import Reader
from pipeline.store.sqlite import pages_path
from pipeline.store.upkeep import check

MOST_BYTES = 12_500  # an article; docs/running.md says so
ENOUGH = 3000  # articles; of fewer the empty file is the larger part
LATE = timedelta(hours=14)  # what is published in the last hours may wait for a poll still
DAILY = timedelta(hours=27)
LOOKED = timedelta(hours=71)  # until this age edits are looked for


@dataclass
class Verdict:
    """Figures, and what is wrong."""

    figures: dict[str, object] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def demand(self, holds: bool, text: str) -> None:
        """Note a problem unless it holds."""
        if not holds:
            self.problems.append(text)


@dataclass(frozen=True)
class Month:
    """What was planned, and the file that came of it."""

    conn: sqlite3.Connection
    scale: Scale
    outlets: Sequence[Outlet]
    ports: Sequence[int]

    def url(self, article: Article) -> str:
        """Return where an article stands."""
        return f"http://127.0.0.1:{self.ports[article.outlet]}{article.path}"

    @property
    def articles(self) -> Iterator[tuple[Outlet, Article]]:
        """All that was published, with its outlet."""
        return ((outlet, article) for outlet in self.outlets for article in outlet.articles)


def judge(folder: Path, scale: Scale, outlets: Sequence[Outlet], ports: Sequence[int]) -> Verdict:
    """Return what became of the month."""
    verdict = Verdict()
    days = [json.loads(line) for line in (folder / "days.jsonl").read_text().splitlines()]
    database = folder / "monitor.db"
    wrong = [f"{f.name}: {f.problem}" for f in check(database, pages_path(database)) if f.problem]
    verdict.demand(not wrong, f"db check: {wrong}")
    with Reader(database) as reader:
        told = balance(reader)
    verdict.demand(not told["problems"], f"ledger: {told['problems']}")
    verdict.figures["ledger"] = {row["outcome"]: row["n"] for row in told["outcomes"]}
    for day in days:
        counted = dict(day["ledger"])
        found = counted.pop("discovered", 0)
        ended = sum(n for name, n in counted.items() if name in verdict.figures["ledger"])  # type: ignore[operator]
        verdict.demand(ended <= found, f"{day['day']}: {found} discovered, {ended} ended")
        verdict.demand(not day["logged"], f"{day['day']}: logged {day['logged']}")
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    conn.row_factory = sqlite3.Row
    month = Month(conn, scale, outlets, ports)
    _complete(verdict, month)
    _texts(verdict, month)
    _stories(verdict, month)
    _polls(verdict, month)
    _messages(verdict, month, folder)
    conn.close()
    _growth(verdict, days, database)
    return verdict


def _complete(verdict: Verdict, month: Month) -> None:
    known = {row["url"] for row in month.conn.execute("SELECT url FROM link")}
    published = {month.url(article) for _, article in month.articles}
    expected = {month.url(a) for o in month.outlets for a in to_be_had(o, month.scale)}
    missed = sorted(expected - known)
    strange = sorted(known - published)
    verdict.figures["published"] = len(published)
    verdict.figures["links"] = len(known)
    verdict.demand(not missed, f"{len(missed)} articles never discovered: {missed[:3]}")
    verdict.demand(not strange, f"{len(strange)} links to what is no article: {strange[:3]}")


def to_be_had(outlet: Outlet, scale: Scale) -> Iterator[Article]:
    """Articles that a poll must have shown: not those of an outage that outlived the list."""
    for place, article in enumerate(outlet.articles):
        until = scale.end - (LATE if outlet.every == "auto" else DAILY)
        if outlet.silent:
            until = min(until, outlet.silent)
        for outage in outlet.outages:
            if outage.ends > scale.end:
                until = min(until, outage.begins - LATE)
        later = outlet.articles[place + 20 : place + 21]  # some polls before it leaves the list
        first = max(scale.start, article.published)
        room = not later or later[0].published - first > timedelta(days=2)
        if article.published < until and room:
            yield article


def _texts(verdict: Verdict, month: Month) -> None:
    conn, scale = month.conn, month.scale
    bodies = dict(conn.execute("SELECT url, body FROM article").fetchall())
    outcomes = dict(conn.execute("SELECT url, outcome FROM link").fetchall())
    twice = conn.execute("SELECT count(*) - count(DISTINCT url_key) FROM article").fetchone()[0]
    verdict.demand(twice == 0, f"{twice} articles stored twice")
    same = other = edits = seen = 0
    unlike: list[str] = []
    unseen: list[str] = []
    for outlet, article in month.articles:
        url = month.url(article)
        if url not in bodies:
            if outcomes.get(url) in ("stored", "copy", "revised"):
                unlike.append(f"{url}: not there")
            continue
        texts = [article.paragraphs(at) for at in (article.published, scale.end)]
        fits = [bodies[url].split() == " ".join(text).split() for text in texts]
        same, other = same + any(fits), other + (not any(fits))
        if not any(fits):
            unlike.append(url)
        if _edit_to_be_seen(outlet, article, scale):
            edits += 1
            seen += fits[1]
            if not fits[1]:
                unseen.append(url)
    verdict.figures |= {
        "articles": len(bodies), "with their exact text": same, "with another": other,
        "edits": edits, "edits found": seen,
    }  # fmt: skip
    verdict.demand(not unlike, f"{len(unlike)} texts are not those published: {unlike[:3]}")
    verdict.demand(not unseen, f"{len(unseen)} of {edits} edits not found: {unseen[:3]}")


def _edit_to_be_seen(outlet: Outlet, article: Article, scale: Scale) -> bool:
    at = article.edited
    if at is None or article.published < scale.start or article.gone:
        return False
    last = article.published + LOOKED
    if last + LATE > scale.end:
        return False
    # The last look may be lost in an outage; so may all looks be of what was found days late.
    return not any(o.begins - LATE < last + LATE and o.ends > article.published
                   for o in outlet.outages)  # fmt: skip


def _stories(verdict: Verdict, month: Month) -> None:
    story_of = dict(month.conn.execute("SELECT url, story FROM article").fetchall())
    wires: dict[int, list[int]] = defaultdict(list)
    singles: Counter[int] = Counter()
    for _, article in month.articles:
        story = story_of.get(month.url(article))
        if story is not None and article.wire is not None:
            wires[article.wire].append(story)
        elif story is not None:
            singles[story] += 1
    torn = [number for number, stories in wires.items() if len(set(stories)) > 1]
    mixed = [story for story, n in singles.items() if n > 1]
    verdict.figures["wire stories"] = len(wires)
    verdict.demand(not torn, f"wire stories in several pieces: {torn[:5]}")
    verdict.demand(not mixed, f"{len(mixed)} stories of texts that are no copies: {mixed[:5]}")


def _polls(verdict: Verdict, month: Month) -> None:
    zone = ZoneInfo(ZONE)
    per_day: dict[str, Counter[str]] = defaultdict(Counter)
    total = 0
    for row in month.conn.execute(
        "SELECT f.source, p.at FROM poll p JOIN feed f ON f.id = p.feed ORDER BY p.at"
    ):
        total += 1
        day = datetime.fromisoformat(row["at"]).astimezone(zone).date().isoformat()
        per_day[row["source"]][day] += 1
    verdict.figures["polls"] = total
    first = month.scale.start.astimezone(zone).date()
    whole = [(first + timedelta(days=n)).isoformat() for n in range(1, month.scale.days - 1)]
    counted: set[str] = set()
    for outlet in month.outlets:
        wanted = CRONS.get(outlet.every)
        if wanted is None or outlet.outages:  # failures are tried again between
            continue
        counted.add(outlet.every)
        days = {day: per_day[outlet.slug][day] for day in whole}
        drifted = {day: n for day, n in days.items() if n != wanted}
        # Downtime and lateness may move a poll by hours, never lose or double one.
        verdict.demand(
            not drifted, f"{outlet.slug} ({outlet.every}): polls a day were {drifted}, not {wanted}"
        )
    verdict.demand(counted == set(CRONS), f"only of {sorted(counted)} polls were counted")


def _messages(verdict: Verdict, month: Month, folder: Path) -> None:
    conn, scale, outlets = month.conn, month.scale, month.outlets
    path = folder / "messages.jsonl"
    got = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    heard: Counter[tuple[str, int]] = Counter()
    trouble: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    digests: Counter[str] = Counter()
    for entry in got:
        message: dict[str, Any] = entry["message"]
        for alert in message["alerts"]:
            heard[message["channel"], alert["id"]] += 1
            if alert["kind"] == "source" and message["channel"] == "desk":
                at = datetime.fromisoformat(entry["at"])
                trouble[alert["source"]].append((at, alert["state"]))
        if message["channel"] == "digest":
            at = datetime.fromisoformat(message["made_at"]).astimezone(ZoneInfo(ZONE))
            digests[at.strftime("%H:%M")] += 1
    twice = [key for key, n in heard.items() if n > 1]
    owed = set(conn.execute("SELECT channel, alert FROM delivery WHERE message IS NOT NULL"))
    lost = {tuple(row) for row in owed} - set(heard)
    verdict.demand(not twice, f"alerts told more than once: {twice[:5]}")
    verdict.demand(not lost, f"alerts that never arrived: {sorted(lost)[:5]}")
    matched = conn.execute(
        "SELECT count(DISTINCT a.story) FROM article a WHERE instr(a.body, ?) > 0",
        (TOPIC_WORD,),
    ).fetchone()[0]
    told = conn.execute("SELECT count(*) FROM alert WHERE kind = 'story'").fetchone()[0]
    verdict.demand(matched == told, f"{matched} stories match the topic, {told} were told of")
    silent, broken = (outlets[i].slug for i in (scale.silent[0], scale.broken[0]))
    verdict.demand(
        [state for at, state in trouble[silent] if at > scale.silent[1]] == ["silent"],
        f"{silent} went silent; told: {trouble[silent]}",
    )
    since = [state for at, state in trouble[broken] if at > scale.broken[1]]
    verdict.demand(len(since) == 1, f"{broken} broke for good; told: {trouble[broken]}")
    calm = {o.slug for o in outlets if not o.outages} - {silent}
    alarms = [slug for slug in calm for _, state in trouble[slug] if state != "working"]
    # By design chance alone rings once in so many weeks of one outlet.
    by_chance = len(calm) * scale.days / (7 * FALSE_ALARM_WEEKS)
    verdict.demand(len(alarms) <= max(1, by_chance), f"{len(alarms)} alarms without a reason")
    verdict.demand(len(digests) <= 1, f"digests at {dict(digests)}")
    verdict.figures |= {
        "messages": len(got), "alerts of stories": told, "digests": dict(digests),
        "outlets told of": len(trouble), "outlets without any trouble": len(calm),
        "alarms of those": len(alarms),
    }  # fmt: skip


def _growth(verdict: Verdict, days: Sequence[dict[str, Any]], database: Path) -> None:
    stored = [
        sum(day["ledger"].get(name, 0) for name in ("stored", "copy", "revised")) for day in days
    ]
    half = len(days) // 2
    if half and stored[-1] > stored[half]:
        grown = days[-1]["database"] - days[half]["database"]
        each = round(grown / (stored[-1] - stored[half]))
        verdict.figures["bytes per article, second half"] = each
        verdict.demand(each <= MOST_BYTES or stored[-1] < ENOUGH, f"{each} bytes per article")
    verdict.figures["database MB"] = round(database.stat().st_size / 1e6, 1)
    verdict.figures["pages MB by day"] = [round(day["pages"] / 1e6, 1) for day in days]
    lives: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for day in days:
        lives[day["pid"]].append(day)
    longest = max(lives.values(), key=len)
    verdict.figures["memory MB by day"] = [round(day["rss"] / 1e6) for day in longest]
    verdict.figures["workers MB by day"] = [round(day["workers"] / 1e6) for day in longest]
    verdict.figures["seconds a day"] = [round(b["wall"] - a["wall"]) for a, b in pairwise(longest)]
    if len(longest) >= 9:
        third = len(longest) // 3
        for name in ("rss", "workers"):
            middle = fmean(day[name] for day in longest[third : 2 * third])
            last = fmean(day[name] for day in longest[2 * third :])
            verdict.figures[f"{name} growth"] = round(last / middle, 3)
            verdict.demand(last < 1.05 * middle, f"{name} grew by {last / middle - 1:.1%}")
