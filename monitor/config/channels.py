"""The keys of ``notify`` and ``alerts``: who hears of what, when and how."""

from __future__ import annotations

import re
from datetime import time, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field, SecretStr, field_validator, model_validator

from monitor.config.fields import FilePath, OneOrMany, Part, Text, duration

_AT = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
LEAST_SECRET = 16  # characters


class Event(StrEnum):
    """What a channel may hear of."""

    STORY = "story"  # a new story matches a topic
    EDIT = "edit"  # an outlet changed an article that matches a topic
    BURST = "burst"  # many more stories match a topic than usual
    SOURCE = "source"  # a source is silent, broken, drifting or blocked, or is well again
    DAEMON = "daemon"  # the monitor itself is in trouble


def _clock_time(value: object) -> object:
    if not isinstance(value, str):
        # YAML reads 08:30 without quotes as a number of base sixty.
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
            return f"{value // 60:02}:{value % 60:02}"
        return value
    found = _AT.fullmatch(value.strip())
    if found is None:
        raise ValueError('is no time of day, which looks like "08:30"')
    return f"{int(found[1]):02}:{found[2]}"


class Channel(Part):
    """Where messages go."""

    url: SecretStr | None = Field(
        default=None,
        description='An Apprise URL, best from the environment: "${DESK_URL}". Kept secret.',
    )
    url_file: FilePath | None = Field(
        default=None, description="A file whose content is the Apprise URL, in place of url."
    )
    webhook: SecretStr | None = Field(
        default=None,
        description="In place of url: the http(s) address of a program that gets signed JSON. "
        "Kept secret.",
    )
    secret: SecretStr | None = Field(
        default=None, description="What the JSON of webhook is signed with; 16 characters or more."
    )
    secret_file: FilePath | None = Field(
        default=None, description="A file whose content is the secret, in place of secret."
    )
    events: Annotated[tuple[Event, ...], OneOrMany()] = Field(
        default=tuple(Event),
        description="What it hears of: story, edit, burst, source, daemon; all by default.",
    )
    at: Annotated[tuple[Text, ...], OneOrMany()] = Field(
        default=(),
        description='Times of day for a digest: ["08:00", "17:30"]; none: as it happens.',
    )
    throttle: Annotated[timedelta, duration("0s", "1d")] = Field(
        default=timedelta(minutes=1),
        description="At least so long between two messages; what comes meanwhile goes together: "
        "1m.",
    )
    title: Text | None = Field(
        default=None, description="A template of the subject line, in Jinja: '{{ count }} news'."
    )
    template: FilePath | None = Field(
        default=None, description="A file with a template of the text, in Jinja."
    )

    @field_validator("url")
    @classmethod
    def _is_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and "://" not in value.get_secret_value():
            raise ValueError("is no Apprise URL, which looks like mailtos://user:pass@example.org")
        return value

    @field_validator("webhook")
    @classmethod
    def _is_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"https?://[^/\s]", value.get_secret_value()):
            raise ValueError("is no address, which looks like https://desk.example.org/hook")
        return value

    @field_validator("secret")
    @classmethod
    def _is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < LEAST_SECRET:
            raise ValueError(f"is shorter than {LEAST_SECRET} characters")
        return value

    @field_validator("at", mode="before")
    @classmethod
    def _are_times(cls, value: object) -> object:
        values = value if isinstance(value, list | tuple) else [value]
        return tuple(_clock_time(one) for one in values)

    @model_validator(mode="after")
    def _signed(self) -> Channel:
        if self.secret is not None and self.webhook is None:
            raise ValueError("secret: signs what webhook sends; an Apprise URL takes none")
        return self

    @property
    def times(self) -> tuple[time, ...]:
        """The times of day of its digests."""
        return tuple(sorted(time.fromisoformat(text) for text in self.at))


class Metrics(Part):
    """What machines that watch the monitor are served."""

    listen: Text | None = Field(
        default=None,
        description='Where /metrics (Prometheus) and /healthz are: "127.0.0.1:9464", or ":9464". '
        "Nowhere by default; there is no password.",
    )

    @field_validator("listen")
    @classmethod
    def _is_place(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"(\S*):\d{1,5}", value.strip()):
            raise ValueError("is no address, which looks like 127.0.0.1:9464")
        return value


class Alerts(Part):
    """What the monitor tells of sources and of itself."""

    notify: Annotated[tuple[Text, ...], OneOrMany()] = Field(
        default=(), description="Channels, by their names under notify, that hear of it."
    )
    sources: Annotated[tuple[Text, ...], OneOrMany()] = Field(
        default=(),
        description="Of these sources only: ids, globs, @tags; all by default.",
    )
    after: Annotated[timedelta, duration("0s", "7d")] = Field(
        default=timedelta(minutes=5),
        description="A source is told of when its trouble has lasted so long: 5m.",
    )
    disk: Annotated[int, Field(ge=0)] = Field(
        default=500, description="Tell when less than so many megabytes are free for the database."
    )
