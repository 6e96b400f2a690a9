"""Says which changes of the configuration a running daemon cannot take over."""

from __future__ import annotations

from operator import attrgetter

from monitor.config.model import Config

# What is built once: files, connections, worker processes, logging.
_FIXED = (
    "storage.path",
    "storage.pages.path",
    "politeness.allow_hosts",
    "politeness.max_in_flight",
    "politeness.user_agent",
    "contact",
    "workers",
    "log",
    "metrics",
)


def needs_restart(built_from: Config, now: Config) -> list[str]:
    """Return the keys whose values differ from those that the daemon was built from."""
    return [key for key in _FIXED if attrgetter(key)(built_from) != attrgetter(key)(now)]
