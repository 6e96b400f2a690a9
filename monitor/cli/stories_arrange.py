"""``monitor stories split|merge``: reviewers take stories apart and put them together."""

from __future__ import annotations

from typing import Annotated, TypeVar

import typer

from monitor.cli.moments import utc_now
from monitor.cli.options import Given
from monitor.cli.output import note as remark
from monitor.cli.output import put
from monitor.cli.reviewing import changed
from pipeline.store.reading import Reader
from pipeline.store.story_reading import story_of

T = TypeVar("T")

NoteOption = Annotated[
    str, typer.Option("--note", metavar="TEXT", help="Why; kept with the decision.")
]


def split(
    given: Given,
    story: Annotated[str, typer.Argument(metavar="STORY", help="The id of a story.")],
    articles: Annotated[
        list[str],
        typer.Argument(metavar="ARTICLE...", help="Its articles that are another one: id or URL."),
    ],
    note: NoteOption = "",
) -> int:
    """Take articles out of a story; they are a story of their own from now on.

    The decision is kept: whatever is read or fetched later does not bring them back.  `monitor
    stories merge` takes it back.
    """
    with Reader(given.database) as reader:
        old = story_of(reader, story)
        ids = [reader.article(key)["id"] for key in articles]
    own = changed(given, lambda store: store.stories.split(old["id"], ids, utc_now(), note))
    put(f"story {own}: {_count(given, own)}, taken out of story {old['id']}")
    put(f"story {old['id']}: {_count(given, old['id'])}")
    remark(f"`monitor stories merge {old['id']} {own}` takes it back")
    return 0


def merge(
    given: Given,
    stories: Annotated[
        list[str], typer.Argument(metavar="STORY STORY...", help="Ids; the first one stays.")
    ],
    note: NoteOption = "",
) -> int:
    """Put stories together; the earliest article leads, the first story named keeps its id.

    The decision is kept: whatever is read later does not part them.  `monitor stories split` takes
    it back.
    """
    if len(set(stories)) < 2:
        raise typer.BadParameter("it takes two stories to merge")
    with Reader(given.database) as reader:
        ids = [story_of(reader, key)["id"] for key in stories]
    kept = changed(given, lambda store: store.stories.merge(ids, utc_now(), note))
    others = ", ".join(str(i) for i in dict.fromkeys(ids) if i != kept)
    put(f"story {kept}: {_count(given, kept)}, with those of {others}")
    return 0


def _count(given: Given, story: int) -> str:
    with Reader(given.database) as reader:
        row = story_of(reader, str(story))
    articles, outlets = row["articles"], row["outlets"]
    return (
        f"{articles} article{'' if articles == 1 else 's'} of {outlets} "
        f"outlet{'' if outlets == 1 else 's'}"
    )
