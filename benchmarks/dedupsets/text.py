"""The text that operations work on, and its sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_END = re.compile(
    r"(?<=[.!?؟…])(?=[ \u00a0]+[\"“„«»'(¿¡—–\w])"
    r"|(?<=[.!?؟…][\"”“»'’)])(?= +\w)"
    r"|(?<=[。！？])(?![」』”）])|(?<=[。！？][」』”）])"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A title and paragraphs; ``lead`` is another first paragraph that says the same."""

    title: str
    paragraphs: tuple[str, ...]
    lead: str = ""

    def having(self, paragraphs: list[str] | tuple[str, ...]) -> Text:
        """The text with other paragraphs."""
        return replace(self, paragraphs=tuple(p for p in paragraphs if p.strip()))


def sentences(paragraph: str) -> list[str]:
    """A paragraph cut behind its full stops; what they are joined with stays with the later one.

    An abbreviation is taken for an end now and then, which does no harm: nothing is lost.
    """
    return [piece for piece in _END.split(paragraph) if piece]
