"""``monitor run``: the daemon in the foreground, or one round of it."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.options import Given
from monitor.cli.output import note
from monitor.cli.select import select


def verb(
    given: Given,
    once: Annotated[
        bool, typer.Option("--once", help="Poll every feed once, fetch what is new, end.")
    ] = False,
    due: Annotated[bool, typer.Option("--due", help="With --once: only due feeds.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="SEL", help="With --once: only these sources.",
                     show_default=False),
    ] = None,
    http: Annotated[
        str | None,
        typer.Option("--http", metavar="[HOST]:PORT", show_default=False,
                     help="Serve /metrics and /healthz there, as metrics.listen does: :9464."),
    ] = None,
) -> int:  # fmt: skip
    """Run the monitor until it is stopped; with --once a single round, for cron.

    SIGTERM and Ctrl-C finish what is in flight, SIGHUP reads the configuration anew.  Exits with 4
    when some polls or pages failed in a single round, with 5 when another daemon runs.
    """
    if (due or only) and not once:
        raise typer.BadParameter("--due and --only go with --once")
    config = given.load()
    for warning in config.notes.warnings:
        note(warning.text(str(given.config_path)))
    from monitor.cli.running import in_words, run_daemon
    from monitor.daemon import Options

    slugs = None
    if only:
        slugs = select(only, [{"slug": s.id, "tags": s.tags} for s in config.sources])
    options = Options(
        once=once,
        only_due=due,
        only=frozenset(slugs) if slugs is not None else None,
        http="" if once else (http or config.metrics.listen or ""),
    )
    code, tally = run_daemon(given, config, options, what="polls and pages" if once else "")
    if once and not given.quiet:
        note(in_words(tally))
    return code
