"""``monitor sources add``: finds the feeds of an outlet and adds it to the config."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from monitor.bringing.slugs import free_slug
from monitor.cli.asking import confirmed
from monitor.cli.options import Given, JsonOption, Shape, YesOption
from monitor.cli.output import note, put, put_json
from monitor.cli.sources_discover import discover, tell
from monitor.cli.tell_daemon import reload_daemon
from monitor.cli.trial import stranger
from pipeline.errors import ConfigError, MonitorError
from pipeline.text.clean import clean_line
from pipeline.urls import canonical_key

if TYPE_CHECKING:
    from monitor.config.model import Config

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def verb(
    given: Given,
    url: Annotated[str, typer.Argument(metavar="URL", help="The home page of an outlet.")],
    slug: Annotated[
        str | None,
        typer.Option("--id", metavar="ID", help="Its id, which never changes.", show_default=False),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Its name for people.", show_default=False)
    ] = None,
    tags: Annotated[
        list[str] | None,
        typer.Option("--tag", help="A tag; again for more.", show_default=False),
    ] = None,
    yes: YesOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be written.")
    ] = False,
    no_reload: Annotated[
        bool, typer.Option("--no-reload", help="Do not tell a running daemon.")
    ] = False,
    json_: JsonOption = False,
) -> int:
    """Find the feeds of an outlet and add it to the configuration, which keeps its comments.

    Shows what it found and asks before it writes.  A running daemon takes the source over at once.
    """
    path = given.config_path
    if path is None:
        raise ConfigError("no config.yaml here; `monitor init` writes one, --config names one")
    config = given.load()
    wanted = stranger(url)
    address = str(wanted.url)
    slug = _free_slug(slug, address, config)
    for source in config.sources:
        if canonical_key(str(source.url)) == canonical_key(address):
            raise MonitorError(f"{address}: is the source '{source.id}' already")
    report = discover(given, config, wanted)
    if not json_:
        tell(report, Shape(color=given.color, zone=given.zone))
    if not report["taken"]:
        raise MonitorError(f"{address}: nothing worth polling was found; nothing is added")
    new: dict[str, Any] = {
        "id": slug,
        "name": name or _name(report, address),
        "url": address,
        **({"tags": list(tags)} if tags else {}),
        "feeds": [{"kind": feed["kind"], "url": feed["url"]} for feed in report["taken"]],
    }
    added = not dry_run and _ask_and_write(path, new, config, yes=yes or json_, quiet=json_)
    reloaded = added and not no_reload and reload_daemon(given, quiet=json_)
    if json_:
        put_json({"schema": 1, **report, "source": new, "added": added, "reloaded": reloaded})
    elif dry_run:
        _show(new)
    return 0 if added or dry_run else 1


def _ask_and_write(
    path: Path, source: dict[str, Any], config: Config, *, yes: bool, quiet: bool
) -> bool:
    from monitor.config.edit import add_source

    if not quiet:
        _show(source)
        known = {str(f.url) for s in config.sources for f in s.feeds}
        for feed in source["feeds"]:
            if feed["url"] in known:
                note(f"note: {feed['url']} is polled for another source already")
    if not confirmed(f"Add it to {path}?", yes=yes):
        note("nothing was written")
        return False
    add_source(path, source)
    if not quiet:
        put(f"added {source['id']} to {path}")
    return True


def _show(source: dict[str, Any]) -> None:
    import yaml

    text = yaml.safe_dump([source], sort_keys=False, allow_unicode=True, width=100)
    put("")
    for line in text.rstrip().split("\n"):
        put(f"  {line}")


def _free_slug(wanted: str | None, url: str, config: Config) -> str:
    taken = {source.id for source in config.sources}
    if wanted is not None:
        if not _SLUG.fullmatch(wanted):
            raise typer.BadParameter(f"--id: '{wanted}' is not small letters, digits and hyphens")
        if wanted in taken:
            raise typer.BadParameter(f"--id: there is a source '{wanted}' already")
        return wanted
    return free_slug(url, taken)


def _name(report: dict[str, Any], url: str) -> str:
    """Return what most articles call their site, else the title of a feed, else the host."""
    sites = Counter(sample["site_name"] for sample in report["samples"] if sample.get("site_name"))
    for site, times in sites.most_common(1):
        if times > 1:
            return clean_line(site, 60)
    titles = (clean_line(feed["title"], 60) for feed in report["taken"] if feed["title"])
    return next((title for title in titles if title), urlsplit(url).hostname or url)
