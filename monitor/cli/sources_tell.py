"""Tells people what came of trying a source or an address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from monitor.cli.moments import dated, local, size
from monitor.cli.options import Shape
from monitor.cli.output import Column, emit, put, put_prose
from monitor.cli.sources_rules import tell_sides
from monitor.cli.trial import placed
from monitor.review.measured import measured
from pipeline.text.clean import clean_line, excerpt

_LINKS = (
    Column(key="published_at", title="published", kind="time"),
    Column(key="title", flexible=True),
    Column(key="url", flexible=True, text=lambda r: r["place"]),
)
_FIELDS = (
    Column(key="field"),
    Column(key="value", flexible=True),
    Column(key="origin", style="dim"),
)


def for_people(report: dict[str, Any], shape: Shape) -> None:
    """Write a whole report to stdout."""
    for document in report["documents"]:
        _tell_document(document)
        found = document.get("found")
        if found:
            _tell_found(document["url"], found, shape)
        put("")
    article = report["article"]
    if article is None:
        put("no article could be tried")
    else:
        _tell_article(article, shape)


def _tell_document(document: dict[str, Any]) -> None:
    kind = f" ({document['kind']})" if document.get("kind") else ""
    put(f"{clean_line(document['url'])}{kind}")
    robots = document.get("robots")
    if robots:
        delay = f", Crawl-delay {robots['crawl_delay']:g} s" if robots["crawl_delay"] else ""
        ignored = "" if robots["obeyed"] else " (ignored by configuration)"
        verdict = {True: "allows", False: "FORBIDS", None: "unknown"}[robots["allowed"]]
        put_prose(f"  robots   {verdict}: {clean_line(robots['reason'])}{delay}{ignored}")
    if document.get("failure"):
        failure = document["failure"]
        put_prose(f"  failed   {failure['kind']}: {clean_line(failure['message'])}")
    fetch = document.get("fetch")
    if fetch:
        packed = f", {fetch['encoding']}" if fetch["encoding"] else ""
        kind_sent = clean_line(fetch["type"] or "no type given")
        put(f"  answer   {fetch['status']}, {kind_sent}, {size(fetch['bytes'])}{packed}, "
            f"{fetch['elapsed_ms']} ms")  # fmt: skip
        for hop in fetch["redirects"][1:]:
            put(f"  redirect {clean_line(hop)}")


def _tell_found(url: str, found: dict[str, Any], shape: Shape) -> None:
    newest = f", newest {local(found['newest'], shape.zone)}" if found["newest"] else ""
    title = f", “{clean_line(found['title'], 60)}”" if found["title"] else ""
    maps = f", {found['sitemaps']} sitemaps below" if found["sitemaps"] else ""
    put_prose(f"  found    {found['format']}{title}: {found['links']} links, {found['dated']} with "
        f"times{newest}{maps}")  # fmt: skip
    if found["skipped"]:
        left = ", ".join(f"{n} {why}" for why, n in found["skipped"].items())
        put_prose(f"  left out {left}")
    for problem in found["problems"]:
        put_prose(f"  problem  {clean_line(problem)}")
    if found["first"]:
        put("")
        emit(placed(found["first"], urlsplit(url).netloc), _LINKS, shape)


def _tell_article(article: dict[str, Any], shape: Shape) -> None:
    plain = article.get("without_rules")
    if "verdict" not in article:
        _tell_document({**article, "fetch": article.get("fetch")})
        return
    _tell_document({k: v for k, v in article.items() if k in ("url", "robots", "fetch")})
    put_prose(f"  verdict  {article['verdict']}: {clean_line(article['reason'])} "
        f"({article['extractor']})")  # fmt: skip
    if article["measures"]:
        put_prose(f"  measured {clean_line(measured(article['measures']), 0)}")
    if plain is not None:
        tell_sides(plain, article, shape)
        return
    put("")
    rows = [
        {"field": name, "value": _value(name, field, shape), "origin": field["origin"]}
        for name, field in article["fields"].items()
    ]
    rows.append({"field": "words", "value": str(article["words"]), "origin": None})
    emit(rows, _FIELDS, shape)
    put("")
    paragraphs = article["paragraphs"]
    for paragraph in paragraphs[:3]:
        put_prose(f"  {excerpt(clean_line(paragraph, 0), 200)}", "  ")
    if len(paragraphs) > 3:
        put_prose(f"  and {len(paragraphs) - 3} more paragraphs, the last: "
            f"{excerpt(clean_line(paragraphs[-1], 0), 100)}", "  ")  # fmt: skip


def _value(name: str, field: dict[str, Any], shape: Shape) -> str:
    value = field["value"]
    if name.endswith("_at"):
        return dated(value, field.get("certainty"), shape.zone)
    return ", ".join(value) if isinstance(value, list) else str(value)
