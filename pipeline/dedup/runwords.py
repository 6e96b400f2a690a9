"""What a run of changed words is: a figure, a name, a negation, a quotation, a slip, or wording."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.dedup.changes import Passage, Run, Where
from pipeline.model import EditKind
from pipeline.text.months import MONTHS
from pipeline.text.negations import negates
from pipeline.text.numberwords import HAN_NUMERALS
from pipeline.text.wording import Word, capitals, distance, plain, wording

# Words that only came or went are a passage from so many on, whatever numbers it has.
PASSAGE = 7
_SLIP = 4  # letters of a word, from which on one of them may be a slip
_LONG_WORD = 8  # and from which on two may
_TITLE_CASE = 0.6  # share of capitalised words in a headline, from which on they say nothing

_DAYS = """
monday tuesday wednesday thursday friday saturday sunday
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo
lunedì martedì mercoledì giovedì venerdì sabato domenica
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
poniedziałek wtorek środa środę czwartek piątek sobota sobotę niedziela niedzielę
понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье
понеділок вівторок середа середу четвер п'ятниця субота неділя
pazartesi salı çarşamba perşembe cuma cumartesi pazar
الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت
"""
_DATES = frozenset(_DAYS.split()) | {
    spelling
    for spellings in MONTHS.values()
    for spelling in spellings
    if len(spelling) > 3 or not spelling.isascii()
}
# Where days and months are written with a capital, the same letters in small are something else.
_CAPITAL_DATES = frozenset(("en", "de", "el", None))
# German writes all nouns with a capital; after these, or an adjective, stands a noun and no name.
_ARTICLES = """
der die das den dem des ein eine einen einem einer eines kein keine keinen im am zum zur vom beim
ins ans dieser diese dieses diesen diesem jeder jede jedes seine ihre seinen ihren sein ihr
unser unsere
alle viele mehrere einige beide manche als und oder mit ohne für um pro je
"""
_GERMAN_ARTICLES = frozenset(_ARTICLES.split())
_GERMAN_NOUNS = ("ung", "ungen", "heit", "keit", "schaft", "tion", "tionen", "nis", "ment", "tät")
_GERMAN_ENDINGS = ("e", "en", "em", "er", "es")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run is judged by beside its own words."""

    language: str | None
    names: frozenset[str]  # words that stand with a capital within sentences of either text
    net: frozenset[str]  # words that came or went on the whole, and not only moved


def setting(
    language: str | None, before: Sequence[str], after: Sequence[str], runs: Iterable[Run]
) -> Setting:
    """The setting of all runs between two texts."""
    runs = tuple(runs)
    names: set[str] = set()
    if any(w.capital for run in runs for w in (*run.before, *run.after)):
        names = {w.key for text in (*before, *after) for w in capitals(wording(plain(text)))}
    gone: Counter[str] = Counter()
    came: Counter[str] = Counter()
    for run in runs:
        gone.update(w.number or w.key for w in run.before)
        came.update(w.number or w.key for w in run.after)
    return Setting(language, frozenset(names), frozenset((gone - came) | (came - gone)))


def kinds_of(run: Run, at: Setting) -> set[EditKind]:
    """What a run is; at least one kind, `EditKind.TYPO` never beside another."""
    if _is_slip(run, at):
        return {EditKind.TYPO}
    found: set[EditKind] = set()
    short = min(len(run.before), len(run.after)) > 0 or max(
        len(run.before), len(run.after)
    ) < PASSAGE * (4 if _letters(run) else 1)
    if short:
        if _differ(run, at, _figures):
            found.add(EditKind.NUMBER)
        if _differ(run, at, _names):
            found.add(EditKind.NAME)
        if _negated(run.old, run.a, run.b, at) != _negated(run.new, run.c, run.d, at):
            found.add(EditKind.NEGATION)
    if any(w.quoted for w in (*run.before, *run.after)):
        found.add(EditKind.QUOTE)
    return found or {EditKind.REWORDING}


def is_spelling(run: Run) -> bool:
    """True if each word is nearly the one before: a name that was misspelt."""
    return len(run.before) == len(run.after) and all(
        distance(one.key, other.key, 2) <= (1 if len(one.key) < _LONG_WORD else 2)
        for one, other in zip(run.before, run.after, strict=True)
    )


