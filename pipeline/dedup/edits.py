"""What an outlet did to an article between two visits: kinds, weight, evidence, and one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from pipeline.dedup import edits_told
from pipeline.dedup.changes import Changes, Run, changes
from pipeline.dedup.live import is_live
from pipeline.dedup.noise import is_caption, told
from pipeline.dedup.noise_lines import says_updated
from pipeline.dedup.notes import is_note
from pipeline.dedup.runwords import is_spelling, kinds_of, setting
from pipeline.model import Edit, EditKind, State
from pipeline.text import normalise
from pipeline.times import to_iso

# How material a kind is, 0 to 100.
WEIGHTS = {
    EditKind.GONE: 95,
    EditKind.NEGATION: 85,
    EditKind.NUMBER: 80,
    EditKind.NAME: 75,
    EditKind.QUOTE: 70,
    EditKind.PARAGRAPH_REMOVED: 60,
    EditKind.HEADLINE: 60,
    EditKind.CORRECTION: 55,
    EditKind.STUB: 55,
    EditKind.PARAGRAPH_ADDED: 40,
    EditKind.REWORDING: 35,
    EditKind.PAYWALLED: 30,
    EditKind.BACK: 25,
    EditKind.LIVE_UPDATE: 20,
    EditKind.TYPO: 5,
}
_MORE = 2  # for each further kind
_REMOVED = 30  # for all of the text being removed, in proportion for less
_SPELLING = 25  # less for a name that was only spelt otherwise
_SLIP_IN_HEADLINE = 15
_LIVE_MOST = 40  # of a live blog without a correction
# What nobody needs to be told of.
_IMMATERIAL = frozenset(
    (EditKind.TYPO, EditKind.CORRECTION, EditKind.LIVE_UPDATE, EditKind.BACK, EditKind.PAYWALLED)
)
_NOTE_WORDS = 3  # of the shortest note within a paragraph
_JUDGED = 500  # runs of words: more is another text
_SHOWN = 20  # changes that are kept as evidence


def classify(before: State, after: State) -> Edit:
    """The edit that made one state of an article out of another; they differ in title or text.

    Silent is an edit that changed something material while no note appeared; that the page says a
    later time of change alone is none, and is among the facts.
    """
    old, new = told(before, after), told(after, before)
    notes = _new_notes(old, new)
    if notes:
        dropped = set(notes)
        new = [p for p in new if p not in dropped]
        known = {normalise(p) for p in new}
        old = [p for p in old if normalise(p) in known or not is_note(p)]
    old, new = _without_common_captions(old, new)
    found = changes((before.title, after.title), old, new)
    at = setting(after.language or before.language, old, new, (*found.title, *found.runs))
    judged: list[tuple[Run, set[EditKind]]] = []
    for run in (*found.title, *found.runs[:_JUDGED]):
        came = edits_told.words_of(run.new, run.c, run.d)
        if run.where == "text" and len(run.after) >= _NOTE_WORDS and is_note(came):
            notes = (*notes, came)
        else:
            judged.append((run, kinds_of(run, at)))
    fell = before.partial and not after.partial
    if fell:  # what a wall hid is none of the outlet's changes
        judged = [(run, own) for run, own in judged if _seen_before(run)]
        found = replace(found, added=())
    kinds = _kinds(found, judged, noted=bool(notes))
    if fell:
        told_more = judged or found.removed or notes
        kinds = (kinds if told_more else set()) | {EditKind.BACK}
    weight = _weight(kinds, found, judged)
    if is_live(before) or is_live(after):
        kinds = _of_live_blog(kinds)
        weight = min(max(WEIGHTS[k] for k in kinds), _LIVE_MOST if not notes else 100)
    silent = not notes and any(kind not in _IMMATERIAL for kind in kinds)
    return Edit(
        kinds=tuple(sorted(kinds, key=lambda kind: -WEIGHTS[kind])),
        weight=weight,
        silent=silent and EditKind.LIVE_UPDATE not in kinds,
        summary=edits_told.summary(found, judged, notes, WEIGHTS, fell=fell),
        facts=_facts(before, after, found, judged, notes),
    )


def _without_common_captions(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """Both texts without the captions that they share: their order is no edit."""
    left, right = ({normalise(p) for p in rows if is_caption(p)} for rows in (old, new))
    shared = left & right
    return (
        [p for p in old if normalise(p) not in shared],
        [p for p in new if normalise(p) not in shared],
    )


def _new_notes(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    before, after = ({normalise(p) for p in rows} for rows in (old, new))
    # A sentence of a note at the end of a paragraph that stood before is found among its changes.
    starts = {_start(p) for p in old if normalise(p) not in after and not is_note(p)}
    return tuple(
        p for p in new if normalise(p) not in before and _start(p) not in starts and is_note(p)
    )


def _start(paragraph: str) -> str:
    return " ".join(normalise(paragraph).split()[:6])


def _kinds(
    found: Changes, judged: Iterable[tuple[Run, set[EditKind]]], *, noted: bool
) -> set[EditKind]:
    kinds = set(chain.from_iterable(own for _, own in judged))
    if any(run.where == "title" for run, _ in judged):
        kinds.add(EditKind.HEADLINE)
        if all(own == {EditKind.REWORDING} for run, own in judged if run.where == "title") and not (
            any(EditKind.REWORDING in own for run, own in judged if run.where == "text")
        ):
            kinds.discard(EditKind.REWORDING)  # that is what the headline says already
    if found.added:
        kinds.add(EditKind.PARAGRAPH_ADDED)
    if found.removed:
        kinds.add(EditKind.PARAGRAPH_REMOVED)
    if found.moved:
        kinds.add(EditKind.REWORDING)
    if noted:
        kinds.add(EditKind.CORRECTION)
    # Nothing that we have a name for is still an edit: blanks, a sign.
    return kinds or {EditKind.TYPO}


def _weight(
    kinds: set[EditKind], found: Changes, judged: Sequence[tuple[Run, set[EditKind]]]
) -> int:
    weights = {kind: WEIGHTS[kind] for kind in kinds}
    if EditKind.NAME in kinds and all(is_spelling(r) for r, own in judged if EditKind.NAME in own):
        weights[EditKind.NAME] -= _SPELLING
    titles = [own for run, own in judged if run.where == "title"]
    if titles and all(own == {EditKind.TYPO} for own in titles):
        weights[EditKind.HEADLINE] = _SLIP_IN_HEADLINE
    if EditKind.PARAGRAPH_REMOVED in kinds and found.words_before:
        share = sum(len(p.split()) for p in found.removed) / found.words_before
        weights[EditKind.PARAGRAPH_REMOVED] += round(_REMOVED * min(1.0, share))
    return min(100, max(weights.values()) + _MORE * (len(kinds) - 1))


def _of_live_blog(kinds: set[EditKind]) -> set[EditKind]:
    """One thing a visit: entries come, move and are reworded all day."""
    return {EditKind.LIVE_UPDATE} | (kinds & {EditKind.HEADLINE, EditKind.CORRECTION})


def _seen_before(run: Run) -> bool:
    """True for a change of words that stood before the wall, and not where it cut them off."""
    return run.where == "title" or (bool(run.before) and run.b < len(run.old.words))


def _facts(
    before: State,
    after: State,
    found: Changes,
    judged: Sequence[tuple[Run, set[EditKind]]],
    notes: Sequence[str],
) -> dict[str, object]:
    facts: dict[str, object] = {
        "changes": [
            {
                "kinds": sorted(kind.value for kind in own),
                "where": run.where,
                "before": edits_told.words_of(run.old, run.a, run.b),
                "after": edits_told.words_of(run.new, run.c, run.d),
            }
            for run, own in judged[:_SHOWN]
        ],
        "paragraphs": {
            "added": len(found.added),
            "removed": len(found.removed),
            "moved": len(found.moved),
        },
        "words_changed": found.words_changed,
    }
    if len(judged) > _SHOWN:
        facts["more_changes"] = len(judged) - _SHOWN
    if notes:
        facts["notes"] = [note[:500] for note in notes[:3]]
    if any(is_note(p) for p in found.removed):
        facts["note_removed"] = True
    if before.authors and after.authors and before.authors != after.authors:
        facts["authors"] = [list(before.authors), list(after.authors)]
    old, new = before.modified_at, after.modified_at
    if new is not None and (old is None or new > old):
        facts["modified_at"] = [to_iso(old) if old else None, to_iso(new)]
    if any(says_updated(p) for p in after.paragraphs if p not in before.paragraphs):
        facts["says_updated"] = True
    return facts
