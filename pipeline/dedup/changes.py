"""What is different between two states of a text: runs of words, and paragraphs that came or went.

Paragraphs that are the same are put aside; what lies between is compared word by word across the
borders of paragraphs, so that one cut in two is not taken for one that came.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from pipeline.text import normalise
from pipeline.text.pieces import stretches
from pipeline.text.wording import Word, plain, wording

# A paragraph of which more words than this are new is a new one; what is left is grammar and names.
STRANGE = 0.62
# Words of both sides multiplied, up to which they are compared all at once.
_MOST_PAIRS = 1_000_000
# Words that are the same, each with each, up to which they are compared as by difflib; a text of
# 1,000 words has 10,000, one that says the same word over and over has more.
_MOST_SAME = 40_000
# A run of unchanged words this short between two changed ones is chance.
_BRIDGE = 1
_LONG = 4  # words of a change from which on such a bridge is looked for

Where = Literal["title", "text"]


@dataclass(frozen=True, slots=True)
class Passage:
    """Some paragraphs in one row, and their words."""

    text: str
    words: tuple[Word, ...]
    home: tuple[int, ...]  # of each word, the number of its paragraph
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Words that became others; either side may be empty.

    ``a`` to ``b`` of the old words were replaced by ``c`` to ``d`` of the new ones.
    """

    old: Passage
    new: Passage
    a: int
    b: int
    c: int
    d: int
    where: Where = "text"

    @property
    def before(self) -> tuple[Word, ...]:
        """The words that went."""
        return self.old.words[self.a : self.b]

    @property
    def after(self) -> tuple[Word, ...]:
        """The words that came."""
        return self.new.words[self.c : self.d]


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """All that is different."""

    title: tuple[Run, ...] = ()
    runs: tuple[Run, ...] = ()
    added: tuple[str, ...] = ()  # paragraphs
    removed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()  # the same paragraphs elsewhere
    words_before: int = 0
    words_changed: int = 0  # went or came, paragraphs included


def changes(title: tuple[str, str], before: Sequence[str], after: Sequence[str]) -> Changes:
    """The difference of two states; ``title`` is (before, after)."""
    left, right = [normalise(p) for p in before], [normalise(p) for p in after]
    runs: list[Run] = []
    added: list[str] = []
    removed: list[str] = []
    for a, b, c, d, same in stretches(left, right):
        if same:
            continue
        zone = _zone(before[a:b], after[c:d])
        runs += zone.runs
        removed += zone.removed
        added += zone.added
    moved = _taken_back(removed, added)
    headline = _runs(passage([title[0]]), passage([title[1]]), "title")
    changed = sum(len(run.before) + len(run.after) for run in runs) + sum(
        len(text.split()) for text in (*added, *removed)
    )
    return Changes(
        title=tuple(headline),
        runs=tuple(runs),
        added=tuple(added),
        removed=tuple(removed),
        moved=moved,
        words_before=sum(len(text.split()) for text in before),
        words_changed=changed,
    )


@dataclass(slots=True)
class _Zone:
    runs: list[Run] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


def passage(paragraphs: Sequence[str]) -> Passage:
    """Cut paragraphs into words and put them in one row."""
    parts: list[str] = []
    words: list[Word] = []
    home: list[int] = []
    offset = 0
    for number, paragraph in enumerate(map(plain, paragraphs)):
        found = wording(paragraph)
        words += (_shifted(w, offset) for w in found) if offset else found
        home += [number] * len(found)
        parts.append(paragraph)
        offset += len(paragraph) + 1
    return Passage(" ".join(parts), tuple(words), tuple(home), tuple(paragraphs))


def _shifted(w: Word, by: int) -> Word:
    # A third of the time of dataclasses.replace(), on every word of a long page.
    return Word(w.key, w.start + by, w.end + by, w.kind, w.opens, w.quoted, w.capital)


