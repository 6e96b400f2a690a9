"""``monitor list`` and ``monitor search``: articles, one line a story unless told otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from monitor.cli.asking_words import query_of
from monitor.cli.moments import since as moment
from monitor.cli.options import Given, Shape, SinceOption, SourceOption, UntilOption
from monitor.cli.output import Column, Row, emit, limited
from monitor.cli.reviewing import ReviewerOption, WhereOption, stories_where
from monitor.cli.select import chosen
from pipeline.store.reading import Filter, Reader
from pipeline.store.story_reading import other_outlets

USUAL = 50
MOST_NAMED = 20  # other outlets of a story in a row of a listing

LanguageOption = Annotated[
    str | None,
    typer.Option("--lang", metavar="CODE", help="In this language: en, ar.", show_default=False),
]
AgencyOption = Annotated[
    str | None,
    typer.Option("--agency", metavar="NAME", help="That credit it: AFP, Reuters, SANA.",
                 show_default=False),
]  # fmt: skip
NoGroupOption = Annotated[
    bool, typer.Option("--no-group", help="Every article, copies at other outlets too.")
]
OutletsOption = Annotated[
    int, typer.Option("--min-outlets", min=1, metavar="N", help="Texts that N outlets or more ran.")
]
RevisedOption = Annotated[bool, typer.Option("--revised", help="Only those that were edited.")]


def _title(row: Row) -> str:
    marks = []
    if row["outlets"] > 1 and row["grouped"]:
        marks.append(f"+{row['outlets'] - 1} outlet{'s' if row['outlets'] > 2 else ''}")
    if row["revisions"]:
        marks.append(f"{row['revisions']} edit{'s' if row['revisions'] > 1 else ''}")
    if row["paywalled"]:
        marks.append("paywalled")
    return f"{row['title']}{' (' + ', '.join(marks) + ')' if marks else ''}"


COLUMNS = (
    Column(key="id", kind="number"),
    Column(key="first_seen_at", title="seen", kind="time"),
    Column(key="source"),
    Column(key="language", title="lang", shown=False),
    Column(key="word_count", title="words", kind="number"),
    Column(key="title", text=_title, flexible=True),
    Column(key="url", shown=False),
    Column(key="published_at", title="published", kind="time", shown=False),
    Column(key="published_certainty", shown=False),
    Column(key="authors", kind="list", shown=False),
    Column(key="agencies", kind="list", shown=False),
    Column(key="section", shown=False),
    Column(key="tags", kind="list", shown=False),
    Column(key="summary", shown=False),
    Column(key="story", kind="number", shown=False),
    Column(key="story_articles", kind="number", shown=False),
    Column(key="outlets", kind="number", shown=False),
    Column(key="others", title="other outlets", kind="list", shown=False),
    Column(key="relation", shown=False),
    Column(key="relation_to", kind="number", shown=False),
    Column(key="revisions", kind="number", shown=False),
    Column(key="quality", shown=False),
    Column(key="paywalled", kind="flag", shown=False),
)


def list_articles(
    given: Given,
    shape: Shape,
    sources: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    language: LanguageOption = None,
    agency: AgencyOption = None,
    no_group: NoGroupOption = False,
    revised: RevisedOption = False,
    min_outlets: OutletsOption = 1,
    where: WhereOption = None,
    reviewer: ReviewerOption = None,
) -> int:
    """List articles, newest first; copies of one text at several outlets are one line.

    A title ends with how many more outlets ran it and how often it was edited.  Shows 50 unless
    --limit says otherwise.
    """
    wanted = _wanted(given, sources, since, until, language, agency, where, reviewer)
    return _listed(
        given,
        shape,
        replace(wanted, group=not no_group, revised=revised, min_outlets=min_outlets, match=None),
    )


def search(
    given: Given,
    shape: Shape,
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY...",
            help='Words that must all occur; "a phrase", OR, -word, word*, NEAR(a b, 5), brackets; '
            "title: body: source: lang: agency: tag: before a word or group.",
        ),
    ],
    sources: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    language: LanguageOption = None,
    agency: AgencyOption = None,
    no_group: NoGroupOption = False,
    revised: RevisedOption = False,
    min_outlets: OutletsOption = 1,
    where: WhereOption = None,
    reviewer: ReviewerOption = None,
) -> int:
    """Find articles by their title and text, newest first, in any script."""
    match = query_of(query)
    wanted = _wanted(given, sources, since, until, language, agency, where, reviewer)
    return _listed(
        given,
        shape,
        replace(wanted, group=not no_group, revised=revised, min_outlets=min_outlets, match=match),
    )


def _wanted(
    given: Given,
    sources: list[str] | None,
    since: str | None,
    until: str | None,
    language: str | None,
    agency: str | None,
    where: str | None,
    reviewer: str | None,
) -> Filter:
    with Reader(given.database) as reader:
        slugs = chosen(sources, reader.sources(removed=True))
        stories = stories_where(given, reader, reviewer, where) if where is not None else None
    return Filter(
        sources=slugs,
        since=moment(since, given.zone),
        until=moment(until, given.zone),
        language=language,
        agency=usual_name(agency),
        stories=None if stories is None else tuple(stories),
    )


def usual_name(agency: str | None) -> str | None:
    """Return the name under which articles credit an agency, in whatever spelling it is given."""
    if agency is None:
        return None
    from pipeline.text.agency_names import named

    return named(agency) or agency


def _others(reader: Reader, row: Row) -> list[str]:
    if row["outlets"] < 2:
        return []
    return other_outlets(reader, row["story"], row["source"], MOST_NAMED)


def _listed(given: Given, shape: Shape, wanted: Filter) -> int:
    most = shape.most(USUAL)
    with Reader(given.database) as reader:
        found = reader.articles(replace(wanted, limit=None if most is None else most + 1))
        rows = ({**row, "grouped": wanted.group, "others": _others(reader, row)} for row in found)
        what = "stories" if wanted.group else "articles"
        emit(limited(rows, most, what), COLUMNS, shape, empty="no article matches")
    return 0
