"""``monitor stories``: texts that several outlets ran, and one of them in full."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.articles import AgencyOption, LanguageOption, usual_name
from monitor.cli.moments import since as moment
from monitor.cli.options import Given, Shape, SinceOption, SourceOption, UntilOption
from monitor.cli.output import Column, Row, emit, limited, put, put_json
from monitor.cli.select import chosen
from pipeline.store.reading import Reader
from pipeline.store.story_reading import ORDERS, Order, StoryFilter, stories

USUAL = 30


def _title(row: Row) -> str:
    edits = row["edits"]
    return f"{row['title']} ({edits} edit{'s' if edits > 1 else ''})" if edits else row["title"]


COLUMNS = (
    Column(key="id", kind="number"),
    Column(key="last_seen_at", title="last seen", kind="time", shown=False),
    Column(key="first_seen_at", title="first seen", kind="time"),
    Column(key="spread_s", title="spread", kind="span"),
    Column(key="outlets", kind="number"),
    Column(key="articles", kind="number", shown=False),
    Column(key="agencies", title="agency", kind="list"),
    Column(key="words", kind="number"),
    Column(key="edits", kind="number", shown=False),
    Column(key="language", title="lang", shown=False),
    Column(key="title", text=_title, flexible=True),
    Column(key="sources", kind="list", shown=False),
    Column(key="first_article", kind="number", shown=False),
)


def verb(
    given: Given,
    shape: Shape,
    key: Annotated[
        str | None, typer.Argument(metavar="ID", help="One story.", show_default=False)
    ] = None,
    sources: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    language: LanguageOption = None,
    agency: AgencyOption = None,
    min_outlets: Annotated[
        int, typer.Option("--min-outlets", min=1, metavar="N", help="That N outlets or more ran.")
    ] = 2,
    sort: Annotated[
        str,
        typer.Option("--sort", metavar="seen|outlets|spread",
                     help="Newest activity, most outlets or longest spread first."),
    ] = "seen",
    against: Annotated[
        int | None,
        typer.Option("--against", metavar="ARTICLE", show_default=False,
                     help="With ID: hold the others to this article, not to the likely origin."),
    ] = None,
) -> int:  # fmt: skip
    """List stories that several outlets ran, or tell one: who was first, who changed what.

    --since takes those with an article seen since then, --until those that began before.  With an
    ID: the likely origin and why, the articles, and the table of paragraphs by outlets.

    `monitor stories split` and `monitor stories merge` correct what was put together wrongly.
    """
    if key is not None:
        return _one(given, shape, key, against)
    if against is not None:
        raise typer.BadParameter("--against goes with the ID of a story")
    with Reader(given.database) as reader:
        most = shape.most(USUAL)
        wanted = StoryFilter(
            since=moment(since, given.zone),
            until=moment(until, given.zone),
            sources=chosen(sources, reader.sources(removed=True)),
            language=language,
            agency=usual_name(agency),
            min_outlets=min_outlets,
            order=_order(sort),
            limit=None if most is None else most + 1,
        )
        rows = limited(stories(reader, wanted), most, "stories")
        emit(rows, COLUMNS, shape, empty="no story matches")
    return 0


def _order(sort: str) -> Order:
    found = next((order for order in ORDERS if order == sort), None)
    if found is None:
        raise typer.BadParameter(f"--sort: '{sort}' is none of {', '.join(ORDERS)}")
    return found


def _one(given: Given, shape: Shape, key: str, against: int | None) -> int:
    from monitor.cli.story_shown import show, show_members
    from monitor.review.story_told import told

    with Reader(given.database) as reader:
        whole = told(reader, key, given.zone, against)
    if shape.form == "json":
        put_json(whole)
    elif shape.machine:
        show_members(whole, shape)
    else:
        show(whole, shape)
        put("")
    return 0
