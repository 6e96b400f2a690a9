"""One line of an edit for people: the essential words, the most material change first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.dedup.changes import Changes, Passage, Run
from pipeline.model import EditKind
from pipeline.text import excerpt

_LONGEST = 60  # characters of what is quoted
_TOLD = 2  # changes
_LETTERS = 3  # of a script without blanks, for each side of a change


def words_of(text: Passage, start: int, end: int) -> str:
    """Some words of a passage as they stand in it."""
    if start >= end:
        return ""
    return text.text[text.words[start].start : text.words[end - 1].end]


def summary(
    found: Changes,
    judged: Sequence[tuple[Run, set[EditKind]]],
    notes: Sequence[str],
    weights: Mapping[EditKind, int],
    *,
    fell: bool = False,
) -> str:
    """The edit in one line: ``"12 dead" became "21 dead"; and 2 more changes``.

    ``fell``: the wall fell behind which most of the text was.
    """
    lines: dict[str, int] = {}

    def say(text: str, weight: int) -> None:
        lines[text] = max(weight, lines.get(text, 0))

    titles = [(run, own) for run, own in judged if run.where == "title"]
    if titles:
        weight = max(weights[kind] for _, own in titles for kind in own)
        say(_headline([run for run, _ in titles]), max(weight, weights[EditKind.HEADLINE]))
    for run, own in judged:
        if run.where == "text":
            say(_became(run), max(weights[kind] for kind in own))
    for paragraph in found.removed:
        say(f"removed: {_quoted(paragraph)}", weights[EditKind.PARAGRAPH_REMOVED])
    for paragraph in found.added:
        say(f"added: {_quoted(paragraph)}", weights[EditKind.PARAGRAPH_ADDED])
    for paragraph in found.moved:
        say(f"moved: {_quoted(paragraph)}", weights[EditKind.REWORDING])
    for note in notes:
        say(f"note: {_quoted(note)}", weights[EditKind.CORRECTION])
    if fell:
        say("the whole text is free now", weights[EditKind.BACK])
    ranked = sorted(lines, key=lambda text: -lines[text])
    if not ranked:
        return "only signs or blanks changed"
    more = len(ranked) - _TOLD
    tail = f"; and {more} more change{'s' if more > 1 else ''}" if more > 0 else ""
    return "; ".join(ranked[:_TOLD]) + tail


def _headline(runs: Sequence[Run]) -> str:
    """Both headlines, or only what is different where they are long and much alike."""
    old, new = runs[0].old.text, runs[0].new.text
    if max(len(old), len(new)) > _LONGEST and len(runs) <= _TOLD:
        return f"headline: {', '.join(map(_became, runs))}"
    return f"headline {_quoted(old)} became {_quoted(new)}"


def _became(run: Run) -> str:
    """The words that changed with as much beside them as makes them clear."""
    # The word behind a figure says what it counts; other words need both their neighbours.
    behind = _reach(run.new, run.d, 1)
    ahead = 0 if _all_figures(run) else _reach(run.new, run.c - 1, -1)
    old = words_of(run.old, max(0, run.a - ahead), min(len(run.old.words), run.b + behind))
    new = words_of(run.new, max(0, run.c - ahead), run.d + behind)
    if not old:
        return f"{_quoted(new)} was put in"
    if not new:
        return f"{_quoted(old)} was taken out"
    return f"{_quoted(old)} became {_quoted(new)}"


def _all_figures(run: Run) -> bool:
    words = (*run.before, *run.after)
    return bool(run.before and run.after) and all(w.number is not None for w in words)


def _reach(text: Passage, n: int, step: int) -> int:
    """How many words from the ``n``-th on in one direction are shown along."""
    if not 0 <= n < len(text.words):
        return 0
    if step > 0 and text.words[n].opens:
        return 0  # the next sentence
    if text.words[n].kind != "letter":
        return 1
    count = 0
    while 0 <= n < len(text.words) and text.words[n].kind == "letter" and count < _LETTERS:
        if step > 0 and text.words[n].opens:
            break
        count, n = count + 1, n + step
    return count


def _quoted(text: str) -> str:
    return f'"{excerpt(text.strip(), _LONGEST)}"'
