"""Log lines on stderr: for people on a terminal, JSON elsewhere; secrets masked, never fatal.

Each line has time, level and event, and the source where it is about one.  What libraries log or
warn of comes through the same door, from warnings upwards.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any

import structlog

from monitor.config.mask import mask_text
from pipeline.text.clean import clean_line

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_FIRST = ("time", "level", "event", "source", "logger")
# Loggers of libraries that say as INFO what nobody needs to know, whatever the level.
_QUIET = ("scrapy", "twisted", "apscheduler", "asyncio", "py.warnings", "aiohttp", "tldextract")

Event = MutableMapping[str, Any]


class Stderr:
    """What ``sys.stderr`` is at the moment; a closed pipe or a full disk loses lines, not us."""

    def write(self, text: str) -> None:
        """Write, or do without."""
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Flush, or do without."""
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()


class _Handler(logging.Handler):
    """Sends what libraries log through structlog's formatter."""

    def __init__(self, out: Stderr, formatter: logging.Formatter) -> None:
        super().__init__()
        self._out = out
        self.setFormatter(formatter)

    def emit(self, record: logging.LogRecord) -> None:
        """See logging."""
        try:
            self._out.write(self.format(record) + "\n")
            self._out.flush()
        except Exception:  # noqa: BLE001  a line that cannot be formatted must not stop us
            self._out.write(f"unreadable log record of {record.name}\n")


def configure(
    *,
    level: str = "info",
    form: str = "auto",
    color: bool = True,
    redact: Callable[[str], str] = mask_text,
) -> None:
    """Set up logging for this process.

    ``level`` is a key of LEVELS; ``form`` is ``console``, ``json`` or ``auto`` (console if stderr
    is a terminal); ``redact`` hides secrets in a text.
    """
    terminal = _is_terminal()
    console = form == "console" or (form == "auto" and terminal)
    least = LEVELS[level]
    out = Stderr()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _cleaner(redact, lines=console),
        _ordered,
    ]
    last = _console(color=color and terminal) if console else _json
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(file=out),  # type: ignore[arg-type]
        # A logger that was used before keeps up with a reload of the configuration.
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_named, *shared],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        keep_exc_info=False,
    )
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h, _Handler)]:
        root.removeHandler(old)
    root.addHandler(_Handler(out, formatter))
    root.setLevel(max(least, logging.WARNING))
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(least, logging.WARNING))
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False


def chosen_level(configured: str, verbose: int, *, quiet: bool) -> str:
    """Return the level: -v means debug, -q errors only, else what the configuration says."""
    if verbose:
        return "debug"
    return "error" if quiet else configured


def _is_terminal() -> bool:
    try:
        return sys.stderr.isatty()
    except (AttributeError, ValueError):
        return False


def _named(_: Any, __: str, event: Event) -> Event:  # noqa: ANN401  structlog's signature
    record = event.get("_record")
    if record is not None:
        event["logger"] = record.name
    return event


def _cleaner(redact: Callable[[str], str], *, lines: bool) -> Callable[[Any, str, Event], Event]:
    """Hide secrets; on a terminal also what a hostile page could do to it."""

    def clean(_: Any, __: str, event: Event) -> Event:  # noqa: ANN401  structlog's signature
        for key, value in event.items():
            if key in ("time", "level") or key.startswith("_"):
                continue
            event[key] = _cleaned(value, redact, lines=lines and key not in ("exception", "stack"))
        return event

    return clean


def _cleaned(value: object, redact: Callable[[str], str], *, lines: bool) -> object:
    if isinstance(value, str):
        text = redact(value)
        return clean_line(text, 2000) if lines else text
    if isinstance(value, list | tuple):
        return [_cleaned(item, redact, lines=lines) for item in value]
    return value


def _ordered(_: Any, __: str, event: Event) -> Event:  # noqa: ANN401  structlog's signature
    known = {key: event[key] for key in _FIRST if key in event}
    # What is not known says nothing.
    known.update((k, v) for k, v in event.items() if k not in known and v is not None)
    return known


def _json(_: Any, __: str, event: Event) -> str:  # noqa: ANN401  structlog's signature
    return json.dumps(dict(event), ensure_ascii=False, default=str)


_COLORS = {"debug": "\x1b[2m", "warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[1;31m"}


def _console(*, color: bool) -> Callable[[Any, str, Event], str]:
    """Lines for people: time of day, level where it matters, source, event, the rest."""

    def render(_: Any, __: str, event: Event) -> str:  # noqa: ANN401  structlog's signature
        values = dict(event)
        at, level = str(values.pop("time", "")), str(values.pop("level", ""))
        name, source = str(values.pop("event", "")), values.pop("source", None)
        below = [str(values.pop(key)) for key in ("exception", "stack") if values.get(key)]
        rest = [f"{key}={_plain(value)}" for key, value in values.items()]
        head = name if source is None else f"{source}: {name}"
        line = " ".join([at[11:19], f"{level:<7}", head, *rest])
        tint = _COLORS.get(level, "") if color else ""
        return "\n".join([f"{tint}{line}\x1b[0m" if tint else line, *below])

    return render


def _plain(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text
