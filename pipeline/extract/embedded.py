"""Finds publication times in the state that pages carry for their scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.extract.document import Element

_STEMS = ("publish", "publicat", "modified", "update")
_KEY = re.compile(
    r"(?P<key>[\w-]{4,40})\\*[\"']\s*:\s*\\*[\"']"
    r"(?P<value>[12][0-9]{3}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{5,12}[0-9:+\-Z ]{0,7})"
)
_NO_TIME_KEY = re.compile(r"(?i)^(?:un|re)publish|until|expir|embargo")
_MAX_SCRIPT = 3_000_000  # characters
_KEY_LENGTH = 30  # characters of a key before its stem
_NEAR = 6_000  # characters between a title and a time that belong together
_MAX = 400  # keys looked at


def state_times(tree: Element, titles: list[str]) -> tuple[list[str], list[str]]:
    """Times of publication and of change, as written, in scripts that are not JSON-LD.

    Such a state holds other stories too: a time counts if no other one is there, or if it is the
    nearest to one of the page's ``titles``.
    """
    found: dict[bool, list[tuple[int, str]]] = {False: [], True: []}
    for script in tree.iter("script"):
        text = script.text
        if not text or len(text) > _MAX_SCRIPT or "ld+json" in (script.get("type") or ""):
            continue
        times = list(_times(text))
        if not times:
            continue
        places = [at for title in titles for at in _places(text, title)]
        for at, changed, value in times:
            distance = min((abs(at - place) for place in places), default=_NEAR)
            found[changed].append((distance, value))
    return _nearest(found[False]), _nearest(found[True])


def _times(text: str) -> Iterator[tuple[int, bool, str]]:
    """Position, whether of a change, and value of the times in ``text``."""
    lower = text.lower()
    if len(lower) != len(text):
        return
    for stem in _STEMS:
        at = lower.find(stem)
        for _ in range(_MAX):
            if at < 0:
                break
            start = max(lower.rfind(quote, max(0, at - _KEY_LENGTH), at) for quote in "\"'") + 1
            match = _KEY.match(text, start) if start else None
            if match is not None and not _NO_TIME_KEY.search(match["key"]):
                yield match.start(), "publi" not in match["key"].lower(), match["value"].strip()
            at = lower.find(stem, at + len(stem))


def _nearest(times: list[tuple[int, str]]) -> list[str]:
    if len({value for _, value in times}) == 1:
        return [times[0][1]]
    near = sorted((distance, value) for distance, value in times if distance < _NEAR)
    return [near[0][1]] if near else []


def _places(text: str, title: str) -> Iterator[int]:
    # Titles are escaped in many ways: their longest plain stretch is the same in all.
    plain = max(re.split(r"[^ a-zA-Z0-9]", title), key=len, default="")
    if len(plain) < 12:
        return
    at = text.find(plain)
    while at >= 0:
        yield at
        at = text.find(plain, at + 1)
