"""``monitor export``: whole articles as csv, jsonl, json or rss, to stdout or to a file."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from monitor.cli.articles import AgencyOption, LanguageOption, usual_name
from monitor.cli.asking_words import query_of
from monitor.cli.moments import since as moment
from monitor.cli.moments import utc_now
from monitor.cli.options import Given, SinceOption, SourceOption, UntilOption
from monitor.cli.output import Column, Row, note, value_of, write_csv
from monitor.cli.reviewing import WhereOption, stories_where
from monitor.cli.select import chosen
from pipeline.errors import MonitorError
from pipeline.store.reading import Filter, Reader

RSS_USUAL = 100  # a reader wants the newest, not an archive


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    RSS = "rss"


_SUFFIX = {".csv": Format.CSV, ".jsonl": Format.JSONL, ".json": Format.JSON,
           ".rss": Format.RSS, ".xml": Format.RSS}  # fmt: skip

COLUMNS = (
    *(Column(key=key) for key in ("id", "source", "title", "url", "canonical_url")),
    Column(key="authors", kind="list"),
    Column(key="agencies", kind="list"),
    *(Column(key=key, kind="time") for key in
      ("published_at", "modified_at", "first_seen_at", "fetched_at")),
    *(Column(key=key) for key in ("published_certainty", "modified_certainty")),
    *(Column(key=key) for key in ("language", "section")),
    Column(key="tags", kind="list"),
    *(Column(key=key) for key in ("site_name", "summary", "image", "word_count")),
    Column(key="paywalled", kind="flag"),
    *(Column(key=key) for key in
      ("quality", "extractor", "story", "outlets", "story_articles", "relation", "relation_to",
       "relation_reason", "revisions", "body_hash")),
    Column(key="provenance", kind="json"),
    Column(key="body"),
)  # fmt: skip

DECISION_COLUMNS = (
    *(Column(key=key) for key in ("story", "reviewer", "article", "source", "title", "url")),
    Column(key="language"),
    *(Column(key=key, kind="time") for key in ("published_at", "first_seen_at")),
    *(Column(key=key) for key in ("outlets", "story_articles")),
    *(Column(key=key, kind="time") for key in ("read_at", "starred_at", "dismissed_at")),
    Column(key="dismiss_reason"),
    Column(key="tags", kind="list"),
    Column(key="note"),
    Column(key="updated_at", kind="time"),
)
LOG_COLUMNS = (
    Column(key="event"),
    Column(key="at", kind="time"),
    *(Column(key=key) for key in ("reviewer", "action", "article", "story", "url")),
    *(Column(key=key, kind="json") for key in ("before", "after")),
    Column(key="undoes"),
    Column(key="undone_at", kind="time"),
)


def verb(
    given: Given,
    target: Annotated[
        str, typer.Argument(metavar="[FILE]", help="Where to; - is stdout.", show_default=False)
    ] = "-",
    form: Annotated[
        Format | None,
        typer.Option("--format", "-f", help="By default what FILE ends with, else jsonl.",
                     show_default=False),
    ] = None,
    sources: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    language: LanguageOption = None,
    agency: AgencyOption = None,
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="QUERY", help="Only what `monitor search` would find.",
                     show_default=False),
    ] = None,
    where: WhereOption = None,
    group: Annotated[bool, typer.Option("--group", help="One article of each story.")] = False,
    decisions: Annotated[
        bool, typer.Option("--decisions", help="What reviewers decided, one row each.")
    ] = False,
    decision_log: Annotated[
        bool, typer.Option("--decision-log", help="Every change of a decision, oldest first.")
    ] = False,
    reviewer: Annotated[
        str | None,
        typer.Option("--reviewer", metavar="NAME", help="Decisions of one reviewer only; "
                     "whose inbox --where is about.",
                     show_default=False),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=0, help="At most so many, newest first; 0: all.",
                                 show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE.")] = False,
) -> int:  # fmt: skip
    """Write whole articles, newest first; rss has the newest 100 unless --limit says otherwise.

    With --decisions (or --decision-log) what reviewers decided, for spreadsheets and figures.
    """
    form = form or _SUFFIX.get(Path(target).suffix.lower(), Format.JSONL)
    if decisions or decision_log:
        if decisions and decision_log:
            raise typer.BadParameter("--decisions and --decision-log exclude each other")
        if form is Format.RSS:
            raise typer.BadParameter("decisions are written as csv, jsonl or json")
        return _decided(
            given, target, form, reviewer, sources, where, log=decision_log, force=force
        )
    usual = RSS_USUAL if form is Format.RSS else 0
    match = query_of(query) if query else None
    with Reader(given.database) as reader:
        known = reader.sources(removed=True)
        stories = stories_where(given, reader, reviewer, where) if where is not None else None
        wanted = Filter(
            sources=chosen(sources, known),
            since=moment(since, given.zone),
            until=moment(until, given.zone),
            language=language,
            agency=usual_name(agency),
            stories=None if stories is None else tuple(stories),
            match=match,
            group=group,
            limit=(usual if limit is None else limit) or None,
        )
        urls = {row["slug"]: row["url"] for row in known}
        rows = ({**row, "source_url": urls.get(row["source"])}
                for row in reader.full_articles(wanted))  # fmt: skip
        with _opened(target, force=force) as out:
            count = _write(rows, form, out, COLUMNS)
    if target != "-" and not given.quiet:
        note(f"{count} articles in {target}")
    return 0


def _decided(
    given: Given,
    target: str,
    form: Format,
    reviewer: str | None,
    sources: list[str] | None,
    where: str | None,
    *,
    log: bool,
    force: bool,
) -> int:
    from monitor.review import decisions

    with Reader(given.database) as reader:
        slugs = chosen(sources, reader.sources(removed=True))
        rows = (
            decisions.log(reader, reviewer=reviewer)
            if log
            else decisions.decisions(reader, reviewer=reviewer, sources=slugs)
        )
        if where is not None:
            stories = set(stories_where(given, reader, reviewer, where))
            rows = (row for row in rows if row["story"] in stories)
        with _opened(target, force=force) as out:
            count = _write(rows, form, out, LOG_COLUMNS if log else DECISION_COLUMNS)
    if target != "-" and not given.quiet:
        note(f"{count} {'changes' if log else 'decisions'} in {target}")
    return 0


def _write(rows: Iterable[Row], form: Format, out: TextIO, columns: Sequence[Column]) -> int:
    if form is Format.CSV:
        return write_csv(rows, columns, out)
    count = 0
    if form is Format.RSS:
        from monitor.cli.rss import rss

        for piece in rss(rows, utc_now()):
            out.write(piece)
            count += 1
        return count - 2  # without head and tail
    for count, row in enumerate(rows, start=1):
        line = json.dumps({c.key: value_of(row, c) for c in columns}, ensure_ascii=False)
        if form is Format.JSON:
            out.write("[\n" if count == 1 else ",\n")
        out.write(line if form is Format.JSON else f"{line}\n")
    if form is Format.JSON:
        out.write("\n]\n" if count else "[]\n")
    return count


@contextmanager
def _opened(target: str, *, force: bool) -> Iterator[TextIO]:
    """Open stdout, or a file that appears under its name when it is whole."""
    if target == "-":
        yield sys.stdout
        return
    path = Path(target).expanduser()
    if path.exists() and not force:
        raise MonitorError(f"{path}: is there already; --force overwrites it")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        # Every line end is written as it is: CSV has its own.
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            yield out
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
