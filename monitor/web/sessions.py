"""Sessions in a signed cookie: who somebody is, and the token that their forms carry."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

LIFETIME = timedelta(days=30)
COOKIE = "monitor_session"


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """What the cookie says."""

    id: str
    name: str = ""  # of the reviewer; "": they gave none yet
    signed_in: bool = False
    since: int = 0  # seconds of the epoch


class Signer:
    """Signs cookies and form tokens with a key of its own.

    The key comes from the password's hash and the token, so that sessions outlive a restart and end
    when either changes; where neither is set it is made anew at each start.
    """

    def __init__(self, *secret: str | None) -> None:
        known = "\n".join(part for part in secret if part)
        material = known.encode() if known else secrets.token_bytes(32)
        self._key = hmac.new(material, b"monitor web 1", hashlib.sha256).digest()

    def new(self, now: datetime, *, name: str = "", signed_in: bool = False) -> Session:
        """Return a fresh session."""
        return Session(
            id=secrets.token_urlsafe(16), name=name, signed_in=signed_in, since=_seconds(now)
        )

    def cookie(self, session: Session) -> str:
        """Return a session as the value of its cookie."""
        text = json.dumps(asdict(session), separators=(",", ":")).encode()
        body = base64.urlsafe_b64encode(text).decode().rstrip("=")
        return f"{body}.{self._sign(b'session', body.encode())}"

    def session(self, cookie: str | None, now: datetime) -> Session | None:
        """Return the session of a cookie; None if it is not ours or too old."""
        if not cookie or len(cookie) > 2000:
            return None
        body, _, signature = cookie.partition(".")
        if not hmac.compare_digest(
            self._sign(b"session", body.encode()).encode(), signature.encode()
        ):
            return None
        found = Session(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
        age = _seconds(now) - found.since
        return found if 0 <= age <= LIFETIME.total_seconds() else None

    def form_token(self, session: Session) -> str:
        """Return what the forms of a session carry."""
        return self._sign(b"form", session.id.encode())

    def is_form_token(self, session: Session, token: str) -> bool:
        """True if a form of this session carries that."""
        return hmac.compare_digest(self.form_token(session).encode(), token.encode())

    def _sign(self, purpose: bytes, text: bytes) -> str:
        digest = hmac.new(self._key, purpose + b"\0" + text, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
