"""Measures a page and what was extracted from it: the numbers that the verdict is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from pipeline.extract.clean import Block
from pipeline.extract.gone import NOT_FOUND, NOT_FOUND_TITLE, PARKED
from pipeline.extract.pagesigns import PageSigns, opening
from pipeline.extract.sentences import sentences_of
from pipeline.extract.trouble import BROKEN, MAINTENANCE, NEEDS_SCRIPT
from pipeline.extract.walls import BOT, BOT_MARKUP, CUT_OFF, GEO, PAYWALL, consent_share
from pipeline.text import word_count
from pipeline.text.scripts import HAN_KANA, HANGUL, SOUTH_EAST_ASIAN

# Longer texts are no walls, whatever they say, and are not searched for their phrases; words of
# ``Measures.size``.  Walls for consent and bots say more than a notice that something is not here.
WALL_WORDS = 250
GONE_WORDS = 120
BROKEN_WORDS = 60
# English words that a letter is worth in scripts without blanks, and a Korean word.
_HAN_WORTH, _THAI_WORTH, _KOREAN_WORTH = 0.6, 0.25, 1.4
_LETTERS = 6.5  # a word; more make more of it
_SHORT_PARAGRAPH = 60  # words; a text with a longer one is no list of teasers
_MIN_TEASERS = 3
_BEHIND = 600  # characters behind the body in which a wall for payment would stand
_GLIMPSE = 2_000  # characters of the page that stand for a body that was not found
_MAX_SAID = 6_000  # characters of a body of few words; one word may be a megabyte
_HEAD = 20_000  # characters of markup looked at for traces of bot walls
_END = 300
# A title says what the page is where there is less text than this (words), or where the text says
# so as well: "Are you human?" is a headline, too.
_CALLED_ONLY, _AT_ALL = 60, 0.05
_MOST, _ALL = 0.5, 0.8  # shares of a title
_A_TEXT = 20  # words from which on the body alone says what the page is
# A wall's sentence is hardly longer than its phrase; that of a story goes on to say something else.
_AROUND = 3

_HAN = re.compile(f"[{HAN_KANA}]")
_THAI = re.compile(f"[{SOUTH_EAST_ASIAN}]")
# Where any of them may be; a class of a few ranges is five times as fast
_DENSE = re.compile("[\u0e01-\u17dc\u3005-\ud7ff\uf900-\ufaff\U0001b000-\U0003ffff]")
_KOREAN = re.compile(f"[{HANGUL}]+")
_SEPARATOR = re.compile(r"\s+[|\-–—·•»:]\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Measures:
    """What a verdict is judged by.  Shares are between 0 and 1, of characters."""

    words: int = 0  # of the body, as the store counts them
    size: float = 0.0  # words of the body, as many as the same text would have in English
    paragraphs: int = 0
    longest: float = 0.0  # size of the longest paragraph
    page: int = 0  # characters of all visible text
    body_share: float = 0.0  # of the page's text in the body
    page_links: float = 0.0  # share of the page's text in links
    body_links: float = 0.0  # share of the body in links
    teasers: float = 0.0  # share of the body right below headlines that are links
    title: bool = False
    declared: bool = False  # the page's head says that it is an article
    paywalled: bool = False  # the page says so of itself
    pay_signs: int = 0  # phrases of paywalls at the end of the body and behind it
    cut_off: bool = False  # the body ends with one
    # Shares of sentences that belong to a wall or a notice; 1.0 also for a page that is called so.
    gone: float = 0.0
    consent: float = 0.0
    bot: float = 0.0
    bot_markup: bool = False
    abroad: float = 0.0
    broken: float = 0.0
    no_script: float = 0.0  # asks for JavaScript

    def told(self) -> dict[str, float | int | str | bool]:
        """All of them by name; what is nought or false is left out."""
        values = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {name: value for name, value in values if value}


def measure(
    blocks: Sequence[Block],
    title: str,
    signs: PageSigns,
    head: str,
    teasers: Callable[[], set[str]],
    *,
    paywalled: bool,
) -> Measures:
    """The measures of a page.

    ``head`` is the beginning of its markup; ``teasers`` gives the openings of what stands below
    headlines that are links, and is only asked when the text might be a list of them.
    """
    body = "\n".join(block.text for block in blocks)
    counts = [word_count(block.text) for block in blocks]
    words = sum(counts)
    sizes = [_sized(block.text, count) for block, count in zip(blocks, counts, strict=True)]
    size = sum(sizes)
    longest = max(sizes, default=0.0)
    characters = max(len(body), 1)
    known: dict[str, float | int | bool] = {
        "words": words,
        "size": size,
        "paragraphs": len(blocks),
        "longest": longest,
        "page": signs.characters,
        "body_share": min(1.0, len(body) / max(signs.characters, 1)),
        "page_links": signs.linked,
        "body_links": sum(block.linked * len(block.text) for block in blocks) / characters,
        "title": bool(title),
        "declared": signs.declared,
        "paywalled": paywalled,
        "cut_off": CUT_OFF.search(_ending(body).lower()) is not None,
    }
    if len(blocks) >= _MIN_TEASERS and longest < _SHORT_PARAGRAPH and not signs.declared:
        openings = teasers()
        below = sum(len(b.text) for b in blocks if opening(b.text) in openings)
        known["teasers"] = below / characters
    if size < WALL_WORDS:
        known.update(_walls(body, title, size, signs, head))
    # Rounded before anything is decided by them: what is stored is what decided.
    return Measures(
        **{n: round(v, 3) if isinstance(v, float) else v for n, v in known.items()}  # type: ignore[arg-type]
    )


def size_of(text: str) -> float:
    """The number of words that ``text`` would have in English, roughly."""
    return _sized(text, word_count(text))


def _sized(text: str, words: int) -> float:
    if text.isascii() or _DENSE.search(text) is None:
        # Turkish, Finnish and Hungarian say in one word what takes English three.
        return max(words, min(1.5 * words, (len(text) - text.count(" ")) / _LETTERS))
    han, thai, korean = (len(p.findall(text)) for p in (_HAN, _THAI, _KOREAN))
    plain = max(0, words - han - thai - korean)
    return plain + han * _HAN_WORTH + thai * _THAI_WORTH + korean * _KOREAN_WORTH


_KINDS = (
    ("bot", WALL_WORDS, BOT),
    ("abroad", GONE_WORDS, GEO),
    ("gone", GONE_WORDS, NOT_FOUND),
    ("gone", GONE_WORDS, PARKED),
    ("broken", BROKEN_WORDS, BROKEN),
    ("broken", BROKEN_WORDS, MAINTENANCE),
    ("no_script", BROKEN_WORDS, NEEDS_SCRIPT),
)


def _walls(
    body: str, title: str, size: float, signs: PageSigns, head: str
) -> Mapping[str, float | int | bool]:
    page = signs.text
    # A body of a line or two may be any line of a wall; then the page speaks for itself.
    said = body if size >= _A_TEXT else f"{body}\n{page[:_GLIMPSE]}"
    sentences = sentences_of(said[:_MAX_SAID].lower())
    titles = tuple(text.lower() for text in (title, *signs.titles))
    found: dict[str, float | int | bool] = {}
    for name, limit, pattern in _KINDS:
        if size < limit:
            share = _share(sentences, pattern)
            # Below a missing page's title stand, as a rule, teasers.
            trusted = (
                size < _CALLED_ONLY or share > _AT_ALL or (name == "gone" and not signs.declared)
            )
            if trusted and _called(pattern, titles, _MOST):
                share = 1.0
            found[name] = max(found.get(name, 0.0), share)
    if size < _CALLED_ONLY and _called(NOT_FOUND_TITLE, titles, _ALL):
        found["gone"] = 1.0
    found["consent"] = consent_share(sentences)
    found["bot_markup"] = BOT_MARKUP.search(head[:_HEAD].lower()) is not None
    behind = _behind(page, body) if body else page[: 2 * _GLIMPSE]
    if size < GONE_WORDS:
        found["pay_signs"] = len(PAYWALL.findall(f"{_ending(body)}\n{behind}".lower()))
    return found


def _ending(body: str) -> str:
    """The last two sentences: what is said further above belongs to the story."""
    return " ".join(sentences_of(body[-_END:])[-2:])


def _share(sentences: Sequence[str], sign: re.Pattern[str]) -> float:
    """The share of sentences with a sign; one in a long sentence counts for itself and its like."""
    whole = passing = 0
    for sentence in sentences:
        whole += len(sentence)
        match = sign.search(sentence)
        passing += min(len(sentence), _AROUND * len(match[0])) if match else 0
    return passing / whole if whole else 0.0


def _called(pattern: re.Pattern[str], titles: Sequence[str], share: float) -> bool:
    """True if the phrase is this share of one of the titles, or of one part of a title."""
    for title in titles:
        for part in (title, *_SEPARATOR.split(title)):
            match = pattern.search(part)
            if match is not None and len(match[0]) >= share * len(part):
                return True
    return False


def _behind(page: str, body: str) -> str:
    """The text of the page that follows the last line of the body."""
    last = " ".join(body.rsplit("\n", 1)[-1].split())[-40:]
    at = page.rfind(last)
    return page[at + len(last) :][:_BEHIND] if at >= 0 else ""
