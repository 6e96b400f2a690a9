"""Questions to whoever sits at the terminal."""

from __future__ import annotations

import sys

import typer

from monitor.cli.options import on_terminal


def confirmed(question: str, *, yes: bool) -> bool:
    """Ask a question; True for yes.  Raises typer.BadParameter when nobody can answer."""
    if yes:
        return True
    if not on_terminal(sys.stdin):
        raise typer.BadParameter("nobody can be asked here; --yes says yes")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    return answer.strip().casefold() in ("y", "yes")


def asked(question: str) -> str:
    """Ask for a word; "" when there is none or nobody can answer."""
    if not on_terminal(sys.stdin):
        return ""
    sys.stderr.write(f"{question} ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()
