"""The words of an edited paragraph in plain text, whole or with a few words around each change."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.text.pieces import SOLID, spaced

_AROUND = 6  # words that are shown before and behind a change


def worded(runs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The words of an edited paragraph; in plain text [-gone-] and {+new+} as git has them."""
    signs = {"gone": "[-{}-]", "new": "{{+{}+}}"}
    return [
        ("plain" if kind == "same" else kind, signs.get(kind, "{}").format(text))
        for kind, text in spaced(runs)
    ]


def elided(runs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same with only a few words around each change."""
    found = list(runs)
    short: list[tuple[str, str]] = []
    for n, (kind, text) in enumerate(found):
        words = text.split(" ") if not SOLID.search(text) else list(text)
        if kind == "same" and len(words) > 2 * _AROUND + 2:
            head = [] if n == 0 else words[:_AROUND]
            tail = [] if n == len(found) - 1 else words[-_AROUND:]
            joint = "" if SOLID.search(text) else " "
            short.append((kind, joint.join([*head, "…", *tail])))
        else:
            short.append((kind, text))
    return worded(short)
