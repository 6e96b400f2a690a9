"""A row of values that waits on disk, so that a million of them need no memory."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Generic, TypeVar, cast

T = TypeVar("T")


class Spool(Generic[T]):
    """Values are added, then gone through as often as one likes; the file has no name and ends
    with the process."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="monitor-")  # noqa: SIM115 - closed by __exit__
        self._count = 0

    def add(self, value: T) -> None:
        """Append a value."""
        self._file.seek(0, 2)
        pickle.dump(value, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        at = 0
        for _ in range(self._count):
            self._file.seek(at)
            value = pickle.load(self._file)  # noqa: S301 - nobody else can write this file
            at = self._file.tell()
            yield cast("T", value)

    def __enter__(self) -> Spool[T]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