def _zone(before: Sequence[str], after: Sequence[str]) -> _Zone:
    """Compare what stands between two paragraphs that are the same on both sides."""
    if not before or not after:
        return _Zone(removed=list(before), added=list(after))
    if min(len(before), len(after)) > 1 and _tokens(before) * _tokens(after) > 4 * _MOST_PAIRS:
        return _in_pairs(before, after)  # far too many: not worth counting them as words
    old, new = passage(before), passage(after)
    if len(old.words) * len(new.words) > _MOST_PAIRS:
        return _in_pairs(before, after)
    codes = _opcodes(old.words, new.words)
    gone = _strange(old, [(a, b) for op, a, b, _, _ in codes if op != "equal"])
    came = _strange(new, [(c, d) for op, _, _, c, d in codes if op != "equal"])
    zone = _Zone(
        removed=[old.paragraphs[n] for n in sorted(gone)],
        added=[new.paragraphs[n] for n in sorted(came)],
    )
    if gone or came:
        # The words of paragraphs that are gone are no evidence for what became of the others.
        rest = [p for n, p in enumerate(before) if n not in gone]
        kept = [p for n, p in enumerate(after) if n not in came]
        if rest and kept:
            zone.runs += _runs(passage(rest), passage(kept), "text")
        else:
            zone.removed += rest
            zone.added += kept
        return zone
    zone.runs += _runs(old, new, "text", codes)
    return zone


def _tokens(paragraphs: Sequence[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)


def _in_pairs(before: Sequence[str], after: Sequence[str]) -> _Zone:
    """The same for what is too long to be compared at once: one paragraph with one."""
    whole = _Zone(removed=list(before[len(after) :]), added=list(after[len(before) :]))
    if min(len(before), len(after)) == 1:
        return _Zone(removed=list(before), added=list(after))
    for one, other in zip(before, after, strict=False):
        if normalise(one) != normalise(other):
            part = _zone([one], [other])
            whole.runs += part.runs
            whole.removed += part.removed
            whole.added += part.added
    return whole


def _strange(text: Passage, changed: Sequence[tuple[int, int]]) -> set[int]:
    """The paragraphs most of whose words changed."""
    sizes = [0] * len(text.paragraphs)
    touched = [0] * len(text.paragraphs)
    for number in text.home:
        sizes[number] += 1
    for start, end in changed:
        for number in text.home[start:end]:
            touched[number] += 1
    return {n for n, size in enumerate(sizes) if touched[n] > STRANGE * size or not size}


_Code = tuple[str, int, int, int, int]


def _opcodes(left: Sequence[Word], right: Sequence[Word]) -> list[_Code]:
    old, new = [word.key for word in left], [word.key for word in right]
    ours, theirs = Counter(old), Counter(new)
    if sum(n * theirs[key] for key, n in ours.items()) <= _MOST_SAME:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        return _bridged(list(matcher.get_opcodes()))
    return _bridged(
        [("equal" if same else "replace", a, b, c, d) for a, b, c, d, same in stretches(old, new)]
    )


def _bridged(codes: list[_Code]) -> list[_Code]:
    """Join long changes between which a single word stands by chance."""
    found: list[_Code] = []
    for code in codes:
        if (
            len(found) > 1
            and code[0] != "equal"
            and found[-1][0] == "equal"
            and found[-1][2] - found[-1][1] <= _BRIDGE
            and min(_size(code), _size(found[-2])) >= _LONG
        ):
            found.pop()
            _, a, _, c, _ = found.pop()
            found.append(("replace", a, code[2], c, code[4]))
        else:
            found.append(code)
    return found


def _size(code: _Code) -> int:
    return max(code[2] - code[1], code[4] - code[3])


def _runs(
    old: Passage, new: Passage, where: Where, codes: Sequence[_Code] | None = None
) -> list[Run]:
    if codes is None:
        codes = _opcodes(old.words, new.words)
    return [
        Run(old=old, new=new, a=a, b=b, c=c, d=d, where=where)
        for op, a, b, c, d in codes
        if op != "equal"
    ]


def _taken_back(removed: list[str], added: list[str]) -> tuple[str, ...]:
    """Take out of both lists what only stands elsewhere now; returns it."""
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for n, paragraph in enumerate(removed):
        places[normalise(paragraph)].append(n)
    moved: list[str] = []
    left: list[str] = []
    back: set[int] = set()
    for paragraph in added:
        held = places.get(normalise(paragraph))
        if held:
            back.add(held.popleft())
            moved.append(paragraph)
        else:
            left.append(paragraph)
    added[:] = left
    removed[:] = [p for n, p in enumerate(removed) if n not in back]
    return tuple(moved)
