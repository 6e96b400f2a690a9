"""The next release of the monitor, which brings a schema of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.store import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database


@contextmanager
def next_release() -> Iterator[None]:
    """Be the next release: a file of today is upgraded when it is opened to be written."""
    before = migrations.MIGRATIONS
    migrations.MIGRATIONS = (*before, _m_next)
    migrations.SCHEMA_VERSION = len(migrations.MIGRATIONS)
    try:
        yield
    finally:
        migrations.MIGRATIONS = before
        migrations.SCHEMA_VERSION = len(before)


def _m_next(db: Database) -> None:
    """What a release might bring: a column that is filled, and an index over it."""
    db.conn.execute("ALTER TABLE article ADD COLUMN length INTEGER")
    db.conn.execute("UPDATE article SET length = length(title)")
    db.conn.execute("CREATE INDEX article_by_length ON article(length)")
