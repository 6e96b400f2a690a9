"""Who looks at a page, and how they want it: from cookies, for pages and API alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request

from monitor.web.desk import Desk

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """The reviewer behind a request."""

    name: str
    theme: Theme = "auto"
    csrf: str = ""  # goes into each form as ``csrf``, and into htmx's header X-CSRF-Token
    may_write: bool = True
    known: bool = False  # gave a name, or signed in


def desk_of(request: Request) -> Desk:
    """Return the store of this application."""
    desk: Desk = request.app.state.desk
    return desk


def viewer_of(request: Request) -> Viewer:
    """Return who asks, as the guard found out."""
    viewer: Viewer = request.state.viewer
    return viewer


OfDesk = Annotated[Desk, Depends(desk_of)]
OfViewer = Annotated[Viewer, Depends(viewer_of)]
