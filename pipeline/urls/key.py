"""The identity of an article address: one key for all spellings of it."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.urls.hosts import public_suffix
from pipeline.urls.resolve import Address, parse
from pipeline.urls.tracking import is_tracking

_MOBILE = frozenset(
    {
        "www", "m", "mobile", "mobil", "mobi", "touch", "amp", "wap",
    }
)  # fmt: skip
_WEB_PORTS = (None, 80, 443)
_HEX = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SESSION_PART = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/;]*|/\([A-Z]\([0-9a-z]{20,}\)\)(?=/|\Z)", re.IGNORECASE
)
_SLASHES = re.compile(r"/{2,}")
_AMP_CACHE = re.compile(r"/(?:[a-z]{1,2}|bento)/(s/)?([^/]+\.[^/]+)(/.*)?\Z")
_GOOGLE_AMP = re.compile(r"/amp/(s/)?([^/]+\.[^/]+)(/.*)?\Z")
_GOOGLE_HOST = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?\Z")
# A folder and its index document are one page on every server that has index documents at all;
# publishers link both (…/story/ in the feed, …/story/index.html as canonical).
_INDEX = re.compile(r"/index\.(?:html?|php)\Z", re.IGNORECASE)
_AMP_END = re.compile(r"(?<=[^/])/amp\Z", re.IGNORECASE)
_AMP_FILE = re.compile(r"(?<=[^/.])\.amp(\.html?)?\Z", re.IGNORECASE)
_AMP_START = re.compile(r"/amp(?=/[^/])", re.IGNORECASE)


def canonical_key(url: str) -> str:
    """The key of an article address: all usual spellings of one address give one key.

    Scheme, ``www.``, mobile and AMP forms, tracking, order of the query, index documents and
    trailing slashes fold; parameters that name an article stay.  ``canonical_key`` of a key is
    that key.  The result is for comparing, not for fetching.  What is no http(s) address comes back
    stripped and otherwise unchanged.
    """
    try:
        address = _unwrapped(parse(url))
    except ValueError:
        return url.strip()
    port = "" if address.port in _WEB_PORTS else f":{address.port}"
    query = _query(address.query) if address.query else ""
    return f"https://{key_host(address.host)}{port}{_path(address.path)}{query}"


def _unwrapped(address: Address) -> Address:
    """The publisher's own address inside that of an AMP viewer or cache."""
    while True:
        if address.host.endswith((".cdn.ampproject.org", ".bing-amp.com")):
            match = _AMP_CACHE.match(address.path)
        elif _GOOGLE_HOST.match(address.host):
            match = _GOOGLE_AMP.match(address.path)
        else:
            return address
        if match is None:
            return address
        query = "" if address.query is None else f"?{address.query}"
        scheme = "https" if match[1] else "http"
        try:
            address = parse(f"{scheme}://{match[2]}{match[3] or '/'}{query}")
        except ValueError:
            return address


@lru_cache(maxsize=16384)
def key_host(host: str) -> str:
    """The host without ``www.``, ``m.`` and such, as far as what is left was registered."""
    while True:
        first, _, rest = host.partition(".")
        if first not in _MOBILE or "." not in rest:
            return host
        suffix = public_suffix(rest)
        if not suffix or rest == suffix:
            return host
        host = rest


def _path(path: str) -> str:
    path = _SLASHES.sub("/", _decoded(path)).rstrip("/")
    if ";" in path or "(" in path:
        path = _SESSION_PART.sub("", path).rstrip("/")
    while True:
        before = path
        if "amp" in path.lower():
            path = _AMP_START.sub("", path, count=1) if _AMP_START.match(path) else path
            path = _AMP_FILE.sub(lambda m: m[1] or "", _AMP_END.sub("", path)).rstrip("/")
        path = _INDEX.sub("", path).rstrip("/")
        if path == before:
            return path or "/"


def _query(query: str) -> str:
    kept = set()
    for piece in query.split("&"):
        name, _, value = piece.partition("=")
        # Feeds that escape twice leave "&amp;utm_source=…" behind.
        while name.startswith("amp;"):
            name = name[4:]
        name, value = _decoded(name.replace("+", "%20")), _decoded(value.replace("+", "%20"))
        if (name or value) and not is_tracking(name, value):
            kept.add((name, value))
    if not kept:
        return ""
    return "?" + "&".join(f"{name}={value}" if value else name for name, value in sorted(kept))


def _decoded(text: str) -> str:
    """Percent-encoding in its one form: unreserved characters plain, hex digits in upper case."""
    return _HEX.sub(_unreserved, text) if "%" in text else text


@lru_cache(maxsize=1024)
def _char(code: str) -> str:
    char = chr(int(code, 16))
    return char if char in _UNRESERVED else f"%{code.upper()}"


def _unreserved(match: re.Match[str]) -> str:
    return _char(match[1])
