"""Text and queries for the full-text index, so that every script can be searched.

The index is SQLite FTS5 with the tokenizer ``unicode61 remove_diacritics 2``; both sides go through
the same folding here.  With ``categories 'L* N* Co M*'`` in addition, Indic vowel signs count as
well; nothing here depends on it.
"""

from __future__ import annotations

import re
import unicodedata

from pipeline.text.scripts import FORMAT_CHARACTERS, NO_BLANKS, OPTIONAL_SIGNS

SEARCH_SCHEME = 1  # goes up when `search_text` gives another result: the index is then rebuilt

_ZWNJ = "\u200c"  # Persian writes it or a blank between the parts of a word
_DROPPED = re.compile(f"[{OPTIONAL_SIGNS}{FORMAT_CHARACTERS}\ud800-\udfff]+")
_SEA_MARKS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u1056-\u1059"
    "\u17b4-\u17d3\u17dd"
)
_CONTINUOUS = re.compile(f"[{NO_BLANKS}][{_SEA_MARKS}\u3099\u309a]*")
# Letters that have no decomposition, so the tokenizer would keep them apart from what people type,
# and the spellings of one Arabic letter.
_LETTERS = {
    "ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe",
    "þ": "th", "ə": "e", "ё": "е",
    **dict(zip("άέήίόύώϊϋΐΰ", "αεηιουωιυιυ", strict=True)),
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه",
    "ک": "ك", "ۀ": "ه", "ہ": "ه", "ھ": "ه",
    **{chr(zero + n): str(n) for zero in (0x660, 0x6F0, 0x966, 0xE50) for n in range(10)},
}  # fmt: skip
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
_BEYOND_GREEK = re.compile("[\u0400-\U0010ffff\xad]")


def search_text(text: str) -> str:
    """Text as it goes into the index.

    NFKC and folded case; each Han, Kana, Thai, Lao, Khmer or Burmese letter is a word of its own,
    so that any part of a run is found as a phrase; Arabic spellings and digits unified; Arabic and
    Hebrew vowel signs and invisible characters dropped.
    """
    if text.isascii():
        return " ".join(text.lower().replace("\x00", "").split())
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if _BEYOND_GREEK.search(text):
        text = _DROPPED.sub("", text.replace(_ZWNJ, " "))
        text = _CONTINUOUS.sub(r" \g<0> ", text)
    return " ".join(_LETTER.sub(lambda match: _LETTERS[match[0]], text).replace("\x00", "").split())
