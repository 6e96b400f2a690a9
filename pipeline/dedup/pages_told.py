"""The edits that leave no other text: a page that went, shrunk, or came back."""

from __future__ import annotations

from datetime import datetime

from pipeline.dedup.edits import WEIGHTS
from pipeline.model import Edit, EditKind, PageState
from pipeline.text import excerpt, title_key, word_count
from pipeline.times import format_duration, to_iso

_KINDS = {PageState.PAYWALLED: EditKind.PAYWALLED, PageState.STUB: EditKind.STUB}
_LONGEST = 80  # characters of what is quoted


def gone(body: str, said: str) -> Edit:
    """The page is no more, and ``said`` is what stands or is answered in its place.

    Silent, since whoever comes is not told what stood there.
    """
    words = word_count(body)
    return Edit(
        kinds=(EditKind.GONE,),
        weight=WEIGHTS[EditKind.GONE],
        silent=True,
        summary=f"the page is gone ({said}); {words} words are kept",
        facts={"said": said, "words_before": words},
    )


def shrunk(state: PageState, before: tuple[str, str], left: tuple[str, str]) -> Edit:
    """PAYWALLED or STUB: of title and text before only a part is ``left``."""
    kind = _KINDS[state]
    whole, rest = word_count(before[1]), word_count(left[1])
    facts: dict[str, object] = {"words_before": whole, "words_left": rest}
    kinds = [kind]
    if kind is EditKind.STUB:
        quoted = f': "{excerpt(left[1], _LONGEST)}"' if left[1] else ""
        summary = f"{rest} of {whole} words are left{quoted}"
    else:
        summary = f"a wall now: {rest} of {whole} words are free"
    if left[0] and title_key(left[0]) != title_key(before[0]):
        facts["headline"] = [before[0], left[0]]
        summary += f'; headline now "{excerpt(left[0], _LONGEST)}"'
    return Edit(
        kinds=tuple(kinds),
        weight=WEIGHTS[kind],
        silent=kind is EditKind.STUB,
        summary=summary,
        facts=facts,
    )


def back(was: PageState, since: datetime | None, now: datetime) -> Edit:
    """The whole page is there again."""
    span = f" for {format_duration(now - since)}" if since is not None and now > since else ""
    return Edit(
        kinds=(EditKind.BACK,),
        weight=WEIGHTS[EditKind.BACK],
        silent=False,
        summary=f"the whole page is there again; it was {was.value}{span}",
        facts={"was": was.value, "since": to_iso(since) if since else None},
    )
