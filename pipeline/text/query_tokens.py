"""Cuts what a person typed into the tokens of a query, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from pipeline.errors import QueryError

FIELDS = ("title", "body", "source", "lang", "agency", "tag")

_TOKEN = re.compile(
    r"""
      (?P<blank>[\s,،]+)
    | (?P<minus>(?<![^\s(])-(?=[^\s)-]))
    | (?P<field>[A-Za-z_]+:)(?=[^\s/:])
    | (?P<adrift>(?:title|body|source|lang|agency|tag):)(?=\s|\Z)
    | (?P<open>\()
    | (?P<close>\))
    | "(?P<phrase>[^"]*)"(?P<star>\*?)
    | (?P<unclosed>")
    | (?P<group>NEAR)(?=\()
    | NEAR/(?P<apart>\d+)(?=[\s()]|\Z)
    | (?P<word>[^\s()",،]+(?:[,،]+[^\s()",،]+)*)
    """,
    re.VERBOSE,
)
# In Hebrew abbreviations the quotation mark is part of the word.
_GERSHAYIM = re.compile(r'(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea])')
_OTHER_QUOTES = re.compile("[\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02\x00]")
_OPERATORS = ("AND", "OR", "NOT", "NEAR")


class Token(NamedTuple):
    """A piece of a query."""

    kind: str  # term, field, minus, open, close, AND, OR, NOT, NEAR, group (NEAR before "("), end
    at: int  # where it begins, in characters
    text: str = ""  # of a term as typed, of a field its name, of NEAR its distance
    quoted: bool = False
    star: bool = False


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of a query and one that is its end.  Raises QueryError."""
    text = _GERSHAYIM.sub("\u05f4", query)
    # One character for one: places stay what they are.
    text = _OTHER_QUOTES.sub(lambda mark: " " if mark[0] == "\x00" else '"', text)
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:  # pragma: no cover  every character begins some token
            raise QueryError("cannot be read", query, at)
        token = _token(match, query)
        if token is not None:
            yield token
        at = match.end()
    yield Token("end", len(text))


def _token(match: re.Match[str], query: str) -> Token | None:
    at, kind = match.start(), match.lastgroup or ""
    if kind == "blank":
        return None
    if kind in ("minus", "open", "close"):
        return Token(kind, at)
    if kind == "field":
        name = match["field"][:-1].lower()
        if name not in FIELDS:
            raise QueryError(_unknown(match["field"], name), query, at)
        return Token("field", at, name)
    if kind == "adrift":
        raise QueryError(f"{match['adrift']} stands right before what it is for", query, at)
    if kind == "unclosed":
        raise QueryError("this quotation mark is never closed", query, at)
    if kind == "group":
        return Token(kind, at)
    if kind == "apart":
        return Token("NEAR", at, match["apart"])
    if kind in ("phrase", "star"):
        return Token("term", at, match["phrase"], quoted=True, star=bool(match["star"]))
    word = match["word"]
    if word in _OPERATORS:
        return Token(word, at)
    return Token("term", at, word.rstrip("*"), star=word.endswith("*"))


def _unknown(typed: str, name: str) -> str:
    near = get_close_matches(name, (*FIELDS, "language"), n=1)
    hint = f"did you mean {'lang' if near[0] == 'language' else near[0]}:" if near else (
        "fields are " + ", ".join(f"{field}:" for field in FIELDS)
    )  # fmt: skip
    return f"there is no field {typed} ({hint}); text with a colon goes in quotation marks"
