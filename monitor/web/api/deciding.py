"""Decisions, undo, reviewers, tags, kept filters."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from monitor.review.filters import FilterError, Filters
from monitor.web import triage
from monitor.web.api.shapes import (
    CONFLICT,
    ERRORS,
    Change,
    ChangeAll,
    DoneAnswer,
    NewFilter,
    Undo,
)
from monitor.web.pages.inbox import asked
from monitor.web.triage import ActionError
from monitor.web.viewer import OfDesk, OfViewer
from pipeline.errors import NotFoundError
from pipeline.store.inbox import story_ids
from pipeline.store.reading import LAST_ID
from pipeline.store.review_reading import (
    events_of,
    review_tags,
    reviewers,
    saved_filters,
)
from pipeline.store.review_reading import reviewer as known_reviewer
from pipeline.store.review_records import Decision, Done
from pipeline.store.topic_reading import topics as all_topics

router = APIRouter(tags=["review"], responses=ERRORS)


@router.post("/review", responses=CONFLICT)
def decide(desk: OfDesk, viewer: OfViewer, change: Change) -> DoneAnswer:
    """Change your decisions on stories."""
    if not change.stories and not change.articles:
        raise ActionError("name at least one of stories and articles")
    seen = {triage.story_number(story): version for story, version in change.seen.items()}
    done = triage.decide(
        desk,
        viewer.name,
        _decision(change),
        stories=change.stories,
        articles=change.articles,
        seen=seen or None,
    )
    return _told(done)


@router.post("/review/all")
def decide_all(desk: OfDesk, viewer: OfViewer, change: ChangeAll) -> DoneAnswer:
    """Change your decisions on all stories that a filter finds, 20,000 at most."""
    filters = Filters.from_string(change.query)
    with desk.read() as reader:
        known = known_reviewer(reader, viewer.name)
        looked_at = known["looked_at"] if known else None
        query = asked(desk, viewer, filters, reader.sources(removed=True), looked_at)
        found = story_ids(reader, query, triage.MOST)
    return _told(triage.decide(desk, viewer.name, _decision(change), stories=found))


@router.post("/review/undo", responses=CONFLICT)
def undo(desk: OfDesk, viewer: OfViewer, wanted: Undo) -> DoneAnswer:
    """Take back a change, the latest one unless it is named."""
    now = desk.settings.clock()
    return _told(desk.write(lambda store: store.reviews.undo(viewer.name, now, wanted.event)))


@router.get("/review/events")
def events(
    desk: OfDesk, story: Annotated[int, Query(ge=1, le=LAST_ID, description="A story.")]
) -> list[dict[str, Any]]:
    """What was decided on a story, oldest first, with what was before and after."""
    with desk.read() as reader:
        return events_of(reader, story)


@router.post("/looked", status_code=204, response_class=Response)
def looked(
    desk: OfDesk,
    viewer: OfViewer,
    every: Annotated[bool, Query(alias="all", description="Nothing is new any more.")] = False,
) -> None:
    """Note that you look at the inbox; ``all``: whatever there is, is no longer new."""
    now = desk.settings.clock()
    desk.write(lambda store: store.reviews.looked(viewer.name, now, all_seen=every))


@router.get("/reviewers")
def all_reviewers(desk: OfDesk) -> list[dict[str, Any]]:
    """Everybody who reviewed something."""
    with desk.read() as reader:
        return reviewers(reader)


@router.get("/tags")
def tags(desk: OfDesk) -> list[dict[str, Any]]:
    """The tags of reviewers, the most frequent first."""
    with desk.read() as reader:
        return review_tags(reader)


@router.get("/topics")
def topics(desk: OfDesk) -> list[dict[str, Any]]:
    """The topics of the configuration, with the number of stories that match."""
    with desk.read() as reader:
        return all_topics(reader)


@router.get("/filters")
def filters(desk: OfDesk) -> list[dict[str, Any]]:
    """The kept filters."""
    with desk.read() as reader:
        return saved_filters(reader)


@router.post("/filters", status_code=201)
def keep_filter(desk: OfDesk, viewer: OfViewer, wanted: NewFilter) -> dict[str, Any]:
    """Keep a filter under a name, in place of one of that name."""
    query = Filters.from_string(wanted.query).query_string
    now = desk.settings.clock()
    try:
        number = desk.write(
            lambda store: store.reviews.save_filter(wanted.name, query, viewer.name, now)
        )
    except ValueError as error:
        raise FilterError(f"name: {error}") from error
    return {"id": number, "name": wanted.name, "query": query}


@router.delete("/filters/{number}", status_code=204, response_class=Response)
def drop_filter(desk: OfDesk, number: Annotated[int, Path(ge=1, le=LAST_ID)]) -> None:
    """Forget a kept filter."""
    desk.write(lambda store: store.reviews.drop_filter(number))


def _decision(change: Change | ChangeAll) -> Decision:
    values = change.model_dump(exclude={"stories", "articles", "seen", "query"})
    values["add_tags"] = tuple(values["add_tags"])
    values["remove_tags"] = tuple(values.get("remove_tags", ()))
    try:
        wanted = Decision(**values)
    except ValueError as error:
        raise ActionError(str(error)) from error
    if wanted.empty:
        raise ActionError("there is nothing to change")
    return wanted


def _told(done: Done) -> DoneAnswer:
    return DoneAnswer.model_validate(asdict(done))


__all__ = ["NotFoundError", "router"]
