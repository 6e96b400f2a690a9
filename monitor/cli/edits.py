"""``monitor edits``: what outlets changed in articles after publishing them."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from monitor.cli.moments import since as moment
from monitor.cli.options import Given, Shape, SinceOption, SourceOption, UntilOption
from monitor.cli.output import Column, Row, emit, limited, note
from monitor.cli.select import chosen
from monitor.config.suggest import did_you_mean
from pipeline.model import EditKind
from pipeline.store.reading import Reader
from pipeline.store.reading_edits import EditFilter, counts, edits

USUAL = 50
USUAL_SINCE = "7d"
_HEAVY = 70  # weight from which on a row stands out


class Sort(StrEnum):
    """What comes first."""

    WEIGHT = "weight"
    TIME = "time"


def _kinds(row: Row) -> str:
    kinds = row["kinds"] if isinstance(row["kinds"], list) else json.loads(row["kinds"])
    return ", ".join(kinds) + (", silent" if row["silent"] else "")


COLUMNS = (
    Column(key="id", kind="number", shown=False),
    Column(key="at", title="when", kind="time"),
    Column(key="source"),
    Column(key="kinds", kind="list", text=_kinds,
           style=lambda r: "red" if r["weight"] >= _HEAVY else ""),
    Column(key="weight", kind="number", shown=False),
    Column(key="silent", kind="flag", shown=False),
    Column(key="summary", flexible=True),
    Column(key="title", flexible=True, style="dim"),
    Column(key="article", kind="number"),
    Column(key="revision", kind="number", shown=False),
    Column(key="story", kind="number", shown=False),
    Column(key="page_state", shown=False),
    Column(key="url", shown=False),
    Column(key="facts", kind="json", shown=False),
)  # fmt: skip


def verb(
    given: Given,
    shape: Shape,
    sources: SourceOption = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Of this kind; again for more: number, name.",
                     show_default=False),
    ] = None,
    silent: Annotated[
        bool, typer.Option("--silent", help="Only those that the outlet did not own up to.")
    ] = False,
    since: SinceOption = None,
    until: UntilOption = None,
    story: Annotated[
        int | None,
        typer.Option("--story", metavar="ID", help="Of the articles of a story.",
                     show_default=False),
    ] = None,
    article: Annotated[
        str | None,
        typer.Option("--article", metavar="ID|URL", help="Of one article.", show_default=False),
    ] = None,
    sort: Annotated[Sort, typer.Option("--sort", help="What comes first.")] = Sort.WEIGHT,
    min_weight: Annotated[
        int, typer.Option("--min-weight", min=0, max=100, help="At least so material.")
    ] = 0,
) -> int:  # fmt: skip
    """List what outlets changed in articles after publishing, most material first.

    Of the last 7 days, unless --since, --story or --article says otherwise.  A silent edit changed
    something material, and no note on the page says so.  `monitor diff ID` shows the words.
    """
    usual = None if story is not None or article is not None else USUAL_SINCE
    with Reader(given.database) as reader:
        wanted = EditFilter(
            sources=chosen(sources, reader.sources(removed=True)),
            since=moment(since or usual, given.zone),
            until=moment(until, given.zone),
            kinds=tuple(map(_kind, kinds or ())),
            silent=silent,
            min_weight=min_weight,
            article=None if article is None else int(reader.article(article)["id"]),
            story=story,
            sort=sort.value,
        )
        most = shape.most(USUAL)
        emit(limited(edits(reader, wanted), most, "edits"), COLUMNS, shape, empty="no edits")
        _tell_counts(counts(reader, wanted))
    return 0


def _kind(word: str) -> str:
    found = word.strip().lower().replace("-", "_")
    known = [kind.value for kind in EditKind]
    if found not in known:
        hint = did_you_mean(found, known) or "there are " + ", ".join(known)
        raise typer.BadParameter(f"--kind: no kind is called '{word}' ({hint})")
    return found


def _tell_counts(found: dict[str, int]) -> None:
    whole = found.pop("")
    if whole:
        told = ", ".join(f"{n} {kind}" for kind, n in found.items())
        note(f"{whole} edit{'s' if whole > 1 else ''}: {told}")
