"""Operations on English texts that the usual sets do not have, in two halves.

The second half is for judging: look at its figures, not at its documents, or it judges no more.
"""

from __future__ import annotations

import re

from benchmarks.dedupsets.facts import Facts
from benchmarks.dedupsets.operations import COPYING, Desk, Operation
from benchmarks.dedupsets.text import Text, sentences

_UNITS: tuple[tuple[str, str, float], ...] = (
    (r"kilomet(?:re|er)s", "miles", 0.6214),
    (r"km", "miles", 0.6214),
    (r"miles", "km", 1.609),
    (r"met(?:re|er)s", "feet", 3.281),
    (r"feet", "metres", 0.3048),
    (r"acres", "hectares", 0.4047),
    (r"hectares", "acres", 2.471),
    (r"tonnes", "tons", 1.102),
    (r"kilograms|kg", "pounds", 2.205),
    (r"pounds", "kg", 0.4536),
    (r"inches", "cm", 2.54),
    (r"litres", "gallons", 0.22),
)
_UNIT = re.compile(
    r"\b(\d[\d,]*(?:\.\d+)?) (" + "|".join(pattern for pattern, _, _ in _UNITS) + r")\b"
)
_SPELLINGS = (
    ("colour", "color"), ("favour", "favor"), ("harbour", "harbor"), ("labour", "labor"),
    ("neighbour", "neighbor"), ("honour", "honor"), ("centre", "center"), ("theatre", "theater"),
    ("metre", "meter"), ("kilometre", "kilometer"), ("litre", "liter"), ("programme", "program"),
    ("tonne", "ton"), ("organis", "organiz"), ("recognis", "recogniz"), ("realis", "realiz"),
    ("emphasis", "emphasiz"), ("criticis", "criticiz"), ("travelled", "traveled"),
    ("cancelled", "canceled"), ("defence", "defense"), ("licence", "license"),
    ("analys", "analyz"), ("towards", "toward"), ("grey", "gray"), ("tyre", "tire"),
)  # fmt: skip
_MONTHS = ("January", "February", "March", "April", "May", "September", "October", "November")
_TIME = re.compile(r"\b(\d{1,2})[:.](\d\d)( ?[ap]\.?m\.?)?(?: (?:GMT|BST|ET|local time))?")
_QUOTED = re.compile(r"[“\"]")


def units(text: Text, desk: Desk) -> Text:
    """Measures in the other system, in place of the first or behind it."""
    behind = desk.rng.random() < 0.5

    def turned(found: re.Match[str]) -> str:
        amount = float(found[1].replace(",", ""))
        _, unit, rate = next(u for u in _UNITS if re.fullmatch(u[0], found[2]))
        made = f"{amount * rate:,.0f} {unit}"
        return f"{found[0]} ({made})" if behind else made

    return text.having([_UNIT.sub(turned, paragraph) for paragraph in text.paragraphs])


def split_sentences(text: Text, desk: Desk) -> Text:
    """Long sentences cut in two, and each with a paragraph of its own."""
    body: list[str] = []
    for paragraph in text.paragraphs:
        for piece in sentences(paragraph):
            cut = re.sub(r"(?:,|;) (and|but|while) (\w)", _new_sentence, piece.strip(), count=1)
            body.append(cut)
    return text.having(body)


def _new_sentence(found: re.Match[str]) -> str:
    word = "" if found[1] == "and" else found[1].capitalize() + " "
    return f". {word}{found[2] if word else found[2].upper()}"