_Told = Callable[[Passage, int, int, Setting, Run], Counter[str]]


def _differ(run: Run, at: Setting, tell: _Told) -> bool:
    old, new = tell(run.old, run.a, run.b, at, run), tell(run.new, run.c, run.d, at, run)
    changed = (old - new) | (new - old)
    return any(key in at.net for key in changed)


def _figures(text: Passage, start: int, end: int, at: Setting, _: Run) -> Counter[str]:
    words = text.words[start:end]
    found = Counter(w.number for w in words if w.number is not None)
    found.update(w.key for w in words if _is_date(w, at.language))
    if words and all(w.key in HAN_NUMERALS for w in words):
        found.update(w.key for w in words)
    return found


def _is_date(word: Word, language: str | None) -> bool:
    if word.key not in _DATES or word.kind != "word":
        return False
    return word.capital or language not in _CAPITAL_DATES


def _names(text: Passage, start: int, end: int, at: Setting, run: Run) -> Counter[str]:
    if run.where == "title":
        shown = [w for w in text.words if w.kind == "word"]
        if sum(w.capital for w in shown) > _TITLE_CASE * len(shown):
            return Counter(w.key for w in text.words[start:end] if w.key in at.names and w.capital)
    return Counter(
        word.key
        for n, word in enumerate(text.words[start:end], start)
        if word.capital
        and (not word.opens or word.key in at.names)
        and word.number is None
        and not _is_date(word, at.language)
        and not (at.language == "de" and _is_noun(text.words, n, run.where))
    )


def _is_noun(words: Sequence[Word], n: int, where: Where) -> bool:
    if words[n].key.endswith(_GERMAN_NOUNS) or not n:
        return True
    if where == "title":  # headlines leave articles out, so that only a full name tells
        return not any(w.capital for w in (*words[n - 1 : n], *words[n + 1 : n + 2]))
    before = words[n - 1]
    if before.kind == "number" or before.number or before.key in _GERMAN_ARTICLES:
        return True
    return not before.capital and before.key.endswith(_GERMAN_ENDINGS) and len(before.key) > 4


def _negated(text: Passage, start: int, end: int, at: Setting) -> Counter[str]:
    words = text.words[start:end]
    found = Counter(w.key for w in words if negates(w.key, at.language) and w.number is None)
    if words and any(w.kind == "letter" for w in words) and not found:
        # An ending may reach over the border of what changed.
        around = text.words[max(0, start - 1) : end + 1]
        if negates("".join(w.key for w in around if w.kind == "letter"), at.language):
            found["-"] += 1
    return found


def _letters(run: Run) -> bool:
    return any(w.kind == "letter" for w in (*run.before, *run.after))


def _is_slip(run: Run, at: Setting) -> bool:
    """True for a spelling that was put right, words that were joined or cut, a word said twice."""
    old, new = run.before, run.after
    if _letters(run) or any(w.number is not None for w in (*old, *new)):
        return False
    if any(negates(w.key, at.language) for w in (*old, *new)):
        return False
    if not new or not old:
        return _said_twice(
            run.old if old else run.new, *((run.a, run.b) if old else (run.c, run.d))
        )
    if "".join(w.key for w in old) == "".join(w.key for w in new):
        return True
    if len(old) != len(new):
        return False
    return all(_is_respelt(one, other) for one, other in zip(old, new, strict=True))


def _is_respelt(one: Word, other: Word) -> bool:
    if one.key == other.key:
        return True
    if (one.capital and not one.opens) or (other.capital and not other.opens):
        return False  # a name
    if one.key[0] != other.key[0] or max(len(one.key), len(other.key)) < _SLIP:
        return False  # hired is no slip of fired
    most = 2 if min(len(one.key), len(other.key)) >= _LONG_WORD else 1
    return distance(one.key, other.key, most) <= most


def _said_twice(text: Passage, start: int, end: int) -> bool:
    size = end - start
    run = [w.key for w in text.words[start:end]]
    twins = (text.words[max(0, start - size) : start], text.words[end : end + size])
    return any(run == [w.key for w in twin] for twin in twins)
