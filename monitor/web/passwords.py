"""Passwords by argon2id, and how often one may be tried."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

PER_ADDRESS, OVERALL = 5, 50  # failures within the window
WINDOW = timedelta(minutes=5)
MAX_PASSWORD = 1000  # characters
_ADDRESSES = 5_000  # that are remembered

_one_at_a_time = threading.Lock()  # each takes 19 MB for a moment


def hashed(password: str) -> str:
    """Return the argon2id hash of a password, with the parameters that OWASP names as least."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(password)


def matches(password_hash: str, password: str) -> bool:
    """True if that is the password; takes some 30 ms whether it is or not."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    with _one_at_a_time:
        try:
            return PasswordHasher().verify(password_hash, password[:MAX_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False


class Limiter:
    """Counts failures by address and overall; says how long to wait."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._failed: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str) -> timedelta | None:
        """Return how long an address has to wait before it may try again; None: not at all."""
        now = self._clock()
        with self._lock:
            self._forget(now)
            own = self._failed.get(address, [])
            every = sorted(at for times in self._failed.values() for at in times)
        waits = [
            times[-most] + WINDOW - now
            for times, most in ((own, PER_ADDRESS), (every, OVERALL))
            if len(times) >= most
        ]
        return max(waits, default=None)

    def failed(self, address: str) -> None:
        """Note a failure."""
        with self._lock:
            self._failed.setdefault(address, []).append(self._clock())
            self._failed.move_to_end(address)
            while len(self._failed) > _ADDRESSES:
                self._failed.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Forget the failures of an address."""
        with self._lock:
            self._failed.pop(address, None)

    def _forget(self, now: datetime) -> None:
        for address in list(self._failed):
            kept = [at for at in self._failed[address] if now - at < WINDOW]
            if kept:
                self._failed[address] = kept
            else:
                del self._failed[address]
