"""The simulated time, shared by processes through eight bytes in a file."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime
from pathlib import Path


class Moment:
    """Reads and sets the time; whoever comes first makes the file."""

    def __init__(self, folder: Path) -> None:
        path = folder / "moment"
        if not path.exists():
            path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 8)

    def read(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(struct.unpack("d", self._map[:8])[0], UTC)

    def set(self, now: datetime) -> None:
        """Put the clock to a moment."""
        self._map[:8] = struct.pack("d", now.timestamp())
