"""Pages from templates: everything is escaped, and a name that is missing is an error."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from monitor import __version__
from monitor.review.keys import KEYS
from monitor.review.lengths import span
from monitor.web.viewer import desk_of, viewer_of
from pipeline.store.review_records import REASONS
from pipeline.text.clean import clean_line
from pipeline.times import from_iso

STATIC = Path(__file__).with_name("static")
TEMPLATES = Path(__file__).with_name("templates")
RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


@cache
def environment() -> Environment:
    """Return the templates, compiled once."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters["line"] = lambda text, most=500: clean_line(str(text or ""), most)
    env.filters["prose"] = prose
    env.filters["kept"] = prose
    env.filters["direction"] = direction
    env.filters["web"] = is_web
    env.filters["marked"] = marked
    env.filters["later"] = lambda at, start: ago(at, from_iso(start))
    env.globals["dict"] = dict
    env.filters["quantity"] = lambda number: f"{number:,}"
    env.globals["here"] = here
    env.globals["stamp"] = stamp()
    env.globals["key_list"] = KEYS
    env.globals["reasons"] = REASONS
    env.filters["when"] = when
    env.filters["dated"] = dated
    env.filters["span"] = span
    env.filters["ago"] = ago
    env.globals["version"] = __version__
    return env


def page(
    request: Request, template: str, status: int = 200, /, **values: Any  # noqa: ANN401
) -> HTMLResponse:  # fmt: skip
    """Return a page; templates know ``viewer``, ``zone``, ``now``, ``partial`` (htmx asks for a
    part) and what is given.
    """
    settings = desk_of(request).settings
    known: Mapping[str, Any] = {
        "request": request,
        "viewer": viewer_of(request),
        "settings": settings,
        "zone": settings.zone,
        "now": settings.clock(),
        "partial": wants_part(request),
        "back": _own_address(request),
        "known_tags": (),
    }
    text = environment().get_template(template).render({**known, **values})
    return HTMLResponse(text, status_code=status)


def part(template: str, /, **values: Any) -> str:  # noqa: ANN401
    """Return a piece of a page."""
    return environment().get_template(template).render(values)


def _own_address(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "") if request.method == "GET" else "/"


def here(request: Request, path: str) -> bool:
    """True if an entry of the navigation leads to the page that is shown."""
    shown = request.url.path
    if path == "/?state=all":
        return shown == "/" and request.query_params.get("state") == "all"
    if path == "/":
        return shown == "/" and request.query_params.get("state") != "all"
    return shown == path or shown.startswith(f"{path}/")


@cache
def stamp() -> str:
    """Return what changes when a static file does: browsers keep them for a year."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


# Controls, bidi embeddings and overrides, byte order marks, lone surrogates.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def prose(text: str | None) -> str:
    """Return a text, of several lines perhaps, without what steers terminals or turns lines."""
    return _STEERING.sub("", text or "")


def is_web(url: str | None) -> bool:
    """True if an address may become a link: http or https, nothing else."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def marked(text: str) -> Markup:
    """Return a text with what stands between \\x02 and \\x03 marked, all else escaped."""
    pieces = []
    for number, piece in enumerate(text.split("\x02")):
        hit, end, rest = piece.partition("\x03")
        if number and end:
            pieces.append(Markup("<mark>{}</mark>{}").format(prose(hit), prose(rest)))
        else:
            pieces.append(escape(prose(piece)))
    return Markup("").join(pieces)


def wants_part(request: Request) -> bool:
    """True if htmx asks for a part of a page, not for a whole one."""
    return (
        request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    )


def direction(language: str | None) -> str:
    """Return the value of ``dir`` for a text: ``rtl``, ``ltr``, or ``auto`` if nothing is known."""
    if not language:
        return "auto"
    return "rtl" if language.partition("-")[0].lower() in RTL else "ltr"


def when(value: str | datetime | None, zone: tzinfo = UTC) -> str:
    """Return a stored time in a zone: 2026-03-01 14:05; "" for None."""
    if value is None:
        return ""
    moment = from_iso(value) if isinstance(value, str) else value
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


_CERTAINTY = {"visible": "visible text", "url": "address", "feed": "feed"}


def dated(value: str | None, certainty: str | None, zone: tzinfo) -> str:
    """Return a time with how sure it is, unless a program wrote it on the page."""
    shown = when(value, zone)
    if not shown or certainty not in _CERTAINTY:
        return shown
    # From an address only the day is known.
    return f"{shown[:10] if certainty == 'url' else shown} ({_CERTAINTY[certainty]})"


def ago(value: str | datetime | None, now: datetime) -> str:
    """Return how long ago: 5 min, 3 h, 12 d; "" for None."""
    if value is None:
        return ""
    moment = from_iso(value) if isinstance(value, str) else value
    return span(abs((now - moment).total_seconds()))
