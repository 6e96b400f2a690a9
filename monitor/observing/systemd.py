"""Tells systemd how the daemon is: the protocol of sd_notify(3), without a library."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress


class Systemd:
    """Sends states to the socket that systemd named; does nothing where there is none."""

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        self._address = env.get("NOTIFY_SOCKET", "")

    def ready(self, status: str) -> None:
        """The daemon is at work."""
        self._send(f"READY=1\nSTATUS={_line(status)}")

    def alive(self, status: str) -> None:
        """The daemon works on; without this in ``WatchdogSec`` systemd starts it anew."""
        self._send(f"WATCHDOG=1\nSTATUS={_line(status)}")

    def reloading(self) -> None:
        """The configuration is read anew; ``ready`` says when that is done."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The daemon ends."""
        self._send("STOPPING=1")

    def _send(self, state: str) -> None:
        if not self._address:
            return
        # "@" stands for the abstract namespace.
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto(state.encode(), address)


def _line(text: str) -> str:
    return " ".join(text.split())[:200]
