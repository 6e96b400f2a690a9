"""Writes rows as csv, jsonl or json, to stdout or to a file that appears when it is whole."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, TextIO

from monitor.cli.output import Column, Row, value_of, write_csv
from pipeline.errors import MonitorError


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    RSS = "rss"
    ATOM = "atom"
    OPML = "opml"
    WARC = "warc"


SUFFIX = {".csv": Format.CSV, ".jsonl": Format.JSONL, ".json": Format.JSON, ".rss": Format.RSS,
          ".xml": Format.RSS, ".atom": Format.ATOM, ".opml": Format.OPML, ".gz": Format.WARC,
          ".warc": Format.WARC}  # fmt: skip
TABLES = (Format.CSV, Format.JSONL, Format.JSON)


def write_rows(rows: Iterable[Row], form: Format, out: TextIO, columns: Sequence[Column]) -> int:
    """Write a table; returns the number of rows."""
    if form is Format.CSV:
        return write_csv(rows, columns, out)
    count = 0
    for count, row in enumerate(rows, start=1):
        line = json.dumps({c.key: value_of(row, c) for c in columns}, ensure_ascii=False)
        if form is Format.JSON:
            out.write("[\n" if count == 1 else ",\n")
        out.write(line if form is Format.JSON else f"{line}\n")
    if form is Format.JSON:
        out.write("\n]\n" if count else "[]\n")
    return count


def free(target: str, *, force: bool) -> Path:
    """Return the path of a file to be written.  Raises MonitorError if it is there already."""
    path = Path(target).expanduser()
    if path.exists() and not force:
        raise MonitorError(f"{path}: is there already; --force overwrites it")
    return path


@contextmanager
def opened(target: str, *, force: bool) -> Iterator[TextIO]:
    """Open stdout, or a file, for text."""
    if target == "-":
        yield sys.stdout
        return
    with opened_bytes(target, force=force) as file:
        # Every line end is written as it is: CSV has its own.
        import io

        out = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
        yield out
        out.flush()
        out.detach()


@contextmanager
def opened_bytes(target: str, *, force: bool) -> Iterator[BinaryIO]:
    """Open stdout, or a file that appears under its name when it is whole, for bytes."""
    if target == "-":
        yield sys.stdout.buffer
        return
    path = free(target, force=force)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
