"""``monitor export``: articles and what belongs to them, as tables, feeds, OPML or WARC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from monitor.cli.articles import AgencyOption, LanguageOption, usual_name
from monitor.cli.asking_words import query_of
from monitor.cli.moments import since as moment
from monitor.cli.moments import utc_now
from monitor.cli.options import Given, SinceOption, SourceOption, UntilOption
from monitor.cli.output import Column, Row, note
from monitor.cli.reviewing import WhereOption, stories_where
from monitor.cli.select import chosen
from monitor.exporting import tables
from monitor.exporting.report import coverage_report
from monitor.exporting.writing import SUFFIX, TABLES, Format, free, opened, opened_bytes, write_rows
from pipeline.errors import NotFoundError
from pipeline.store import as_of as past
from pipeline.store.reading import Filter, Reader
from pipeline.store.reading_edits import EditFilter, edits
from pipeline.store.topic_reading import topic_names

FEED_USUAL = 100  # a reader wants the newest, not an archive
_ON_THE_WAY = timedelta(minutes=2)  # what was fetched before may be written after


class What(StrEnum):
    """What is exported."""

    ARTICLES = "articles"
    STORIES = "stories"
    REVISIONS = "revisions"
    EDITS = "edits"
    SOURCES = "sources"
    PAGES = "pages"


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The options, read."""

    sources: tuple[str, ...] | None
    since: datetime | None
    until: datetime | None
    at: datetime | None
    limit: int | None


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
    topic: Annotated[
        str | None,
        typer.Option("--topic", metavar="ID", help="Only what a topic found.", show_default=False),
    ] = None,
    of: Annotated[
        What, typer.Option("--of", help="What is written; opml and warc have only one.")
    ] = What.ARTICLES,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="TIME", show_default=False,
                     help="As the store stood then: the same rows whenever it is asked."),
    ] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Write FILE.coverage.json too: the ledger.")
    ] = False,
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
    """Write articles, newest first: csv, jsonl, json, rss or atom by what FILE ends with.

    --of writes stories, earlier texts (revisions) or edits instead; a file that ends with .opml
    gets the sources, one that ends with .warc.gz the raw pages.  With --decisions (or
    --decision-log) what reviewers decided.  rss and atom have the newest 100 unless --limit says
    otherwise.
    """
    form = form or SUFFIX.get(Path(target).suffix.lower(), Format.JSONL)
    beside = f"{target}.coverage.json"
    if coverage:
        if target == "-":
            raise typer.BadParameter("--coverage needs a FILE to stand beside")
        free(beside, force=force)  # before hours of writing the other
    if decisions or decision_log:
        if decisions and decision_log:
            raise typer.BadParameter("--decisions and --decision-log exclude each other")
        if form not in TABLES:
            raise typer.BadParameter("decisions are written as csv, jsonl or json")
        from monitor.cli.export_decisions import written

        return written(given, target, form, reviewer, sources, where, log=decision_log, force=force)
    of = {Format.OPML: What.SOURCES, Format.WARC: What.PAGES}.get(form, of)
    _fitting(of, form)
    at = _as_of(as_of, given)
    if at is not None and any((agency, query, where, topic, group, form not in TABLES)):
        raise typer.BadParameter(
            "--as-of goes with --source, --since, --until, --lang and --limit, in a table: what "
            "else is asked is answered by what is known now"
        )
    usual = FEED_USUAL if form in (Format.RSS, Format.ATOM) else 0
    match = query_of(query) if query else None
    with Reader(given.database) as reader:
        known = reader.sources(removed=True)
        asked = _Asked(
            sources=chosen(sources, known),
            since=moment(since, given.zone),
            until=moment(until, given.zone),
            at=at,
            limit=(usual if limit is None else limit) or None,
        )
        stories = stories_where(given, reader, reviewer, where) if where is not None else None
        wanted = Filter(
            sources=asked.sources,
            since=asked.since,
            until=asked.until,
            language=language,
            agency=usual_name(agency),
            stories=None if stories is None else tuple(stories),
            match=match,
            topic=_topic(reader, topic),
            group=group,
            limit=asked.limit,
        )
        if of is What.PAGES:
            count = _pages(given, target, asked, force=force)
        elif of is What.SOURCES:
            count = _sources(reader, target, asked, force=force)
        elif form in (Format.RSS, Format.ATOM):
            count = _feed(reader, target, form, wanted, force=force)
        else:
            rows, columns = _table(reader, of, asked, wanted)
            with opened(target, force=force) as out:
                count = write_rows(rows, form, out, columns)
        if coverage:
            told = {"as_of": as_of, "since": since, "until": until, "query": query, "topic": topic,
                    "language": language, "agency": agency, "sources": sources,
                    "where": where, "of": of.value}  # fmt: skip
            with opened(beside, force=force) as out:
                out.write(coverage_report(reader, utc_now(), told, count, asked.sources))
    if target != "-" and not given.quiet:
        note(f"{_counted(count, of)} in {target}")
    return 0


