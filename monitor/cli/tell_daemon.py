"""Tells a running daemon to read its configuration anew."""

from __future__ import annotations

import os
import signal

from monitor.cli.options import Given
from monitor.cli.output import note
from pipeline.store.lock import DaemonLock


def reload_daemon(given: Given, *, quiet: bool = False) -> bool:
    """Send SIGHUP to the holder of the database's lock; True if there is one."""
    holder = DaemonLock(given.database).holder() if given.database.exists() else None
    if holder is None:
        return False
    try:
        if not holder:
            raise ProcessLookupError
        os.kill(holder, signal.SIGHUP)
    except (ProcessLookupError, PermissionError):
        note("a daemon runs but cannot be told from here; send it SIGHUP")
        return False
    if not quiet:
        note(f"told the daemon (process {holder}) to take it over")
    return True
