"""When the articles of a source are looked at again, as ``monitor sources show`` tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from monitor.cli.options import Given
from monitor.config import effective
from monitor.schedule import RecheckPlan, recheck_plan
from monitor.schedule.rechecks import WINDOW
from pipeline.errors import ConfigError
from pipeline.store.reading import Reader
from pipeline.store.reading_edits import look_history


def planned(given: Given, reader: Reader, slug: str, now: datetime) -> RecheckPlan | None:
    """Return the plan of a source; None without a sound configuration."""
    if given.config_path is None:
        return None
    try:
        config = given.load()
    except ConfigError:
        return None  # `config check` tells what is wrong; the rest can be shown
    source = config.source(slug)
    if source is None:
        return None
    history = look_history(reader, slug, now - WINDOW)
    return recheck_plan(effective.recheck(config, source), history, own=source.recheck is not None)


def plan_json(plan: RecheckPlan | None) -> dict[str, Any] | None:
    """Return a plan as JSON has it, ages in seconds."""
    if plan is None:
        return None
    ages = [round(age.total_seconds()) for age in plan.ages]
    return {"ages": ages, "thinned": plan.thinned, "reason": plan.reason}
