"""``monitor mark``: decisions from a script: read, star, tag, note, dismiss, and undo."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from monitor.cli.asking import confirmed
from monitor.cli.moments import utc_now
from monitor.cli.options import Given, JsonOption, YesOption
from monitor.cli.output import note as remark
from monitor.cli.output import put, put_json
from monitor.cli.reviewing import ReviewerOption, changed, reviewer_name, stories_where
from pipeline.errors import NotFoundError
from pipeline.store.reading import Reader
from pipeline.store.review_records import Decision, Done

EXIT_SOME_FAILED = 4
_STORY = "story:"


def verb(
    given: Given,
    keys: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID|URL|story:N]...",
                       help="Articles by id or address, or stories; - reads stdin.",
                       show_default=False),
    ] = None,
    read: Annotated[
        bool | None,
        typer.Option("--read/--unread", help="Out of the inbox, or back.", show_default=False),
    ] = None,
    star: Annotated[
        bool | None, typer.Option("--star/--unstar", help="Worth keeping.", show_default=False)
    ] = None,
    dismiss: Annotated[
        bool | None,
        typer.Option("--dismiss/--restore", help="Dismissed is read, too.", show_default=False),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why it is dismissed.",
                                 show_default=False)
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Again for more.",
                                       show_default=False)
    ] = None,
    untag: Annotated[
        list[str] | None, typer.Option("--untag", metavar="TAG", help="Take a tag away.",
                                        show_default=False)
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="Replaces it; '' removes it.",
                                 show_default=False)
    ] = None,
    where: Annotated[
        str | None,
        typer.Option("--where", metavar="FILTER", show_default=False,
                     help="All that the inbox would show: 'state=unread&source=@state'."),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the latest change.")] = False,
    reviewer: ReviewerOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many.")] = False,
    yes: YesOption = False,
    json_: JsonOption = False,
) -> int:  # fmt: skip
    """Decide on stories: what you mark is the story that an article belongs to.

    Each call is one change, which --undo or the web pages take back.  Exits with 4 when some of
    what was named is not there; the others are marked.
    """
    name = reviewer_name(reviewer)
    if undo:
        done = changed(given, lambda store: store.reviews.undo(name, utc_now()))
        return _told(done, f"undone: {done.action}, {_stories(done)}", json_, [])
    try:
        wanted = Decision(
            read=read, starred=star, dismissed=dismiss if dismiss is not None else
            (True if reason else None), reason=reason, add_tags=tuple(tag or ()),
            remove_tags=tuple(untag or ()), note=note,
        )  # fmt: skip
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if wanted.empty:
        raise typer.BadParameter(
            "say what to do: --read, --star, --tag T, --note TEXT, --dismiss …"
        )
    if bool(keys) == bool(where):
        raise typer.BadParameter("name articles, or a filter with --where")
    with Reader(given.database) as reader:
        if where is not None:
            stories = stories_where(given, reader, name, where)
            articles, missing = list[int](), list[str]()
        else:
            stories, articles, missing = _named(reader, list(_keys(keys or ())))
    count = len(stories) + len(articles)
    if where is not None and count and not dry_run and not confirmed(
        f"Change your decisions on {count} stories?", yes=yes or json_
    ):  # fmt: skip
        remark("nothing was written")
        return 0
    if dry_run:
        put(f"{count} to mark; nothing was written")
        return EXIT_SOME_FAILED if missing else 0
    done = Done(event=None, action="nothing", stories=())
    if count:
        try:
            done = changed(
                given,
                lambda store: store.reviews.decide(
                    name, wanted, utc_now(), stories=stories, articles=articles
                ),
            )
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    return _told(done, f"{done.action}: {_stories(done)}", json_, missing)


def _keys(keys: Sequence[str]) -> Iterator[str]:
    for key in keys:
        if key == "-":
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield key


def _named(reader: Reader, keys: Sequence[str]) -> tuple[list[int], list[int], list[str]]:
    stories: list[int] = []
    articles: list[int] = []
    missing: list[str] = []
    for key in keys:
        try:
            if key.startswith(_STORY):
                from pipeline.store.story_reading import story_of

                stories.append(story_of(reader, key.removeprefix(_STORY))["id"])
            else:
                articles.append(reader.article(key)["id"])
        except NotFoundError as error:
            remark(str(error))
            missing.append(key)
    return stories, articles, missing


def _stories(done: Done) -> str:
    return f"{len(done.stories)} stor{'y' if len(done.stories) == 1 else 'ies'}"


def _told(done: Done, text: str, as_json: bool, missing: Sequence[str]) -> int:
    if as_json:
        told: dict[str, Any] = {"schema": 1, **asdict(done), "missing": list(missing)}
        put_json(told)
    else:
        put(text)
    return EXIT_SOME_FAILED if missing else 0
