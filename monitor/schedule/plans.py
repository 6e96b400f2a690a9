"""The plans a feed can be polled by: learned from the feed, a fixed interval, or a cron line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from monitor.schedule.crontab import check


@dataclass(frozen=True, slots=True)
class Auto:
    """Poll as often as the feed's own rhythm asks for, between two bounds."""

    minimum: timedelta = timedelta(minutes=5)
    maximum: timedelta = timedelta(hours=24)

    def __post_init__(self) -> None:
        if not timedelta(0) < self.minimum <= self.maximum:
            raise ValueError(
                f"auto needs 0 < min <= max, not min {self.minimum}, max {self.maximum}"
            )


@dataclass(frozen=True, slots=True)
class Every:
    """Poll at a fixed interval, counted from the last poll."""

    interval: timedelta

    def __post_init__(self) -> None:
        if self.interval <= timedelta(0):
            raise ValueError(f"every needs an interval above 0, not {self.interval}")


@dataclass(frozen=True, slots=True)
class Cron:
    """Poll at the times of a crontab line, in a time zone (IANA name).

    Raises pipeline.errors.ConfigError for a line or a zone that cannot be used.
    """

    expression: str
    zone: str = "UTC"

    def __post_init__(self) -> None:
        check(self.expression, self.zone)


Plan = Auto | Every | Cron
