"""What a worker process does before its first job; light, because each worker imports it alone."""

from __future__ import annotations

import resource
import signal


def prepare(memory: int) -> None:
    """Bound the address space to ``memory`` bytes; leave the terminal's signals to the daemon."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    # Importing the first ties a process to its parent, so the daemon itself must not do it.  The
    # second is loaded already, unless the fork server could not find it.
    from monitor.leash import die_with_parent

    die_with_parent()
    import monitor.preloaded  # noqa: F401
