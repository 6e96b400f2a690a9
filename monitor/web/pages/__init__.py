"""The pages: each module has a ``router``, and one line here."""

from __future__ import annotations

from fastapi import APIRouter

from monitor.web.pages import helping, inbox, me, story, triage

ROUTERS: tuple[APIRouter, ...] = (
    inbox.router,
    story.router,
    triage.router,
    me.router,
    helping.router,
)
