"""``monitor review``: the inbox on the terminal."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from monitor.choosing import SelectionError
from monitor.cli.moments import utc_now
from monitor.cli.options import Given, SinceOption, SourceOption, UntilOption, on_terminal
from monitor.cli.reviewing import ReviewerOption, reviewer_name
from pipeline.errors import MonitorError, NotFoundError

_Text = Annotated[str, typer.Option(show_default=False)]


def verb(
    given: Given,
    filter_: Annotated[
        str, typer.Option("--filter", metavar="NAME", help="A filter that was kept on the web "
                          "pages, or one like 'state=all&source=@state'.", show_default=False)
    ] = "",
    query: Annotated[
        str, typer.Option("--query", metavar="QUERY", help="Words to look for.", show_default=False)
    ] = "",
    state: Annotated[
        str, typer.Option("--state", help="unread, read, dismissed or all.")
    ] = "unread",
    sources: SourceOption = None,
    topic: Annotated[
        str, typer.Option("--topic", metavar="ID", help="Only what a topic found.",
                          show_default=False)
    ] = "",
    tag: Annotated[
        str, typer.Option("--tag", metavar="TAG", help="With this tag of yours.",
                          show_default=False)
    ] = "",
    lang: Annotated[
        str, typer.Option("--lang", metavar="CODE", help="In this language: en, ar.",
                          show_default=False)
    ] = "",
    since: SinceOption = None,
    until: UntilOption = None,
    min_outlets: Annotated[
        int, typer.Option("--min-outlets", min=1, metavar="N", help="That N outlets or more ran.")
    ] = 1,
    starred: Annotated[bool, typer.Option("--starred", help="With a star of yours.")] = False,
    changed: Annotated[bool, typer.Option("--changed", help="Edited since you read it.")] = False,
    edited: Annotated[bool, typer.Option("--edited", help="Edited after publishing.")] = False,
    reviewer: ReviewerOption = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Change nothing.")] = False,
) -> int:  # fmt: skip
    """Review stories on the terminal, with the keys of the web pages; ? shows them."""
    from monitor.review.filters import FilterError, Filters

    if not on_terminal():
        raise MonitorError("review needs a terminal; `monitor list` and `monitor mark` do not")
    from monitor.terminal.desk import TerminalDesk

    asked = {
        "q": query, "state": state, "source": " ".join(sources or ()), "topic": topic, "tag": tag,
        "lang": lang, "since": since or "", "until": until or "", "outlets": str(min_outlets),
        "starred": "1" * starred, "changed": "1" * changed, "edited": "1" * edited,
    }  # fmt: skip
    try:
        filters = Filters.parse(asked.items())
        if "=" in filter_:
            filters = Filters.from_string(filter_)
        desk = TerminalDesk(
            database=given.database, pages=given.pages, zone=given.zone,
            reviewer=reviewer_name(reviewer), clock=utc_now, filters=filters,
            read_only=read_only or not os.access(given.database, os.W_OK),
        )  # fmt: skip
    except (FilterError, SelectionError) as error:
        raise typer.BadParameter(str(error)) from error
    try:
        if filter_ and "=" not in filter_:
            kept = desk.saved(filter_)
            if kept is None:
                raise NotFoundError(f"no filter is kept as '{filter_}'")
            desk.filters = kept
        from monitor.terminal.app import ReviewApp

        ReviewApp(desk).run()
    finally:
        desk.close()
    return 0
