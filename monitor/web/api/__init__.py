"""The JSON API under ``/api/v1``: each module has a ``router``, and one line here."""

from __future__ import annotations

from fastapi import APIRouter

from monitor.web.api import deciding, reading, watching

ROUTERS: tuple[APIRouter, ...] = (reading.router, deciding.router, watching.router)
