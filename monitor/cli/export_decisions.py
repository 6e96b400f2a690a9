"""``monitor export --decisions``: what reviewers decided, and when."""

from __future__ import annotations

from monitor.cli.options import Given
from monitor.cli.output import note
from monitor.cli.reviewing import stories_where
from monitor.cli.select import chosen
from monitor.exporting import tables
from monitor.exporting.writing import Format, opened, write_rows
from pipeline.store.reading import Reader


def written(
    given: Given,
    target: str,
    form: Format,
    reviewer: str | None,
    sources: list[str] | None,
    where: str | None,
    *,
    log: bool,
    force: bool,
) -> int:
    """Write decisions, or with ``log`` all changes of them; returns the exit code."""
    from monitor.review import decisions

    with Reader(given.database) as reader:
        slugs = chosen(sources, reader.sources(removed=True))
        rows = (
            decisions.log(reader, reviewer=reviewer)
            if log
            else decisions.decisions(reader, reviewer=reviewer, sources=slugs)
        )
        if where is not None:
            stories = set(stories_where(given, reader, reviewer, where))
            rows = (row for row in rows if row["story"] in stories)
        with opened(target, force=force) as out:
            count = write_rows(
                rows, form, out, tables.LOG_COLUMNS if log else tables.DECISION_COLUMNS
            )
    if target != "-" and not given.quiet:
        what = "change" if log else "decision"
        note(f"{count} {what}{'' if count == 1 else 's'} in {target}")
    return 0
