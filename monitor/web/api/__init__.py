"""The JSON API under ``/api/v1``: each module has a ``router``, and one line here."""

from __future__ import annotations

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
