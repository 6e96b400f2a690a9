"""A loopback web server with one route for each trouble that the net makes, for any test to use.

``HostileServer`` runs in a thread of its own.  127.0.0.1 and ``OTHER_HOSTS`` serve the routes; what
tests must never let a client reach answers on ``FORBIDDEN_HOST`` and on ``canary_port``, and counts
in ``canary``.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.hostile_redirects import hostile_targets
from tests.hostile_routes import bombs, missing
from tests.hostile_talk import (
    ARTICLE,
    FEED,
    FORBIDDEN_HOST,
    HOST,
    OTHER_HOSTS,
    ROUTES,
    Route,
    Seen,
    Talk,
)

__all__ = [
    "ARTICLE",
    "FEED",
    "FORBIDDEN_HOST",
    "HOST",
    "OTHER_HOSTS",
    "HostileServer",
    "Seen",
    "bombs",
    "hostile_targets",
]


class HostileServer:
    """The server; also a context manager.  All counters may be read from any thread."""

    def __init__(self) -> None:
        self.port = 0
        self.canary_port = 0
        self.tls_port = 0
        self.canary = 0  # requests that should never have come
        self.seen: list[Seen] = []
        self.robots: dict[str, tuple[str, bytes, dict[str, str]]] = {}  # address -> answer
        self.counts: dict[str, int] = {}  # for routes that change with each request
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="hostile", daemon=True)
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._failed: BaseException | None = None

    def start(self) -> HostileServer:
        self._thread.start()
        self._ready.wait(10)
        if self._failed is not None:
            raise self._failed
        return self

    def stop(self) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def __enter__(self) -> HostileServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, path: str, host: str = HOST) -> str:
        return f"http://{host}:{self.port}{path}"

    def tls_url(self, path: str) -> str:
        return f"https://{HOST}:{self.tls_port}{path}"

    @property
    def allowed(self) -> tuple[str, ...]:
        """host:port that a client under test may reach."""
        hosts = [f"{host}:{self.port}" for host in (HOST, *OTHER_HOSTS)]
        return (*hosts, f"{HOST}:{self.tls_port}")

    def reset(self) -> None:
        """Forget requests, counters and robots.txt files."""
        self.canary = 0
        self.seen.clear()
        self.robots.clear()
        self.counts.clear()

    def paths(self, host: str | None = None) -> list[str]:
        """What was asked for, in order."""
        return [seen.path for seen in self.seen if host in (None, seen.host)]

    def count(self, key: str) -> int:
        """How often this was called with ``key``, this time included."""
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.counts[key]

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - start() raises it
            self._failed = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        first = await asyncio.start_server(self._connected, HOST, 0)
        self.port = first.sockets[0].getsockname()[1]
        servers = [first]
        servers += [
            await asyncio.start_server(self._connected, host, self.port)
            for host in (*OTHER_HOSTS, FORBIDDEN_HOST)
        ]
        canary = await asyncio.start_server(self._connected, HOST, 0)
        self.canary_port = canary.sockets[0].getsockname()[1]
        servers.append(canary)
        with contextlib.suppress(OSError):  # no IPv6 here
            servers.append(await asyncio.start_server(self._connected, "::1", self.canary_port))
        tls = await asyncio.start_server(self._connected, HOST, 0, ssl=self_signed())
        self.tls_port = tls.sockets[0].getsockname()[1]
        servers.append(tls)
        self._ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await asyncio.sleep(0.01)  # transports close in the next turns

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            while await self._answer(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        except asyncio.CancelledError:
            pass  # the server stops
        finally:
            self._talks.discard(task)
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        path = first.split(" ")[1]
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        host, port = writer.get_extra_info("sockname")[:2]
        seen = Seen(host, path, headers, time.monotonic())
        self.seen.append(seen)
        if host == FORBIDDEN_HOST or port == self.canary_port or path.startswith("/canary"):
            self.canary += 1
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        talk = Talk(self, seen, reader, writer, query)
        result = self._route(parts.path)(talk)
        if result is not None:
            await result
        if writer.is_closing():
            return False
        await writer.drain()
        return parts.path in ("/good", "/feed", "/304", "/robots.txt", "/error")

    def _route(self, path: str) -> Route:
        while path not in ROUTES and "/" in path[1:]:
            path = path.rpartition("/")[0]
        return ROUTES.get(path, missing)


@cache
def self_signed() -> ssl.SSLContext:
    """A server context with a fresh certificate that nobody trusts."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hostile.invalid")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem", delete=False) as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
    context.load_cert_chain(file.name)
    Path(file.name).unlink()
    return context
