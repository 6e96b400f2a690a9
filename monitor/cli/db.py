"""``monitor db``: keep the files sound: check, backup, prune, migrate, vacuum."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.asking import confirmed
from monitor.cli.moments import size, utc_now
from monitor.cli.options import Given, YesOption
from monitor.cli.output import note, put
from monitor.cli.progress import Progress
from pipeline.errors import AlreadyRunningError, StoreError
from pipeline.store.lock import DaemonLock
from pipeline.times import format_duration, parse_duration


def _existing(given: Given) -> Path:
    path = given.database
    if not path.exists():
        raise StoreError(f"{path}: there is no such database yet; `monitor run` makes it")
    return path


def _without_daemon(path: Path, what: str) -> None:
    holder = DaemonLock(path).holder()
    if holder is not None:
        who = f"process {holder}" if holder else "a process"
        raise AlreadyRunningError(f"{path}: {who} runs a monitor on it; stop it to {what}", holder)


def check(given: Given) -> int:
    """Check both files: SQLite's integrity, foreign keys, search index, the ledger's laws.

    Prints each finding; exits with 1 when there is a problem.  Safe while the daemon runs.
    """
    from pipeline.store.upkeep import check as look

    path = _existing(given)
    with Progress("checking", given) as shown:
        findings = look(path, given.pages, progress=lambda what: shown.update(text=what))
    wrong = [finding for finding in findings if finding.problem]
    for finding in findings:
        put(f"PROBLEM  {finding.name}: {finding.problem}" if finding.problem else
            f"ok       {finding.name}")  # fmt: skip
    if wrong:
        note(f"{len(wrong)} of {len(findings)} checks found a problem")
    return 1 if wrong else 0


def backup(
    given: Given,
    target: Annotated[
        str | None,
        typer.Argument(metavar="[TARGET]", help="A new file, or a folder for it.",
                       show_default=False),
    ] = None,
) -> int:  # fmt: skip
    """Copy the database to a new file; whole and sound also while the daemon runs.

    The raw pages are not copied: they can be fetched again, the articles cannot.
    """
    from pipeline.store.upkeep import backup as copy

    path = _existing(given)
    out = Path(target).expanduser() if target else path.parent
    if out.is_dir():
        out /= f"{path.stem}-{utc_now():%Y%m%dT%H%M%SZ}.db"
    note(f"copying {size(path.stat().st_size)}")
    copied = copy(path, out)
    put(f"{out}: {size(copied)}")
    return 0


def prune(
    given: Given,
    keep: Annotated[
        str | None,
        typer.Option("--keep", metavar="180d", help="Age of raw pages; else as configured.",
                     show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: YesOption = False,
) -> int:  # fmt: skip
    """Remove raw pages over their age and old lines of the poll log; articles are never removed."""
    from pipeline.store import upkeep

    path, now = _existing(given), utc_now()
    age = _age(given, keep)
    going = upkeep.prunable(path, given.pages, now, age)
    put(
        f"{'would remove' if dry_run else 'to remove'}: {going.pages} raw pages older than "
        f"{format_duration(age)} ({size(going.page_bytes)}), {going.polls} lines of the poll log, "
        f"{going.hours} hourly counts"
    )
    total = going.pages + going.polls + going.hours
    if dry_run or not total:
        return 0
    if not confirmed("Remove them?", yes=yes):
        note("nothing was removed")
        return 0
    gone = 0
    with Progress("removing", given, total=total) as shown:

        def tell(step: int) -> None:
            nonlocal gone
            gone += step
            shown.update(gone)

        removed = upkeep.prune(path, given.pages, now, age, progress=tell)
    put(f"removed {removed} rows; `monitor db vacuum` gives their space back to the disk")
    return 0


def _age(given: Given, keep: str | None) -> timedelta:
    if keep is not None:
        try:
            return parse_duration(keep)
        except ValueError as error:
            raise typer.BadParameter(f"--keep: {error}") from error
    if given.config_path is not None:
        return given.load().storage.pages.keep
    raise typer.BadParameter("no configuration says how long pages are kept; give --keep 180d")


def migrate(given: Given) -> int:
    """Bring an older file to the schema of this release, after a backup beside it."""
    from pipeline.store.sqlite import migrate_file

    path = _existing(given)
    _without_daemon(path, "migrate")
    before, after, kept = migrate_file(path, utc_now())
    if before == after:
        put(f"{path}: has schema {after} already")
    else:
        put(f"{path}: schema {before} -> {after}" + (f"; backup in {kept}" if kept else ""))
    return 0


def vacuum(given: Given) -> int:
    """Give the space of removed rows back to the disk; needs as much free space as the file."""
    from pipeline.store.upkeep import vacuum as squeeze

    path = _existing(given)
    _without_daemon(path, "vacuum")
    for file in (path, given.pages):
        if file.exists():
            before = file.stat().st_size
            squeeze(file)
            put(f"{file}: {size(before)} -> {size(file.stat().st_size)}")
    return 0
