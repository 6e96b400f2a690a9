"""Stands before the application: refuses what must not come in, finds out who asks."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

import structlog

from monitor.config.webpages import is_loopback
from monitor.web import headers, refusals
from monitor.web.passwords import Limiter
from monitor.web.refusals import MAX_BODY, SAFE, Refusal
from monitor.web.sessions import COOKIE, LIFETIME, Session, Signer
from monitor.web.settings import WebSettings
from monitor.web.viewer import THEMES, Viewer
from pipeline.store.review_records import clean_name

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

API = "/api/"
FEEDS = "/feeds/"
OPEN = ("/login", "/static/")  # without signing in
COOKIES_ONLY = ("/login", "/logout", "/me")  # changes that leave the file alone

log = structlog.get_logger()


class TooLargeError(Exception):
    """A body over the limit."""


class Guard:
    """ASGI middleware; ``scope["state"]`` gets ``viewer``, ``session``, ``guard``."""

    def __init__(self, app: App, settings: WebSettings) -> None:
        self._app = app
        self._settings = settings
        self.signer = Signer(settings.password_hash, settings.token)
        self.limiter = Limiter(settings.clock)
        self._names = frozenset(
            name.lower().rstrip(".").strip("[]") for name in (settings.host, *settings.allow_hosts)
        ) - {"0.0.0.0", "::"}  # noqa: S104
        self._open = not is_loopback(settings.host)

    @property
    def asks(self) -> bool:
        """True if people and programs have to say who they are."""
        return bool(self._settings.password_hash or self._settings.token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, started = scope["path"], False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = headers.secured(list(message.get("headers", ())), path)
            await send(message)

        async def refuse(refusal: Refusal) -> None:
            await _say(guarded, path, refusal)

        found = _Headers(scope)
        refusal = refusals.target(
            scope["method"], scope.get("raw_path") or path.encode(), scope["query_string"]
        ) or refusals.host(found.all(b"host"), self._names, any_address=self._open)
        if refusal is not None:
            await refuse(refusal)
            return
        session, fresh = self._session(found)
        state = scope.setdefault("state", {})
        state |= {"guard": self, "session": session, "viewer": self._viewer(found, session)}
        try:
            body = None if scope["method"] in SAFE else await _whole(receive)
        except TooLargeError:
            await refuse(Refusal(status=413, reason=f"more than {MAX_BODY} bytes"))
            return
        refusal = self._who(scope, found, session) or self._change(scope, found, session, body)
        if refusal is not None and refusal.status == 401 and _wants_page(scope, found):
            await _redirect(guarded, "/login")
            return
        if refusal is not None:
            await refuse(refusal)
            return
        if fresh and not path.startswith(("/static/", API)):
            answer = self._with_cookie(guarded, session)
        else:
            answer = guarded
        try:
            await self._app(scope, receive if body is None else _replayed(body, receive), answer)
        except Exception as error:
            log.exception("a page failed", path=path, error=str(error))
            if started:
                raise
            await refuse(Refusal(status=500, reason="that is a mistake of ours; the log has more"))

    # -- who ----------------------------------------------------------------------------------

    def _session(self, found: _Headers) -> tuple[Session, bool]:
        now = self._settings.clock()
        session = self.signer.session(found.cookies().get(COOKIE), now)
        return (session, False) if session else (self.signer.new(now), True)

    def _viewer(self, found: _Headers, session: Session) -> Viewer:
        theme = found.cookies().get("theme", "auto")
        given = found.one(b"x-reviewer") if found.bearer() else None
        try:
            name = clean_name(given) if given else session.name
        except ValueError:
            name = ""
        return Viewer(
            name=name or self._settings.reviewer,
            theme=theme if theme in THEMES else "auto",
            csrf=self.signer.form_token(session),
            may_write=not self._settings.read_only,
            known=bool(session.name),
        )

    def _who(self, scope: Scope, found: _Headers, session: Session) -> Refusal | None:
        bearer, token = found.bearer(), self._settings.token
        if bearer is None and scope["path"].startswith(FEEDS):
            # Feed readers know no other way; the name does not matter.
            bearer = found.basic_password()
        if bearer is not None:
            address = (scope.get("client") or ("",))[0]
            wait = self.limiter.wait(address)
            if wait is not None:
                return Refusal(status=429, reason=f"wait {wait.total_seconds():.0f} s")
            if token is None or not hmac.compare_digest(bearer.encode(), token.encode()):
                self.limiter.failed(address)
                return Refusal(status=401, reason="this token is not known here")
            return None
        if not self.asks or session.signed_in or scope["path"].startswith(OPEN):
            return None
        return Refusal(status=401, reason="sign in first")

    def _change(
        self, scope: Scope, found: _Headers, session: Session, body: bytes | None
    ) -> Refusal | None:
        if body is None:
            return None
        path, kind = scope["path"], (found.one(b"content-type") or "").partition(";")[0].strip()
        if self._settings.read_only and path not in COOKIES_ONLY:
            return Refusal(status=403, reason="these pages are read-only")
        refusal = refusals.origin(
            found.one(b"host") or "", found.one(b"origin"), found.one(b"sec-fetch-site")
        )
        if refusal is not None or found.bearer() is not None:
            return refusal
        if path.startswith(API):
            # A form of another site cannot send this type without being asked about it first.
            if kind.lower() != "application/json":
                return Refusal(status=415, reason="send application/json")
            return None
        token = found.one(b"x-csrf-token")
        if token is None and kind.lower() == "application/x-www-form-urlencoded":
            token = _field(body, "csrf")
        if token is None or not self.signer.is_form_token(session, token):
            return Refusal(
                status=403, reason="this form is too old or not ours; load the page again"
            )
        return None

    def _with_cookie(self, send: Send, session: Session) -> Send:
        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and not any(
                name == b"set-cookie" and value.startswith(COOKIE.encode())
                for name, value in message["headers"]
            ):
                message["headers"] = [*message["headers"], (b"set-cookie", self.cookie(session))]
            await send(message)

        return with_cookie

    def cookie(self, session: Session) -> bytes:
        """Return the header that sets a session."""
        secure = "; Secure" if self._settings.secure_cookies else ""
        return (
            f"{COOKIE}={self.signer.cookie(session)}; Path=/; HttpOnly; SameSite=Lax; "
            f"Max-Age={int(LIFETIME.total_seconds())}{secure}"
        ).encode()


class _Headers:
    """The headers of a request."""

    def __init__(self, scope: Scope) -> None:
        self._all: list[tuple[bytes, bytes]] = scope["headers"]

    def all(self, name: bytes) -> list[bytes]:
        return [value for own, value in self._all if own == name]

    def one(self, name: bytes) -> str | None:
        found = self.all(name)
        return found[0].decode("latin-1") if found else None

    def bearer(self) -> str | None:
        kind, _, token = (self.one(b"authorization") or "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else None

    def basic_password(self) -> str | None:
        kind, _, value = (self.one(b"authorization") or "").partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            return base64.b64decode(value.strip()).decode().partition(":")[2]
        except ValueError:
            return ""

    def cookies(self) -> dict[str, str]:
        try:
            jar = SimpleCookie((self.one(b"cookie") or "")[:8000])
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in jar.items()}


async def _whole(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)  # gone already
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            raise TooLargeError
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _field(body: bytes, name: str) -> str | None:
    try:
        fields = parse_qsl(body.decode("ascii"), max_num_fields=20_000)
    except (ValueError, UnicodeDecodeError):
        return None
    return next((value for own, value in fields if own == name), None)


def _wants_page(scope: Scope, found: _Headers) -> bool:
    return (
        scope["method"] in SAFE
        and not scope["path"].startswith((API, FEEDS))
        and found.one(b"hx-request") is None
    )


async def _redirect(send: Send, where: str) -> None:
    await send(
        {"type": "http.response.start", "status": 303, "headers": [(b"location", where.encode())]}
    )
    await send({"type": "http.response.body", "body": b""})


async def _say(send: Send, path: str, refusal: Refusal) -> None:
    if path.startswith(API):
        kind, body = b"application/json", json.dumps({"detail": refusal.reason}).encode()
    else:
        kind, body = b"text/plain; charset=utf-8", f"{refusal.reason}\n".encode()
    found = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    if refusal.status == 401:
        way = b'Basic realm="news monitor"' if path.startswith(FEEDS) else b"Bearer"
        found.append((b"www-authenticate", way))
    if refusal.status == 429:
        found.append((b"retry-after", refusal.reason.split()[1].encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": found})
    await send({"type": "http.response.body", "body": body})
