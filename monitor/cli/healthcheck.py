"""``monitor healthcheck``: does the daemon live?  For containers and supervisors."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from monitor.cli.moments import utc_now
from monitor.cli.options import Given
from monitor.cli.output import put
from monitor.status import daemon_status
from pipeline.errors import MonitorError
from pipeline.store.lock import DaemonLock
from pipeline.store.reading import Reader


def verb(
    given: Given,
    stale: Annotated[
        int, typer.Option("--stale", metavar="SECONDS", min=1, help="A sign of life may be so old.")
    ] = 60,
) -> int:
    """Exit with 0 if the daemon showed life within a minute, else with 1.

    Sources are not asked: one that is silent is no reason to start the monitor anew; `monitor
    status --check` tells of them.
    """
    now = utc_now()
    try:
        with Reader(given.database) as reader:
            holder = DaemonLock(given.database).holder()
            daemon = daemon_status(reader.daemon(), holder, now)
    except MonitorError as error:
        put(f"unwell: {error}")
        return 1
    seen = daemon.heartbeat_at
    fresh = seen is not None and now - seen < timedelta(seconds=stale)
    fine = daemon.state == "running" and fresh
    age = "never" if seen is None else f"{(now - seen).total_seconds():.0f} s ago"
    put(f"{'ok' if fine else 'unwell'}: {daemon.state}, last sign of life {age}")
    return 0 if fine else 1
