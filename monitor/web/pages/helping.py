"""Keys, filters and marks explained."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.web.render import page

router = APIRouter()


@router.get("/help", name="help")
def help_page(request: Request) -> HTMLResponse:
    """Explain the pages."""
    return page(request, "help.html")
