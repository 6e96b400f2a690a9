"""What a model is told of each text block: its text, its boxes, its neighbours, its like."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.extract.boxes import Box, Cut, TextBlock
from pipeline.extract.boxflags import FLAGS, NAMES
from pipeline.extract.clean import fold
from pipeline.extract.metadata import Metadata
from pipeline.text.labels import is_label

Table = Any  # numpy array, a row for each block

_ENDS = frozenset('.!?。！？…"”»')
_QUOTES = frozenset("\"“”«»„「『‘'")
_DIGITS = re.compile(r"\d")
_WORDS = re.compile(r"\w+")
_TIME = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|[12]\d{3}年")
_HEADS = frozenset(("h1", "h2", "h3", "h4"))
_SHORT = 200  # characters of a block whose letters are looked at one by one
_PLAIN = 25  # characters outside links that make a block more than a label

_KINDS = ("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "blockquote", "span", "dd",
          "section", "article", "body", "pre", "a")  # fmt: skip
_KIND_NUMBER = {kind: n for n, kind in enumerate(_KINDS)}
_ANY_KIND = _KIND_NUMBER["div"]  # elements that a site made up are boxes
_OWN = (
    "size", "words", "link_share", "anchors", "strong_share", "em_share", "ends", "commas",
    "digits", "upper", "starts_upper", "quote", "question", "colon", "time", "mail", "copyright",
    "label", "is_title", "title_share", "in_summary", "in_structured", "has_structured", "copies",
    "repeat", "has_author", "word_size", "kind",
)  # fmt: skip
_PLACE = (
    "place", "place_text", "after_title", "title_gap", "depth", "siblings", "box_blocks",
    "path_mass", "path_count", "path_links", "tag_mass", "up_mass", "up2_mass", "up3_mass",
    "up_links", "up2_links", "up3_links", "best_depth", "in_best", "in_best_up", "best_share",
    "in_second", "prose_share", "up_prose", "page_size", "page_blocks", "page_links", "best_links",
    "of_article", "h1_since", "h_since",
)  # fmt: skip
NAMES_OF_FLAGS = (
    "article", "main", "aside", "nav", "footer", "header", "list", "table", "form", "figure",
    "quote", "section", "details", *(f"n_{name}" for name in NAMES), "clutter", "unlikely",
    "consent", "itemprop", "unseen",
)  # fmt: skip
_SIDES = ("b1", "b2", "a1", "a2")  # one and two blocks before and after
_NEAR = ("size", "link_share", "path_mass", "ends", "label")
FEATURES = (
    *_OWN,
    *_PLACE,
    *(f"f_{name}" for name in NAMES_OF_FLAGS),  # of any box around the block
    *(f"o_{name}" for name in NAMES_OF_FLAGS),  # of its own box
    *(f"{at}_{name}" for at in _SIDES for name in (*_NEAR, "same_path", "same_box")),
    "win_plain", "win_links",
)  # fmt: skip
_FLAG_BITS = [1 << n for n in range(FLAGS)]


def table(page: Cut, known: Metadata) -> Table:
    """A row of ``FEATURES`` for each block of a page."""
    blocks, weights = page.blocks, page.weights
    plain = [w * (1 - b.linked / len(b.text)) for w, b in zip(weights, blocks, strict=True)]
    own = np.array(_own(page, known), dtype=np.float32)
    place = np.array(_place(page, plain, known), dtype=np.float32)
    flags = np.array([[b.box.flags for b in blocks], [b.box.own for b in blocks]], dtype=np.int64)
    bits = np.array(_FLAG_BITS, dtype=np.int64)
    inherited, direct = (flags[0][:, None] & bits) != 0, (flags[1][:, None] & bits) != 0
    first = np.concatenate([own, place], axis=1)
    around_it = _window(np.array(plain), np.array(weights))
    return np.concatenate(
        [first, inherited, direct, _near(first, blocks), around_it], axis=1, dtype=np.float32
    )


def _own(page: Cut, known: Metadata) -> list[list[float]]:
    """What a block is by itself, and what the page's metadata say of it."""
    blocks, folds, weights = page.blocks, page.folds, page.weights
    title = fold(known.title)
    title_words = set(_WORDS.findall(known.title.lower()))
    summary = fold(known.summary or "")
    structured = fold(known.articlebody)
    has_structured = len(structured) > 200
    names = [fold(name) for name in known.authors]
    copies: dict[str, int] = {}
    for key in folds:
        copies[key] = copies.get(key, 0) + 1
    rows: list[list[float]] = []
    seen: set[str] = set()
    for at, block in enumerate(blocks):
        text, key = block.text, folds[at]
        size = len(text)
        short = size < _SHORT
        words = _WORDS.findall(text.lower()) if short else text.split()
        count = len(words) or 1
        common = sum(word in title_words for word in words) / count if short else 0.0
        start = text if short else text[:_SHORT]
        repeat = key in seen
        seen.add(key)
        rows.append(
            [
                math.log1p(weights[at]), math.log1p(count), block.linked / size,
                min(block.anchors, 20), block.strong / size, block.emphasis / size,
                text[-1] in _ENDS,
                (text.count(",") + text.count("，") + text.count("、")) / count,
                len(_DIGITS.findall(start)) / len(start),
                sum(map(str.isupper, start)) / len(start),
                text[0].isupper(), text[0] in _QUOTES, "?" in text[-2:], text[-1] in ":：",
                bool(_TIME.search(text)) if size < 120 else False,
                "@" in text or "http" in text, "©" in text, is_label(text), key == title, common,
                len(key) > 20 and bool(summary) and (key[:60] in summary or summary[:60] in key),
                has_structured and len(key) > 8 and key in structured, has_structured,
                min(copies[key], 5), repeat,
                size < 120 and any(name and name in key for name in names),
                size / count, _KIND_NUMBER.get(block.kind, _ANY_KIND),
            ]
        )  # fmt: skip
    return rows


