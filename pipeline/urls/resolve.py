"""Reading a web address: one parser for links, keys and the address guard.

It follows the WHATWG URL standard for http and https, and refuses where programs disagree.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.urls.hosts import clean_host

MAX_LENGTH = 2048
DEFAULT_PORTS = {"http": 80, "https": 443}

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_EDGES = "".join(map(chr, range(0x21))) + "\x7f\xa0\u200b\u2060\u3000\ufeff"
_TABS = re.compile(r"[\t\n\r]")
_CLEAN = re.compile(
    r"(https?)://([a-z0-9][a-z0-9.-]*)(?::([0-9]{1,5}))?"
    r"(/[A-Za-z0-9._~!$&'()*+,;=:@/%|-]*)?"
    r"(?:\?([A-Za-z0-9._~!$&()*+,;=:@/?%|-]*))?(?:#|\Z)"
)
_NOT_PATH = re.compile(r"[^A-Za-z0-9._~!$&'()*+,;=:@/%\[\]|-]+")
_NOT_QUERY = re.compile(r"[^A-Za-z0-9._~!$&()*+,;=:@/?%\[\]|-]+")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SLOW_PERCENT = re.compile(r"%(?:2[Ee]|(?![0-9A-Fa-f]{2}))")
_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?:/|\Z)", re.IGNORECASE)


class Address(NamedTuple):
    """A web address in its parts; ``str()`` joins them."""

    scheme: str  # http or https
    host: str  # as from `clean_host`
    port: int | None  # None: the default of the scheme
    path: str  # begins with /
    query: str | None  # without the question mark

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        query = "" if self.query is None else f"?{self.query}"
        return f"{self.scheme}://{self.host}{port}{self.path}{query}"


def resolve(base: str, href: str) -> str | None:
    """The absolute http(s) URL that ``href`` means on the page ``base``, without fragment.

    None for other schemes, user names, missing or oddly spelled hosts, bad ports, blank links and
    more than 2,048 characters.  What is not ASCII is percent-encoded as UTF-8, hosts as A-labels.
    ``base`` may be "" when the link is absolute.
    """
    match = _CLEAN.match(href)
    if match is not None and len(href) <= MAX_LENGTH:
        scheme, raw_host, port, path, query = match.groups()
        plain = port is None and path is not None and "/." not in path
        if plain and not ("%" in href and _SLOW_PERCENT.search(href)):
            try:
                host = clean_host(raw_host)
            except ValueError:
                return None
            if query is None:
                return f"{scheme}://{host}{path}"
            return f"{scheme}://{host}{path}?{query}"
    try:
        found = str(parse(href, base))
    except ValueError:
        return None
    return found if len(found) <= MAX_LENGTH else None


def parse(href: str, base: str = "") -> Address:
    """The parts of the address that ``href`` means on the page ``base``.

    Raises ValueError, with a reason for people, where `resolve` gives None.
    """
    href = href.strip(_EDGES)
    if not href:
        raise ValueError("no address")
    href = href.partition("#")[0]
    if len(href) > 2 * MAX_LENGTH:
        raise ValueError("address too long")
    href = _TABS.sub("", href)
    match = _SCHEME.match(href)
    scheme = match[1].lower() if match else ""
    if match and scheme not in DEFAULT_PORTS:
        raise ValueError(f"scheme {scheme[:20]} is not http or https")
    rest, mark, query = href[match.end() if match else 0 :].partition("?")
    rest = rest.replace("\\", "/")
    asked = _encode(query, _NOT_QUERY) if mark else None
    if rest.startswith("//") or (match and not _same_scheme(base, scheme)):
        scheme = scheme or _base(base).scheme
        authority, slash, path = rest.lstrip("/").partition("/")
        host, port = _authority(authority, scheme)
        return Address(scheme, host, port, _path(slash + path), asked)
    return _relative(_base(base), rest, asked)


def _relative(base: Address, rest: str, query: str | None) -> Address:
    if rest.startswith("/"):
        path = _path(rest)
    elif rest:
        path = _path(base.path.rpartition("/")[0] + "/" + rest)
    else:
        path, query = base.path, base.query if query is None else query
    return base._replace(path=path, query=query)


@lru_cache(maxsize=512)
def _base(base: str) -> Address:
    if not _SCHEME.match(base.lstrip(_EDGES)):
        raise ValueError("relative address without a base")
    return parse(base)


def _same_scheme(base: str, scheme: str) -> bool:
    # "https:story.html" on an https page is a relative link; elsewhere story.html is the host.
    return bool(base) and _base(base).scheme == scheme


def _authority(authority: str, scheme: str) -> tuple[str, int | None]:
    if "@" in authority:
        raise ValueError("user name in address")
    if authority.startswith("["):
        raw_host, bracket, tail = authority.partition("]")
        raw_host += bracket
        if tail and not tail.startswith(":"):
            raise ValueError("bad IPv6 address")
        raw_port = tail[1:]
    else:
        raw_host, _, raw_port = authority.partition(":")
    host = clean_host(raw_host)
    if not raw_port:
        return host, None
    if not (raw_port.isascii() and raw_port.isdigit() and len(raw_port) <= 5):
        raise ValueError("bad port")
    port = int(raw_port)
    if not 0 < port < 65536:
        raise ValueError("bad port")
    return host, None if port == DEFAULT_PORTS[scheme] else port


def _path(path: str) -> str:
    path = _encode(path, _NOT_PATH) or "/"
    return _without_dots(path) if _DOTS.search(path) else path


def _without_dots(path: str) -> str:
    kept: list[str] = []
    parts = path.split("/")[1:]
    for number, part in enumerate(parts, 1):
        name = part.lower().replace("%2e", ".")
        if name == "..":
            if kept:
                kept.pop()
        elif name != ".":
            kept.append(part)
            continue
        if number == len(parts):
            kept.append("")
    return "/" + "/".join(kept)


def _encode(text: str, odd: re.Pattern[str]) -> str:
    if odd.search(text):
        text = odd.sub(_percent, text)
    return _BARE_PERCENT.sub("%25", text) if "%" in text else text


def _percent(match: re.Match[str]) -> str:
    try:
        return "".join(f"%{byte:02X}" for byte in match[0].encode())
    except UnicodeEncodeError:
        raise ValueError("broken character in address") from None
