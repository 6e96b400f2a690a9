"""Blocks that go with the text around them, whatever they look like by themselves.

An item of three words says nothing, and a post of a social network looks like an advertisement; but
a list that stands between two paragraphs of the article, in the same box, is part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.extract.boxes import Box, TextBlock
from pipeline.extract.boxflags import CLUTTER, CONSENT, POST, UNSEEN

_ITEMS = frozenset(("li", "dd", "dt", "blockquote"))
_HEADS = frozenset(("h2", "h3", "h4"))
_RUN = _ITEMS | _HEADS  # lists with their headings; headings alone are no run
_LINKED = 0.5  # share of a list in links from which on it leads elsewhere
_NO_TEXT = CLUTTER | CONSENT | UNSEEN  # flags of boxes that are no part of a text
_PLAIN = frozenset(("ul", "ol", "dl", "li", "dd", "dt", "p", "blockquote", *_HEADS))
_AT_THE_END = 0.1  # mean probability of a list that an article ends with


def follow(blocks: Sequence[TextBlock], chosen: list[bool], likely: Sequence[float]) -> None:
    """Add to ``chosen`` what goes with its neighbours, and take out what stands apart from them.

    ``likely`` are the probabilities that were decided by.
    """
    _repeated(blocks, chosen)
    _posts(blocks, chosen)
    _lists(blocks, chosen, likely)


def _repeated(blocks: Sequence[TextBlock], chosen: list[bool]) -> None:
    """A text that stands on the page again and again, built otherwise than the article: a notice.

    Gates before embedded content and prompts between paragraphs read like sentences of the article.
    """
    times = Counter(block.text for block in blocks)
    mass: Counter[int] = Counter()
    for block, took in zip(blocks, chosen, strict=True):
        if took:
            mass[block.box.path] += len(block.text)
    if not mass:
        return
    main = mass.most_common(1)[0][0]
    for at, block in enumerate(blocks):
        if times[block.text] > 1 and block.kind not in _ITEMS and block.box.path != main:
            chosen[at] = False


def _posts(blocks: Sequence[TextBlock], chosen: list[bool]) -> None:
    """Posts that the article embeds are quotes."""
    at = 0
    while at < len(blocks):
        if not blocks[at].box.flags & POST:
            at += 1
            continue
        end = at
        while end < len(blocks) and blocks[end].box.flags & POST:
            end += 1
        before = at > 0 and chosen[at - 1]
        after = end == len(blocks) or chosen[end]
        chosen[at:end] = [before and after] * (end - at)
        at = end


def _lists(blocks: Sequence[TextBlock], chosen: list[bool], likely: Sequence[float]) -> None:
    """Lists and quotes between two chosen blocks of one box, or at the end of such a box."""
    at = 0
    while at < len(blocks):
        if chosen[at] or blocks[at].kind not in _ITEMS:
            at += 1
            continue
        start = end = at
        while end < len(blocks) and blocks[end].kind in _RUN:
            end += 1
        while start and blocks[start - 1].kind in _RUN:
            start -= 1
        run = blocks[start:end]
        if start and chosen[start - 1] and not _leads_away(run):
            before = blocks[start - 1]
            after = blocks[end] if end < len(blocks) else None
            if after is not None and _within(after, before):
                taken = chosen[end] and _between(run, before)
            else:
                mean = sum(likely[start:end]) / len(run)
                taken = mean >= _AT_THE_END and _between(run, before)
            if taken:
                chosen[start:end] = [True] * len(run)
        at = end


def _leads_away(run: Sequence[TextBlock]) -> bool:
    return sum(b.linked for b in run) > _LINKED * sum(len(b.text) for b in run)


def _within(block: TextBlock, before: TextBlock) -> bool:
    """True if a block stands in the box that holds ``before``."""
    home = before.box.up
    return home is not None and block.box.within(home)


def _between(run: Sequence[TextBlock], before: TextBlock) -> bool:
    """True if a run stands in the box that holds its neighbour, in no box of its own."""
    home = before.box.up
    if home is None:
        return False
    for block in run:
        inner: Box | None = block.box
        while inner is not None and inner is not home:
            if inner.own & _NO_TEXT or inner.tag not in _PLAIN:
                return False
            inner = inner.up
        if inner is None:
            return False
    return True
