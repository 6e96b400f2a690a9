"""Leaves of a page with several articles the one that its headline belongs to."""

from __future__ import annotations

from pipeline.extract.clean import fold
from pipeline.extract.document import Element, flat
from pipeline.extract.prune import OWN_ENOUGH, prose


def keep_own_article(tree: Element, title: str) -> None:
    """Leave only the <article> that holds the headline, if it holds a text as well.

    Pages that go on with the next story when one scrolls have several, and the longest would win.
    """
    body = tree.find(".//body")
    headline = fold(title)
    if body is None or not headline:
        return
    for heading in tree.iter("h1"):
        own = next(heading.iterancestors("article"), None)
        if own is None or not fold(flat(heading)).endswith(headline):
            continue
        mass = prose(own)
        inner = max((prose(a) for a in own.iterdescendants("article")), default=0)
        if mass >= OWN_ENOUGH and inner < mass / 2:
            for child in list(body):
                body.remove(child)
            body.text = None
            body.append(own)
            own.tail = None
        return
