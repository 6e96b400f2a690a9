"""Finds publication times in the state that pages carry for their scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.extract.document import Element

_KEY = re.compile(
    r"(?P<key>(?:date_?|article_|first_?|last_?|content)*(?:publish|publication|modified|update)"
    r"[a-z]*(?:_?(?:date|time|at|on|timestamp|utc))*)\\*[\"']\s*:\s*\\*[\"']"
    r"(?P<value>[12][0-9]{3}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{5,12}[0-9:+\-Z ]{0,7})",
    re.IGNORECASE,
)
_MAX_SCRIPT = 3_000_000  # characters
_NEAR = 6_000  # characters between a title and a time that belong together
_MAX = 400  # times looked at


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
    for count, match in enumerate(_KEY.finditer(text)):
        if count >= _MAX:
            return
        key = match["key"].lower()
        yield match.start(), "publi" not in key, match["value"].strip()


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
