"""``/metrics`` and ``/healthz`` of the daemon."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from monitor.observing.metrics import registry
from pipeline.errors import ConfigError, StoreError

STALE = timedelta(seconds=60)  # without a sign of life that was stored

log = structlog.get_logger()

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Endpoint:
    """Answers two paths; everything else is 404."""

    def __init__(
        self,
        listen: str,
        *,
        database: Path,
        pages: Path,
        clock: Callable[[], datetime],
        beaten: Callable[[], datetime | None],
        state: Callable[[], str],
    ) -> None:
        self.host, self.port = address(listen)
        self._registry = registry(database, pages, clock)
        self._clock = clock
        self._beaten = beaten
        self._state = state
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None
        self._asking = asyncio.Lock()

    async def start(self) -> None:
        """Listen.  Raises ConfigError when the address cannot be had."""
        config = uvicorn.Config(
            self._answer, host=self.host, port=self.port, interface="asgi3", lifespan="off",
            log_config=None, access_log=False, proxy_headers=False, limit_concurrency=20,
            timeout_keep_alive=5,
        )  # fmt: skip
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            if self._task.done():
                with suppress(SystemExit):
                    self._task.result()
                raise ConfigError(f"cannot listen on {self.host}:{self.port}; is it in use?")
            await asyncio.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        log.info("metrics_served", address=f"http://{self.host}:{self.port}/metrics")

    async def stop(self) -> None:
        """Close the door."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await asyncio.wait({self._task}, timeout=2)

    async def _answer(self, scope: MutableMapping[str, Any], _receive: object, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] not in ("GET", "HEAD"):
            await _say(send, 405, "text/plain", b"GET\n")
        elif scope["path"] == "/healthz":
            status, told = self.health()
            await _say(send, status, "application/json", json.dumps(told).encode() + b"\n")
        elif scope["path"] == "/metrics":
            try:
                async with self._asking:  # one at a time: each reads the store
                    body = await asyncio.to_thread(generate_latest, self._registry)
            except StoreError as error:
                await _say(send, 503, "text/plain; charset=utf-8", f"{error}\n".encode())
                return
            await _say(send, 200, CONTENT_TYPE_LATEST, body)
        else:
            await _say(send, 404, "text/plain", b"/metrics and /healthz\n")

    def health(self) -> tuple[int, dict[str, Any]]:
        """Return (status, JSON): 200 while signs of life are stored, else 503."""
        beaten = self._beaten()
        age = None if beaten is None else (self._clock() - beaten).total_seconds()
        fine = age is not None and age < STALE.total_seconds()
        told = {
            "status": "ok" if fine else "unwell",
            "state": self._state(),
            "heartbeat_age_s": None if age is None else round(age, 1),
        }
        return (200 if fine else 503), told


class _Server(uvicorn.Server):
    """Leaves signals to the daemon."""

    def install_signal_handlers(self) -> None:
        """Do nothing."""

    def capture_signals(self) -> Any:  # noqa: ANN401  a context manager
        """Do nothing."""
        from contextlib import nullcontext

        return nullcontext()


def address(listen: str) -> tuple[str, int]:
    """Return host and port of ":9464", "0.0.0.0:9464" or "[::1]:9464".  Raises ConfigError."""
    host, _, port = listen.strip().rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise ConfigError(f"'{listen}' is no address, which looks like 127.0.0.1:9464")
    return host.strip("[]") or "127.0.0.1", int(port)


async def _say(send: Send, status: int, kind: str, body: bytes) -> None:
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
