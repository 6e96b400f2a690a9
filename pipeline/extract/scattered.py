"""Finds the whole of a body that is cut into several containers, of which readability takes one.

Paragraphs of one article share their template: the chain of tags and classes above them.  When much
of the text with the winner's chain lies outside the winner, the winner is only a piece.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.extract.document import Element
from pipeline.extract.prune import MIN_PARAGRAPH, weight

# Text of the same chain outside, as a share of that inside, from which on the winner is a piece.
_PIECE = 0.5
_MIN_OUTSIDE = 250  # characters; below, what is outside may be a teaser
# Another chain with this many times the winner's text is the body, and the winner a box beside it.
_RIVAL = 2.0


def scattered(tree: Element, winner: Element) -> Element | None:
    """The element that holds all pieces of the body; None if ``winner`` is all of it."""
    home = winner.getparent()
    if home is None:
        return None
    chains: dict[Element | None, int] = {None: 0}
    numbers: dict[tuple[int, str, str], int] = {}
    paragraphs: list[tuple[Element, int, int]] = []
    for paragraph in tree.iter("p"):
        size = weight(paragraph)
        if size >= MIN_PARAGRAPH:
            chain = _chain(paragraph.getparent(), chains, numbers)
            paragraphs.append((paragraph, size, chain))
    inside = set(winner.iter("p"))
    masses: Counter[int] = Counter()
    everywhere: Counter[int] = Counter()
    for paragraph, size, chain in paragraphs:
        everywhere[chain] += size
        if paragraph in inside:
            masses[chain] += size
    if not masses:
        return None
    main, mass = masses.most_common(1)[0]
    rival, rival_mass = everywhere.most_common(1)[0]
    if rival_mass > _RIVAL * sum(masses.values()):
        main, mass = rival, 0
    around = set(home.iter("p"))
    outside = sum(s for p, s, c in paragraphs if c == main and p not in around)
    if outside < _MIN_OUTSIDE or outside < mass * _PIECE:
        return None
    return _common_ancestor([p for p, _, c in paragraphs if c == main])


def _chain(
    element: Element | None,
    known: dict[Element | None, int],
    numbers: dict[tuple[int, str, str], int],
) -> int:
    """A number that is the same for elements with the same tags and classes above them."""
    found = known.get(element)
    if found is not None or element is None:
        return found or 0
    above = _chain(element.getparent(), known, numbers)
    key = (above, str(element.tag), " ".join(sorted(element.get("class", "").split())))
    number = numbers.setdefault(key, len(numbers) + 1)
    known[element] = number
    return number


def _common_ancestor(elements: Iterable[Element]) -> Element | None:
    shared: list[Element] | None = None
    for element in elements:
        line = list(element.iterancestors())[::-1]
        if shared is None:
            shared = line
            continue
        length = 0
        for mine, theirs in zip(shared, line, strict=False):
            if mine is not theirs:
                break
            length += 1
        del shared[length:]
    return shared[-1] if shared else None
