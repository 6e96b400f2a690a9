"""Classes of characters that several of the text rules need, written as parts of a pattern."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import chain

# Scripts written without blanks between words; each letter counts as a word of its own.
HAN_KANA = (
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    "\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
SOUTH_EAST_ASIAN = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf"
    "\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3\u17d7\u17dc"
)
NO_BLANKS = HAN_KANA + SOUTH_EAST_ASIAN
HANGUL = "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"

# Signs that Arabic and Hebrew readers leave out or put in as they like.
OPTIONAL_SIGNS = (
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\ufb1e"
)
# Invisible ones, which would tear words apart.
FORMAT_CHARACTERS = (
    "\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)


# Where there are no marks: Han, Hangul and private use, cuneiform and hieroglyphs, Tangut.
_WITHOUT_MARKS = ((0x3400, 0xA000), (0xAC00, 0xFB00), (0x12000, 0x13400), (0x14400, 0x16A00),
                  (0x17000, 0x1BC00))  # fmt: skip


@cache
def marks() -> str:
    """All combining marks below U+20000 as ranges; Python's ``\\w`` leaves them out.

    Without them the vowels of Indic scripts would count as punctuation.
    """
    ranges: list[list[int]] = []
    starts = (0x300, *(end for _, end in _WITHOUT_MARKS))
    ends = (*(start for start, _ in _WITHOUT_MARKS), 0x20000)
    category = unicodedata.category
    for code in chain.from_iterable(map(range, starts, ends)):
        if category(chr(code))[0] != "M":
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
