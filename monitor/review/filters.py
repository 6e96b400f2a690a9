"""Filters of the inbox as the address of a page says them: ``?state=all&source=@state&q=talks``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import parse_qsl, urlencode

from monitor.choosing import select
from pipeline.errors import MonitorError
from pipeline.store.inbox_query import STATES, Cursor, InboxQuery, State
from pipeline.text import parse_query
from pipeline.times import from_iso, parse_since, to_iso

MAX_VALUE = 1000  # characters of one value
MAX_VALUES = 50  # parameters
_FLAGS = ("new", "starred", "noted", "disputed", "changed", "edited")


class FilterError(MonitorError):
    """A filter that cannot be: its text names the parameter and says what is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What a reviewer asked to see, in their words; made into an ``InboxQuery`` by ``query``."""

    q: str = ""  # full text
    state: State = "unread"
    source: tuple[str, ...] = ()  # slugs, globs, @tags
    topic: str = ""
    tag: str = ""  # of a reviewer
    lang: str = ""
    agency: str = ""
    since: str = ""  # 24h, 7d, today, 2026-03-01
    until: str = ""
    outlets: int = 1  # at least so many
    new: bool = False  # since I last looked
    starred: bool = False
    noted: bool = False
    disputed: bool = False
    changed: bool = False  # edited since I read it
    edited: bool = False

    @classmethod
    def parse(cls, params: Iterable[tuple[str, str]]) -> Filters:
        """Read the parameters of an address; others than those of a filter are left alone.

        Raises FilterError.
        """
        found: dict[str, Any] = {}
        known = {field.name for field in fields(cls)}
        for number, (name, raw) in enumerate(params):
            if number >= MAX_VALUES:
                raise FilterError(f"more than {MAX_VALUES} parameters")
            value = raw.strip()
            if name not in known or not value:
                continue
            if len(value) > MAX_VALUE:
                raise FilterError(f"{name}: longer than {MAX_VALUE} characters")
            if name == "source":
                parts = tuple(part for part in value.replace(",", " ").split() if part)
                found[name] = (*found.get(name, ()), *parts)
            elif name == "outlets":
                found[name] = _number(name, value)
            elif name in _FLAGS:
                found[name] = _flag(name, value)
            elif name == "state":
                if value not in STATES:
                    raise FilterError(f"state: is one of {', '.join(STATES)}")
                found[name] = value
            else:
                found[name] = value
        return cls(**found)

    @classmethod
    def from_string(cls, query: str) -> Filters:
        """Read a query string as ``query_string`` writes it.  Raises FilterError."""
        try:
            return cls.parse(parse_qsl(query.lstrip("?"), max_num_fields=MAX_VALUES))
        except ValueError as error:
            raise FilterError(str(error)) from error

    def params(self) -> list[tuple[str, str]]:
        """Return what differs from the defaults, always in the same order."""
        found = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            if isinstance(value, tuple):
                found += [(field.name, part) for part in value]
            else:
                found.append((field.name, "1" if value is True else str(value)))
        return found

    @property
    def query_string(self) -> str:
        """The filters as they stand in an address; "" for the plain inbox."""
        return urlencode(self.params())

    def but(self, **changes: Any) -> Filters:  # noqa: ANN401  of any field
        """Return these filters with some changed, for links."""
        return replace(self, **changes)

    def query(
        self,
        *,
        sources: Iterable[Mapping[str, Any]],
        now: datetime,
        zone: tzinfo,
        reviewer: str = "",
        looked_at: str | None = None,
        before: Cursor | None = None,
        limit: int = 50,
    ) -> InboxQuery:
        """Return the question for the store.

        ``sources`` are the rows of ``Reader.sources``; ``looked_at`` is when the reviewer looked
        last.  Raises FilterError, SelectionError.
        """
        since = _moment("since", self.since, now, zone)
        if self.new and looked_at is not None:
            looked = from_iso(looked_at)
            since = looked if since is None else max(since, looked)
        try:
            match = parse_query(self.q) if self.q else None
        except ValueError as error:
            raise FilterError(f"q: {error}") from error
        return InboxQuery(
            reviewer=reviewer,
            state=self.state,
            starred=self.starred,
            noted=self.noted,
            disputed=self.disputed,
            changed=self.changed,
            tag=self.tag or None,
            topic=self.topic or None,
            sources=select(self.source, sources) if self.source else None,
            language=self.lang or None,
            agency=_usual(self.agency),
            since=since,
            until=_moment("until", self.until, now, zone),
            min_outlets=self.outlets,
            edited=self.edited,
            match=match,
            before=before,
            limit=limit,
        )


def cursor_text(cursor: Cursor) -> str:
    """Return a place in the inbox as an address carries it."""
    return f"{cursor.first_seen_at}~{cursor.story}"


def cursor_from(text: str) -> Cursor | None:
    """Return the place that an address names, None for "".  Raises FilterError."""
    if not text:
        return None
    at, _, story = text.partition("~")
    try:
        moment = to_iso(from_iso(at))
        if not (story.isdecimal() and len(story) < 19):
            raise ValueError
    except (ValueError, OverflowError) as error:
        raise FilterError("before: is no place in this list") from error
    return Cursor(first_seen_at=moment, story=int(story))


def _usual(agency: str) -> str | None:
    if not agency:
        return None
    from pipeline.text.agency_names import named

    return named(agency) or agency


def _moment(name: str, text: str, now: datetime, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    try:
        return parse_since(text, now, zone)
    except (ValueError, OverflowError) as error:
        raise FilterError(f"{name}: {error}") from error


def _number(name: str, value: str) -> int:
    if not (
        value.isascii() and value.isdecimal() and 0 < int(value[:5]) <= 9999 and len(value) < 5
    ):
        raise FilterError(f"{name}: is a number from 1 to 9999")
    return int(value)


def _flag(name: str, value: str) -> bool:
    if value.casefold() in ("1", "true", "yes", "on"):
        return True
    if value.casefold() in ("0", "false", "no", "off"):
        return False
    raise FilterError(f"{name}: is 1 or 0")
