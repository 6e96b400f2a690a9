"""``monitor init``: a commented configuration, and its database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.asking import asked
from monitor.cli.moments import utc_now
from monitor.cli.options import Given
from monitor.cli.output import note, put
from pipeline.errors import MonitorError


def verb(
    given: Given,
    folder: Annotated[
        str, typer.Argument(metavar="[DIR]", help="Where to.", show_default=False)
    ] = ".",
    contact: Annotated[
        str | None,
        typer.Option("--contact", metavar="MAIL|URL", help="Goes in the user agent.",
                     show_default=False),
    ] = None,
    example: Annotated[
        str, typer.Option("--example", metavar="NAME", help="syria: a dozen outlets; blank: none.")
    ] = "syria",
    force: Annotated[bool, typer.Option("--force", help="Overwrite a config.yaml.")] = False,
) -> int:  # fmt: skip
    """Write a commented config.yaml and make the database it names."""
    from monitor.config.load import load_text
    from monitor.config.template import render_template
    from pipeline.store.sqlite import open_store

    path = (Path(folder).expanduser() / "config.yaml").absolute()
    if path.exists() and not force:
        raise MonitorError(f"{path}: is there already; --force overwrites it")
    if contact is None:
        contact = asked("Your e-mail address or web page, for webmasters who want to reach you:")
    text = render_template(contact or None, example)
    config = load_text(text, path, given.env)  # a wrong contact is told before anything is written
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    put(f"wrote {path}: {len(config.sources)} sources")
    database = Path(given.db).absolute() if given.db else config.storage.path
    fresh = not database.exists()
    database.parent.mkdir(parents=True, exist_ok=True)
    open_store(database, utc_now(), pages=config.storage.pages.path).close()
    put(f"{'made' if fresh else 'kept'} {database}")
    if not contact:
        note("put your own contact into it before you run it")
    note("next: `monitor run`, and `monitor status` in another terminal")
    return 0
