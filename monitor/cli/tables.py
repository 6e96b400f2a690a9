"""Tables for terminals: as wide as the screen at most, one line a row."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli.options import Shape, on_terminal
from monitor.cli.output import Column, Row, cell, width_of

_GAP = 2  # places between two columns
_LEAST = 12  # places that are left to a text
_PLENTY = 10_000  # places of a line that nobody looks at in a terminal


def console(shape: Shape) -> Console:
    """Return a console on stdout; in a pipe wide enough that nothing is cut."""
    return Console(
        file=sys.stdout,
        no_color=not shape.color,
        highlight=False,
        markup=False,
        emoji=False,
        width=None if on_terminal() else _PLENTY,
        soft_wrap=False,
    )


def table_of(rows: Sequence[Row], columns: Sequence[Column], shape: Shape, width: int) -> Table:
    """Return a rich table of at most ``width`` places: each row one line, what is long is cut."""
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    texts = [[cell(row, column, shape) for column in columns] for row in rows]
    widest = [
        max(width_of(column.heading), *(width_of(line[i]) for line in texts))
        for i, column in enumerate(columns)
    ]
    for column, places in zip(columns, fitted(widest, columns, width), strict=True):
        table.add_column(
            column.heading,
            no_wrap=True,
            overflow="ellipsis",
            width=places,
            justify="right" if column.kind in ("number", "span") else "left",
        )
    for row, line in zip(rows, texts, strict=True):
        cells = []
        for column, text in zip(columns, line, strict=True):
            style = column.style if isinstance(column.style, str) else column.style(row)
            cells.append(Text(text, style=style))
        table.add_row(*cells)
    return table


def fitted(widest: Sequence[int], columns: Sequence[Column], width: int) -> list[int]:
    """Return the width of each column so that a row fits into ``width`` places.

    Flexible columns give way first, down to _LEAST, the widest of them most; then other texts that
    are longer than _LEAST.  Numbers and times are never cut.
    """
    places = list(widest)
    over = sum(places) + _GAP * len(places) - width
    rigid = ("number", "span", "time", "flag")
    for group in (
        [i for i, c in enumerate(columns) if c.flexible],
        [i for i, c in enumerate(columns) if not c.flexible and c.kind not in rigid],
    ):
        while over > 0:
            largest = max(group, key=lambda i: places[i], default=-1)
            if largest < 0 or places[largest] <= _LEAST:
                break
            # Take from the largest until it is no larger than the next one.
            others = [places[i] for i in group if i != largest and places[i] < places[largest]]
            step = min(over, places[largest] - max(_LEAST, max(others, default=_LEAST)), over)
            places[largest] -= max(1, step)
            over -= max(1, step)
    return places
