"""Who somebody is: signing in and out, the reviewer's name, the theme."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from monitor.web.back import see
from monitor.web.guard import Guard
from monitor.web.passwords import matches
from monitor.web.render import page
from monitor.web.sessions import LIFETIME, Session
from monitor.web.viewer import THEMES, OfDesk, OfViewer
from pipeline.store.review_records import MAX_NAME, clean_name

router = APIRouter()


@router.get("/login", name="login")
def login_page(request: Request, viewer: OfViewer) -> HTMLResponse:
    """Ask for name and password."""
    return page(request, "login.html", name=viewer.name if viewer.known else "", message="")


@router.post("/login")
def login(
    request: Request,
    desk: OfDesk,
    name: Annotated[str, Form(max_length=1000)] = "",
    password: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Sign in."""
    guard: Guard = request.state.guard
    address = request.client.host if request.client else ""

    def again(status: int, message: str) -> Response:
        return page(request, "login.html", status, name=name[:MAX_NAME], message=message)

    wait = guard.limiter.wait(address)
    if wait is not None:
        seconds = max(1, round(wait.total_seconds()))
        answer = again(429, f"Too many tries. Wait {seconds} seconds.")
        answer.headers["Retry-After"] = str(seconds)
        return answer
    settings = desk.settings
    if settings.password_hash:
        right = matches(settings.password_hash, password)
    else:
        right = hmac.compare_digest(password.encode(), (settings.token or "").encode())
    if guard.asks and not right:
        guard.limiter.failed(address)
        return again(401, "That is not the password.")
    try:
        kept = clean_name(name)
    except ValueError as error:
        return again(400, f"{error}.")
    guard.limiter.succeeded(address)
    # A session of its own: whoever knew the old one knows nothing of this.
    session = guard.signer.new(settings.clock(), name=kept, signed_in=guard.asks)
    return _with(see("/"), guard, session)


@router.post("/logout")
def logout(request: Request, desk: OfDesk) -> Response:
    """Sign out."""
    guard: Guard = request.state.guard
    return _with(see("/"), guard, guard.signer.new(desk.settings.clock()))


@router.post("/me")
def me(
    request: Request,
    desk: OfDesk,
    name: Annotated[str, Form(max_length=1000)] = "",
    theme: Annotated[str, Form(max_length=20)] = "",
    back: Annotated[str, Form(max_length=4000)] = "/",
) -> Response:
    """Change the reviewer's name or the theme."""
    guard: Guard = request.state.guard
    session: Session = request.state.session
    answer = see(back)
    if theme in THEMES:
        answer.set_cookie("theme", theme, max_age=int(LIFETIME.total_seconds()), samesite="lax")
    if name.strip():
        try:
            kept = clean_name(name)
        except ValueError as error:
            return page(request, "error.html", 400, status=400, message=str(error))
        now = desk.settings.clock()
        fresh = guard.signer.new(now, name=kept, signed_in=session.signed_in)
        return _with(answer, guard, fresh)
    return answer


def _with(answer: Response, guard: Guard, session: Session) -> Response:
    answer.raw_headers.append((b"set-cookie", guard.cookie(session)))
    return answer
