"""Makes harder pages out of cases: cut short, or with names and tags that say nothing.

News flashes of forty words, pages whose classes are hashes and pages built of custom elements are
rare among the cases, and each is where a model that has never seen one fails.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace

from lxml import etree

from benchmarks.blocklabels import labels
from benchmarks.cases import Case
from pipeline.extract.boxes import cut
from pipeline.extract.document import parse
from pipeline.extract.prune import strip_code

_KEPT = (1, 2, 3)  # blocks of the article that a short page keeps
_SURE = 0.5  # share of a block in the reference from which on it belongs to the article


def harder(case: Case) -> Case:
    """A variant of a page: always the same one of the same page."""
    rng = random.Random(hashlib.sha256(case.id.encode()).digest())
    if rng.random() < 0.5:
        return shortened(case, rng.choice(_KEPT))
    return renamed(case, rng)


def shortened(case: Case, keep: int) -> Case:
    """The page with only the first ``keep`` blocks of its article, and the reference to match."""
    tree = parse(case.html)
    bare = parse(case.html)
    strip_code(bare)
    body = bare.find(".//body")
    if body is None:
        return case
    page = cut(body)
    share = labels([block.text for block in page.blocks], case.body)
    own = [b for b, s in zip(page.blocks, share, strict=True) if s >= _SURE]
    rest = {b.text for b in own[keep:]}
    kept = [b.text for b in own[:keep]]
    for element in list(tree.iter("p", "li", "div", "h2", "h3", "h4", "blockquote")):
        text = " ".join("".join(element.itertext()).split())
        if text in rest and element.getparent() is not None:
            element.drop_tree()
    return replace(case, html=_written(tree), body="\n".join(kept))


def renamed(case: Case, rng: random.Random) -> Case:
    """The page with other words for all its classes and ids, and perhaps without <p>."""
    tree = parse(case.html)
    salt = str(rng.random())
    for element in tree.iter():
        for name in ("class", "id"):
            value = element.get(name)
            if value:
                element.set(name, " ".join(_hash(word, salt) for word in value.split()))
    if rng.random() < 0.6:
        tag = rng.choice(("div", "x-para", "div"))
        for paragraph in tree.iter("p"):
            paragraph.tag = tag
    return replace(case, html=_written(tree))


def _hash(word: str, salt: str) -> str:
    return f"k{hashlib.sha256(f'{salt}{word}'.encode()).hexdigest()[:5]}"


def _written(tree: etree._Element) -> str:
    return etree.tostring(tree, encoding="unicode", method="html")
