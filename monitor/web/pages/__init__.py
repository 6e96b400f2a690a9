"""The pages: each module has a ``router``, and one line here."""

from __future__ import annotations

from fastapi import APIRouter

from monitor.web.pages import inbox, me

ROUTERS: tuple[APIRouter, ...] = (inbox.router, me.router)
