"""Made-up news of which no two sentences share much: names, numbers and deeds by chance."""

from __future__ import annotations

import random

_ONSETS = [
    "b",
    "br",
    "c",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "sk",
    "st",
    "t",
    "tr",
    "v",
    "w",
]
_RHYMES = [
    "ag",
    "al",
    "an",
    "ard",
    "eb",
    "ed",
    "el",
    "en",
    "erl",
    "ick",
    "il",
    "ind",
    "ing",
    "od",
    "ol",
    "on",
    "ord",
    "ov",
    "ub",
    "ul",
    "un",
    "und",
]
_KINDS = (
    "harbour", "council", "school", "railway", "hospital", "museum", "orchestra", "quarry",
    "bakery", "ferry", "library", "forest", "court", "market", "bridge", "reservoir", "theatre",
    "airport", "college", "brewery", "shipyard", "vineyard", "observatory", "stadium",
)  # fmt: skip
_DEEDS = (
    "closed", "reopened", "sold", "inspected", "rebuilt", "defended", "rejected", "measured",
    "renamed", "doubled", "postponed", "praised", "audited", "flooded", "insured", "borrowed",
    "repainted", "photographed", "searched", "leased",
)  # fmt: skip
_THINGS = (
    "its western gate", "a disputed ledger", "the winter timetable", "two empty halls",
    "a set of copper pipes", "the annual accounts", "a row of lime trees", "the visitors' book",
    "an unfinished tunnel", "the price of a season ticket", "a cargo of cement", "the old archive",
    "a broken crane", "the evening service", "a loan of last spring", "the roof of the annex",
)  # fmt: skip
_FRAMES = (
    "{a} of {p} {did} {it} after {n} days, said {x} {y}, who had asked for it in {q}.",
    "In {q}, {x} {y} told {n} listeners that the {k} {did} {it} without a word to {p}.",
    "{n} letters reached {p} since {a} {did} {it}; {x} {y} has answered none of them.",
    "Whoever comes from {q} will find that {a} {did} {it}, at a cost of {n} crowns.",
    "{x} {y}, for {n} months the head of the {k} in {p}, says that {q} {did} {it} first.",
    "It was {x} {y} of {q} who counted {n} reasons why {a} {did} {it} so near to {p}.",
    "Between {p} and {q} the road was closed for {n} minutes while {a} {did} {it}.",
    "{did} or not, {it} stays in {p}, {x} {y} wrote on page {n} of the report on {a}.",
)


def name(rng: random.Random) -> str:
    """Return a made-up proper name."""
    parts = (rng.choice(_ONSETS) + rng.choice(_RHYMES) for _ in range(rng.randrange(2, 4)))
    return "".join(parts).capitalize()


def sentence(rng: random.Random) -> str:
    """Return a sentence of some twenty words."""
    kind = rng.choice(_KINDS)
    made = rng.choice(_FRAMES).format(
        a=f"the {name(rng)} {kind}", p=name(rng), q=name(rng), x=name(rng), y=name(rng),
        k=rng.choice(_KINDS), did=rng.choice(_DEEDS), it=rng.choice(_THINGS),
        n=rng.randrange(11, 9999),
    )  # fmt: skip
    return made[0].upper() + made[1:]


def paragraph(rng: random.Random) -> str:
    """Return two to four sentences."""
    return " ".join(sentence(rng) for _ in range(rng.randrange(2, 5)))


def headline(rng: random.Random) -> str:
    """Return a title that no other article has."""
    kind, deed, thing = rng.choice(_KINDS), rng.choice(_DEEDS), rng.choice(_THINGS)
    return f"{name(rng)} {kind} {deed} {thing}, {name(rng)} {name(rng)} says"
