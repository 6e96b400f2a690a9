"""The keys of the configuration: types, defaults, bounds and what each is for.

All values are frozen.  ``load.load`` builds a ``Config`` from a file; what holds for one source or
feed once defaults and overrides are merged is told by ``effective``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from monitor.config.channels import Alerts, Channel, Metrics
from monitor.config.fields import (
    Box,
    Contact,
    FilePath,
    Flag,
    Language,
    OneOrMany,
    Part,
    Pattern,
    Place,
    Slug,
    Text,
    Url,
    Zone,
    duration,
    size,
)
from monitor.config.politeness import Politeness, PolitenessOverride, Robots
from monitor.config.problems import Path as KeyPath
from monitor.config.problems import Problem
from monitor.config.timing import Ages, Feed, Schedule, or_off
from monitor.config.webpages import Web

__all__ = [
    "Alerts",
    "Channel",
    "Config",
    "Extract",
    "Notes",
    "Politeness",
    "Robots",
    "Source",
    "Topic",
]

MB = 1_000_000

Places = Annotated[tuple[Place, ...], OneOrMany()]
Boxes = Annotated[tuple[Box, ...], OneOrMany()]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Notes:
    """What the loader knows about a file beside its values.

    All notes are equal, so that configurations are when their values are: a reload that finds an
    equal one has nothing to do.
    """

    file: Path | None = None
    warnings: tuple[Problem, ...] = ()  # allowed, but hardly meant
    secret_paths: frozenset[KeyPath] = frozenset()  # values from the environment or secret files
    secret_values: frozenset[str] = frozenset()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Notes)

    def __hash__(self) -> int:
        return hash(Notes)


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How log lines look."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


class Pages(Part):
    """The raw pages that are kept beside the articles."""

    keep: Annotated[timedelta, duration("0s", "36500d")] = Field(
        default=timedelta(days=180),
        description="How long a raw page is kept, so that extraction can run again on it: 180d. "
        "0 keeps none.",
    )
    path: FilePath | None = Field(
        default=None, description="The file for raw pages; pages.db beside the database by default."
    )


class Storage(Part):
    """Where articles are kept."""

    path: FilePath = Field(
        default=Path("monitor.db"),
        validate_default=True,
        description="The SQLite file; a relative path starts at the folder of this configuration.",
    )
    pages: Pages = Field(default_factory=Pages, description="The raw pages that are kept.")

    @property
    def pages_path(self) -> Path:
        """The file of the raw pages."""
        from pipeline.store.sqlite import pages_path

        return self.pages.path or pages_path(self.path)


class Extract(Part):
    """Where the parts of an article are on the pages of a source, where the guess is wrong.

    Selectors are CSS, where ``::attr(name)`` is an attribute's value, or XPath from a ``/`` on.
    """

    title: Places = Field(
        default=(),
        description="Selectors of the headline; of several the first that gives one: h1.title.",
    )
    body: Boxes = Field(
        default=(),
        description="Selectors of what holds the text; of several all, in the page's order.",
    )
    authors: Places = Field(default=(), description="Selectors of the authors' names.")
    published: Places = Field(
        default=(),
        description="Selectors of the time of publication.",
    )
    modified: Places = Field(default=(), description="Selectors of the time of the last change.")
    summary: Places = Field(default=(), description="Selectors of the summary.")
    section: Places = Field(default=(), description="Selectors of the section.")
    tags: Places = Field(default=(), description="Selectors of the tags.")
    image: Places = Field(default=(), description="Selectors of the main picture.")
    language: Places = Field(default=(), description="Selectors of the language code.")
    remove: Boxes = Field(default=(), description="Selectors of what is no part of the text.")
    urls: Annotated[tuple[Pattern, ...], OneOrMany()] = Field(
        default=(),
        description="Regular expressions; these rules hold for addresses in which one is found.",
    )
    valid_from: date | None = Field(
        default=None, description="These rules hold for pages fetched from this day on: 2026-01-01."
    )
    valid_until: date | None = Field(
        default=None, description="These rules hold for pages fetched up to this day."
    )

    @field_validator("valid_until")
    @classmethod
    def _after_start(cls, value: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("valid_from")
        if value is not None and start is not None and value < start:
            raise ValueError(f"lies before valid_from, {start}")
        return value


class Source(Part):
    """One outlet."""

    id: Slug = Field(
        description="The name that never changes: small letters, digits and hyphens, as sana-en."
    )
    name: Text = Field(default="", description="The name shown to people; the id by default.")
    url: Url = Field(
        description="The home page; feeds are looked for from here when none are listed."
    )
    tags: Annotated[tuple[Text, ...], OneOrMany()] = Field(
        default=(), description="Words to select sources by: state, syria."
    )
    language: Language | None = Field(
        default=None, description="The language of its articles where pages do not tell: en, ar."
    )
    timezone: Zone | None = Field(
        default=None, description="The zone of times on its pages that name none, and of its cron."
    )
    feeds: tuple[Feed, ...] = Field(default=(), description="What is polled for new articles.")
    extract: Annotated[tuple[Extract, ...], OneOrMany()] = Field(
        default=(), description="Where the parts of an article are; one set of rules or several."
    )
    politeness: PolitenessOverride = Field(
        default_factory=PolitenessOverride, description="What this source needs different."
    )
    paused: Flag = Field(default=False, description="true: not polled until it is false again.")
    max_age: Annotated[timedelta, duration("1h", "36500d")] | None = Field(
        default=None, description="Links older than this are not fetched; as in schedule."
    )
    recheck: Ages | None = Field(
        default=None,
        description="Ages at which its articles are looked at again for edits, all of them: "
        "[10m, 1d]; off for never.",
        json_schema_extra=or_off,
    )

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: object) -> object:
        if isinstance(data, dict) and "name" not in data and isinstance(data.get("id"), str):
            return {**data, "name": data["id"]}
        return data


class Topic(Part):
    """A saved query that reviewers watch."""

    id: Slug = Field(description="The name that never changes: small letters, digits, hyphens.")
    name: Text | None = Field(default=None, description="The name shown to people.")
    query: Text = Field(
        description='What to look for: (astana OR geneva) AND ("peace talks" OR negotiat*).'
    )
    notify: Annotated[tuple[Text, ...], OneOrMany()] = Field(
        default=(),
        description="Channels, by their names under notify, that hear of stories, edits, bursts.",
    )


class Workers(Part):
    """The processes that take articles out of pages."""

    count: int = Field(default=2, ge=1, le=64, description="How many run at the same time.")
    timeout: Annotated[timedelta, duration("1s", "5m")] = Field(
        default=timedelta(seconds=5), description="A page that takes longer is given up: 5s."
    )
    memory: Annotated[int, size("128MB", "64GB")] = Field(
        default=512 * MB, description="A worker that wants more memory than this dies: 512MB."
    )


class Log(Part):
    """What is logged, to stderr."""

    level: LogLevel = Field(default=LogLevel.INFO, description="debug, info, warning or error.")
    format: LogFormat = Field(
        default=LogFormat.AUTO, description="auto is console on a terminal and json elsewhere."
    )


class Config(Part):
    """The configuration of the news monitor."""

    timezone: Zone = Field(
        default="UTC", description="The zone in which times are shown and cron lines are read."
    )
    contact: Contact | None = Field(
        default=None,
        description="Your e-mail address or web page; goes in the user agent, so that a "
        "webmaster can reach you before blocking you.",
    )
    storage: Storage = Field(default_factory=Storage, description="Where articles are kept.")
    politeness: Politeness = Field(
        default_factory=Politeness, description="How we treat the servers of others."
    )
    schedule: Schedule = Field(
        default_factory=Schedule, description="When feeds are polled and articles looked at again."
    )
    workers: Workers = Field(
        default_factory=Workers, description="The processes that take articles out of pages."
    )
    log: Log = Field(default_factory=Log, description="What is logged.")
    sources: tuple[Source, ...] = Field(default=(), description="The outlets.")
    topics: tuple[Topic, ...] = Field(default=(), description="Saved queries.")
    web: Web = Field(default_factory=Web, description="The review in the browser.")
    notify: dict[Text, Channel] = Field(
        default_factory=dict, description="Channels for messages, by name."
    )
    metrics: Metrics = Field(
        default_factory=Metrics, description="What machines that watch the monitor are served."
    )
    alerts: Alerts = Field(
        default_factory=Alerts, description="What is told of sources and of the monitor itself."
    )

    _notes: Notes = PrivateAttr(default=Notes())

    def model_post_init(self, context: object) -> None:
        """Take over what the loader found out about the file."""
        if isinstance(context, dict) and isinstance(context.get("notes"), Notes):
            self._notes = context["notes"]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of ``timezone``."""
        return ZoneInfo(self.timezone)

    @property
    def notes(self) -> Notes:
        """What the loader found out about the file: warnings, and what in it is secret."""
        return self._notes

    def source(self, source_id: str) -> Source | None:
        """The source of that id."""
        return next((source for source in self.sources if source.id == source_id), None)
