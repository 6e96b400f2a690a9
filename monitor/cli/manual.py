"""``monitor manual``: the page of a verb; all of them as man pages."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import Given, on_terminal
from monitor.cli.output import note, put
from monitor.config.suggest import did_you_mean

_WIDEST = 100  # columns; longer lines are hard to read


def verb(
    given: Given,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[VERB]...", help="A verb: topics test. None: the program as a whole.",
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="DIR", show_default=False,
            help="Write all pages there for man(1), in man1/.",
        ),
    ] = None,
) -> int:  # fmt: skip
    """Show the manual of a verb: what it does, its options, exit codes, files, examples.

    On a terminal it is shown page by page. --to writes every page as a man page, so that
    `man monitor-topics-test` finds it.
    """
    from monitor.manual.page import names, page
    from monitor.manual.rendered import as_roff, as_text

    if to is not None:
        if words:
            raise typer.BadParameter("--to writes all pages; it takes no verb")
        folder = to / "man1"
        folder.mkdir(parents=True, exist_ok=True)
        for name in names():
            one = page(name)
            (folder / f"{one.name}.1").write_text(as_roff(one), encoding="utf-8")
        note(f"wrote {len(names())} pages to {folder}")
        return 0
    wanted = " ".join(words or ())
    if wanted not in names():
        hint = did_you_mean(wanted, names()[1:]) or "`monitor --help` lists them"
        raise typer.BadParameter(f"there is no verb '{wanted}' ({hint})")
    shown = on_terminal()
    width = min(shutil.get_terminal_size().columns, _WIDEST) if shown else 80
    text = as_text(page(wanted), width=width, bold=shown and given.color)
    if shown:
        import pydoc

        pydoc.pager(text)
    else:
        put(text.rstrip("\n"))
    return 0
