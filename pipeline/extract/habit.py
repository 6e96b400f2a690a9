"""What is known of a source that helps to read the times on its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeHabit:
    """How a source writes times; what is None is not known."""

    zone: tzinfo | None = None  # of times without one
    day_first: bool | None = None  # how it means 03/04/2026


NO_HABIT = TimeHabit()

# Where English is written and the day comes first; the rest writes March 4 as 03/04, or both.
_DAY_FIRST_REGIONS = frozenset(
    ("au", "bd", "bw", "cy", "gb", "gh", "hk", "ie", "in", "jm", "ke", "lk", "mt", "my", "na", "ng",
     "nz", "pk", "sg", "tt", "tz", "ug", "uk", "za", "zm", "zw")
)  # fmt: skip
_MONTH_FIRST_REGIONS = frozenset(("us", "ph", "pr"))


def by_language(tag: str | None, host: str) -> bool | None:
    """Whether a language tag ("en-GB") or an address says that the day comes first.

    English without a country may mean either: None, unless the host ends with a country's code.
    """
    parts = (tag or "").lower().replace("_", "-").split("-")
    if parts[0] and parts[0] != "en":
        return True
    last = host.rpartition(".")[2].lower()
    for region in (*parts[1:2], last):
        if region in _MONTH_FIRST_REGIONS:
            return False
        if region in _DAY_FIRST_REGIONS:
            return True
    return None
