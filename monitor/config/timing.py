"""The keys that say what is polled and when: feeds and the schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from monitor.config.fields import (
    DURATION_SCHEMA,
    INTERVAL,
    Cron,
    Css,
    OneOrMany,
    Part,
    Pattern,
    Raw,
    Url,
    check_cron,
    duration,
    share,
)
from monitor.config.units import duration_text
from pipeline.model import FeedKind


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """``every`` so long, at the times of a ``cron`` line, or (neither) as learned from the feed."""

    every: timedelta | None = None
    cron: str | None = None

    def __str__(self) -> str:
        if self.every is not None:
            return duration_text(self.every)
        return self.cron or "auto"


def _when(value: Raw) -> When:
    if isinstance(value, When):
        return value
    if isinstance(value, dict):
        if set(value) == {"every"}:
            return When(every=INTERVAL.check(value["every"]))
        if set(value) == {"cron"} and isinstance(value["cron"], str):
            return When(cron=check_cron(value["cron"]))
    elif isinstance(value, str):
        text = value.strip()
        if text == "auto":
            return When()
        if text.startswith("@") or len(text.split()) >= 4:
            return When(cron=check_cron(text))
        return When(every=INTERVAL.check(text.removeprefix("every ")))
    raise ValueError("expected auto, a duration such as 30m, or a cron line such as */20 * * * *")


_DEFAULT_SCHEMA = {
    "anyOf": [
        {"type": "string", "examples": ["auto", "30m", "*/20 6-23 * * *"]},
        {
            "type": "object",
            "properties": {"every": DURATION_SCHEMA, "cron": {"type": "string"}},
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        },
    ]
}


def _not_below(value: timedelta | None, info: ValidationInfo) -> timedelta | None:
    least = info.data.get("min")
    if value is not None and least is not None and value < least:
        raise ValueError(f"is below min, {duration_text(least)}")
    return value


def _off(value: Raw) -> Raw:
    return () if value in ("off", "Off", "OFF", "false", False) else value


def _rising(value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    for earlier, later in pairwise(value):
        if later <= earlier:
            raise ValueError(
                f"the ages must rise: {duration_text(later)} comes after {duration_text(earlier)}"
            )
    return value


def or_off(schema: dict[str, Any]) -> None:
    """Let the schema of `Ages` allow the word off."""
    schema.setdefault("anyOf", []).append({"enum": ["off", False]})


Ages = Annotated[
    tuple[Annotated[timedelta, INTERVAL], ...],
    OneOrMany(),
    AfterValidator(_rising),
    BeforeValidator(_off),
]


class AutoBounds(Part):
    """Bounds of the learned interval."""

    min: Annotated[timedelta, INTERVAL] = Field(
        default=timedelta(minutes=5), description="Never poll more often than this: 5m."
    )
    max: Annotated[timedelta, INTERVAL] = Field(
        default=timedelta(hours=24), description="Never wait longer than this: 24h."
    )

    @field_validator("max")
    @classmethod
    def _ordered(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        _not_below(value, info)
        return value


class FeedAuto(Part):
    """Bounds of the learned interval of one feed; those of the schedule hold where not given."""

    min: Annotated[timedelta, INTERVAL] | None = Field(
        default=None, description="Never poll more often than this: 2m."
    )
    max: Annotated[timedelta, INTERVAL] | None = Field(
        default=None, description="Never wait longer than this: 6h."
    )

    @field_validator("max")
    @classmethod
    def _ordered(cls, value: timedelta | None, info: ValidationInfo) -> timedelta | None:
        return _not_below(value, info)


class Schedule(Part):
    """When feeds are polled and articles looked at again."""

    default: Annotated[
        When,
        BeforeValidator(_when),
        PlainSerializer(str, when_used="json"),
        WithJsonSchema(_DEFAULT_SCHEMA),
    ] = Field(
        default=When(),
        description="How feeds are polled that say nothing themselves: auto (learned from what "
        "the feed publishes), a duration, or a cron line.",
    )
    auto: AutoBounds = Field(
        default_factory=AutoBounds, description="Bounds of the learned interval."
    )
    jitter: Annotated[float, share("50%")] = Field(
        default=0.1, description="Random lateness, as a share of the interval: 10%."
    )
    recheck: Ages = Field(
        default=tuple(timedelta(minutes=m) for m in (10, 60, 360, 1440, 4320)),
        description="Ages at which an article is looked at again for edits: [10m, 1h, 1d]; "
        "off for never.  Of a source that never edits only the first and the last.",
        json_schema_extra=or_off,
    )
    max_age: Annotated[timedelta, duration("1h", "36500d")] = Field(
        default=timedelta(days=30),
        description="Links that their feed dates older than this are not fetched: 30d.",
    )


class Links(Part):
    """Which links of a feed are wanted."""

    allow: Annotated[tuple[Pattern, ...], OneOrMany()] = Field(
        default=(),
        description="Regular expressions; when given, one must be found in the address.",
    )
    deny: Annotated[tuple[Pattern, ...], OneOrMany()] = Field(
        default=(), description="Regular expressions; an address in which one is found is left out."
    )
    css: Css | None = Field(
        default=None, description="Section pages: links are taken from what this selects."
    )


def _auto(value: Raw) -> Raw:
    return {} if value in ("true", "True", "TRUE", True) else value


def _or_true(schema: dict[str, Any]) -> None:
    schema["anyOf"].append({"const": True})


class Feed(Part):
    """An entry point of a source that is polled."""

    kind: FeedKind = Field(
        default=FeedKind.FEED,
        description="feed (RSS, Atom, JSON Feed), sitemap, or section (a page with links).",
    )
    url: Url = Field(description="Its address.")
    every: Annotated[timedelta, INTERVAL] | None = Field(
        default=None, description="A fixed interval: 30m."
    )
    cron: Cron | None = Field(
        default=None, description='Times as in crontab, in the source\'s zone: "*/20 6-23 * * *".'
    )
    auto: Annotated[FeedAuto, BeforeValidator(_auto)] | None = Field(
        default=None,
        description="The learned interval, whatever the default: true, or bounds of its own, "
        "{min: 2m, max: 1h}.",
        json_schema_extra=_or_true,
    )
    links: Links = Field(default_factory=Links, description="Which of its links are wanted.")

    @field_validator("cron", "auto")
    @classmethod
    def _alone(cls, value: object, info: ValidationInfo) -> object:
        if value is None:
            return value
        for other in ("every", "cron"):
            if other != info.field_name and info.data.get(other) is not None:
                raise ValueError(f"cannot stand beside '{other}'; choose one")
        return value
