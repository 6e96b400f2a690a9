"""When the messages of a channel go: as it happens with a throttle, or at set times of day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo


def last_digest(times: Sequence[time], now: datetime, zone: tzinfo) -> datetime:
    """Return the newest time of day in ``times`` (not empty) that is not after ``now``, as UTC.

    A time that a change of the clock leaves out is where the clock stood before; one that comes
    twice is its first.
    """
    day = now.astimezone(zone).date()
    moments = [
        datetime.combine(day - timedelta(days=back), at, zone).astimezone(UTC)
        for back in (-1, 0, 1, 2)
        for at in times
    ]
    return max(moment for moment in moments if moment <= now)


def ready(
    waiting: Sequence[tuple[int, datetime]],
    *,
    times: Sequence[time],
    throttle: timedelta,
    last: datetime | None,
    now: datetime,
    zone: tzinfo,
) -> list[int]:
    """Return which waiting alerts (number, since when) a message is to be made of now.

    ``last`` is when the last message to the channel was made.
    """
    if times:
        until = last_digest(times, now, zone)
        return [alert for alert, at in waiting if at <= until]
    if last is not None and last <= now < last + throttle:
        return []
    return [alert for alert, _ in waiting]
