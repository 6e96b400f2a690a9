"""The one query language: of search, filters, topics, exports and alerts.

Words and phrases stand in the headline or the text of an article; fields ask for what else is known
of it.  A query asks for one article: a story is found where one of its articles is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import cast

from pipeline.errors import QueryError
from pipeline.text.agency_names import named
from pipeline.text.query_tokens import FIELDS, Token, tokens
from pipeline.text.query_tree import (
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Query,
    Words,
    all_of,
    any_of,
)
from pipeline.text.scripts import HANGUL, NO_BLANKS
from pipeline.text.search import search_text

MAX_TERMS = 100
MAX_DEPTH = 8  # of brackets: FTS5's parser has a small stack
MAX_LENGTH = 10_000  # characters
MAX_DISTANCE = 1_000
USUAL_DISTANCE = 10  # words, as in FTS5

_COLUMNS = ("title", "body")
_HANGUL_END = re.compile(f"[{HANGUL}]\\Z")
_COMMA_END = re.compile(r"[,،]\s*\Z")
_SOLID = re.compile(f"[{NO_BLANKS}]")


@lru_cache(maxsize=512)
def parse_query(text: str) -> Query:
    """Return the query that a person typed.

    Words side by side must all occur; ``"a phrase"``, ``AND``, ``OR``, ``NOT`` or ``-word``,
    ``(groups)`` and ``word*`` mean what they look like; NOT binds before AND, AND before OR.
    ``NEAR(peace talks, 5)`` or ``peace NEAR/5 talks`` allow at most 5 words between, 10 if none are
    told.  ``title:``, ``body:``, ``source:`` (an id, a glob or @tag), ``lang:``, ``agency:`` and
    ``tag:`` stand before a word, phrase or group.  A run of Han, Kana or Thai is a phrase of its
    letters; Korean words match with any ending.  Other characters are text.

    Raises QueryError, which tells the character.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"is longer than {MAX_LENGTH} characters", text, MAX_LENGTH)
    return Query(_Parser(text).query())


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        for token in tokens(text):
            # Marks between words, as in a headline that was pasted, are nothing to look for.
            last = self.tokens[-1].kind if self.tokens else ""
            wanted = token.kind != "term" or token.quoted or last in ("field", "minus")
            if wanted or _says_something(token.text):
                self.tokens.append(token)
        self.at = 0
        self.depth = 0
        self.terms = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, *kinds: str) -> Token | None:
        """The next token if it is one of these kinds."""
        token = self.next
        if token.kind not in kinds:
            return None
        self.at += 1
        return token

    def wrong(self, message: str, at: int) -> QueryError:
        return QueryError(message, self.text, at)

    def query(self) -> Node:
        """The whole."""
        if self.next.kind == "end":
            raise self.wrong("the query is empty: type at least one word to look for", 0)
        tree = self.either(None)
        if self.next.kind == "close":
            raise self.wrong("this bracket was never opened", self.next.at)
        return tree

    def either(self, field: str | None) -> Node:
        """Parts with OR between."""
        parts = [self.all(field)]
        while self.take("OR"):
            parts.append(self.all(field))
        return any_of(parts)

    def all(self, field: str | None) -> Node:
        """Parts side by side, or with AND between."""
        parts = [self.negated(field)]
        while self.next.kind not in ("OR", "close", "end"):
            self.take("AND")
            parts.append(self.negated(field))
        return all_of(parts)

    def negated(self, field: str | None) -> Node:
        """One part, with NOT or - before it."""
        twice = False
        while self.take("NOT", "minus"):
            twice = not twice
        part = self.near(field)
        if not twice:
            return part
        return part.part if isinstance(part, Not) else Not(part)

    def near(self, field: str | None) -> Node:
        """One part, or several with NEAR between."""
        start = self.next.at
        first = self.part(field)
        if self.next.kind != "NEAR":
            return first
        parts, apart = [first], self.next.text
        while near := self.take("NEAR"):
            if near.text != apart:
                raise self.wrong("NEAR in one row must have one distance", near.at)
            parts.append(self.part(field))
        return self.joined(parts, int(apart or USUAL_DISTANCE), start)

    def joined(self, parts: list[Node], distance: int, at: int) -> Near:
        """Parts near each other."""
        if distance > MAX_DISTANCE:
            raise self.wrong(f"NEAR reaches at most {MAX_DISTANCE} words", at)
        some = [part for part in parts if isinstance(part, Words)]
        if len(some) < len(parts):
            raise self.wrong("NEAR stands between words or phrases only", at)
        if len(some) < 2:
            raise self.wrong("NEAR needs two words or more", at)
        columns = {part.column for part in some} - {None}
        if len(columns) > 1:
            raise self.wrong("NEAR finds words in the title or in the body, not across", at)
        column = columns.pop() if columns else None
        return Near(tuple(Words(part.text, part.star) for part in some), distance, column)

    def part(self, field: str | None) -> Node:
        """One term or group, with the field it is looked for in."""
        token = self.next
        if name := self.take("field"):
            if field is not None and field != name.text:
                raise self.wrong(f"{name.text}: stands within {field}:", name.at)
            if self.next.kind not in ("term", "open", "group"):
                raise self.wrong(f"{name.text}: needs a word, a phrase or a group", self.next.at)
            if self.next.text.startswith("-") and not self.next.quoted:
                raise self.wrong(f"the minus stands before the field: -{name.text}:", self.next.at)
            return self.part(name.text)
        if self.take("open"):
            return self.group(token, field)
        if self.take("term"):
            return self.term(token, field)
        if self.take("group"):
            return self.near_group(token, field)
        raise self.wrong(_expected(token), token.at)

    def group(self, opened: Token, field: str | None) -> Node:
        """What stands in brackets."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.wrong(f"brackets are more than {MAX_DEPTH} deep", opened.at)
        if self.next.kind == "close":
            raise self.wrong("there is nothing between these brackets", opened.at)
        inner = self.either(field)
        if not self.take("close"):
            raise self.wrong("this bracket is never closed", opened.at)
        self.depth -= 1
        return inner

    def near_group(self, token: Token, field: str | None) -> Near:
        """``NEAR(peace talks, 5)``."""
        opened = self.next
        self.at += 1
        found: list[tuple[Token, bool]] = []
        while term := self.take("term"):
            comma = bool(_COMMA_END.search(self.text[: term.at]))
            found.append((term, comma))
        if not self.take("close"):
            if self.next.kind == "end":
                raise self.wrong("this bracket is never closed", opened.at)
            raise self.wrong("only words and phrases stand in NEAR(…)", self.next.at)
        distance = USUAL_DISTANCE
        if found and found[-1][1] and found[-1][0].text.isdecimal() and not found[-1][0].quoted:
            distance = int(found.pop()[0].text[:9])
        return self.joined([self.term(term, field) for term, _ in found], distance, token.at)

    def term(self, token: Token, field: str | None) -> Node:
        """A word, a phrase, or the value of a field."""
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise self.wrong(f"more than {MAX_TERMS} words and phrases", token.at)
        every = field == "source" and token.star and token.text in ("", "@")
        if not every and not _says_something(token.text):
            raise self.wrong("nothing to look for: no letter and no digit", token.at)
        if not token.quoted and "*" in token.text and field != "source":
            star = token.at + self.text[token.at :].index("*")
            raise self.wrong("the star stands at the end of a word", star)
        if field is not None and field not in _COLUMNS:
            return self.value(token, cast("FieldName", field))
        text = search_text(token.text).replace('"', " ").strip()
        if token.star and len(text) < 2 and not _SOLID.match(text):
            # Nearly every article has a word with that letter.
            raise self.wrong("a beginning needs two letters or more", token.at)
        star = token.star or (not token.quoted and _HANGUL_END.search(text) is not None)
        return Words(text, star, field)

    def value(self, token: Token, field: FieldName) -> Field:
        """The value of a field in the form it is compared in."""
        text = " ".join(token.text.split())
        if field == "source":
            glob = text + "*" * (token.star and not token.quoted)
            return Field("source", glob if glob.startswith("@") else glob.lower())
        if field == "lang":
            if token.star:
                raise self.wrong("lang: takes a code: en, ar, zh", token.at)
            return Field("lang", text.lower())
        if field == "agency" and not token.star:
            text = named(text) or text
        return Field(field, search_text(text), token.star)


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, search_text(text)))


def _expected(token: Token) -> str:
    if token.kind == "end":
        return "the query ends where a word, a phrase or a group must follow"
    if token.kind == "close":
        return "a word, a phrase or a group must stand before this bracket"
    return f"{token.kind} stands between words; as a word it goes in quotation marks"


__all__ = ["FIELDS", "MAX_DEPTH", "MAX_LENGTH", "MAX_TERMS", "parse_query"]
