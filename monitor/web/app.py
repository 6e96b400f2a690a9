"""The application: routes, static files, errors as pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from monitor import __version__
from monitor.choosing import SelectionError
from monitor.review.diff_told import StatesError
from monitor.review.filters import FilterError
from monitor.review.rules_trial import RuleError
from monitor.web.api import ROUTERS as API
from monitor.web.desk import Desk, ReadOnlyError
from monitor.web.guard import Guard
from monitor.web.pages import ROUTERS as PAGES
from monitor.web.pages.sources import PauseError
from monitor.web.render import page
from monitor.web.settings import WebSettings
from monitor.web.triage import ActionError
from pipeline.errors import (
    ConfigError,
    MonitorError,
    NotFoundError,
    ReviewConflictError,
    StoreLockedError,
)

STATIC = Path(__file__).with_name("static")
PREFIX = "/api/v1"

# What an error of ours means to a browser; others are 500.
_STATUS: tuple[tuple[type[MonitorError], int], ...] = (
    (NotFoundError, 404),
    (FilterError, 400),
    (SelectionError, 400),
    (ActionError, 400),
    (StatesError, 400),
    (PauseError, 400),
    (RuleError, 400),
    (ConfigError, 400),
    (ReadOnlyError, 403),
    (ReviewConflictError, 409),
    (StoreLockedError, 503),
)


def create_app(settings: WebSettings) -> FastAPI:
    """Return the application; it opens the database when it is asked something."""
    desk = Desk(settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    app = FastAPI(
        title="News monitor",
        version=__version__,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    app.state.desk = desk
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    for router in API:
        app.include_router(router, prefix=PREFIX)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(MonitorError, _refused)
    app.add_exception_handler(HTTPException, _lost)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_middleware(Guard, settings=settings)
    return app


async def _lost(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _told(request, error.status_code, str(error.detail))


async def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:])
    # An address that names no number is an address that is not there.
    if not request.url.path.startswith(PREFIX) and first["loc"][0] == "path":
        return _told(request, 404, "There is no such page.")
    return _told(request, 422, f"{place}: {first['msg']}" if place else str(first["msg"]))


async def _refused(request: Request, error: Exception) -> Response:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    return _told(request, status, str(error))


def _told(request: Request, status: int, message: str) -> Response:
    if request.url.path.startswith(PREFIX):
        return JSONResponse({"detail": message}, status_code=status)
    return page(request, "error.html", status, status=status, message=message)
