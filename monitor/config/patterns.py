"""Regular expressions and CSS selectors from the configuration, checked before anything runs them.

Python's ``re`` cannot be stopped once it runs, so patterns whose time can grow exponentially are
refused.  The check is deliberately simple.  A repeat is dangerous when its body can be cut up in
more than one way: it holds another repeat and nothing that must come between two rounds which the
inner repeat could not have eaten itself, or it holds alternatives that match the same character.
``(a+)+``, ``(\\w*,?)*`` and ``(a|aa)+`` are refused; ``(?:/[^/]+)+`` and ``(\\w+-)*`` are not.
Long subjects are still bounded by who matches (URLs have at most 2,048 characters), since
quadratic patterns pass.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

# The parse tree is not public; without it (a later Python) patterns are only compiled.
try:
    _sre: Any = importlib.import_module("re._parser")
except ImportError:  # pragma: no cover
    _sre = None

_MANY = 16  # a bounded repeat of more rounds than this is as bad as an unbounded one
_SAMPLE = [chr(code) for code in range(128)] + ["é", "م", "中", "–"]

Node = Any  # what re's parser gives is not typed
_Set = frozenset[str]


@lru_cache(maxsize=4096)
def check_pattern(text: str) -> str:
    """The pattern as given; ValueError says why it cannot be used."""
    if len(text) > 1_000:
        raise ValueError("the pattern has more than 1,000 characters")
    try:
        with warnings.catch_warnings():
            # "Possible nested set": a notice about later Pythons, of no use to who runs this one.
            warnings.simplefilter("ignore", FutureWarning)
            re.compile(text)
            tree = _sre.parse(text) if _sre is not None else ()
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"no regular expression: {error}") from None
    if not text:
        raise ValueError("the pattern is empty and would match everything")
    if _dangerous(tree):
        raise ValueError(
            "this pattern can take forever on some addresses: "
            "a repeat inside a repeat, as in (a+)+, needs something firm between the rounds"
        )
    return text


@lru_cache(maxsize=4096)
def check_css(text: str) -> str:
    """The CSS selector as given; ValueError says why it cannot be used."""
    from cssselect import HTMLTranslator, SelectorError

    if not text.strip():
        raise ValueError("the CSS selector is empty")
    try:
        HTMLTranslator().css_to_xpath(text)
    except SelectorError as error:
        raise ValueError(f"no CSS selector: {error}") from None
    except RecursionError:
        raise ValueError("no CSS selector: nested too deeply") from None
    return text


def _name(op: Node) -> str:
    return str(op)


def _dangerous(tree: Iterable[Node]) -> bool:
    """True if some repeat of many rounds in the tree has a body that can be cut up in two ways."""
    for op, argument in tree:
        if _is_repeat(op, argument) and _ambiguous(list(argument[2])):
            return True
        if any(_dangerous(child) for child in _children(op, argument)):
            return True
    return False


def _is_repeat(op: Node, argument: Node) -> bool:
    return _name(op) in ("MAX_REPEAT", "MIN_REPEAT") and int(argument[1]) > _MANY


def _children(op: Node, argument: Node) -> Iterator[Iterable[Node]]:
    name = _name(op)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        yield argument[2]
    elif name == "SUBPATTERN":
        yield argument[3]
    elif name == "BRANCH":
        yield from argument[1]
    elif name in ("ASSERT", "ASSERT_NOT"):
        yield argument[1]
    elif name == "ATOMIC_GROUP":
        yield argument
    elif name == "GROUPREF_EXISTS":
        yield from (part for part in argument[1:] if part is not None)


def _ambiguous(body: list[Node]) -> bool:
    """True if a run of rounds of this body can be read as another run of rounds."""
    return any(
        not any(part and part.isdisjoint(eaten) for part in firm)
        for eaten, firm in _inner_repeats(body, [])
    )


def _inner_repeats(body: list[Node], beside: list[_Set]) -> Iterator[tuple[_Set, list[_Set]]]:
    """Each part of varying length in a body: what it can eat, and what must stand beside it."""
    flat = list(_flatten(body))
    # A part that varies stands here too: it is never disjoint from what it eats itself.
    firm = beside + [chars for item in flat if _least([item]) and (chars := _chars([item]))]
    for op, argument in flat:
        if _varies(op, argument):
            yield _chars([(op, argument)]), firm
        if _name(op) == "BRANCH":
            arms = [list(arm) for arm in argument[1]]
            if _clash([arm for arm in arms if arm]):
                yield frozenset(_SAMPLE), []  # whatever stands beside, each round can be read twice
            for arm in arms:
                yield from _inner_repeats(arm, firm)
        elif _name(op) != "POSSESSIVE_REPEAT":
            for child in _children(op, argument):
                yield from _inner_repeats(list(child), firm)


def _varies(op: Node, argument: Node) -> bool:
    if _name(op) in ("MAX_REPEAT", "MIN_REPEAT"):
        return int(argument[0]) != int(argument[1])
    return _name(op) == "BRANCH" and not _least([(op, argument)])


def _clash(arms: list[list[Node]]) -> bool:
    """True if a text made of several of these alternatives may be readable in two ways."""
    words = [_word(arm) for arm in arms]
    known = sorted(word for word in words if word)
    if len(known) == len(arms):  # plain words: no word may begin with another one
        return any(long.startswith(short) for short, long in pairwise(known))
    return _overlap([_first(arm) for arm in arms])


def _word(arm: list[Node]) -> str | None:
    """The text of an alternative that is nothing but literal characters."""
    if all(_name(op) == "LITERAL" for op, _ in arm):
        return "".join(chr(argument) for _, argument in arm)
    return None


def _flatten(body: list[Node]) -> Iterator[Node]:
    """The body's parts, plain groups opened."""
    for op, argument in body:
        if _name(op) == "SUBPATTERN":
            yield from _flatten(list(argument[3]))
        elif _name(op) == "ATOMIC_GROUP":
            continue  # what it ate is never cut up anew
        else:
            yield op, argument


