"""Every error this project raises on purpose; all descend from ``MonitorError``.

Foreign errors are translated into these at the rim, where a library is called; bugs are not caught.
What happens to one page or one feed is not an exception but a ``pipeline.model.Failure``.
"""

from __future__ import annotations


class MonitorError(Exception):
    """Anything the monitor says no to; its text is one line for people."""


class ConfigError(MonitorError):
    """The configuration is not usable."""


class StoreError(MonitorError):
    """The database file is not usable."""


class StoreLockedError(StoreError):
    """Another process holds the file for longer than we wait."""


class StoreCorruptError(StoreError):
    """The file is not a database, or a damaged one."""


class StoreTooNewError(StoreError):
    """The file was written by a newer release; it is left untouched."""


class StoreOutdatedError(StoreError):
    """The file was written by an older release and needs ``monitor db migrate``."""


class AlreadyRunningError(MonitorError):
    """Another daemon holds this database; carries its process id where known."""

    def __init__(self, message: str, pid: int | None = None) -> None:
        super().__init__(message)
        self.pid = pid


class NotFoundError(MonitorError):
    """Nothing by that name: a source, an article, a file."""


class ReviewConflictError(MonitorError):
    """Somebody else changed a decision since it was read; nothing of the change was written."""


class DocumentError(MonitorError):
    """A document cannot be read as what it should be; ``kind`` is a FailureKind value."""

    kind = "parse_error"


class NotAFeedError(DocumentError):
    """The bytes are no feed, sitemap or section page."""

    kind = "not_a_feed"


class HostileInputError(DocumentError):
    """The bytes try to harm: entities that grow, absurd depth or size."""

    kind = "hostile"


class DecodeError(DocumentError):
    """A Content-Encoding that is broken, unknown, cut off or opens to too much."""

    kind = "bad_encoding"


class TruncatedError(DecodeError):
    """The encoded body ends before its end."""

    kind = "truncated"


class TooLargeError(DecodeError):
    """The decoded body is over the limit."""

    kind = "too_large"


class QueryError(MonitorError, ValueError):
    """A query that cannot be read; its text tells the character, counted from 1.

    Attributes: ``reason`` (what is wrong), ``query`` (str), ``at`` (int, characters before the
    place).
    """

    def __init__(self, reason: str, query: str, at: int) -> None:
        rest = query[at : at + 20].split("\n", maxsplit=1)[0].strip()
        shown = f" ({rest}{'…' if len(query) > at + 20 else ''})" if rest else ""
        super().__init__(f"{reason}, at character {at + 1}{shown}")
        self.reason, self.query, self.at = reason, query, at
