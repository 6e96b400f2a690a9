"""What reviewers do: decide on stories, take back, keep filters; plain forms and htmx alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from monitor.review.filters import FilterError, Filters
from monitor.web import triage
from monitor.web.back import safe_back, see
from monitor.web.lists import rows_again
from monitor.web.pages.inbox import asked
from monitor.web.render import page, part, wants_part
from monitor.web.viewer import OfDesk, OfViewer, Viewer
from pipeline.errors import MonitorError, ReviewConflictError
from pipeline.store.inbox import story_ids
from pipeline.store.inbox_query import InboxQuery
from pipeline.store.review_reading import reviewer as known_reviewer
from pipeline.store.review_reading import reviews_of
from pipeline.times import from_iso

router = APIRouter()

Text = Annotated[str, Form(max_length=20_000)]
ROWS = 200  # rows that are sent again after a change; more of them: load the page


@router.post("/review")
def review(
    request: Request,
    desk: OfDesk,
    viewer: OfViewer,
    action: Text,
    story: Annotated[list[str] | None, Form()] = None,
    value: Text = "",
    version: Text = "",
    back: Text = "/",
    view: Text = "",
) -> Response:
    """Decide on one story or several."""
    try:
        if not story:
            raise triage.ActionError("choose at least one story")
        numbers = [triage.story_number(text) for text in dict.fromkeys(story)]
        seen = {numbers[0]: triage.story_number(version)} if version and len(numbers) == 1 else None
        done = triage.decide(
            desk, viewer.name, triage.decision(action, value), stories=numbers, seen=seen
        )
    except ReviewConflictError as error:
        return _conflict(request, desk, viewer, numbers[0], value, str(error), back)
    except MonitorError as error:
        if not wants_part(request):
            raise
        return HTMLResponse(part("toast.html", message=str(error), event=None, bad=True), 200)
    if not wants_part(request):
        return see(back)
    return _answered(request, desk, viewer, triage.told(done), done.event, numbers, back, view)


@router.post("/review/all")
def review_all(
    desk: OfDesk,
    viewer: OfViewer,
    action: Text,
    query: Text = "",
    value: Text = "",
    upto: Text = "",
) -> Response:
    """Decide on all that a filter finds and that was there when the page was made."""
    filters = Filters.from_string(query)
    with desk.read() as reader:
        known = known_reviewer(reader, viewer.name)
        looked_at = known["looked_at"] if known else None
        wanted = asked(desk, viewer, filters, reader.sources(removed=True), looked_at)
        found = story_ids(reader, _until(wanted, upto), triage.MOST)
    if found:
        triage.decide(desk, viewer.name, triage.decision(action, value), stories=found)
    return see(f"/?{filters.query_string}")


@router.post("/review/undo")
def undo(
    request: Request,
    desk: OfDesk,
    viewer: OfViewer,
    event: Text = "",
    back: Text = "/",
    view: Text = "",
) -> Response:
    """Take back a change, the latest one unless it is named."""
    now = desk.settings.clock()
    number = triage.story_number(event) if event else None
    try:
        done = desk.write(lambda store: store.reviews.undo(viewer.name, now, number))
    except MonitorError as error:
        if not wants_part(request):
            raise
        return HTMLResponse(part("toast.html", message=str(error), event=None, bad=True), 200)
    if not wants_part(request):
        return see(back)
    message = f"Undone: {done.action}."
    return _answered(request, desk, viewer, message, None, list(done.stories), back, view)


@router.post("/looked")
def looked(
    request: Request,
    desk: OfDesk,
    viewer: OfViewer,
    every: Annotated[str, Form(alias="all", max_length=10)] = "",
    back: Text = "/",
) -> Response:
    """Note that the inbox was looked at."""
    now = desk.settings.clock()
    desk.write(lambda store: store.reviews.looked(viewer.name, now, all_seen=bool(every)))
    return Response(status_code=204) if wants_part(request) else see(back)


@router.post("/filters")
def keep_filter(desk: OfDesk, viewer: OfViewer, name: Text, query: Text = "") -> Response:
    """Keep a filter under a name."""
    filters = Filters.from_string(query)
    now = desk.settings.clock()
    try:
        desk.write(
            lambda store: store.reviews.save_filter(name, filters.query_string, viewer.name, now)
        )
    except ValueError as error:
        raise FilterError(str(error)) from error
    return see(f"/?{filters.query_string}")


@router.post("/filters/{number}/delete")
def forget_filter(desk: OfDesk, viewer: OfViewer, number: int) -> Response:
    """Forget a kept filter."""
    if not 0 < number < 2**63:
        raise FilterError("there is no such filter")
    desk.write(lambda store: store.reviews.drop_filter(number))
    return see("/")


def _until(query: InboxQuery, upto: str) -> InboxQuery:
    if not upto:
        return query
    try:
        end = from_iso(upto)
    except ValueError as error:
        raise FilterError("upto: is no time") from error
    return replace(query, until=end if query.until is None else min(end, query.until))


def _answered(
    request: Request,
    desk: OfDesk,
    viewer: Viewer,
    message: str,
    event: int | None,
    numbers: list[int],
    back: str,
    view: str,
) -> Response:
    back = safe_back(back)
    text = part(
        "toast.html", message=message, event=event, bad=False, viewer=viewer, back=back, view=view
    )
    if view == "story":
        # The page of the story is made anew by htmx, which the header asks it to.
        return HTMLResponse(text, headers={"HX-Trigger": "decided"})
    return HTMLResponse(text + rows_again(request, desk, viewer, tuple(numbers[:ROWS]), back))


def _conflict(
    request: Request,
    desk: OfDesk,
    viewer: Viewer,
    story: int,
    value: str,
    message: str,
    back: str,
) -> Response:
    with desk.read() as reader:
        reviews = reviews_of(reader, [story]).get(story, ())
    mine = next((review for review in reviews if review.reviewer == viewer.name), None)
    template = "conflict_part.html" if wants_part(request) else "conflict.html"
    answer = page(
        request, template, 409, story=story, value=value, mine=mine, message=message,
        list_url=safe_back(back),
    )  # fmt: skip
    if wants_part(request):
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#main", "innerHTML"
    return answer
