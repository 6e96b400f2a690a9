"""Finds the lead above an article's text, outside of the element that holds the text."""

from __future__ import annotations

from pipeline.extract.clean import fold
from pipeline.extract.document import Element, flat
from pipeline.text import clean_paragraph

_MIN = 40  # characters of a summary worth looking for
_MAX = 700
_SAME = 0.8  # share of the summary that must agree from the beginning; descriptions are cut off


def standfirst(tree: Element, summary: str) -> str:
    """The visible line that the page's own description repeats, or "".

    What the page shows to readers is part of the article; what only its description says is not.
    """
    key = fold(summary)
    if len(key) < _MIN:
        return ""
    start = summary[:8]
    for element in tree.iter("p", "h2", "h3", "h4", "div", "span", "strong", "b", "em", "li"):
        text = element.text
        if not text or not text.lstrip().startswith(start):
            continue
        line = clean_paragraph(flat(element))
        if len(line) <= _MAX and fold(line).startswith(key[: int(len(key) * _SAME)]):
            return line
    return ""
