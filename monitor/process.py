"""What the operating system allows this process, and what it takes."""

from __future__ import annotations

import os
import resource
from pathlib import Path


def resident_mb() -> float:
    """Return the resident size in MB; where /proc is missing, the largest it ever was."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def raise_file_limit(wanted: int = 16_384) -> None:
    """Raise the soft limit of open files towards ``wanted``, as far as the hard one lets us.

    The usual 1,024 is too low to keep a connection to each of a thousand hosts.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def terminal_is_gone() -> bool:
    """Return True if the terminal that stdin was is hung up; a live one answers."""
    try:
        os.tcgetpgrp(0)
    except OSError:
        return True
    return False