def _fitting(of: What, form: Format) -> None:
    if of is not What.ARTICLES and form in (Format.RSS, Format.ATOM):
        raise typer.BadParameter(f"{form.value} has articles only")
    if of is What.SOURCES and form is not Format.OPML:
        raise typer.BadParameter("sources are written as opml; `sources list --csv` is a table")
    if of is What.PAGES and form is not Format.WARC:
        raise typer.BadParameter("pages are written as warc")


def _as_of(text: str | None, given: Given) -> datetime | None:
    at = moment(text, given.zone)
    if at is not None and at > utc_now():
        raise typer.BadParameter("--as-of: lies in the future")
    if at is not None and at > utc_now() - _ON_THE_WAY:
        note("as of a moment that is hardly over: what is on the way may still come in")
    return at


def _topic(reader: Reader, topic: str | None) -> str | None:
    known = topic_names(reader)
    if topic is not None and topic not in known:
        raise NotFoundError(f"there is no topic '{topic}'; known: {', '.join(known) or 'none'}")
    return topic


def _table(
    reader: Reader, of: What, asked: _Asked, wanted: Filter
) -> tuple[Iterator[Row], Sequence[Column]]:
    if of is What.STORIES:
        return past.stories(reader, asked.at, asked.limit), tables.STORY_COLUMNS
    if of is What.REVISIONS:
        rows = past.revisions(reader, asked.at, asked.sources, asked.limit)
        return rows, tables.REVISION_COLUMNS
    if of is What.EDITS:
        until = asked.until if asked.at is None else min(
            asked.until or asked.at, asked.at + timedelta(milliseconds=1)
        )  # fmt: skip
        found = edits(
            reader,
            EditFilter(sources=asked.sources, since=asked.since, until=until, sort="time",
                       limit=asked.limit),
        )  # fmt: skip
        return found, tables.EDIT_COLUMNS
    if asked.at is None:
        return reader.full_articles(wanted), tables.COLUMNS
    rows = past.articles_as_of(
        reader,
        asked.at,
        sources=asked.sources,
        since=asked.since,
        until=asked.until,
        language=wanted.language,
        limit=asked.limit,
    )
    return rows, tables.AS_OF_COLUMNS


def _feed(reader: Reader, target: str, form: Format, wanted: Filter, *, force: bool) -> int:
    from monitor.exporting.feeds import feed, feed_rows

    name = wanted.topic or "export"
    title = topic_names(reader).get(name, "News monitor")
    kind: Literal["rss", "atom"] = "rss" if form is Format.RSS else "atom"
    pieces = feed(kind, feed_rows(reader, wanted), utc_now(), title, name)
    count = -2  # without head and tail
    with opened(target, force=force) as out:
        for piece in pieces:
            out.write(piece)
            count += 1
    return count


def _sources(reader: Reader, target: str, asked: _Asked, *, force: bool) -> int:
    from monitor.exporting.opml import opml

    feeds: dict[str, list[dict[str, Any]]] = {}
    for row in reader.feed_facts(asked.sources):
        feeds.setdefault(row["source"], []).append(row)
    rows = [
        {**row, "feeds": feeds.get(row["slug"], [])}
        for row in reader.sources()
        if asked.sources is None or row["slug"] in asked.sources
    ]
    with opened(target, force=force) as out:
        for piece in opml(rows, utc_now()):
            out.write(piece)
    return len(rows)


def _pages(given: Given, target: str, asked: _Asked, *, force: bool) -> int:
    from monitor.exporting.warc import write
    from pipeline.store.page_reading import kept_pages

    with opened_bytes(target, force=force) as out:
        pages = kept_pages(
            given.database,
            given.pages,
            sources=asked.sources,
            since=asked.since,
            until=asked.until,
            limit=asked.limit,
        )
        return write(pages, out, "news-monitor.warc.gz" if target == "-" else Path(target).name)


def _counted(count: int, of: What) -> str:
    one = {"stories": "story"}.get(of.value, of.value.removesuffix("s"))
    return f"{count} {one if count == 1 else of.value}"
