"""An article as it stood at one time: what edits and noise are told by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """Title and text of an article at one visit, and what stood around them."""

    title: str
    paragraphs: tuple[str, ...]
    shape: str = ""  # a letter for each paragraph, see ``Article.shape``; "" if not known
    authors: tuple[str, ...] = ()
    modified_at: datetime | None = None
    language: str | None = None
    url: str = ""

    def shaped(self) -> list[tuple[str, str]]:
        """Each paragraph with its letter, "p" where there is none."""
        letters = self.shape if len(self.shape) == len(self.paragraphs) else ""
        return list(zip(self.paragraphs, letters or "p" * len(self.paragraphs), strict=True))
