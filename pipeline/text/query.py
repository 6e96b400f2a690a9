"""Turning what a person types into an FTS5 expression that is always valid."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.text.scripts import HANGUL
from pipeline.text.search import search_text

MAX_TERMS = 100
MAX_DEPTH = 6  # of brackets: FTS5's parser has a small stack
_MAX_LENGTH = 10_000

_TOKEN = re.compile(
    r"""
      (?P<minus>(?<![^\s(])-(?=[^\s)-]))
    | (?P<column>(?:title|body):)(?=[^\s)])
    | (?P<open>\()
    | (?P<close>\))
    | "(?P<phrase>[^"]*)(?:"(?P<star>\*?)|\Z)
    | (?P<word>[^\s()"]+)
    """,
    re.VERBOSE,
)
# In Hebrew abbreviations the quotation mark is part of the word.
_GERSHAYIM = re.compile(r'(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea])')
_OTHER_QUOTES = re.compile("[\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02]")
_HANGUL_END = re.compile(f"[{HANGUL}]\\Z")


def search_query(query: str) -> str:
    """The FTS5 MATCH expression for what a person typed; never a syntax error.

    Words are ANDed; ``"a phrase"``, ``OR``, ``AND``, ``NOT`` or ``-word``, ``(groups)``, ``word*``,
    ``title:word`` and ``body:word`` mean what they look like; every other character is text.  A run
    of Han, Kana or Thai is a phrase of its letters; Korean words match with any ending.  Terms
    after the first 100 are ignored, and so is the star behind a single letter or digit, with which
    nearly every article would be found.  Raises ValueError if nothing is left to look for.
    """
    text = query[:_MAX_LENGTH].replace("\x00", " ")
    text = _OTHER_QUOTES.sub('"', _GERSHAYIM.sub("\u05f4", text))
    wanted = _Parser(_tokens(text)).either().text()
    if wanted is None:
        raise ValueError("the query is empty: type at least one word to look for")
    return wanted


class _Token(NamedTuple):
    kind: str  # term, column, minus, open, close, AND, OR, NOT, end
    text: str = ""


def _tokens(text: str) -> list[_Token]:
    """Tokens with brackets in pairs, not too deep, and no term without anything to look for."""
    found: list[_Token] = []
    opened: list[bool] = []  # for each open bracket whether it counts
    terms = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "open":
            opened.append(sum(opened) < MAX_DEPTH)
            if opened[-1]:
                found.append(_Token("open"))
        elif kind == "close":
            if opened and opened.pop():
                found.append(_Token("close"))
        elif kind in ("minus", "column"):
            if found and found[-1].kind == kind:
                found.pop()
            found.append(_Token(kind, match[0].rstrip(":")))
        elif match["word"] in ("AND", "OR", "NOT"):
            found.append(_Token(match[0]))
        else:
            term = _term(match) if terms < MAX_TERMS else ""
            if term:
                terms += 1
                found.append(_Token("term", term))
            else:
                while found and found[-1].kind in ("minus", "column"):
                    found.pop()
    found += [_Token("close") for counts in opened if counts]
    return [*found, _Token("end")]


def _term(match: re.Match[str]) -> str:
    """A word or phrase in FTS5's quotes, or "" if it holds no letter and no digit."""
    word = match["word"]
    star = word.endswith("*") if word is not None else bool(match["star"])
    text = search_text(word if word is not None else match["phrase"]).replace('"', " ").strip()
    if not any(map(str.isalnum, text)):
        return ""
    hangul = word is not None and _HANGUL_END.search(text)
    if hangul or (star and len(text.rstrip("* ")) > 1):
        return f'"{text.rstrip("* ")}" *'
    return f'"{text}"'


@dataclass
class _Group:
    """Expressions that have to be there, and expressions that must not."""

    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)

    def text(self) -> str | None:
        """One expression, in brackets where it has parts.

        None if nothing is wanted: FTS5 cannot look for absence alone.
        """
        if not self.wanted:
            return None
        text = " AND ".join(self.wanted)
        if len(self.wanted) > 1:
            text = f"({text})"
        if self.unwanted:
            text = f"({text} NOT ({' OR '.join(self.unwanted)}))"
        return text

    def add(self, part: _Group, *, negated: bool) -> None:
        """Take in a part; what a part only excludes is excluded from the whole."""
        text = part.text()
        if text is None:
            (self.wanted if negated else self.unwanted).extend(part.unwanted)
        else:
            (self.unwanted if negated else self.wanted).append(text)


class _Parser:
    """Recursive descent that never fails: what has no sense where it stands is passed over."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def take(self, *kinds: str) -> _Token | None:
        """The next token if it is one of these kinds."""
        token = self.tokens[self.at]
        if token.kind not in kinds:
            return None
        self.at += 1
        return token

    def either(self) -> _Group:
        """Parts with OR between."""
        choices = [self.all()]
        while self.take("OR"):
            choices.append(self.all())
        if len(choices) == 1:
            return choices[0]
        texts = [text for choice in choices if (text := choice.text()) is not None]
        excluded = [part for choice in choices if not choice.wanted for part in choice.unwanted]
        if len(texts) < 2:
            return _Group(texts, excluded)
        return _Group([f"({' OR '.join(texts)})"], excluded)

    def all(self) -> _Group:
        """Parts side by side."""
        found = _Group()
        negated = False
        while self.tokens[self.at].kind not in ("OR", "close", "end"):
            if self.take("NOT", "minus"):
                negated = not negated
            elif not self.take("AND"):
                found.add(self.part(), negated=negated)
                negated = False
        return found

    def part(self) -> _Group:
        """One term or group, with the column it is looked for in."""
        if column := self.take("column"):
            inner = self.part() if self.tokens[self.at].kind in ("term", "open") else _Group()
            return _Group(
                [f"{column.text} : ({text})" for text in inner.wanted],
                [f"{column.text} : ({text})" for text in inner.unwanted],
            )
        if self.take("open"):
            inner = self.either()
            self.take("close")
            return inner
        term = self.take("term")
        return _Group([term.text] if term else [])
