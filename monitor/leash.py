"""Ties a process to its parent: the kernel kills it when the parent is gone, kill -9 included.

The fork server imports this when it starts.  It would end by itself once all workers have, but a
worker deep in a page notices nothing, and each holds the end of the pipe that the fork server waits
on.  Linux only; elsewhere such a worker ends with its page.
"""

from __future__ import annotations

import ctypes
import signal
from contextlib import suppress

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask for SIGKILL when the thread that started this process ends."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


die_with_parent()
