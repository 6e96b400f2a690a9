"""Runs the daemon or a coroutine in this process, with logs as they were asked for."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from monitor.cli.options import Given
from monitor.cli.progress import Progress

if TYPE_CHECKING:
    from monitor.config.model import Config
    from monitor.daemon import Options, Tally

T = TypeVar("T")


def log_as_told(given: Given, config: Config, *, trouble_only: bool = False) -> None:
    """Set up logging by the configuration and the options; -v always gets everything."""
    from monitor import logs
    from monitor.config.mask import redact

    level = logs.chosen_level(config.log.level.value, given.verbose, quiet=given.quiet)
    if trouble_only and not given.verbose and level in ("debug", "info"):
        level = "warning"
    logs.configure(
        level=level,
        form=config.log.format.value,
        color=given.color,
        redact=lambda text: redact(text, config),
    )


def run_daemon(
    given: Given, config: Config, options: Options, *, what: str = "", trouble_only: bool = False
) -> tuple[int, Tally]:
    """Run until it ends; returns its exit code and what it did.

    With ``what`` progress is shown under that name.  ``trouble_only`` logs from warnings upwards,
    as is always done beside a progress bar.  Raises AlreadyRunningError, StoreError.
    """
    import uvloop

    from monitor.daemon import Daemon

    def run(progress: Callable[[Tally], None]) -> tuple[int, Tally]:
        daemon = Daemon(
            config,
            config.storage.path,
            reread=given.load,
            options=options,
            progress=progress,
            config_path=str(given.config_path or ""),
        )
        return uvloop.run(daemon.run()), daemon.tally

    if not what:
        log_as_told(given, config)
        return run(lambda _: None)
    with Progress(what, given) as shown:
        log_as_told(given, config, trouble_only=trouble_only or shown.on_screen)

        def tell(tally: Tally) -> None:
            shown.update(
                tally.polled + tally.settled,
                total=(tally.to_poll + tally.discovered) or None,
                text=f"{tally.polled} feeds, {tally.settled} pages, {tally.failed} failed",
            )

        return run(tell)


def config_or_default(given: Given) -> Config:
    """Return the configuration, or the defaults where there is none: trying needs no file."""
    if given.config_path is not None:
        return given.load()
    from monitor.config.load import load_text

    return load_text("timezone: UTC\n", given.database.with_name("config.yaml"), given.env)


def run(given: Given, config: Config, work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine with quiet logs."""
    import uvloop

    log_as_told(given, config, trouble_only=True)
    result: T = uvloop.run(work)
    return result


def in_words(tally: Tally) -> str:
    """Return what a single round did, in one line."""
    return (
        f"{tally.polled} polls ({tally.polls_failed} failed), {tally.discovered} new links, "
        f"{tally.settled} pages read ({tally.failed} failed)"
    )
