"""Makes blocks of markup that stands in a string: in JSON, in JSON-LD."""

from __future__ import annotations

import re

from pipeline.errors import HostileInputError
from pipeline.extract.clean import Block, blocks_of
from pipeline.extract.document import check, parse
from pipeline.extract.prune import strip_code

TAG = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--[^<>]*--)>")
BLOCK_TAG = re.compile(r"(?i)</?(?:p|br|div|h[1-6]|li|ul|ol|blockquote|section|article)\b[^<>]*>")


def fragment_blocks(text: str) -> list[Block]:
    """The text blocks of ``text``, a piece of HTML; [] when it is hostile or no HTML.

    Escapes in a script hide tags from the check of the whole page, so it is done again here.
    """
    if BLOCK_TAG.search(text) is None:
        text = f"<p>{text}</p>"
    try:
        check(text)
        tree = parse(f"<html><body><div>{text}</div></body></html>")
    except (HostileInputError, ValueError):
        return []
    strip_code(tree)
    return blocks_of(tree)
