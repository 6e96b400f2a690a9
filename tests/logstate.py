"""Puts logging back as it was: tests run verbs that set it up for a whole process."""

import logging
import sys
from contextlib import contextmanager

import structlog

from monitor import logs


@contextmanager
def kept():
    """Restore structlog and the standard library's logging behind the block."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in logs._QUIET}
    try:
        yield
    finally:
        structlog.reset_defaults()
        logging.captureWarnings(False)
        root.handlers[:], root.level, logging.raiseExceptions = before
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        # Verbs make stdout and stderr forgiving about letters that cannot be shown.
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="strict")
