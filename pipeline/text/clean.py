"""Making foreign text safe to show and store: one clean line, no hidden characters."""

from __future__ import annotations

import html
import re
import unicodedata

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TERMINAL = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor
    "|(?:\x1b\\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"  # window titles, links
    "|\x1b[ -/]*[0-~]"
)
# Everything that does not show but changes how a line reads: controls, bidi and zero-width
# characters, fillers, tags, noncharacters, halves of surrogate pairs.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff\U0001fffe\U0001ffff]+"
)
_JOINERS = re.compile("[\u200c\u200d]+")


def clean_line(text: str, limit: int = 500) -> str:
    """One clean line of at most ``limit`` characters (0: no limit), for titles and names.

    NFC; entities decoded once; terminal codes, controls, bidi and zero-width characters and lone
    surrogates removed; white space of every kind collapsed.  Joiners stay inside words of scripts
    that need them.  What is too long ends with an ellipsis.  Linear in the length of the text.
    """
    if not (text.isascii() and text.isprintable()) or "&" in text:
        text = _cleaned(text)
    text = " ".join(text.split())
    return excerpt(text, limit) if limit and len(text) > limit else text


def clean_paragraph(text: str) -> str:
    """`clean_line` without a limit."""
    return clean_line(text, 0)


def excerpt(text: str, limit: int) -> str:
    """The beginning of a text in at most ``limit`` characters, on one line, cut between words.

    In scripts without blanks the cut is between characters.  An ellipsis marks it.
    """
    # Words are never so long that more than this is needed; a whole book need not be split.
    text = " ".join(text[: 20 * limit + 1000].split())
    if len(text) <= limit:
        return text
    if limit < 2:
        return "…"[:limit]
    cut = limit - 1
    while cut > 1 and (unicodedata.combining(text[cut]) or text[cut] in "\u200c\u200d\ufe0f"):
        cut -= 1
    head = text[:cut]
    if text[cut] != " ":
        blank = head.rfind(" ", cut // 2)
        head = head[:blank] if blank > 0 else head
    return head.rstrip(" ,;:–—-\u200c\u200d") + "…"


def _cleaned(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    if "\x1b" in text or "\x9b" in text or "\x9d" in text:
        text = _TERMINAL.sub("", text)
    text = _HIDDEN.sub("", text)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if _JOINERS.search(text):
        text = unicodedata.normalize("NFC", _JOINERS.sub(_needed_joiner, text))
    return text


def _needed_joiner(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()] if match.start() else ""
    after = match.string[match.end() : match.end() + 1]
    return match[0][0] if _joins(before) and _joins(after) else ""


def _joins(char: str) -> bool:
    """True for letters and marks beyond Latin, Greek and Cyrillic, and for parts of emoji."""
    if not char or char < "\u0530":
        return False
    return unicodedata.category(char)[0] in "LM" or unicodedata.category(char) in {"So", "Sk"}
