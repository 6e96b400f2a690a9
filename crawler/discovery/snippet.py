"""Turns the bits of HTML inside feeds into one line of plain text."""

from __future__ import annotations

import html
import re

from pipeline.text import clean_line

# Each alternative ends at the end of the text too, so that unclosed markup costs one pass.
_DROPPED = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u|wbr)\b[^<>]*(?:>|\Z)",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&#?\w{1,31};")  # with its semicolon: "&copy=1" in a text is no sign
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*(?:>|\Z)")


def plain(markup: str | None, limit: int = 500) -> str | None:
    """Return ``markup`` as one line of at most ``limit`` characters, or None if no text is left.

    Entities are resolved once more after the XML parser did, as publishers escape twice.
    """
    if not markup:
        return None
    text = markup[: limit * 16]
    if "<" in text:
        text = _TAG.sub(" ", _INLINE.sub("", _DROPPED.sub(" ", text)))
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
        if "<" in text:  # markup that was escaped twice
            text = _TAG.sub(" ", _INLINE.sub("", _DROPPED.sub(" ", text)))
    return clean_line(text, limit) or None
