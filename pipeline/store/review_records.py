"""What reviewers decide, as values that go in and out of the store."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_NAME = 60  # characters of a reviewer's name
MAX_TAG = 60
MAX_TAGS = 50  # of one reviewer on one story
MAX_NOTE = 10_000
MAX_REASON = 500

# Reasons that are offered; any other may be written.
REASONS = ("off topic", "duplicate", "not news", "broken text")

_SPACE = re.compile(r"\s+")
_JOINERS = "\u200c\u200d\u200e\u200f"  # Persian and Indic words, and mixed lines, need them
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What is to change of a reviewer's decisions on stories; None and () leave a thing as it is.

    Raises ValueError if a tag, note or reason is too long, or a tag is empty.
    """

    read: bool | None = None
    starred: bool | None = None
    dismissed: bool | None = None  # a dismissed story is read, too
    reason: str | None = None  # why it is dismissed
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    note: str | None = None  # replaces the note; "" removes it

    def __post_init__(self) -> None:
        for name in ("add_tags", "remove_tags"):
            object.__setattr__(self, name, tuple(clean_tag(tag) for tag in getattr(self, name)))
        if self.note is not None:
            object.__setattr__(self, "note", _text(self.note, MAX_NOTE, "a note"))
        if self.reason is not None:
            object.__setattr__(self, "reason", _line(self.reason, MAX_REASON, "a reason"))

    @property
    def empty(self) -> bool:
        """True if nothing is to change."""
        return self == Decision()


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryReview:
    """One reviewer's decisions on a story as they are; times as the store has them."""

    reviewer: str
    story: int
    read_at: str | None = None
    starred_at: str | None = None
    dismissed_at: str | None = None
    dismiss_reason: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None
    version: int = 0  # goes up with each change; 0: nothing was decided yet
    updated_at: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A change that was written: ``undo`` takes its event."""

    event: int | None  # None: everything was like that already
    action: str
    stories: tuple[int, ...]  # that it changed


def clean_name(name: str) -> str:
    """Return a reviewer's name as it is kept.  Raises ValueError if it is empty or too long."""
    return _line(name, MAX_NAME, "a reviewer's name", needed=True)


def clean_tag(tag: str) -> str:
    """Return a tag as it is kept: one line, no comma.  Raises ValueError."""
    return _line(tag.replace(",", " ").lstrip("#"), MAX_TAG, "a tag", needed=True)


def _line(text: str, most: int, what: str, *, needed: bool = False) -> str:
    shown = "".join(c if _seen(c) else " " for c in text)
    line = unicodedata.normalize("NFC", _SPACE.sub(" ", shown).strip())
    if needed and not line.strip(_JOINERS):
        raise ValueError(f"{what} needs at least one letter")
    if len(line) > most:
        raise ValueError(f"{what} has at most {most} characters, this one has {len(line)}")
    return line


def _text(text: str, most: int, what: str) -> str:
    """Several lines; whatever is neither seen nor a line break goes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = "\n".join(
        "".join(c for c in line if c == "\t" or _seen(c)).rstrip() for line in lines
    ).strip("\n")
    if len(kept) > most:
        raise ValueError(f"{what} has at most {most} characters, this one has {len(kept)}")
    return kept


def _seen(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _UNSEEN
