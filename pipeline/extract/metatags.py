"""Reads the meta tags, link tags and microdata of a page into one table."""

from __future__ import annotations

from pipeline.extract.document import Element

_MAX_LENGTH = 5_000  # characters of one value; the rest of a longer one is left out
_MAX_TAGS = 2_000


class MetaTags:
    """The contents of a page's meta tags by name, property or itemprop, in lower case."""

    def __init__(self, tree: Element) -> None:
        self._values: dict[str, list[str]] = {}
        for count, meta in enumerate(tree.iter("meta")):
            if count > _MAX_TAGS:
                break
            content = meta.get("content") or meta.get("value")
            if not content or not content.strip():
                continue
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                for name in (meta.get(attribute) or "").lower().split():
                    self._values.setdefault(name, []).append(content[:_MAX_LENGTH].strip())

    def all(self, name: str) -> list[str]:
        """All values of ``name`` in document order."""
        return self._values.get(name, [])

    def first(self, *names: str) -> tuple[str, str] | None:
        """The first value of the first of ``names`` that the page has, with its name."""
        for name in names:
            values = self._values.get(name)
            if values:
                return values[0], name
        return None


def canonical(tree: Element) -> str | None:
    """What rel=canonical says, as written."""
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return str(link.get("href") or "") or None
    return None
