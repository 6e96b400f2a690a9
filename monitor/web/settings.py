"""What the web pages are told when they start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class WebSettings:
    """Where the data is, who may see it and how it is shown."""

    database: Path
    pages: Path  # file of the raw pages
    config: Path | None = None  # for trying rules; None: there is none
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))  # of the times shown
    host: str = "127.0.0.1"
    port: int = 8001
    allow_hosts: tuple[str, ...] = ()  # names beside loopback and ``host`` that requests may use
    read_only: bool = False
    reviewer: str = "reviewer"  # who reviews until they give a name
    password_hash: str | None = field(default=None, repr=False)  # argon2, of people
    token: str | None = field(default=None, repr=False)  # of programs
    secure_cookies: bool = False  # behind TLS
    clock: Callable[[], datetime] = _now
