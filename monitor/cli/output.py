"""Every listing goes out through ``emit``: table, aligned lines, JSON, JSON lines or CSV.

Data goes to stdout; what is said about it, with ``note``, to stderr.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from monitor.cli.moments import local
from monitor.cli.options import Shape, on_terminal
from monitor.config.suggest import did_you_mean
from monitor.review.lengths import short
from pipeline.text.clean import clean_line

Row = Mapping[str, Any]

_quiet = False  # one process runs one verb

# What a spreadsheet would take for a formula when a cell begins with it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: its key in machine formats, its heading and how its values look."""

    key: str
    title: str = ""  # the key, if empty
    kind: str = "text"  # text, number, time, span (seconds), list, json, flag
    shown: bool = True  # in tables, unless --columns says otherwise
    flexible: bool = False  # gives way when the terminal is narrow; one per table
    style: Callable[[Row], str] | str = ""  # for rich
    text: Callable[[Row], str] | None = None  # what tables show, where it is not the value

    @property
    def heading(self) -> str:
        """The heading in tables."""
        return self.title or self.key.replace("_", " ")


def emit(rows: Iterable[Row], columns: Sequence[Column], shape: Shape, *, empty: str = "") -> int:
    """Write rows to stdout in the form asked for; returns how many there were.

    ``empty`` is said on stderr when there are none and people read the output.
    """
    chosen = _chosen(columns, shape)
    form = shape.form or ("table" if on_terminal() else "lines")
    if form == "json":
        return _json(rows, chosen)
    if form == "jsonl":
        return _jsonl(rows, chosen)
    if form == "csv":
        return write_csv(rows, chosen, sys.stdout)
    table = list(rows)
    if not table:
        note(empty)
    elif form == "table":
        _table(table, chosen, shape)
    else:
        _lines(table, chosen, shape)
    return len(table)


def put(text: str) -> None:
    """Write a line of data to stdout."""
    sys.stdout.write(f"{text}\n")


def put_prose(text: str, indent: str = "") -> None:
    """Write a paragraph: broken between words on a terminal, in one line elsewhere.

    Lines after the first begin with ``indent``.
    """
    if on_terminal():
        import shutil
        import textwrap

        width = shutil.get_terminal_size().columns
        text = textwrap.fill(
            text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
    put(text)


def hush(*, quiet: bool) -> None:
    """Keep ``note`` silent from here on, or let it speak again: -q."""
    global _quiet
    _quiet = quiet


def note(text: str) -> None:
    """Say something about the data, on stderr; nothing for "" and with -q."""
    if text and not _quiet:
        sys.stderr.write(f"{text}\n")


def put_json(value: object) -> None:
    """Write one JSON value, indented, to stdout."""
    put(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def limited(rows: Iterable[Row], most: int | None, what: str) -> Iterator[Row]:
    """Yield at most ``most`` rows, and say on stderr if there are more."""
    for count, row in enumerate(rows):
        if most is not None and count == most:
            note(f"only the first {most} {what} are shown; --limit 0 shows all")
            return
        yield row


def _chosen(columns: Sequence[Column], shape: Shape) -> Sequence[Column]:
    if not shape.columns:
        return columns if shape.machine else [c for c in columns if c.shown]
    known = {column.key: column for column in columns}
    for name in shape.columns:
        if name not in known:
            hint = did_you_mean(name, known) or "there are " + ", ".join(known)
            raise typer.BadParameter(f"--columns: there is no column '{name}' ({hint})")
    return [known[name] for name in shape.columns]


# -- for programs -----------------------------------------------------------------------------


def value_of(row: Row, column: Column) -> Any:  # noqa: ANN401  a JSON value
    """Return a cell as JSON has it."""
    value = row.get(column.key)
    if column.kind in ("list", "json") and isinstance(value, str):
        return json.loads(value)
    if column.kind == "flag":
        return bool(value)
    return value


def _object(row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    return {column.key: value_of(row, column) for column in columns}


def _json(rows: Iterable[Row], columns: Sequence[Column]) -> int:
    count = 0
    for count, row in enumerate(rows, start=1):
        text = json.dumps(_object(row, columns), ensure_ascii=False, default=str)
        sys.stdout.write(f"{'[' if count == 1 else ','}\n{text}")
    put("\n]" if count else "[]")
    return count


def _jsonl(rows: Iterable[Row], columns: Sequence[Column]) -> int:
    count = 0
    for row in rows:
        count += 1
        put(json.dumps(_object(row, columns), ensure_ascii=False, default=str))
    return count


def write_csv(rows: Iterable[Row], columns: Sequence[Column], out: Any) -> int:  # noqa: ANN401  a text file
    """Write CSV (RFC 4180, with a line of headings); returns the number of rows."""
    writer = csv.writer(out, lineterminator="\r\n" if out is not sys.stdout else "\n")
    writer.writerow([column.key for column in columns])
    count = 0
    for row in rows:
        count += 1
        writer.writerow([csv_cell(value_of(row, column)) for column in columns])
    return count


def csv_cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; lists are joined with "; "."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        text = "; ".join(map(str, value))
    elif isinstance(value, dict):
        text = json.dumps(value, ensure_ascii=False)
    else:
        text = str(value)
    text = text.replace("\x00", "")
    # An apostrophe in front makes spreadsheets show the text as it is (OWASP, CSV injection).
    return f"'{text}" if text.lstrip(" \n").startswith(_FORMULA) else text


# -- for people -------------------------------------------------------------------------------


def cell(row: Row, column: Column, shape: Shape) -> str:
    """Return a cell as tables show it: one clean line."""
    if column.text is not None:
        return clean_line(column.text(row))
    value = value_of(row, column)
    if value is None or value == "":
        return ""
    if column.kind == "time":
        return local(str(value), shape.zone)
    if column.kind == "span":
        return short(float(value))
    if column.kind == "flag":
        return "yes" if value else ""
    if column.kind == "number":
        return f"{value:,}".replace(",", " ") if isinstance(value, int) else str(value)
    if isinstance(value, list | tuple):
        return clean_line(", ".join(map(str, value)))
    return clean_line(str(value))


def width_of(text: str) -> int:
    """Return how many places a text takes in a terminal."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0 if unicodedata.category(char) in ("Mn", "Me", "Cf")
        else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )  # fmt: skip


def _lines(rows: Sequence[Row], columns: Sequence[Column], shape: Shape) -> None:
    """Write aligned lines without colours or cuts, as ``ps`` does: easy to read, grep and awk."""
    lines = [[column.heading.upper() for column in columns]]
    lines += [[cell(row, column, shape) or "-" for column in columns] for row in rows]
    widths = [max(width_of(line[i]) for line in lines) for i in range(len(columns))]
    out = io.StringIO()
    for line in lines:
        parts = []
        for text, width, column in zip(line, widths, columns, strict=True):
            blank = " " * (width - width_of(text))
            parts.append(blank + text if column.kind in ("number", "span") else text + blank)
        out.write("  ".join(parts).rstrip() + "\n")
    sys.stdout.write(out.getvalue())


def _table(rows: Sequence[Row], columns: Sequence[Column], shape: Shape) -> None:
    from monitor.cli.tables import console, table_of

    screen = console(shape)
    screen.print(table_of(rows, columns, shape, screen.width))
