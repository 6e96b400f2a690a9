"""Owns the sockets: one aiohttp session whose every connect is checked by the address guard."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import AddrInfoType
from yarl import URL

from crawler.classify import StoppedError
from crawler.request import FetchSettings
from pipeline.model import FailureKind

# Bounds of a response head.  Content-Security-Policy alone may pass 10 kB on news sites.
_MAX_STATUS_LINE = 8 * 1024
_MAX_HEADER = 32 * 1024
_MAX_HEADERS = 200
_READ_BUFFER = 64 * 1024  # bytes aiohttp reads ahead of us; the socket is paused beyond twice that
_DNS_THREADS = 16
_DNS_TIMEOUT = 10.0  # seconds; the system's resolver may take a minute for a dead zone


class Guard(Protocol):
    """What the connector needs of ``crawler.guard.AddressGuard``."""

    def check_address(self, host: str, port: int, address: str) -> str | None:
        """The reason why ``address`` must not be connected to, or None."""


class AddressRefusedError(OSError):
    """The guard refused an address; an OSError, so that other addresses of the host are tried."""


@dataclass(slots=True)
class _Attempt:
    """The host and port being connected to, and the addresses refused for it."""

    host: str
    port: int
    refused: list[str] = field(default_factory=list)


# The socket factory is only given an address; this tells it for whom.  Tasks started for Happy
# Eyeballs inherit it.
_ATTEMPT: ContextVar[_Attempt] = ContextVar("attempt")


class Connections:
    """The session that all requests go through.  Make and close it inside the running loop."""

    def __init__(self, settings: FetchSettings, guard: Guard) -> None:
        self._guard = guard
        self._verified = _tls_context(settings.ca_file)
        self._unverified = _tls_context(None)
        self._unverified.check_hostname = False
        self._unverified.verify_mode = ssl.CERT_NONE
        self._connector = _Connector(
            max_idle=max(min(settings.max_idle, _max_files() // 4), 1),
            limit=0,  # the handler bounds what is in flight, where waiting costs no time limit
            keepalive_timeout=settings.keepalive,
            use_dns_cache=settings.dns_ttl > 0,
            ttl_dns_cache=settings.dns_ttl or None,
            resolver=settings.resolver or SystemResolver(),
            socket_factory=self._open_socket,
        )
        self._session = aiohttp.ClientSession(
            connector=self._connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            read_bufsize=_READ_BUFFER,
            max_line_size=_MAX_STATUS_LINE,
            max_field_size=_MAX_HEADER,
            max_headers=_MAX_HEADERS,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    async def get(
        self, url: URL, headers: list[tuple[str, str]], *, verify_tls: bool, connect_limit: float
    ) -> aiohttp.ClientResponse:
        """Send a GET and return once the headers are there; the caller closes the response.

        ``connect_limit`` (seconds) bounds each connect only; the whole exchange is bounded by the
        caller.  Redirects are not followed.

        Raises:
            StoppedError: the guard refused every address that could have been connected to.
            aiohttp.ClientError, OSError: as they come; see ``crawler.classify``.
        """
        attempt = _Attempt(url.raw_host or "", url.port or 0)
        token = _ATTEMPT.set(attempt)
        try:
            return await self._session.get(
                url,
                headers=headers,
                ssl=self._verified if verify_tls else self._unverified,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_limit),
            )
        except aiohttp.ClientConnectorError as error:
            if attempt.refused and not isinstance(error, aiohttp.ClientSSLError):
                raise StoppedError(FailureKind.REFUSED, attempt.refused[0]) from error
            raise
        finally:
            _ATTEMPT.reset(token)

    @property
    def idle(self) -> int:
        """Connections kept alive without a request on them."""
        return self._connector.idle

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()

    def _open_socket(self, addr_info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = addr_info
        attempt = _ATTEMPT.get(None)
        if attempt is None or address[1] != attempt.port:
            raise AddressRefusedError(f"connect to {address} without a checked request")
        reason = self._guard.check_address(attempt.host, attempt.port, str(address[0]))
        if reason is not None:
            attempt.refused.append(reason)
            raise AddressRefusedError(reason)
        return socket.socket(family, kind, protocol)


def _max_files() -> int:
    """How many files this process may have open."""
    try:
        import resource
    except ImportError:  # Windows, where sockets are not counted so
        return 1_000_000
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return files if files > 0 else 1_000_000


def _tls_context(ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    context.set_alpn_protocols(["http/1.1"])
    return context


class _Connector(aiohttp.TCPConnector):
    """A pool that keeps one idle connection a host, and only the latest used of those.

    aiohttp's limits count connections in use; idle ones it holds until they time out.
    """

    def __init__(self, *, max_idle: int, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._max_idle = max_idle

    @property
    def idle(self) -> int:
        return sum(len(kept) for kept in self._conns.values())

    def _release(
        self, key: ConnectionKey, protocol: ResponseHandler, *, should_close: bool = False
    ) -> None:
        super()._release(key, protocol, should_close=should_close)
        kept = self._conns.get(key)
        if kept is None:
            return
        while len(kept) > 1:
            kept.popleft()[0].close()
        # A key leaves the dict when its connection is taken, so the first key is the one whose
        # connection has been idle longest.
        while len(self._conns) > self._max_idle:
            for old, _ in self._conns.pop(next(iter(self._conns))):
                old.close()


class SystemResolver(AbstractResolver):
    """The system's resolver in daemon threads of our own.

    The loop's thread pool would do, but uvloop has four threads for everything, so that a few
    dead zones stop all lookups; and threads of an executor are waited for at exit.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_DNS_THREADS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of ``host``.  Raises OSError."""
        try:
            async with asyncio.timeout(_DNS_TIMEOUT):
                await self._free.acquire()
                infos = await self._in_thread(host, port, family)
        except TimeoutError as error:
            raise OSError(f"no answer about {host} within {_DNS_TIMEOUT:g} s") from error
        found: list[ResolveResult] = []
        for address_family, _, protocol, _, address in infos:
            if address_family == socket.AF_INET6 and len(address) < 3:
                continue  # Python built without IPv6
            found.append(
                ResolveResult(
                    hostname=host,
                    host=str(address[0]),
                    port=port,
                    family=address_family,
                    proto=protocol,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )
        if not found:
            raise OSError(f"no address for {host}")
        return found

    async def close(self) -> None:
        """Nothing to close: the threads end with their lookups."""

    def _in_thread(
        self, host: str, port: int, family: socket.AddressFamily
    ) -> asyncio.Future[list[tuple[int, int, int, str, tuple[str | int, ...]]]]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[tuple[int, int, int, str, tuple[str | int, ...]]]]
        future = loop.create_future()

        def finish(infos: object, error: Exception | None) -> None:
            self._free.release()
            if future.done():
                return
            if error is None:
                future.set_result(infos)  # type: ignore[arg-type]
            else:
                future.set_exception(error)

        def look_up() -> None:
            infos: object = None
            failed: Exception | None = None
            try:
                infos = socket.getaddrinfo(
                    host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
                )
            except OSError as error:
                failed = error
            except UnicodeError as error:  # a label that IDNA cannot encode
                failed = OSError(f"no proper host name: {error}")
            try:
                loop.call_soon_threadsafe(finish, infos, failed)
            except RuntimeError:  # the loop is closed: nobody waits any more
                return

        threading.Thread(target=look_up, name="dns", daemon=True).start()
        return future