def pictured(text: Text, desk: Desk) -> Text:
    """Pointers to a picture behind names."""
    body = list(text.paragraphs)
    for i in desk.rng.sample(range(len(body)), max(1, len(body) // 3)):
        word = desk.rng.choice(("(pictured)", "(pictured, right)", "(above)", "[file photo]"))
        body[i] = re.sub(r"([A-Z]\w+ [A-Z]\w+)", rf"\1 {word}", body[i], count=1)
    return text.having(body)


def editors_note(text: Text, desk: Desk) -> Text:
    """A note of the editor at the top or in brackets between."""
    facts = Facts(desk.book, desk.rng, desk.outlet)
    note = facts.fill(desk.rng.choice(desk.book.lines["note"]))
    body = list(text.paragraphs)
    body.insert(desk.rng.choice((0, 1, len(body))), note)
    return text.having(body)


def numbered(text: Text, desk: Desk) -> Text:
    """The paragraphs as a list with numbers."""
    sign = desk.rng.choice(("{}. ", "{}) ", "#{} – ", "• "))
    body = [sign.format(i) + p for i, p in enumerate(text.paragraphs, start=1)]
    return text.having(body)


def capital_lead(text: Text, desk: Desk) -> Text:
    """The first words in capitals, and now and then the title."""
    words = text.paragraphs[0].split(" ")
    some = desk.rng.randint(3, 7)
    first = " ".join([word.upper() for word in words[:some]] + words[some:])
    title = text.title.upper() if desk.rng.random() < 0.5 else text.title
    return Text(title=title, paragraphs=(first, *text.paragraphs[1:]), lead=text.lead)


def spelling(text: Text, desk: Desk) -> Text:
    """American for British, or the other way."""
    there = desk.rng.random() < 0.7
    whole = "\n".join(text.paragraphs)
    for british, american in _SPELLINGS:
        old, new = (british, american) if there else (american, british)
        whole = re.sub(rf"\b{old}", new, whole)
        whole = re.sub(rf"\b{old.capitalize()}", new.capitalize(), whole)
    return text.having(whole.split("\n"))


def subheads(text: Text, desk: Desk) -> Text:
    """Headings of the outlet's own between paragraphs."""
    body: list[str] = []
    for i, paragraph in enumerate(text.paragraphs):
        if i and i % desk.rng.randint(2, 4) == 0:
            words = re.findall(r"\w{5,}", paragraph)
            if words:
                head = desk.rng.choice(desk.book.lines["subhead"])
                body.append(head.replace("{word}", desk.rng.choice(words).lower()))
        body.append(paragraph)
    return text.having(body)


def quotes_moved(text: Text, desk: Desk) -> Text:
    """What people say goes up, behind the first paragraph, or down."""
    first, rest = text.paragraphs[0], text.paragraphs[1:]
    said = [p for p in rest if _QUOTED.search(p)]
    told = [p for p in rest if not _QUOTED.search(p)]
    body = said + told if desk.rng.random() < 0.5 else told + said
    return text.having([first, *body])


def other_zone(text: Text, desk: Desk) -> Text:
    """Times of day as the clocks of another place show them."""
    shift = desk.rng.choice((-5, -1, 1, 2, 3))
    zone = desk.rng.choice((" GMT", " ET", " local time", ""))

    def moved(found: re.Match[str]) -> str:
        hour = int(found[1])
        if hour > 23 or int(found[2]) > 59:
            return found[0]
        return f"{(hour + shift) % 24:02d}:{found[2]}{zone}"

    return text.having([_TIME.sub(moved, paragraph) for paragraph in text.paragraphs])


def stitched(text: Text, desk: Desk) -> Text:
    """Two halves with a paragraph from round the corner between them."""
    middle = len(text.paragraphs) // 2 or 1
    facts = Facts(desk.book, desk.rng, desk.outlet)
    local = facts.fill(desk.rng.choice(desk.book.lines["local"]))
    return text.having([*text.paragraphs[:middle], local, *text.paragraphs[middle:]])


def glued_byline(text: Text, desk: Desk) -> Text:
    """The author's name and the time without a blank before the first word."""
    facts = Facts(desk.book, desk.rng, desk.outlet)
    month = desk.rng.choice(_MONTHS)
    byline = facts.fill("By {p1}") + f"{month} {desk.rng.randint(1, 28)}, 2026"
    return text.having([byline + text.paragraphs[0], *text.paragraphs[1:]])


def live_title(text: Text, desk: Desk) -> Text:
    """A title that makes more of it."""
    prefix = desk.rng.choice(("LIVE: ", "WATCH LIVE | ", "BREAKING - ", "JUST IN: ", "Latest: "))
    return Text(title=prefix + text.title, paragraphs=text.paragraphs, lead=text.lead)


FIRST_HALF: dict[str, tuple[Operation, float]] = {
    "units": (units, 0.35),
    "split": (split_sentences, 0.3),
    "pictured": (pictured, 0.3),
    "note": (editors_note, 0.3),
    "numbered": (numbered, 0.2),
    "capitals": (capital_lead, 0.3),
}
SECOND_HALF: dict[str, tuple[Operation, float]] = {
    "spelling": (spelling, 0.4),
    "subheads": (subheads, 0.3),
    "quotes": (quotes_moved, 0.25),
    "zone": (other_zone, 0.25),
    "stitched": (stitched, 0.25),
    "byline": (glued_byline, 0.25),
    "live": (live_title, 0.25),
}
# The usual ones stay in between, less often: outlets do several things at once.
_LESS = {name: (operation, share / 2) for name, (operation, share) in COPYING.items()}
OPERATIONS: dict[str, dict[str, tuple[Operation, float]]] = {
    "unseen": {**FIRST_HALF, **_LESS},
    "unseen2": {**SECOND_HALF, **_LESS},
}
