"""The one name of each news agency, whatever way it is spelled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from pipeline.text.agency_table import table

_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=2048)
def agency_key(text: str) -> str:
    """``text`` as spellings are compared: without case, marks and punctuation; single blanks."""
    if text.isascii():
        return " ".join(_NOT_WORD.sub(" ", text.lower()).split())
    text = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        "".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c)).split()
    )


TABLE = table()
_NAMES: Mapping[str, str] = {
    key: short for short, spellings, _ in TABLE for name in spellings if (key := agency_key(name))
}


def named(text: str) -> str | None:
    """The short name of the agency that ``text`` is, or None; ``text`` is nothing but a name."""
    key = agency_key(text)
    found = _NAMES.get(key)
    if found is None and key.startswith("the "):
        found = _NAMES.get(key[4:])
    return found
