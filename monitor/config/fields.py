"""The types of single values: how each is spelled in the file, checked, shown and described."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from monitor.config.patterns import check_css, check_pattern
from monitor.config.suggest import did_you_mean
from monitor.config.units import (
    duration_text,
    read_duration,
    read_share,
    read_size,
    share_text,
    size_text,
)
from pipeline.errors import ConfigError

Raw = Any  # a value as it stands in the file

DURATION_SCHEMA = {
    "anyOf": [
        {
            "type": "string",
            "pattern": r"^\s*(0|([0-9.]+\s*[A-Za-z]+\s*)+)$",
            "examples": ["90s", "5m", "1h30m", "180d"],
        },
        {"const": 0},
    ]
}
_SIZE_SCHEMA = {
    "anyOf": [
        {
            "type": "string",
            "pattern": r"^\s*[0-9.]+ ?([kmgtKMGT]i?)?[bB]?\s*$",
            "examples": ["4MB"],
        },
        {"type": "integer", "minimum": 0},
    ]
}
_SHARE_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": r"^\s*[0-9.]+ ?%?\s*$", "examples": ["10%"]},
        {"type": "number", "minimum": 0},
    ]
}


class Part(BaseModel):
    """A group of keys: frozen, and every key in it known."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True, kw_only=True)
