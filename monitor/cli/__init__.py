"""The command line: ``main`` runs a verb and turns errors into one line and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Annotated

import typer

from monitor import __version__
from monitor.cli.lazy import OutputClosedError, application
from pipeline.errors import AlreadyRunningError, ConfigError, MonitorError, QueryError

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_CONFIG = 3
EXIT_SOME_FAILED = 4
EXIT_ALREADY_RUNNING = 5
EXIT_INTERRUPTED = 130


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"monitor {__version__}\n")
        raise typer.Exit


def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version.",
            rich_help_panel="Global options",
        ),
    ] = False,
) -> None:  # fmt: skip
    """Watch news outlets: poll their feeds, keep each article once, see copies and edits.

    `monitor init` writes a configuration, `monitor run` starts watching, `monitor status` tells how
    it goes, `monitor demo` shows it all on a news web of our own.
    """


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    words = list(sys.argv[1:] if args is None else args)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            # A terminal without UTF-8 shows question marks rather than a traceback.
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    if os.environ.get("NO_COLOR") or "--no-color" in words:
        os.environ["NO_COLOR"] = "1"  # for help pages, which are drawn before options are read
    try:
        code = _run(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except (BrokenPipeError, OutputClosedError):
        _forget(sys.stdout)  # whoever read us has seen enough
        return 0
    except MonitorError as error:
        return _say(error, words)
    except OSError as error:
        return _say(error, words)
    return code


def _run(words: list[str]) -> int:
    command = application(root)
    if "_MONITOR_COMPLETE" in os.environ:  # a shell asks, by the script of `monitor completion`
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()
    try:
        result = command.main(words, prog_name="monitor", standalone_mode=False)
    except typer.TyperException as error:
        return _usage(error)
    except typer.Abort:
        sys.stderr.write("\n")
        return EXIT_INTERRUPTED
    return result if isinstance(result, int) else 0


def _usage(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "monitor"
    # What we say ourselves needs no "Invalid value" before it.
    own = isinstance(error, typer.BadParameter) and error.param is None
    text = " ".join((error.message if own else error.format_message()).split())
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(error.format_message().rstrip() + "\n")
    elif context is not None:
        sys.stderr.write(f"{path}: {text.rstrip('.')} (see '{path} --help')\n")
    else:
        sys.stderr.write(f"{path}: {text}\n")
    return int(error.exit_code)


def _say(error: Exception, words: Sequence[str]) -> int:
    from pipeline.text.clean import clean_line

    if sum(w.count("v") for w in words if w.startswith("-v")) + words.count("--verbose") > 1:
        traceback.print_exception(error)
    if isinstance(error, MonitorError):
        text = str(error)
    else:
        assert isinstance(error, OSError)
        place = f"{error.filename}: " if error.filename else ""
        text = f"{place}{error.strerror or error}"
    lines = [clean_line(line, 1000) for line in text.splitlines()] or [type(error).__name__]
    with suppress(OSError, ValueError):
        sys.stderr.write("".join(f"monitor: {line}\n" for line in lines))
        if mark := getattr(error, "mark", ""):  # of a query: the place of the mistake
            sys.stderr.write(f"{mark}\n")
    if isinstance(error, QueryError):
        return EXIT_USAGE
    if isinstance(error, ConfigError):
        return EXIT_CONFIG
    if isinstance(error, AlreadyRunningError):
        return EXIT_ALREADY_RUNNING
    return EXIT_FAILED


def _forget(stream: IO[str]) -> None:
    """Point a broken stream nowhere, or Python complains about it when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
