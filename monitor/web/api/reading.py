"""Stories and articles."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from monitor.review import article_told, diff_told, story_told
from monitor.review.filters import FilterError, Filters, cursor_from, cursor_text
from monitor.web.api.shapes import ERRORS, Stories, story_json
from monitor.web.pages.inbox import asked
from monitor.web.viewer import OfDesk, OfViewer
from pipeline.errors import NotFoundError
from pipeline.store.inbox import inbox, lines
from pipeline.store.inbox_query import STATES
from pipeline.store.reading import LAST_ID
from pipeline.store.review_reading import reviewer as known_reviewer
from pipeline.store.review_reading import reviews_of
from pipeline.times import to_iso

router = APIRouter(tags=["stories"], responses=ERRORS)

Id = Annotated[int, Path(ge=1, le=LAST_ID)]
Against = Annotated[int | None, Query(description="The article that the others are held against.")]
Revision = Annotated[int | None, Query(description="An earlier state: 1 is the first.")]
MOST = 200  # stories in one answer
_FILTERS: list[dict[str, Any]] = [
    {"name": "q", "in": "query", "schema": {"type": "string"}, "description": "Full text."},
    {
        "name": "state",
        "in": "query",
        "schema": {"enum": list(STATES), "default": "unread"},
        "description": "Of your decisions.",
    },
    *(
        {"name": name, "in": "query", "schema": {"type": "string"}, "description": text}
        for name, text in (
            ("source", "Ids, globs, @tags, with spaces between."),
            ("topic", "The id of a topic."),
            ("tag", "Of a reviewer."),
            ("lang", "A language: en, ar."),
            ("agency", "That is credited: AFP."),
            ("since", "First seen since: 24h, 7d, 2026-03-01."),
            ("until", "First seen before."),
        )
    ),
    {
        "name": "outlets",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": 9999},
        "description": "That so many outlets or more ran.",
    },
    *(
        {"name": name, "in": "query", "schema": {"enum": ["0", "1"]}, "description": text}
        for name, text in (
            ("new", "Since you looked at the inbox last."),
            ("starred", "With a star of yours."),
            ("noted", "With a note of yours."),
            ("disputed", "On which reviewers decided differently."),
            ("changed", "Edited since you read it."),
            ("edited", "Edited after publishing."),
        )
    ),
]


@router.get("/stories", openapi_extra={"parameters": _FILTERS})
def stories(
    request: Request,
    desk: OfDesk,
    viewer: OfViewer,
    before: Annotated[str, Query(max_length=100, description="`next` of the last answer.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST, description="Stories at most.")] = 50,
) -> Stories:
    """Stories newest first, by the filters of the inbox."""
    from dataclasses import replace

    filters = Filters.parse(request.query_params.multi_items())
    with desk.read() as reader:
        known = known_reviewer(reader, viewer.name)
        query = asked(
            desk,
            viewer,
            filters,
            reader.sources(removed=True),
            known["looked_at"] if known else None,
        )
        found = inbox(reader, replace(query, before=cursor_from(before), limit=limit))
    following = cursor_text(found.next) if found.next else None
    url = str(request.url.include_query_params(before=following)) if following else None
    return Stories.model_validate(
        {
            "stories": [story_json(story) for story in found.stories],
            "next": following,
            "next_url": url,
        }
    )


@router.get("/stories/{number}")
def story(desk: OfDesk, number: Id, against: Against = None) -> dict[str, Any]:
    """All there is to say of a story, as `monitor stories ID --json`, with ``reviews``."""
    with desk.read() as reader:
        whole = story_told.told(reader, str(number), desk.settings.zone, against)
        line = lines(reader, [number])
        reviews = reviews_of(reader, [number]).get(number, ())
    return {
        **whole,
        "topics": list(line[0].topics) if line else [],
        "reviews": [asdict(review) for review in reviews],
    }


@router.get("/articles/{number}")
def article(desk: OfDesk, number: Id, revision: Revision = None) -> dict[str, Any]:
    """One article, as `monitor show ID --json`; with ``revision`` as it was."""
    with desk.read() as reader:
        row = reader.article(str(number))
        if revision is not None:
            row = article_told.as_it_was(reader, row, revision)
        return article_told.told(reader, row)


@router.get("/articles/{number}/states")
def states(desk: OfDesk, number: Id) -> list[dict[str, Any]]:
    """All states of an article, numbered from 1; the last one is that of today."""
    with desk.read() as reader:
        reader.article(str(number))
        return reader.states(number)


@router.get("/articles/{number}/diff")
def states_diff(
    desk: OfDesk,
    number: Id,
    start: Annotated[
        int | None, Query(alias="from", ge=1, le=LAST_ID, description="A state.")
    ] = None,
    end: Annotated[
        int | None, Query(alias="to", ge=1, le=LAST_ID, description="A later one.")
    ] = None,
) -> dict[str, Any]:
    """What an outlet changed, as `monitor diff ID A..B --json`; its last edit unless named."""
    named = f"{start or ''}..{end or ''}" if start or end else None
    with desk.read() as reader:
        return diff_told.as_json(diff_told.looked_up(reader, str(number), named))


@router.get("/diff")
def diff(
    desk: OfDesk,
    left: Annotated[int, Query(ge=1, le=LAST_ID, description="An article.")],
    right: Annotated[int, Query(ge=1, le=LAST_ID, description="Another.")],
) -> dict[str, Any]:
    """What differs between two articles, as `monitor diff ID ID --json`."""
    with desk.read() as reader:
        return diff_told.as_json(diff_told.looked_up(reader, str(left), str(right)))


@router.get("/articles/{number}/page")
def stored_page(desk: OfDesk, number: Id) -> dict[str, Any]:
    """The page an article was taken from, as it was kept; ``body`` is base64."""
    with desk.read() as reader:
        reader.article(str(number))
        kept = article_told.kept_page(reader, desk.settings.pages, number)
    if kept is None:
        raise NotFoundError(f"no page of article {number} is kept")
    return {
        "url": kept.url,
        "fetched_at": to_iso(kept.fetched_at),
        "status": kept.status,
        "headers": dict(kept.headers),
        "sha256": kept.sha256,
        "size": kept.size,
        "body": base64.b64encode(article_told.page_bytes(kept)).decode(),
    }


__all__ = ["FilterError", "router"]
