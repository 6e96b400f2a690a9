"""Whether an article is a live blog or ticker, which changes at every visit by its nature."""

from __future__ import annotations

import re

from pipeline.dedup.noise_lines import is_time_line
from pipeline.model import State

# In titles: "Live: …", "… – live", "live blog"; a word that people live by is none.
_TITLE = re.compile(
    r"(?i)^\W*live\s*[:|–—-]|[|–—:]\s*live\W*$|\blive[\s-]?(?:blog|ticker|updates?|coverage)\b"
    r"|newsticker|newsblog|as it happened|minute by minute"
    r"|\ben direct\s*[:|–—-]|\ben (?:directo|vivo)\s*[:|–—-]|minuto a minuto|^\W*diretta\s*[:|–—-]"
    r"|diretta live|\bao vivo\s*[:|–—-]|direkterapport|relacja na żywo|na żywo\s*[:|–—-]"
    r"|текстовая трансляция|онлайн-трансляция|^\W*(?:наживо|онлайн)\s*[:|–—-]"
    r"|canlı (?:blog|anlatım)"
    r"|^\W*مباشر\s*[:|–—-]|لحظة بلحظة|文字直播|实时更新|即時更新"
)
_ADDRESS = re.compile(r"(?i)[/_-]live[/_-]|live-?(?:blog|ticker|updates?)|newsticker|newsblog")
_STAMP = re.compile(r"^\W*(?:\d{1,2}[:.h]\d\d|\d{1,2}\s?uhr)\b")
_STAMPS = 3


def is_live(state: State) -> bool:
    """True if address or title say so, or if entries with the time of day follow each other."""
    if _TITLE.search(state.title) or _ADDRESS.search(state.url):
        return True
    stamps = sum(
        _STAMP.match(p.casefold()) is not None and (is_time_line(p) or len(p) > 8)
        for p in state.paragraphs
    )
    return stamps >= _STAMPS
