"""The keys of review, the same in the browser and on a terminal."""

from __future__ import annotations

KEYS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("j", "k"), "next, previous story"),
    (("o", "Enter"), "open; it is read then"),
    (("u",), "read or unread"),
    (("s",), "star, or take the star off"),
    (("t",), "tag; -tag takes one off"),
    (("n",), "note"),
    (("d",), "dismiss with a reason, or take back"),
    (("x",), "choose for a change of several"),
    (("z",), "undo the last change"),
    (("/",), "search"),
    (("v",), "open the original"),
    (("g i", "g s", "g c", "g t"), "inbox, sources, coverage, timeline"),
    (("b", "Esc"), "back to the list; close"),
    (("?",), "this help"),
)
