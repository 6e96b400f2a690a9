"""``monitor diff``: what differs between two articles, or between two states of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from monitor.cli.options import Given, JsonOption, Shape
from monitor.cli.output import put, put_json
from pipeline.store.reading import Reader


def verb(
    given: Given,
    first: Annotated[str, typer.Argument(metavar="ID|URL", help="An article.")],
    second: Annotated[
        str | None,
        typer.Argument(
            metavar="ID|URL|A..B", show_default=False,
            help="Another article, or states of the first: 1..3, 2.. (to today), ..2 (from 1).",
        ),
    ] = None,
    json_: JsonOption = False,
    html: Annotated[bool, typer.Option("--html", help="One page of HTML.")] = False,
    text: Annotated[
        bool, typer.Option("--text", help="Both texts in full, without colours.")
    ] = False,
) -> int:  # fmt: skip
    """Show what differs between two articles, by paragraph and by word.

    With one article only: its last edit.  Words that are gone are red or [-so-], new ones green or
    {+so+}.  Paragraphs that were joined, split or moved count as the same.
    """
    if sum((json_, html, text)) > 1:
        raise typer.BadParameter("--json, --html and --text exclude each other")
    from monitor.cli.diff_shown import page, show
    from monitor.review.diff_told import StatesError, as_json, looked_up

    with Reader(given.database) as reader:
        try:
            found = looked_up(reader, first, second)
        except StatesError as error:
            raise typer.BadParameter(str(error)) from error
    shape = Shape(color=given.color, zone=given.zone)
    if json_:
        put_json(as_json(found))
    elif html:
        put(page(found, given.zone))
    else:
        show(found, replace(shape, color=False) if text else shape, whole=text)
    return 0
