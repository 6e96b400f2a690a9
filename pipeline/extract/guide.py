"""What is known of a page before it is read, and what is wanted of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timezone
from typing import TYPE_CHECKING

from pipeline.extract.habit import NO_HABIT, TimeHabit

if TYPE_CHECKING:
    from pipeline.extract.rules import Rules
    from pipeline.extract.site_memory import SiteMemory


@dataclass(frozen=True, kw_only=True, slots=True)
class Guide:
    """How a page is to be read."""

    engine: str = "auto"  # see ``engines.ENGINES``
    rules: Rules | None = None  # where the parts of the article are, as the configuration says
    site: SiteMemory | None = None  # what is remembered of the pages of its source
    times: TimeHabit = NO_HABIT  # how its source writes times
    markup: bool = False  # True: the body as HTML too

    @property
    def habit(self) -> TimeHabit:
        """How the source writes times, as it was told or else as its pages taught."""
        told, site = self.times, self.site
        if site is None:
            return told
        zone = told.zone
        if zone is None and site.utc_offset is not None:
            zone = timezone(site.utc_offset)
        day_first = site.day_first if told.day_first is None else told.day_first
        return TimeHabit(zone=zone, day_first=day_first)
