"""Where a plain form goes when it is done."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi.responses import RedirectResponse


def safe_back(text: str | None, otherwise: str = "/") -> str:
    """Return a path of this site, whatever a form says."""
    if not text or not text.startswith("/") or len(text) > 4000:
        return otherwise
    if any(ord(char) < 33 or ord(char) == 127 or char == "\\" for char in text):
        return otherwise
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or text.startswith("//"):
        return otherwise
    return text


def see(text: str | None, otherwise: str = "/") -> RedirectResponse:
    """Return the answer that sends a browser on after a change."""
    return RedirectResponse(safe_back(text, otherwise), status_code=303)
