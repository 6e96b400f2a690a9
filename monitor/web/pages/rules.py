"""Extraction rules of a source, tried on a page that is stored; and saved."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.review.article_told import kept_page, page_bytes
from monitor.review.rules_trial import (
    FIELDS,
    Outcome,
    RuleError,
    checked,
    configured,
    place_of,
    tried,
)
from monitor.web.desk import Desk
from monitor.web.render import page
from monitor.web.viewer import OfDesk
from pipeline.errors import ConfigError, MonitorError, NotFoundError
from pipeline.store.lock import DaemonLock
from pipeline.store.reading import Filter, Reader
from pipeline.store.records import RawPage
from pipeline.text.pieces import marked, pieces, spaced

if TYPE_CHECKING:
    from monitor.config.model import Config, Source

router = APIRouter()

OFFERED = 20  # latest articles whose pages may be tried


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What rules are tried on."""

    config: Config
    source: Source
    article: int
    kept: RawPage
    body: bytes
    offered: list[dict[str, Any]]


@router.get("/sources/{slug}/rules", name="rules")
def rules_page(request: Request, desk: OfDesk, slug: str, article: int = 0) -> HTMLResponse:
    """Show the rules of a source, to be changed and tried."""
    now = desk.settings.clock()
    try:
        place = find(desk, slug, article)
    except ConfigError as error:
        return _shown(request, slug, {}, problem=str(error))
    rules = configured(place.config, place.source, place.kept.url, now)
    texts = {name: "\n".join(getattr(rules, name)) for name in FIELDS} if rules else {}
    return _shown(request, slug, texts, place=place)


@router.post("/sources/{slug}/rules", name="try_rules")
async def try_rules(request: Request, desk: OfDesk, slug: str) -> HTMLResponse:
    """Try rules on a stored page, or save them."""
    form = await request.form()
    texts = {name: str(form.get(name, ""))[:4000] for name in FIELDS}
    number = str(form.get("article", ""))
    article = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0
    try:
        place = await run_sync(find, desk, slug, article)
    except ConfigError as error:
        return _shown(request, slug, texts, problem=str(error))
    now = desk.settings.clock()
    try:
        rules = checked(texts)
    except RuleError as error:
        return _shown(request, slug, texts, place=place, problem=str(error), wrong=error.field)
    base = configured(place.config, place.source, place.kept.url, now)
    outcome = await tried(place.kept, place.body, rules, base)
    message = ""
    if form.get("action") == "save":
        try:
            message = await run_sync(save, desk, place, rules, now)
        except MonitorError as error:
            return _shown(request, slug, texts, place=place, outcome=outcome, problem=str(error))
    return _shown(request, slug, texts, place=place, outcome=outcome, message=message, rules=rules)


def find(desk: Desk, slug: str, article: int) -> Place:
    """Return the configuration's source and the page to try; the latest unless one is named.

    Raises ConfigError without a usable configuration, NotFoundError.
    """
    from monitor.config.load import load

    with desk.read() as reader:
        if slug not in {row["slug"] for row in reader.sources()}:
            raise NotFoundError(f"there is no source '{slug[:80]}'")
        offered = [
            {"id": row["id"], "title": row["title"]}
            for row in reader.articles(Filter(sources=(slug,), limit=OFFERED))
        ]
        kept, number = _kept(desk, reader, slug, article, offered)
    if desk.settings.config is None:
        raise ConfigError("these pages were started without a configuration")
    config = load(desk.settings.config, os.environ)
    source = config.source(slug)
    if source is None:
        raise ConfigError(f"{slug} is not in {desk.settings.config}")
    return Place(
        config=config,
        source=source,
        article=number,
        kept=kept,
        body=page_bytes(kept),
        offered=offered,
    )


def _kept(
    desk: Desk, reader: Reader, slug: str, article: int, offered: list[dict[str, Any]]
) -> tuple[RawPage, int]:
    if article:
        if reader.article(str(article))["source"] != slug:
            raise NotFoundError(f"article {article} is not of {slug}")
        numbers = [article]
    else:
        numbers = [row["id"] for row in offered]
    for number in numbers:
        kept = kept_page(reader, desk.settings.pages, number)
        if kept is not None:
            return kept, number
    raise ConfigError(f"no page of {slug} is kept to try rules on")


def save(desk: Desk, place: Place, rules: dict[str, tuple[str, ...]], now: datetime) -> str:
    """Write rules into the configuration and tell the daemon.  Raises ConfigError."""
    from monitor.config.edit_rules import set_rules

    path = desk.settings.config
    assert path is not None
    changes = {name: texts[0] if len(texts) == 1 else list(texts) for name, texts in rules.items()}
    set_rules(
        Path(path),
        place.source.id,
        place_of(place.config, place.source, place.kept.url, now),
        changes,
    )
    told = _tell(desk.settings.database)
    return f"Saved in {path}" + (" and told the daemon." if told else "; no daemon was told.")


def _tell(database: Path) -> bool:
    holder = DaemonLock(database).holder()
    if not holder:
        return False
    with suppress(ProcessLookupError, PermissionError):
        os.kill(holder, signal.SIGHUP)
        return True
    return False


def _shown(
    request: Request,
    slug: str,
    texts: dict[str, str],
    *,
    place: Place | None = None,
    outcome: Outcome | None = None,
    problem: str = "",
    wrong: str = "",
    message: str = "",
    rules: dict[str, tuple[str, ...]] | None = None,
) -> HTMLResponse:
    return page(
        request, "rules.html", 400 if problem else 200, slug=slug, fields=FIELDS,
        texts={name: texts.get(name, "") for name in FIELDS}, place=place, outcome=outcome,
        problem=problem, wrong=wrong, message=message, sides=_sides(outcome),
        parts_of=_parts(outcome), yaml=_yaml(rules) if rules else "",
    )  # fmt: skip


def _sides(outcome: Outcome | None) -> list[tuple[str, str, str]]:
    """Field by field: its name, without and with rules."""
    if outcome is None:
        return []
    one, two = outcome.without, outcome.with_rules
    rows = [("verdict", _verdict(one), _verdict(two)),
            ("words", str(one.get("words", "")), str(two.get("words", "")))]  # fmt: skip
    names = dict.fromkeys([*one.get("fields", ()), *two.get("fields", ())])
    rows += [(name.replace("_", " "), _value(one, name), _value(two, name)) for name in names]
    return rows


def _parts(outcome: Outcome | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """The paragraphs of both texts: kind, and words."""
    if outcome is None:
        return []
    found: list[tuple[str, list[tuple[str, str]]]] = []
    both = (outcome.without.get("paragraphs", ()), outcome.with_rules.get("paragraphs", ()))
    for piece in pieces(*both):
        if piece.kind == "edited":
            found.append(("edited", spaced(marked(piece.before, piece.after))))
        else:
            found.append((piece.kind, [("same", piece.after or piece.before)]))
    return found


def _verdict(told: dict[str, Any]) -> str:
    if "failure" in told:
        return f"failed: {told['failure']['message']}"
    return f"{told['verdict']}{': ' + told['reason'] if told.get('reason') else ''}"


def _value(told: dict[str, Any], name: str) -> str:
    value = told.get("fields", {}).get(name, {}).get("value") or ""
    return ", ".join(value) if isinstance(value, list) else str(value)


def _yaml(rules: dict[str, tuple[str, ...]]) -> str:
    import yaml

    plain = {name: texts[0] if len(texts) == 1 else list(texts) for name, texts in rules.items()}
    text: str = yaml.safe_dump({"extract": plain}, allow_unicode=True, sort_keys=False, width=100)
    return text
