"""When the pages of a source are visited again, by its orders and by what that brought so far."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from monitor.orders import SourceOrder
from monitor.schedule import confirm_at, recheck_at, recheck_plan, second_look_at
from monitor.schedule.rechecks import WINDOW
from monitor.writing import StoreClient
from pipeline.afterwards import Looks
from pipeline.store.records import DueLink, LookHistory

ASKED_EVERY = timedelta(hours=1)  # then a source's history is asked for again


class Again:
    """Answers for all sources; their histories are kept in memory for an hour."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._histories: dict[str, tuple[datetime, LookHistory]] = {}

    async def ask(self, store: StoreClient, source: str, now: datetime) -> None:
        """Learn what looking again at a source's articles brought, unless it is known.

        Raises StoreError.
        """
        asked = self._histories.get(source)
        if asked is not None and now - ASKED_EVERY < asked[0] <= now:
            return
        since = now - WINDOW
        found = await store.do(lambda s: s.edits.look_history(source, since), urgent=True)
        self._histories[source] = (now, found)

    def edited(self, source: str) -> None:
        """Say that an edit was found: the source's history is another one now."""
        self._histories.pop(source, None)

    def next_visit(self, link: DueLink, order: SourceOrder, now: datetime) -> datetime | None:
        """When to look again at the article of a link that was just visited."""
        _, history = self._histories.get(link.source, (None, LookHistory()))
        plan = recheck_plan(order.recheck, history, own=order.own_recheck)
        return recheck_at(_since(link), now, plan.ages, self._rng)

    def looks(self, link: DueLink, order: SourceOrder, now: datetime) -> Looks:
        """When to look again if the page is not what it should be."""
        return Looks(
            confirm_at=confirm_at(now, order.recheck, self._rng),
            second_at=second_look_at(link.discovered_at, now, order.recheck, self._rng),
            edited_at=recheck_at(_since(link), now, order.recheck, self._rng),
        )


def _since(link: DueLink) -> datetime:
    """What the ages of looks count from: a story that was days old when found is settled."""
    seen = link.discovered_at
    published = link.hints.published_at
    return min(seen, published) if published is not None else seen
