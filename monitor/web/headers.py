"""The headers of every answer."""

from __future__ import annotations

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# A stored page of an outlet: nothing in it runs or is fetched, and only we may frame it.
INERT = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    # Others learn nothing; with "no-referrer" our own forms would have no origin either.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


def secured(headers: list[tuple[bytes, bytes]], path: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer with those that each one has."""
    names = {name.lower() for name, _ in headers}
    found = [(name, value) for name, value in headers if name.lower() != b"server"]
    found += [(name, value) for name, value in ALWAYS if name not in names]
    if b"content-security-policy" not in names:
        found += [
            (b"content-security-policy", POLICY.encode()),
            (b"x-frame-options", b"DENY"),
        ]
    if b"cache-control" not in names:
        # Names of static files carry their version.
        still = path.startswith("/static/")
        kept = b"public, max-age=31536000, immutable" if still else b"no-store"
        found.append((b"cache-control", kept))
    return found
