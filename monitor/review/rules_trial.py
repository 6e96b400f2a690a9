"""Extraction rules tried on a stored page: the article without and with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.errors import MonitorError
from pipeline.model import Failure, Link

if TYPE_CHECKING:
    from monitor.config.model import Config, Source
    from pipeline.extract.rules import Rules
    from pipeline.store.records import RawPage

FIELDS = (
    "title", "body", "remove", "authors", "published", "modified", "summary", "section", "tags",
    "image", "language",
)  # fmt: skip
TIMEOUT_S, MEMORY = 5.0, 512_000_000
MAX_PAGE = 10_000_000  # bytes


class RuleError(MonitorError):
    """Rules that cannot be tried; ``field`` is the one that is wrong, "" if it is none."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of a page without and with rules, as `monitor sources test` tells articles."""

    without: dict[str, Any]
    with_rules: dict[str, Any]
    unused: tuple[str, ...]  # selectors that found nothing


def checked(rules: Mapping[str, str | Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return field -> selectors of what was typed, empty ones left out.  Raises RuleError."""
    from pydantic import ValidationError

    from monitor.config.model import Extract

    found: dict[str, tuple[str, ...]] = {}
    for name, value in rules.items():
        lines = value.split("\n") if isinstance(value, str) else list(value)
        texts = tuple(text.strip() for text in lines if text.strip())
        if name not in FIELDS:
            raise RuleError(f"there is no field '{name[:40]}'; there are {', '.join(FIELDS)}", "")
        if not texts:
            continue
        try:
            Extract.model_validate({name: list(texts)})
        except ValidationError as error:
            why = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
            raise RuleError(f"{name}: {why}", name) from error
        found[name] = texts
    if not found:
        raise RuleError("give at least one selector")
    return found


def configured(config: Config, source: Source, url: str, now: datetime) -> Rules | None:
    """Return the rules that the configuration has for a page today."""
    place = place_of(config, source, url, now)
    from monitor.config import effective

    return effective.extract_rules(source)[place] if place is not None else None


def place_of(config: Config, source: Source, url: str, now: datetime) -> int | None:
    """Return the number of the set of rules that holds for a page today."""
    from monitor.config import effective

    today = now.astimezone(ZoneInfo(effective.zone_name(config, source))).date()
    sets = effective.extract_rules(source)
    return next((n for n, rules in enumerate(sets) if rules.holds(url, today)), None)


async def tried(
    page: RawPage, body: bytes, rules: Mapping[str, tuple[str, ...]], base: Rules | None
) -> Outcome:
    """Take the article out of a stored page twice, in a worker that is killed if it spins."""
    from monitor.jobs import PageJob, read_page
    from monitor.pool import WorkerPool
    from pipeline.extract.rules import Rules

    headers = {name.lower(): value for name, value in page.headers.items()}
    wanted = replace(base or Rules(), **dict(rules))  # type: ignore[arg-type]
    job = PageJob(
        url=page.url,
        body=body,
        link=Link(url=page.url),
        content_encoding="",  # as it is kept
        content_type=headers.get("content-type", ""),
        max_size=MAX_PAGE,
        zone=base.zone if base else None,
        fetched_at=page.fetched_at,
        rules=None,
    )
    pool = WorkerPool(workers=1, timeout=TIMEOUT_S, memory=MEMORY)
    try:
        plain = await pool.run(read_page, job, page.url)
        ruled = await pool.run(read_page, replace(job, rules=wanted), page.url)
    finally:
        await pool.end()
    with_rules = _told(ruled)
    unused = tuple(
        f"{hit['field']}: {hit['selector']}"
        for hit in with_rules.get("rules", ())
        if not hit["found"]
    )
    return Outcome(without=_told(plain), with_rules=with_rules, unused=unused)


def _told(read: Any) -> dict[str, Any]:  # noqa: ANN401  PageRead or Failure
    from monitor.review.extracted_told import article_json

    if isinstance(read, Failure):
        return {"failure": {"kind": read.kind.value, "message": read.message}}
    return article_json(read)
