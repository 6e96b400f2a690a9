"""``monitor config``: check it, show what is in force, print its schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import Given, JsonOption
from monitor.cli.output import note, put, put_json


def check(
    given: Given,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="Another file.", show_default=False)
    ] = None,
) -> int:
    """Check the configuration; tells every mistake with line and key, and exits with 3."""
    if file is not None:
        given.config = file
    config = given.load()
    for warning in config.notes.warnings:
        note(f"warning: {warning.text(_name(given))}")
    feeds = sum(len(source.feeds) for source in config.sources)
    put(f"{_name(given)}: sound; {len(config.sources)} sources, {feeds} feeds")
    if config.contact is None and config.politeness.user_agent is None:
        note("warning: no contact; webmasters block robots that do not say who they are")
    return 0


def show(given: Given, json_: JsonOption = False) -> int:
    """Print the configuration in force, defaults included, secrets as ***."""
    from monitor.config.mask import dump_masked, masked

    config = given.load()
    if json_:
        put_json(masked(config))
    else:
        put(f"# {given.config_path}")
        put(dump_masked(config).rstrip("\n"))
    return 0


def json_schema(given: Given) -> int:
    """Print the JSON Schema of config.yaml.

    An editor uses it after the line "# yaml-language-server: $schema=FILE" at the top.
    """
    from monitor.config.schema import schema

    del given
    put_json(schema())
    return 0


def _name(given: Given) -> str:
    from monitor.config.load import shown

    return shown(given.config_path or Path("config.yaml"))
