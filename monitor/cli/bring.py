"""``monitor import opml|csv|urls``: sources from a file, with a line for each feed."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.bringing.entries import MAX_ENTRIES, READERS, Entry, ImportFileError
from monitor.cli.asking import confirmed
from monitor.cli.options import Given, Shape, YesOption
from monitor.cli.output import Column, emit, note
from monitor.cli.progress import Progress
from monitor.cli.running import run
from monitor.cli.tell_daemon import reload_daemon
from monitor.config.model import Config
from pipeline.errors import ConfigError
from pipeline.urls import canonical_key

EXIT_SOME_FAILED = 4

COLUMNS = (
    Column(key="line", kind="number"),
    Column(key="result", style=lambda r: "red" if r["result"] == "broken" else ""),
    Column(key="source"),
    Column(key="kind", shown=False),
    Column(key="links", kind="number"),
    Column(key="url", flexible=True),
    Column(key="reason", flexible=True),
)

FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="The file; - is stdin.")]
TagOption = Annotated[
    list[str] | None,
    typer.Option("--tag", help="A tag for all of them; again for more.", show_default=False),
]
NoCheckOption = Annotated[
    bool, typer.Option("--no-check", help="Do not fetch the feeds; take them as they are.")
]
KeepOption = Annotated[
    bool, typer.Option("--keep-broken", help="Add feeds too that cannot be read now.")
]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Only show what would be added.")]


def opml(
    given: Given, shape: Shape, file: FileArgument, tags: TagOption = None,
    no_check: NoCheckOption = False, keep_broken: KeepOption = False,
    dry_run: DryOption = False, yes: YesOption = False,
) -> int:  # fmt: skip
    """Add the feeds of an OPML file, as every feed reader exports it, to the configuration.

    Folders become tags; feeds of one outlet become one source.  Each feed is fetched once, and
    there is a line for each: added, known (it is polled already), twice (in the file) or broken.
    Exits with 4 when some were broken; the others are added.
    """
    return _bring("opml", given, shape, file, tags, no_check, keep_broken, dry_run, yes)


def table(
    given: Given, shape: Shape, file: FileArgument, tags: TagOption = None,
    no_check: NoCheckOption = False, keep_broken: KeepOption = False,
    dry_run: DryOption = False, yes: YesOption = False,
) -> int:  # fmt: skip
    """Add the feeds of a CSV file with the headings url, home, name, tags, language, kind.

    Only url (also: feed, xmlUrl) must be there.  Otherwise as `monitor import opml`.
    """
    return _bring("csv", given, shape, file, tags, no_check, keep_broken, dry_run, yes)


def urls(
    given: Given, shape: Shape, file: FileArgument, tags: TagOption = None,
    no_check: NoCheckOption = False, keep_broken: KeepOption = False,
    dry_run: DryOption = False, yes: YesOption = False,
) -> int:  # fmt: skip
    """Add the feeds of a file with one address a line.  Otherwise as `monitor import opml`."""
    return _bring("urls", given, shape, file, tags, no_check, keep_broken, dry_run, yes)


def _bring(
    form: str,
    given: Given,
    shape: Shape,
    file: str,
    tags: list[str] | None,
    no_check: bool,
    keep_broken: bool,
    dry_run: bool,
    yes: bool,
) -> int:
    from monitor.bringing.checking import Checked
    from monitor.bringing.placing import known_feeds, placed
    from monitor.config.edit import add_sources

    path = given.config_path
    if path is None:
        raise ConfigError("no config.yaml here; `monitor init` writes one, --config names one")
    config = given.load()
    entries = _entries(form, file)
    rows = [_row(entry) for entry in entries]
    wanted = _new(entries, rows, known_feeds(config))
    chosen = [entries[place] for place in wanted]
    if no_check:
        checked = [Checked(entry, kind=entry.kind or Checked(entry).kind) for entry in chosen]
    else:
        checked = _checked(given, config, chosen)
    good = []
    for place, found in zip(wanted, checked, strict=True):
        rows[place] |= {"kind": found.kind.value, "links": None if no_check else found.links}
        if found.problem:
            rows[place] |= {"result": "broken", "reason": found.problem}
        if not found.problem or keep_broken:
            good.append((place, found))
    sources = placed([f for _, f in good], {source.id: source.name for source in config.sources})
    _name(good, sources, rows)
    new = [_tagged(source, tags or []) for source in sources.values()]
    emit(rows, COLUMNS, shape, empty="the file names no feed")
    if new and not dry_run:
        if confirmed(f"Add {len(new)} sources to {path}?", yes=yes or shape.machine):
            add_sources(path, new)
            reload_daemon(given)
        else:
            note("nothing was written")
            return 1
    counts = Counter(row["result"] for row in rows)
    told = ", ".join(f"{n} {result}" for result, n in counts.items())
    note(f"{told or 'nothing'}; {len(new)} sources{' would be' if dry_run else ''} added")
    return EXIT_SOME_FAILED if counts["broken"] else 0


def _entries(form: str, file: str) -> list[Entry]:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).expanduser().read_bytes()
        entries, remarks = READERS[form](data)
    except ImportFileError as error:
        raise ImportFileError(f"{file}: {error}") from error
    for remark in remarks:
        note(f"{file}: {remark}")
    if len(entries) > MAX_ENTRIES:
        raise ImportFileError(f"{file}: names more than {MAX_ENTRIES} feeds")
    return entries


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "line": entry.line, "result": "added", "source": "", "kind": None, "links": None,
        "url": entry.url or entry.name, "reason": "",
    }  # fmt: skip


def _new(entries: list[Entry], rows: list[dict[str, Any]], known: dict[str, str]) -> list[int]:
    """The places of entries to be looked at; the rows of the others say why they are not."""
    seen: dict[str, int] = {}
    wanted = []
    for place, (entry, row) in enumerate(zip(entries, rows, strict=True)):
        if entry.problem:
            row |= {"result": "broken", "reason": entry.problem}
            continue
        key = canonical_key(entry.url)
        if key in known:
            row |= {"result": "known", "source": known[key]}
        elif key in seen:
            row |= {"result": "twice", "reason": f"as in line {seen[key]}"}
        else:
            seen[key] = entry.line
            wanted.append(place)
    return wanted


def _checked(given: Given, config: Config, entries: list[Entry]) -> list[Any]:
    from monitor.bringing.checking import check

    with Progress("fetching feeds", given, total=len(entries)) as shown:
        return run(given, config, check(config, entries, lambda url: shown.update(text=url)))


def _name(good: list[Any], sources: dict[int, dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    """Write into the row of each feed which source it went to."""
    of_feed = {feed["url"]: source["id"] for source in sources.values() for feed in source["feeds"]}
    for place, found in good:
        rows[place]["source"] = of_feed[found.entry.url]


def _tagged(source: dict[str, Any], tags: list[str]) -> dict[str, Any]:
    own = list(dict.fromkeys([*source.get("tags", ()), *tags]))
    if not own:
        return source
    front = {key: source[key] for key in ("id", "name", "url")}
    return {**front, "tags": own, **{k: v for k, v in source.items() if k not in {*front, "tags"}}}
