"""What outlets do to a text of others before they print it, and to their own later on."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.dedupsets.facts import Facts, grouped
from benchmarks.dedupsets.phrasebook import Phrasebook
from benchmarks.dedupsets.text import Text, sentences


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Where a text is worked on: what chance, language and outlet bring along."""

    rng: random.Random
    book: Phrasebook
    outlet: str
    boilerplate: tuple[str, ...]  # lines that this outlet puts between paragraphs
    strangers: Sequence[str]  # paragraphs of other texts
    hard: bool = False


Operation = Callable[[Text, Desk], Text]

_ENTITIES = str.maketrans(
    {'"': "&quot;", "“": "&ldquo;", "”": "&rdquo;", "«": "&laquo;", "»": "&raquo;"}
    | {"–": "&ndash;", "„": "&bdquo;", "'": "&#39;", "’": "&#8217;", "—": "&mdash;"}
)


def verbatim(text: Text, desk: Desk) -> Text:
    """As it came."""
    return text


def truncate(text: Text, desk: Desk) -> Text:
    """The beginning alone."""
    least = 0.3 if desk.hard else 0.4
    keep = max(2, round(len(text.paragraphs) * desk.rng.uniform(least, 0.8)))
    return text.having(text.paragraphs[:keep])


def drop(text: Text, desk: Desk) -> Text:
    """Without some paragraphs."""
    count = len(text.paragraphs)
    if count < 4:
        return text
    gone = desk.rng.sample(range(1, count), desk.rng.randint(1, count // 4))
    return text.having([p for i, p in enumerate(text.paragraphs) if i not in gone])


def reorder(text: Text, desk: Desk) -> Text:
    """Two paragraphs behind the first change places, or one goes to the end."""
    body = list(text.paragraphs)
    if len(body) > 4:
        a, b = desk.rng.sample(range(1, len(body)), 2)
        body[a], body[b] = body[b], body[a]
        body.append(body.pop(desk.rng.randrange(1, len(body))))
    return text.having(body)


def join(text: Text, desk: Desk) -> Text:
    """Neighbouring paragraphs made one."""
    body: list[str] = []
    for paragraph in text.paragraphs:
        if body and desk.rng.random() < 0.5:
            body[-1] += desk.book.blank + paragraph
        else:
            body.append(paragraph)
    return text.having(body)


def dateline(text: Text, desk: Desk) -> Text:
    """Place and agency before the first words."""
    line = _line(desk, "dateline")
    return text.having([line + text.paragraphs[0], *text.paragraphs[1:]])


def credit(text: Text, desk: Desk) -> Text:
    """Who wrote it, as the last line."""
    return text.having([*text.paragraphs, _line(desk, "credit")])


def boiler(text: Text, desk: Desk) -> Text:
    """The outlet's own lines in between."""
    body = list(text.paragraphs)
    some = desk.rng.randint(1, min(4 if desk.hard else 3, len(desk.boilerplate)))
    for line in desk.rng.sample(desk.boilerplate, some):
        body.insert(desk.rng.randint(1, len(body)), line)
    return text.having(body)


def edit(text: Text, desk: Desk) -> Text:
    """Other words for some of the words, and a word left out here and there."""
    share = 0.8 if desk.hard else 0.5
    return text.having([_edited(paragraph, desk, share) for paragraph in text.paragraphs])


def _edited(paragraph: str, desk: Desk, share: float) -> str:
    edited = paragraph
    for old, new in desk.book.synonyms:
        if old in edited and desk.rng.random() < share:
            edited = edited.replace(old, new)
    return _without_a_word(edited, desk) if desk.rng.random() < share / 2 else edited


def _without_a_word(paragraph: str, desk: Desk) -> str:
    words = paragraph.split(" ")
    small = [i for i, w in enumerate(words) if i and w.isalpha() and w.islower()]
    if len(words) > 8 and small:
        del words[desk.rng.choice(small)]
    return " ".join(words)


def entities(text: Text, desk: Desk) -> Text:
    """Signs that were encoded once too often, and signs that nobody sees."""
    body = [paragraph.translate(_ENTITIES) for paragraph in text.paragraphs]
    hidden = [p.replace(" ", "&nbsp;", 1) if desk.rng.random() < 0.4 else p for p in body]
    return text.having(hidden)


def numbers(text: Text, desk: Desk) -> Text:
    """Other signs between thousands and before decimals."""
    sign = desk.rng.choice((",", ".", "\u202f", ""))
    body = [
        re.sub(
            r"(?<![\d.,])(\d{1,3})[\u00a0.,]?(\d{3})(?![\d.,:])",
            lambda m: grouped(int(m[1] + m[2]), sign) if len(m[1] + m[2]) > 4 else m[0],
            paragraph,
        )
        for paragraph in text.paragraphs
    ]
    return text.having(body)


def background(text: Text, desk: Desk) -> Text:
    """Paragraphs of another text at the end."""
    some = desk.rng.randint(1, 3 if desk.hard else 2)
    return text.having([*text.paragraphs, *desk.rng.sample(list(desk.strangers), some)])


def typography(text: Text, desk: Desk) -> Text:
    """Other quotation marks, dashes and blanks."""
    marks = desk.rng.choice(('""\'-', "“”’—", "«»’–", "„“’ –"))
    table = str.maketrans(
        {"“": marks[0], "„": marks[0], "«": marks[0], "「": marks[0], "”": marks[1], "»": marks[1]}
        | {"」": marks[1], "’": marks[2], "'": marks[2], "—": marks[3:], "–": marks[3:]}
    )
    body = [paragraph.translate(table).replace("...", "…") for paragraph in text.paragraphs]
    return text.having([p.replace(" ", "\u00a0", 1) for p in body])


def paywall(text: Text, desk: Desk) -> Text:
    """The first paragraph and what there is to pay."""
    first = text.paragraphs[:1] if desk.hard else text.paragraphs[:2]
    return text.having([*first, _line(desk, "paywall")])


def rewrite(text: Text, desk: Desk) -> Text:
    """A first paragraph of the outlet's own."""
    if text.lead:
        return text.having([text.lead, *text.paragraphs[1:]])
    pieces = sentences(text.paragraphs[0])
    return text.having([*pieces[1:2], *text.paragraphs[1:]])


def update(text: Text, desk: Desk) -> Text:
    """A later state: a new first line, and some numbers have grown."""
    whole = "\n".join(text.paragraphs)
    found = list(re.finditer(r"(?<![\d.,:])[1-9]\d{0,2}(?![\d.,:])", whole))
    some = min(len(found), desk.rng.randint(1, 5 if desk.hard else 3))
    for number in sorted(desk.rng.sample(found, some), key=lambda n: -n.start()):
        grown = str(int(number[0]) + desk.rng.randint(1, 9))
        whole = whole[: number.start()] + grown + whole[number.end() :]
    body = whole.split("\n")
    return text.having([_line(desk, "update"), *body] if desk.rng.random() < 0.7 else body)


def _line(desk: Desk, section: str) -> str:
    facts = Facts(desk.book, desk.rng, desk.outlet)
    return facts.fill(desk.rng.choice(desk.book.lines[section]))


# What a copy goes through, in this order, and how often.
COPYING: dict[str, tuple[Operation, float]] = {
    "truncate": (truncate, 0.25),
    "drop": (drop, 0.2),
    "reorder": (reorder, 0.08),
    "edit": (edit, 0.35),
    "numbers": (numbers, 0.06),
    "rewrite": (rewrite, 0.1),
    "join": (join, 0.15),
    "dateline": (dateline, 0.4),
    "background": (background, 0.15),
    "credit": (credit, 0.35),
    "boiler": (boiler, 0.5),
    "typography": (typography, 0.1),
    "entities": (entities, 0.06),
}
