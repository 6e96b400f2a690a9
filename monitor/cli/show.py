"""``monitor show``: one article with where each field came from, its revisions and its copies."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from monitor.cli.moments import dated, local
from monitor.cli.options import Given, JsonOption, Shape, on_terminal
from monitor.cli.output import Column, Row, emit, note, put, put_json, put_prose
from monitor.cli.show_story import show_story
from monitor.review.article_told import as_it_was, kept_page, page_bytes, scored, told
from monitor.review.measured import measured
from pipeline.errors import NotFoundError
from pipeline.model import PageState
from pipeline.store.reading import Reader
from pipeline.text.clean import clean_line

_FIELDS = (
    Column(key="field"),
    Column(key="value", flexible=True),
    Column(key="origin", style="dim"),
)
_REVISIONS = (
    Column(key="n", title="revision", kind="number"),
    Column(key="seen_at", title="from", kind="time"),
    Column(key="replaced_at", title="until", kind="time"),
    Column(key="word_count", title="words", kind="number"),
    Column(key="title", flexible=True),
)
_EDITS = (
    Column(key="at", title="edit", kind="time"),
    Column(key="revision", title="ended", kind="number"),
    Column(key="kinds", text=lambda r: ", ".join(r["kinds"]) + (", silent" * r["silent"])),
    Column(key="summary", flexible=True),
)


def decided(review: Row) -> str:
    """Return in words what a reviewer did with a story."""
    parts = ["read" * bool(review["read_at"]), "starred" * bool(review["starred_at"])]
    if review["dismissed_at"]:
        parts = [*parts[1:], f"dismissed {review['dismiss_reason'] or ''}".strip()]
    return ", ".join(part for part in parts if part)


_REVIEWS = (
    Column(key="reviewer"),
    Column(key="updated_at", title="decided", kind="time"),
    Column(key="state", text=decided),
    Column(key="tags", kind="list"),
    Column(key="note", flexible=True),
)
_LINKS = (
    Column(key="outcome"),
    Column(key="visits", kind="number"),
    Column(key="visited_at", title="visited", kind="time"),
    Column(key="due_at", title="next visit", kind="time"),
    Column(key="url", flexible=True),
)


def verb(
    given: Given,
    key: Annotated[str, typer.Argument(metavar="ID|URL", help="An article's id or address.")],
    text: Annotated[bool, typer.Option("--text", help="Only title and text.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="The stored page, as bytes.")] = False,
    json_: JsonOption = False,
    revision: Annotated[
        int | None,
        typer.Option("--revision", min=1, help="An earlier state: 1 is the first.",
                     show_default=False),
    ] = None,
) -> int:  # fmt: skip
    """Show an article: text, origin of each field, earlier states, copies, how it was found."""
    if sum((text, raw, json_)) > 1:
        raise typer.BadParameter("--text, --raw and --json exclude each other")
    with Reader(given.database) as reader:
        article = reader.article(key)
        if raw:
            return _raw(given, reader, article)
        if revision is not None:
            article = as_it_was(reader, article, revision)
        if text:
            put(clean_line(article["title"]))
            put("")
            _paragraphs(article["body"])
            return 0
        whole = told(reader, article)
    if json_:
        put_json(whole)
        return 0
    _for_people(given, whole)
    return 0


def _paragraphs(body: str) -> None:
    for paragraph in body.split("\n"):
        put_prose(clean_line(paragraph, 0))
        put("")


def _for_people(given: Given, whole: dict[str, Any]) -> None:
    shape = Shape(color=given.color, zone=given.zone)
    put(clean_line(whole["title"]))
    put(clean_line(whole["url"]))
    put("")
    emit(list(_fields(given, whole)), _FIELDS, shape)
    put("")
    _paragraphs(whole["body"])
    show_story(whole, shape)
    if whole["earlier"]:
        put("Earlier states (--revision N shows one):")
        emit(whole["earlier"], _REVISIONS, shape)
        put("")
    if whole["edits"]:
        put("What the outlet changed (`monitor edits` lists all articles'):")
        emit(whole["edits"], _EDITS, shape)
        put("")
    if whole["reviews"]:
        put("What reviewers decided on its story:")
        emit(whole["reviews"], _REVIEWS, shape)
        put("")
    put("Found as:")
    emit(whole["links"], _LINKS, shape)


def _fields(given: Given, whole: dict[str, Any]) -> list[Row]:
    origin = whole["provenance"]
    revision = whole.get("revision")
    lines: list[tuple[str, str, str]] = [
        ("id", str(whole["id"]), ""),
        ("source", whole["source"], ""),
        ("title", whole["title"], origin.get("title", "")),
        ("authors", ", ".join(whole["authors"]), origin.get("authors", "")),
        ("agencies", ", ".join(whole["agencies"]), origin.get("agencies", "")),
        ("published", _time(given, whole, "published"), origin.get("published_at", "")),
        ("modified", _time(given, whole, "modified"), origin.get("modified_at", "")),
        ("first seen", local(whole["first_seen_at"], given.zone), "discovery"),
        ("language", whole["language"] or "", origin.get("language", "")),
        ("section", whole["section"] or "", origin.get("section", "")),
        ("tags", ", ".join(whole["tags"]), origin.get("tags", "")),
        ("site", whole["site_name"] or "", origin.get("site_name", "")),
        ("image", whole["image"] or "", origin.get("image", "")),
        ("paywalled", "yes" if whole["paywalled"] else "", origin.get("paywalled", "")),
        ("canonical", whole["canonical_url"] or "", origin.get("canonical_url", "")),
        ("summary", whole["summary"] or "", origin.get("summary", "")),
        ("words", str(whole["word_count"]), origin.get("body", origin.get("paragraphs", ""))),
        ("quality", f"{whole['quality']}: {whole['quality_reason'] or ''}", whole["extractor"]),
        ("measures", measured(whole["measures"]) if given.verbose else "", ""),
        ("home", whole["home_url"] or "", "canonical elsewhere"),
        ("story", str(whole["story"]), ""),
        ("topics", ", ".join(whole["topics"]), "search" if whole["topics"] else ""),
        ("relation", f"{whole['relation']}: {whole['relation_reason'] or ''}", "dedup"),
        ("judged by", scored(whole["relation_scores"], whole["relation_reason"] or ""), "dedup"),
        ("page", _page(given, whole), ""),
        ("revision", f"{revision} of {whole['revisions'] + 1}" if revision else
         str(whole["revisions"] + 1) if whole["revisions"] else "", ""),
    ]  # fmt: skip
    return [
        {"field": name, "value": value, "origin": where} for name, value, where in lines if value
    ]


def _page(given: Given, whole: dict[str, Any]) -> str:
    """How the page stands, where it is no longer what we keep."""
    if whole["page_state"] == PageState.THERE.value:
        return ""
    return f"{whole['page_state']} since {local(whole['page_state_at'], given.zone)}"


def _time(given: Given, whole: dict[str, Any], name: str) -> str:
    return dated(whole[f"{name}_at"], whole[f"{name}_certainty"], given.zone)


def _raw(given: Given, reader: Reader, article: Row) -> int:
    if on_terminal():
        # A page may hold anything, terminal codes included.
        raise typer.BadParameter("--raw goes to a file or a pipe, not to a terminal")
    kept = kept_page(reader, given.pages, article["id"])
    if kept is None:
        raise NotFoundError(f"no page of article {article['id']} is kept (see storage.pages.keep)")
    note(f"{kept.url}, fetched {kept.fetched_at:%Y-%m-%d %H:%M} UTC, {kept.sha256}")
    sys.stdout.flush()
    sys.stdout.buffer.write(page_bytes(kept))
    return 0
