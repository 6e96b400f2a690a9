"""``monitor sources forget``: drop what was learned of a source's pages."""

from __future__ import annotations

from monitor import sitebook
from monitor.cli.moments import utc_now
from monitor.cli.options import Given, NeededSelectors
from monitor.cli.output import put
from monitor.cli.reviewing import changed
from monitor.cli.select import select
from pipeline.store.reading import Reader


def forget(given: Given, selectors: NeededSelectors) -> int:
    """Forget what was learned of sources: recurring lines, usual places, levels; end their breaks.

    Articles stay as they are.  It is learned anew from the next pages on; a running daemon follows.
    """
    now = utc_now()
    with Reader(given.database) as reader:
        slugs = select(selectors, reader.sources())
    known = changed(
        given, lambda store: {slug: sitebook.forget(store, slug, now) for slug in slugs}
    )
    for slug, was_known in known.items():
        put(f"{slug}: {'forgotten' if was_known else 'nothing was learned yet'}")
    return 0
