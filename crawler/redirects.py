"""The memory of one chain of redirects: where it has been and the cookies it was given."""

from __future__ import annotations

from collections import OrderedDict

from crawler.classify import StoppedError
from pipeline.model import FailureKind
from pipeline.urls import host_of, parse

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 8
_MAX_COOKIES = 50  # for a host, as browsers do at least (RFC 6265, 6.1)
_MAX_COOKIE = 4096  # characters of one
_MAX_COOKIE_HEADER = 8192  # many servers refuse longer ones
_MAX_HOSTS = 500


class Cookies:
    """Cookies by host, without domains, paths and expiry: enough to pass a cookie wall.

    They go back only to the very host that set them, and over TLS only if they came so.
    """

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, dict[str, tuple[str, bool]]] = OrderedDict()

    def take(self, url: str, set_cookies: list[str]) -> None:
        """Remember the values of the Set-Cookie headers that ``url`` answered with."""
        if not set_cookies:
            return
        jar = self._hosts.setdefault(host_of(url), {})
        self._hosts.move_to_end(host_of(url))
        if len(self._hosts) > _MAX_HOSTS:
            self._hosts.popitem(last=False)
        secure = url.startswith("https:")
        for line in set_cookies:
            pair, _, attributes = line.partition(";")
            name, equals, value = (part.strip() for part in pair.partition("="))
            if not equals or not name or len(pair) > _MAX_COOKIE or not _sendable(name + value):
                continue
            if _is_deletion(attributes):
                jar.pop(name, None)
            elif name in jar or len(jar) < _MAX_COOKIES:
                jar[name] = (value, secure)

    def header(self, url: str) -> str | None:
        """The Cookie header for a request to ``url``; None if there is nothing to send."""
        if not self._hosts:
            return None
        jar = self._hosts.get(host_of(url))
        if not jar:
            return None
        secure = url.startswith("https:")
        pairs: list[str] = []
        room = _MAX_COOKIE_HEADER
        for name, (value, over_tls) in jar.items():
            pair = f"{name}={value}"
            room -= len(pair) + 2
            if (secure or not over_tls) and room >= 0:
                pairs.append(pair)
        return "; ".join(pairs) or None


def _sendable(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _is_deletion(attributes: str) -> bool:
    for attribute in attributes.lower().split(";"):
        name, _, value = (part.strip() for part in attribute.partition("="))
        if name == "max-age" and (value.startswith("-") or value == "0"):
            return True
        if name == "expires" and " 1970 " in value.replace("-", " "):
            return True
    return False


class Chain:
    """One request with the redirects it leads to."""

    def __init__(self, cookies: Cookies) -> None:
        self.passed: list[str] = []  # the URLs that redirected us, first to last
        self._cookies = cookies
        self._seen: set[tuple[str, str | None]] = set()

    def enter(self, url: str) -> str | None:
        """Note that ``url`` is requested now; returns the Cookie header to send with it.

        Raises:
            StoppedError: the same was asked before with the same cookies.
        """
        cookie = self._cookies.header(url)
        if (url, cookie) in self._seen:
            raise StoppedError(FailureKind.REDIRECTS, f"redirected in a circle at {url[:200]}")
        self._seen.add((url, cookie))
        return cookie

    def follow(self, url: str, location: str | None, set_cookies: list[str]) -> str:
        """The next URL after ``url`` answered with a redirect.

        Raises:
            StoppedError: there is no usable Location, or this is one redirect too many.
        """
        self._cookies.take(url, set_cookies)
        self.passed.append(url)
        if location is None or not location.strip():
            raise StoppedError(FailureKind.REDIRECTS, "redirect without a Location")
        if len(self.passed) > MAX_REDIRECTS:
            raise StoppedError(FailureKind.REDIRECTS, f"more than {MAX_REDIRECTS} redirects")
        try:
            return str(parse(location, url))
        except ValueError as error:  # a scheme, host or spelling that we do not go to
            raise StoppedError(
                FailureKind.REFUSED, f"redirected to a bad address: {error}"
            ) from error
