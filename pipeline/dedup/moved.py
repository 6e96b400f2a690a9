"""The rule for an article that its outlet put under another address."""

from __future__ import annotations

from pipeline.model import Article
from pipeline.text import title_key
from pipeline.text.pieces import only_blocks_differ


def is_edit(old_title: str, old_text: str, new: Article) -> bool:
    """True if words of a text or of its headline changed, and not only what stands around it.

    Whole paragraphs that came or went with the address are the new template's, as are names that
    were put before or behind the headline.
    """
    old, title = title_key(old_title), title_key(new.title)
    if old not in title and title not in old:
        return True
    return not only_blocks_differ(old_text.split("\n"), new.paragraphs)
