"""How far a long verb has come: a bar on a terminal, a line now and then elsewhere; on stderr."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

from monitor.cli.options import Given, on_terminal
from monitor.cli.output import note
from pipeline.text.clean import clean_line

EVERY_S = 5.0  # between two lines where there is no terminal


class Progress:
    """A context manager; ``update`` may be called as often as one likes."""

    def __init__(self, what: str, given: Given, *, total: int | None = None) -> None:
        self._what = what
        self._total = total
        self._quiet = given.quiet
        self._color = given.color
        self._bar: Any = None
        self._task: Any = None
        self._told = time.monotonic()
        self._last = ""

    @property
    def on_screen(self) -> bool:
        """True if a bar is drawn."""
        return self._bar is not None

    def __enter__(self) -> Progress:
        if not self._quiet and on_terminal(sys.stderr):
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
            from rich.progress import Progress as Bar

            plain = {"markup": False}
            self._bar = Bar(
                TextColumn("{task.description}", **plain),  # type: ignore[arg-type]
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TextColumn("{task.fields[note]}", style="dim", **plain),  # type: ignore[arg-type]
                console=Console(stderr=True, no_color=not self._color, highlight=False),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task(self._what, total=self._total, note="")
        return self

    def update(self, done: int | None = None, *, total: int | None = None, text: str = "") -> None:
        """Say how much is done (None: one step more), of how much, and at what we are."""
        self._total = total if total is not None else self._total
        if self._bar is not None:
            fields: dict[str, Any] = {"note": clean_line(text, 60)}
            if done is None:
                self._bar.update(self._task, total=self._total, advance=1, **fields)
            else:
                self._bar.update(self._task, total=self._total, completed=done, **fields)
            return
        if self._quiet or time.monotonic() - self._told < EVERY_S:
            return
        self._told = time.monotonic()
        count = "" if done is None else f" {done}" + (f"/{self._total}" if self._total else "")
        line = clean_line(f"{self._what}{count} {text}")
        if line != self._last:
            self._last = line
            note(line)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