class Spelled:
    """A value with a unit: read from text, kept in its own type, shown as text again."""

    kind: type
    read: Callable[[str], Any]
    show: Callable[[Any], str]
    schema: dict[str, Any] = field(hash=False)
    least: Any
    most: Any

    def __get_pydantic_core_schema__(self, _: Raw, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.check,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self.show, when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(self.schema)

    def check(self, value: Raw) -> Raw:
        """The value in its type; ValueError when it cannot be read or is out of range."""
        if isinstance(value, str):
            value = self.read(value)
        elif not isinstance(value, self.kind):
            raise ValueError(f"expected a value such as {self.show(self.most)}")  # noqa: TRY004  pydantic's
        if value < self.least:
            raise ValueError(f"{self.show(value)} is too little: at least {self.show(self.least)}")
        if value > self.most:
            raise ValueError(f"{self.show(value)} is too much: at most {self.show(self.most)}")
        return value


def duration(least: str, most: str) -> Spelled:
    """A ``timedelta`` written as ``1h30m``, within bounds."""
    return Spelled(
        kind=timedelta,
        read=read_duration,
        show=duration_text,
        schema=DURATION_SCHEMA,
        least=read_duration(least),
        most=read_duration(most),
    )


def size(least: str, most: str) -> Spelled:
    """Bytes as ``int``, written as ``4MB``, within bounds."""
    return Spelled(
        kind=int,
        read=read_size,
        show=size_text,
        schema=_SIZE_SCHEMA,
        least=read_size(least),
        most=read_size(most),
    )


def share(most: str) -> Spelled:
    """A share as ``float``, written as ``10%``."""
    return Spelled(
        kind=float,
        read=read_share,
        show=share_text,
        schema=_SHARE_SCHEMA,
        least=0.0,
        most=read_share(most),
    )


class OneOrMany:
    """A list for which a single value may be written."""

    def __get_pydantic_core_schema__(
        self, source: Raw, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_as_list, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        many = handler(schema)
        return {"anyOf": [many, many["items"]]}


def _as_list(value: Raw) -> Raw:
    return [value] if isinstance(value, (str, dict)) else value


INTERVAL = duration("1s", "365d")


@lru_cache(maxsize=512)
def check_cron(text: str) -> str:
    """A crontab line as given; ValueError when it cannot be read or never fires (31 February)."""
    from monitor.schedule.crontab import check

    try:
        check(text, "UTC")
    except ConfigError as error:
        raise ValueError(str(error)) from None
    return text


def _flag(value: Raw) -> Raw:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value in ("true", "True", "TRUE"):
            return True
        if value in ("false", "False", "FALSE"):
            return False
        if value.lower() in ("yes", "on", "y", "1", "no", "off", "n", "0"):
            meant = "true" if value.lower() in ("yes", "on", "y", "1") else "false"
            raise ValueError(f"must be true or false, not '{value}'|did you mean '{meant}'?")
    raise ValueError("must be true or false")


@lru_cache(maxsize=512)
def check_zone(name: str) -> str:
    """The name of a time zone of this machine's (or the tzdata package's) database.

    Raises ValueError; the part after ``|`` is a hint.
    """
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = zoneinfo.available_timezones()
        if not known:
            raise ValueError(
                "no time zone data on this machine|install tzdata: pip install tzdata"
            ) from None
        last = {zone.rsplit("/", 1)[-1]: zone for zone in sorted(known)}
        hint = did_you_mean(name, [*known, *last])
        word = (hint or "").removeprefix("did you mean '").removesuffix("'?")
        hint = f"did you mean '{last.get(word, word)}'?" if hint else "as in Europe/Berlin"
        raise ValueError(f"'{name[:60]}' is no time zone|{hint}") from None
    return name


_URL = re.compile(r"https?://[^\s/?#@\\<>\"]+(?:[/?#][^\s<>\"\\]*)?", re.IGNORECASE)


def check_url(text: str) -> str:
    """An absolute http or https address as given, without user name; raises ValueError."""
    if len(text) > 2_048:
        raise ValueError("the address has more than 2,048 characters")
    if _URL.fullmatch(text) is None:
        if "://" not in text:
            raise ValueError("must be an absolute address|it starts with https:// or http://")
        if re.match(r"https?://[^/?#]*@", text, re.IGNORECASE):
            raise ValueError("addresses with a user name or password are not fetched")
        raise ValueError("is no http or https address")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"is no http or https address: {error}") from None
    if not host:
        raise ValueError("the address names no host")
    return text


def _header(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        raise ValueError("goes into a request header: plain ASCII on one line only")
    return text


def _contact(text: str) -> str:
    if not ("@" in text or "://" in text):
        raise ValueError("must be an e-mail address or the address of a page about you")
    if any(char in text for char in "()<> "):
        raise ValueError("must be one address without blanks and brackets")
    return _header(text)


def _allow_host(entry: str) -> str:
    from crawler.guard import AddressGuard

    AddressGuard((entry,))
    return entry


def resolve_path(value: Raw, info: ValidationInfo) -> Raw:
    """An absolute path: ``~`` opened, relative ones starting at the configuration's folder."""
    if not isinstance(value, (str, Path)) or not str(value):
        raise ValueError("must be the path of a file")
    folder = (info.context or {}).get("folder", Path())
    return (folder / Path(value).expanduser()).absolute()


def check_place(text: str) -> str:
    """A selector of an extraction rule as given; raises ValueError."""
    from pipeline.extract.selectors import compiled

    compiled(text)
    return text


def check_box(text: str) -> str:
    """A selector of elements, as bodies are; raises ValueError."""
    from pipeline.extract.selectors import names_elements

    if not names_elements(check_place(text)):
        raise ValueError("must select elements, not their attributes or text")
    return text


_TEXT_SCHEMA = {"type": ["string", "number", "boolean"]}

Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000),
    WithJsonSchema(_TEXT_SCHEMA),
]
Slug = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$"),
    WithJsonSchema({"type": ["string", "integer"], "pattern": "^[a-z0-9][a-z0-9-]{0,63}$"}),
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Url = Annotated[str, AfterValidator(check_url)]
Zone = Annotated[str, AfterValidator(check_zone)]
Pattern = Annotated[str, AfterValidator(check_pattern)]
Css = Annotated[str, AfterValidator(check_css)]
Place = Annotated[str, AfterValidator(check_place)]
Box = Annotated[str, AfterValidator(check_box)]
Cron = Annotated[str, AfterValidator(check_cron)]
Contact = Annotated[str, AfterValidator(_contact)]
UserAgent = Annotated[Text, AfterValidator(_header)]
AllowHost = Annotated[str, AfterValidator(_allow_host)]
FilePath = Annotated[Path, BeforeValidator(resolve_path), WithJsonSchema({"type": "string"})]
