"""One daemon per database: a lock of the kernel that dies with its holder, kill -9 included."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from pipeline.errors import AlreadyRunningError, StoreError

_PATIENCE_S = 0.5  # `status` looks by taking a shared lock for an instant: not a daemon


class DaemonLock:
    """Holds ``<database>.lock``; the file carries the holder's process id for people."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        self._fd: int | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises AlreadyRunningError with the holder's id, StoreError when the file cannot be made.
        """
        fd = self._open(os.O_RDWR | os.O_CREAT)
        until = time.monotonic() + _PATIENCE_S
        while not _locked(fd):
            if time.monotonic() > until:
                pid = _pid(fd)
                os.close(fd)
                holder = f"process {pid}" if pid else "another process"
                raise AlreadyRunningError(
                    f"{self.path.with_suffix('')}: {holder} runs a monitor on this database", pid
                )
            time.sleep(0.02)
        with suppress(OSError):  # a full disk: the lock holds all the same, only nameless
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        self._fd = fd

    def _open(self, flags: int) -> int:
        try:
            return os.open(self.path, flags | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:
            if not flags & os.O_CREAT:
                raise
            raise StoreError(f"{self.path}: cannot be made: no such folder") from None
        except OSError as error:
            raise StoreError(f"{self.path}: cannot be opened: {error.strerror}") from error

    def release(self) -> None:
        """Give the lock back; the file stays, since removing it would race with the next holder."""
        if self._fd is not None:
            with suppress(OSError):
                os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = None

    def holder(self) -> int | None:
        """Return the process id of the holder, None if nobody holds the lock; 0 if unreadable."""
        try:
            fd = self._open(os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return _pid(fd) or 0
        finally:
            os.close(fd)
        return None

    def __enter__(self) -> DaemonLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.release()


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _pid(fd: int) -> int | None:
    try:
        return int(os.pread(fd, 32, 0).decode().strip())
    except ValueError:
        return None