def _overlap(sets: list[_Set]) -> bool:
    seen: set[str] = set()
    for chars in sets:
        if not seen.isdisjoint(chars):
            return True
        seen |= chars
    return False


def _least(body: list[Node]) -> int:
    """The least number of characters that these parts match (0 or 1 is all we need)."""
    for op, argument in body:
        name = _name(op)
        if name in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
            return 1
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            if int(argument[0]) > 0 and _least(list(argument[2])):
                return 1
        elif name == "SUBPATTERN":
            if _least(list(argument[3])):
                return 1
        elif name == "BRANCH" and all(_least(list(arm)) for arm in argument[1]):
            return 1
    return 0


def _first(body: list[Node]) -> _Set:
    """The sample characters with which these parts can begin."""
    chars: set[str] = set()
    for item in body:
        op, argument = item
        name = _name(op)
        if name == "SUBPATTERN":
            chars |= _first(list(argument[3]))
        elif name == "BRANCH":
            for arm in argument[1]:
                chars |= _first(list(arm))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            chars |= _first(list(argument[2]))
        else:
            chars |= _chars([item])
        if _least([item]):
            break
    return frozenset(chars)


def _chars(body: list[Node]) -> _Set:
    """All sample characters that occur in some match of these parts."""
    chars: set[str] = set()
    for op, argument in body:
        name = _name(op)
        if name in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
            chars |= _single(name, argument)
        else:
            for child in _children(op, argument):
                chars |= _chars(list(child))
    return frozenset(chars)


def _single(name: str, argument: Node) -> _Set:
    """The sample characters that one character's worth of pattern matches."""
    if name == "LITERAL":
        return frozenset((chr(argument), chr(argument).swapcase()))
    if name == "ANY":
        return frozenset(_SAMPLE)
    if name == "NOT_LITERAL":
        return frozenset(_SAMPLE) - {chr(argument)}
    return frozenset(char for char in _SAMPLE if _in_class(argument, char))


_CATEGORY: dict[str, Callable[[str], bool]] = {
    "DIGIT": str.isdecimal,
    "SPACE": str.isspace,
    "WORD": lambda char: char.isalnum() or char == "_",
}


def _in_class(items: list[Node], char: str) -> bool:
    negated, inside = False, False
    for op, argument in items:
        name = _name(op)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            inside = inside or ord(char) == argument
        elif name == "RANGE":
            inside = inside or argument[0] <= ord(char) <= argument[1]
        elif name == "CATEGORY":
            kind = _name(argument).removeprefix("CATEGORY_")
            test = _CATEGORY.get(kind.removeprefix("NOT_"))
            if test is not None:
                inside = inside or test(char) != kind.startswith("NOT_")
    return inside != negated
