"""Which requests are refused before anything else looks at them: pure rules."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_TARGET = 8_000  # bytes of path and query
MAX_PARAMS = 100
MAX_BODY = 1_000_000  # bytes
SAFE = ("GET", "HEAD")
METHODS = (*SAFE, "POST", "DELETE")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_TRICKS = re.compile(
    rb"%(?:2f|5c|00|0[1-9a-f]|1[0-9a-f]|7f)|\\|[\x00-\x20\x7f-\xff]", re.IGNORECASE
)
_DOTS = re.compile(rb"(?:^|/)(?:\.|%2e){1,2}(?:/|$)|//", re.IGNORECASE)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why a request goes no further."""

    status: int
    reason: str


def target(method: str, raw_path: bytes, query: bytes) -> Refusal | None:
    """Refuse methods that nothing here has, and addresses that are huge or want to deceive."""
    if method not in METHODS:
        return Refusal(status=405, reason=f"{method[:20]} is not answered here")
    if len(raw_path) + len(query) > MAX_TARGET:
        return Refusal(status=414, reason=f"the address is longer than {MAX_TARGET} bytes")
    if query.count(b"&") >= MAX_PARAMS:
        return Refusal(status=400, reason=f"more than {MAX_PARAMS} parameters")
    if _TRICKS.search(raw_path) or _DOTS.search(raw_path):
        return Refusal(status=400, reason="the path holds what no path of ours does")
    return None


def host(values: Collection[bytes], names: Collection[str], *, any_address: bool) -> Refusal | None:
    """Refuse a request for a host that we are not.

    Browsers send the name that they looked up, so that a page elsewhere which lets its own name
    point here is found out.  ``any_address``: IP addresses are fine, which no name can fake.
    """
    if len(values) != 1:
        return Refusal(status=400, reason="needs exactly one Host")
    match = _HOST.fullmatch(next(iter(values)).decode("latin-1"))
    if match is None:
        return Refusal(status=400, reason="the Host is not readable")
    name = match[1].lower().rstrip(".").strip("[]")
    if name in LOOPBACK or name in names or (any_address and _is_address(name)):
        return None
    return Refusal(
        status=421,
        reason="this name is not one of ours; add it to web.allow_hosts in the configuration",
    )


def origin(host_header: str, origin_header: str | None, fetch_site: str | None) -> Refusal | None:
    """Refuse a change that a page of another site sends."""
    if fetch_site is not None and fetch_site not in ("same-origin", "none"):
        return Refusal(status=403, reason="this change was sent by another site")
    if origin_header is not None:
        try:
            parts = urlsplit(origin_header)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or parts.netloc.lower() != host_header.lower():
            return Refusal(status=403, reason="this change was sent by another site")
    return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
