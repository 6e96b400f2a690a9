"""What a verdict was judged by, in one line for people."""

from __future__ import annotations

from collections.abc import Mapping


def measured(measures: Mapping[str, float | int | str | bool]) -> str:
    """The measures by name; those that are merely true by their name alone."""
    return ", ".join(
        name if value is True else f"{name} {value:g}" if isinstance(value, float | int)
        else f"{name} {value}"
        for name, value in measures.items()
    )  # fmt: skip
