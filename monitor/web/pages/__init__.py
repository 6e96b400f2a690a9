"""The pages: each module has a ``router``, and one line here."""

from __future__ import annotations

from fastapi import APIRouter

from monitor.web.pages import (
    coverage,
    feeds,
    helping,
    inbox,
    me,
    rules,
    sources,
    story,
    timeline,
    triage,
)

ROUTERS: tuple[APIRouter, ...] = (
    inbox.router,
    story.router,
    triage.router,
    rules.router,  # before those of a source, whose paths have a place for any action
    sources.router,
    coverage.router,
    timeline.router,
    feeds.router,
    me.router,
    helping.router,
)
