"""How much memory this process holds, without a dependency."""

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
