"""A story, its articles, and what differs between them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from monitor.review import article_told, diff_told, story_told
from monitor.review.filters import FilterError, Filters
from monitor.review.lengths import span
from monitor.web.charts import Seen, spread
from monitor.web.desk import Desk
from monitor.web.headers import INERT
from monitor.web.lists import row_values
from monitor.web.pages.inbox import asked
from monitor.web.render import page, wants_part
from monitor.web.texts import blocks, cells, changes, title_words
from monitor.web.viewer import OfDesk, OfViewer, Viewer
from pipeline.errors import NotFoundError
from pipeline.store.inbox import beside_in_list, lines
from pipeline.store.reading import LAST_ID, Reader, Row
from pipeline.store.reading_edits import edits_in
from pipeline.store.records import RawPage
from pipeline.store.review_reading import events_of, last_event
from pipeline.store.review_reading import reviewer as known_reviewer
from pipeline.times import from_iso

router = APIRouter()

From = Annotated[str, Query(alias="from", max_length=4000)]
LISTED = 100  # articles of a story that are listed, unless all are asked for
COMPARED = 40  # articles of a story in the table of paragraphs, unless all are asked for
SPREAD = 60  # articles in the picture of a story's spread
SHOWN_SOURCE = 400_000  # characters of a stored page that are shown as source


@router.get("/stories/{number}", name="story")
def story_page(
    request: Request,
    desk: OfDesk,
    viewer: OfViewer,
    number: int,
    origin: From = "",
    article: int = 0,
    every: Annotated[bool, Query(alias="all")] = False,
) -> HTMLResponse:
    """Show a story: the clean text, who ran it, who changed it, and what was decided."""
    with desk.read() as reader:
        found = lines(reader, [_id(number, "story")])
        if not found:
            raise NotFoundError(f"there is no story {number}; it may have been put to another one")
        line = found[0]
        whole = story_told.told(
            reader, str(number), desk.settings.zone, most=None if every else COMPARED
        )
        members = {row["id"]: row for row in whole["members"]}
        chosen = article if article in members else whole["origin"]["article"]
        text = article_told.told(reader, reader.article(str(chosen)))
        before, after = _around(desk, reader, viewer, number, origin)
        values = {
            **row_values(reader),
            "story": line,
            "whole": whole,
            "members": members,
            "text": text,
            "undo": last_event(reader, viewer.name) if viewer.may_write else None,
            "events": events_of(reader, number),
            "edits": edits_in(reader, number),
            "previous": before,
            "following": after,
        }
    rows = [(row, cells(row)) for row in whole["table"]["rows"]]
    return page(
        request,
        "story_decisions.html" if wants_part(request) else "story.html",
        blocks=blocks(text["body"], text["shape"]),
        rows=rows,
        text_fields=_fields(text),
        origin=origin,
        list_url=f"/?{origin}" if origin else "/",
        first_seen=whole["members"][0]["first_seen_at"],
        listed=whole["members"] if every else whole["members"][:LISTED],
        chart=_spread(desk, whole),
        **values,
    )


@router.get("/articles/{number}", name="article")
def article_page(
    request: Request, desk: OfDesk, number: int, revision: int | None = None
) -> HTMLResponse:
    """Show one article, now or as it was."""
    with desk.read() as reader:
        row = _article(reader, number)
        if revision is not None:
            row = article_told.as_it_was(reader, row, revision)
        text = article_told.told(reader, row)
        values = {**row_values(reader), "states": reader.states(number)}
    return page(
        request,
        "article.html",
        text=text,
        blocks=blocks(text["body"], text["shape"]),
        revision=revision,
        fields=_fields(text),
        **values,
    )


@router.get("/articles/{number}/diff", name="states")
def states_page(
    request: Request,
    desk: OfDesk,
    number: int,
    start: Annotated[int | None, Query(alias="from", ge=1, le=LAST_ID)] = None,
    end: Annotated[int | None, Query(alias="to", ge=1, le=LAST_ID)] = None,
    whole: bool = False,
) -> HTMLResponse:
    """Show what an outlet changed in an article."""
    states = f"{start or ''}..{end or ''}" if start or end else None
    with desk.read() as reader:
        _article(reader, number)
        found = diff_told.looked_up(reader, str(number), states)
        values = {**row_values(reader), "states": reader.states(number)}
    return _diff(request, found, whole=whole, **values)


@router.get("/diff", name="diff")
def diff_page(
    request: Request,
    desk: OfDesk,
    left: Annotated[int, Query(ge=0, le=LAST_ID)],
    right: Annotated[int, Query(ge=0, le=LAST_ID)],
    whole: bool = False,
) -> HTMLResponse:
    """Show what differs between two articles."""
    with desk.read() as reader:
        found = diff_told.looked_up(reader, str(left), str(right))
        values = {**row_values(reader), "states": []}
    return _diff(request, found, whole=whole, **values)


@router.get("/articles/{number}/page", name="stored")
def stored_page(request: Request, desk: OfDesk, number: int, source: bool = False) -> HTMLResponse:
    """Show the page that an article was taken from, as it was kept: inert."""
    with desk.read() as reader:
        row = _article(reader, number)
        kept = _kept(desk, reader, number)
        values = row_values(reader)
    body = article_told.page_bytes(kept).decode("utf-8", "replace") if source else ""
    return page(
        request,
        "stored.html",
        row=row,
        kept=kept,
        source=body[:SHOWN_SOURCE],
        cut=len(body) > SHOWN_SOURCE,
        wanted=source,
        **values,
    )


@router.get("/articles/{number}/page/raw", name="stored_raw")
def stored_raw(desk: OfDesk, number: int) -> Response:
    """Return the bytes of a stored page, with a policy under which nothing in them runs."""
    with desk.read() as reader:
        _article(reader, number)
        kept = _kept(desk, reader, number)
    return Response(
        article_told.page_bytes(kept),
        media_type=_media_type(kept),
        headers={
            "Content-Security-Policy": INERT,
            "Content-Disposition": f'inline; filename="article-{number}.html"',
        },
    )


def _media_type(kept: RawPage) -> str:
    """HTML with the charset that came with it, if that is a plain name; else text."""
    said = {name.lower(): value for name, value in kept.headers.items()}.get("content-type", "")
    kind, _, rest = said.partition(";")
    charset = rest.partition("charset=")[2].strip(" \"'")
    plain = charset.replace("-", "").replace("_", "").isalnum() and charset.isascii()
    html = kind.strip().lower() in ("text/html", "application/xhtml+xml", "")
    base = "text/html" if html else "text/plain"
    return f"{base}; charset={charset if plain and len(charset) < 30 else 'utf-8'}"


def _diff(
    request: Request,
    found: diff_told.Comparison,
    *,
    whole: bool,
    **values: Any,  # noqa: ANN401
) -> HTMLResponse:
    return page(
        request,
        "diff.html",
        found=found,
        title=title_words(found),
        changes=changes(found, whole=whole),
        whole=whole,
        with_whole=str(request.url.include_query_params(whole="1").query),
        without_whole=str(request.url.remove_query_params("whole").query),
        numbers={kind: found.count(kind) for kind in ("same", "edited", "gone", "new")},
        **values,
    )


def _spread(desk: Desk, whole: dict[str, Any]) -> Markup:
    """When which outlet had it, if there are several."""
    members = whole["members"]
    if len(members) < 2:
        return Markup("")
    seen = [Seen(at=from_iso(m["first_seen_at"]), name=m["outlet"]) for m in members[:SPREAD]]
    label = f"{len(seen)} articles over {span(whole['spread_s'])}"
    return spread(seen, label, desk.settings.zone)


def _around(
    desk: Desk, reader: Reader, viewer: Viewer, story: int, origin: str
) -> tuple[int | None, int | None]:
    """The stories before and behind one in the list that somebody came from."""
    try:
        filters = Filters.from_string(origin) if origin else Filters(state="all")
        known = known_reviewer(reader, viewer.name)
        looked_at = known["looked_at"] if known else None
        query = asked(desk, viewer, filters, reader.sources(removed=True), looked_at)
        return beside_in_list(reader, query, story)
    except FilterError:
        return None, None


def _fields(text: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, value and origin of what is known of an article."""
    origin = text["provenance"]
    names = (
        "authors", "agencies", "published_at", "modified_at", "language", "section", "tags",
        "site_name", "summary", "image", "canonical_url", "word_count", "extractor", "quality",
    )  # fmt: skip
    found = []
    for name in names:
        value = text[name]
        shown = ", ".join(value) if isinstance(value, list) else str(value or "")
        if name == "quality" and text["quality_reason"]:
            shown += f": {text['quality_reason']}"
        if shown:
            found.append((name.replace("_at", "").replace("_", " "), shown, origin.get(name, "")))
    return found


def _id(number: int, what: str) -> int:
    if not 0 <= number <= LAST_ID:
        raise NotFoundError(f"there is no {what} {number}")
    return number


def _article(reader: Reader, number: int) -> Row:
    if number < 0:
        raise NotFoundError(f"there is no article {number}")
    return reader.article(str(number))


def _kept(desk: Desk, reader: Reader, number: int) -> RawPage:
    kept = article_told.kept_page(reader, desk.settings.pages, number)
    if kept is None:
        raise NotFoundError(f"no page of article {number} is kept (see storage.pages.keep)")
    return kept
