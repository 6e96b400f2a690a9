"""When each feed is polled and each page visited: pure rules, with clock and chance as arguments.

``after_poll`` is the heart; ``pick_due``, ``catch_up`` and ``repair`` are what a tick needs.
"""

from __future__ import annotations

from monitor.schedule.plans import Auto, Cron, Every, Plan
from monitor.schedule.polls import after_poll, repair, replan
from monitor.schedule.rechecks import RecheckPlan, recheck_plan
from monitor.schedule.rhythm import Rhythm, rhythm_from_text, rhythm_to_text
from monitor.schedule.silence import silent_after, usual_gap
from monitor.schedule.state import FeedState, PollResult, pause, resume
from monitor.schedule.turns import Waiting, catch_up, pick_due
from monitor.schedule.visits import confirm_at, recheck_at, retry_at, second_look_at

__all__ = [
    "Auto",
    "Cron",
    "Every",
    "FeedState",
    "Plan",
    "PollResult",
    "RecheckPlan",
    "Rhythm",
    "Waiting",
    "after_poll",
    "catch_up",
    "confirm_at",
    "pause",
    "pick_due",
    "recheck_at",
    "recheck_plan",
    "repair",
    "replan",
    "resume",
    "retry_at",
    "rhythm_from_text",
    "rhythm_to_text",
    "second_look_at",
    "silent_after",
    "usual_gap",
]