def _place(page: Cut, plain: Sequence[float], known: Metadata) -> list[list[float]]:
    """Where a block stands: in the page, among those of its path, in its boxes."""
    blocks, boxes, folds, weights = page.blocks, page.boxes, page.folds, page.weights
    mass: dict[int, float] = {}
    count: dict[int, int] = {}
    links: dict[int, float] = {}
    tags: dict[str, float] = {}
    in_box: dict[int, int] = {}
    for block, weight, own in zip(blocks, weights, plain, strict=True):
        path = block.box.path
        if own > _PLAIN:
            mass[path] = mass.get(path, 0.0) + own
            tag = f"{block.box.tag} {block.box.up.tag if block.box.up else ''}"
            tags[tag] = tags.get(tag, 0.0) + own
        count[path] = count.get(path, 0) + 1
        links[path] = links.get(path, 0.0) + weight - own
        number = block.box.number
        in_box[number] = in_box.get(number, 0) + 1
    all_plain = sum(plain) or 1.0
    whole = boxes[0].size or 1
    ranked = sorted(boxes, key=_score, reverse=True)[:2]
    best = ranked[0]
    second = ranked[1] if len(ranked) > 1 else best
    best_score = _score(best) or 1.0
    title = fold(known.title)
    title_at = next((at for at, key in enumerate(folds) if title and key == title), -1)
    home = _home(blocks, folds, title, title_at)
    h1_since = h_since = 0
    rows = []
    passed = 0.0
    n = len(blocks)
    all_weight = sum(weights) or 1.0
    whole_page = [math.log1p(all_weight), math.log1p(n), boxes[0].linked / whole,
            best.linked / (best.size or 1)]  # fmt: skip
    path_weight = {p: mass.get(p, 0.0) + links.get(p, 0.0) for p in count}
    for at, block in enumerate(blocks):
        box = block.box
        path = box.path
        if block.kind == "h1" and at != title_at:
            h1_since += at > title_at
        h_since = 0 if block.kind in _HEADS else h_since + 1
        up = box.up or box
        up2 = up.up or up
        up3 = up2.up or up2
        tag = f"{box.tag} {box.up.tag if box.up else ''}"
        rows.append(
            [
                at / n, passed / all_weight, float(title_at >= 0 and at > title_at),
                float(max(-30, min(60, at - title_at))) if title_at >= 0 else 99.0,
                box.depth, min(up.children, 60),
                min(in_box[box.number], 30),
                mass.get(path, 0.0) / all_plain, min(count[path], 60),
                links[path] / (path_weight[path] or 1.0), tags.get(tag, 0.0) / all_plain,
                up.size / whole, up2.size / whole, up3.size / whole,
                up.linked / (up.size or 1), up2.linked / (up2.size or 1),
                up3.linked / (up3.size or 1),
                float(box.depth - best.depth), box.within(best), box.within(best.up or best),
                best.size / whole, box.within(second), _score(box) / best_score,
                _score(up) / best_score, *whole_page,
                _of_article(box, home), min(h1_since, 5), min(h_since, 30),
            ]
        )  # fmt: skip
        passed += weights[at]
    return rows


def _home(
    blocks: Sequence[TextBlock], folds: Sequence[str], title: str, title_at: int
) -> Box | None:
    """The <article> that the headline stands in."""
    at = title_at
    if at < 0:
        at = next((n for n, b in enumerate(blocks) if b.kind == "h1" and folds[n] in title), -1)
    if at < 0:
        return None
    return blocks[at].box.article


def _of_article(box: Box, home: Box | None) -> int:
    """0 in no <article>, 1 in that of the headline, 2 in one below it, 3 in another one."""
    inner = box.article
    if inner is None:
        return 0
    if inner is home:
        return 1
    return 2 if home is not None and inner.within(home) else 3


def _score(box: Box) -> float:
    return box.prose * (1 - box.linked / (box.size or 1))


_INDEX = {name: at for at, name in enumerate((*_OWN, *_PLACE))}


def _near(first: Table, blocks: Sequence[TextBlock]) -> Table:
    """The two blocks before and after, in a few words."""
    columns = [_INDEX[name] for name in _NEAR]
    picked = first[:, columns]
    paths = np.array([block.box.path for block in blocks])
    numbers = np.array([(block.box.up or block.box).number for block in blocks])
    n = len(blocks)
    found = []
    for step in (-1, -2, 1, 2):
        shifted = np.full((n, len(columns) + 2), -1.0, dtype=np.float32)
        if n > abs(step):
            here = slice(-step, n) if step < 0 else slice(0, n - step)
            there = slice(0, n + step) if step < 0 else slice(step, n)
            shifted[here, :-2] = picked[there]
            shifted[here, -2] = paths[here] == paths[there]
            shifted[here, -1] = numbers[here] == numbers[there]
        found.append(shifted)
    return np.concatenate(found, axis=1)


def _window(plain: Table, weights: Table) -> Table:
    """How much text is around a block, and how much of it is in links."""
    whole, own = around(weights), around(plain)
    return np.stack([np.log1p(own), 1 - own / np.maximum(whole, 1.0)], axis=1)


def around(values: Table) -> Table:
    """Sums over five blocks to each side."""
    if len(values) < 11:
        return np.full(len(values), values.sum())
    return np.convolve(values, np.ones(11), "same")
