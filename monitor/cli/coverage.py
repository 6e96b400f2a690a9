"""``monitor coverage``: the ledger; discovered is the sum of all outcomes, checked each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from monitor import drift_told
from monitor.cli.moments import since as moment
from monitor.cli.options import Given, Selectors, Shape, SinceOption
from monitor.cli.output import Column, emit, limited, note, put
from monitor.cli.select import chosen
from monitor.config.suggest import did_you_mean
from monitor.review.coverage_told import MEANING, OUTCOMES, PENDING, balance, in_order
from monitor.rulehealth import broken_rules
from pipeline.store.reading import Reader, Row
from pipeline.store.records import Break
from pipeline.store.rereading import rule_counts
from pipeline.store.site_reading import open_breaks
from pipeline.text.clean import clean_line


class By(StrEnum):
    """What the lines of the table stand for."""

    OUTCOME = "outcome"
    SOURCE = "source"
    DAY = "day"


_BY_OUTCOME = (
    Column(key="outcome"),
    Column(key="n", title="links", kind="number"),
    Column(key="share", kind="number", text=lambda r: f"{100 * r['share']:.1f}%"),
    Column(key="meaning", flexible=True, style="dim"),
)
_LINKS = (
    Column(key="source"),
    Column(key="outcome"),
    Column(key="discovered_at", title="discovered", kind="time"),
    Column(key="outcome_at", kind="time", shown=False),
    Column(key="attempts", kind="number", shown=False),
    Column(key="visits", kind="number", shown=False),
    Column(key="due_at", kind="time", shown=False),
    Column(key="article", kind="number", shown=False),
    Column(key="why", title="reason", flexible=True),
    Column(key="url", flexible=True),
)


def verb(
    given: Given,
    shape: Shape,
    selectors: Selectors = None,
    by: Annotated[By, typer.Option("--by", help="A line for each of these.")] = By.OUTCOME,
    links: Annotated[
        str | None,
        typer.Option("--links", metavar="OUTCOME", help="The links that ended so (or: pending).",
                     show_default=False),
    ] = None,
    since: SinceOption = None,
) -> int:  # fmt: skip
    """Account for every discovered link: what became of it, by outcome, source or day.

    The sum over all outcomes, pending ones included, is held against what was counted as discovered
    when it came in; exits with 1 when they differ.  Days are in UTC.  Below the table stand the
    sources whose pages are no longer what they were: since when, with examples.
    """
    start = moment(since, given.zone)
    with Reader(given.database) as reader:
        slugs = chosen(selectors, reader.sources(removed=True))
        if links is not None:
            return _show_links(reader, shape, slugs, links, start)
        rows = reader.ledger(start, slugs, by_day=by is By.DAY)
        key = "day" if by is By.DAY else "source"
        breaks = open_breaks(reader, slugs)
        table, columns = _by_outcome(rows) if by is By.OUTCOME else _crosstab(rows, key)
        if by is By.SOURCE:
            table = [{**r, "drift": drift_told.to_json(breaks.get(r[key], ()))} for r in table]
            columns = [*columns, Column(key="drift", kind="json", shown=False)]
        emit(limited(table, shape.most(0), "lines"), columns, shape, empty="no links yet")
        for rule in broken_rules(rule_counts(reader, slugs)):
            note(f"{rule.source}: {clean_line(rule.reason)}; as {clean_line(rule.example or '')}")
        if not shape.machine:
            _tell_breaks(breaks)
        return _checked(reader, slugs)


def _show_links(
    reader: Reader, shape: Shape, slugs: Sequence[str] | None, outcome: str, start: Any  # noqa: ANN401
) -> int:  # fmt: skip
    if outcome not in OUTCOMES:
        hint = did_you_mean(outcome, OUTCOMES) or "there are " + ", ".join(OUTCOMES)
        raise typer.BadParameter(f"--links: no outcome is called '{outcome}' ({hint})")
    most = shape.most(100)
    rows = reader.links(
        slugs=slugs, outcome=outcome, since=start, limit=-1 if most is None else most + 1
    )
    told = [
        {**row, "outcome": row["outcome"] or PENDING, "why": row["reason"] or row["last_error"]}
        for row in rows
    ]
    emit(limited(told, most, "links"), _LINKS, shape, empty=f"no link is {outcome}")
    return 0


def _by_outcome(rows: Sequence[Row]) -> tuple[list[Row], Sequence[Column]]:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row["outcome"] or PENDING] += row["n"]
    total = sum(counts.values())
    table = [
        {"outcome": name, "n": n, "share": round(n / total, 4), "meaning": MEANING.get(name, "")}
        for name, n in in_order(counts)
    ]
    if table:
        everything = {"outcome": "discovered", "n": total, "share": 1.0, "meaning": "the sum"}
        table.append(everything)
    return table, _BY_OUTCOME


def _crosstab(rows: Sequence[Row], key: str) -> tuple[list[Row], Sequence[Column]]:
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    seen: dict[str, int] = defaultdict(int)
    for row in rows:
        outcome = row["outcome"] or PENDING
        counts[row[key]][outcome] = row["n"]
        seen[outcome] += row["n"]
    table: list[Row] = [
        {key: name, "discovered": sum(own.values()), **{o: own.get(o, 0) for o in OUTCOMES}}
        for name, own in counts.items()
    ]
    columns = [Column(key=key, flexible=key == "source"), Column(key="discovered", kind="number")]
    # Programs get every outcome, people those that occur.
    columns += [Column(key=o, kind="number", shown=o in seen) for o in OUTCOMES]
    return table, columns


def _tell_breaks(breaks: Mapping[str, Sequence[Break]]) -> None:
    for source, found in breaks.items():
        put("")
        for one in found:
            put(f"{source}: {drift_told.describe(one)}")
            for line in drift_told.examples(one):
                put(f"  {line}")


def _checked(reader: Reader, slugs: Sequence[str] | None) -> int:
    """Hold the links against the roll-up, over all time, and say how it came out."""
    found = balance(reader, slugs)
    if found["problems"]:
        note(f"the ledger does not add up: {'; '.join(found['problems'])}")
        return 1
    note(
        f"adds up: {found['discovered']} discovered = {found['ended']} with an outcome "
        f"+ {found['pending']} pending"
    )
    return 0
