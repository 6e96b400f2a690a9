"""Made-up small-town news: sentences that differ enough never to be taken for one another."""

from __future__ import annotations

import random

WHO = (
    "harbour council",
    "valley farmers",
    "night ferry crew",
    "museum board",
    "river authority",
    "town choir",
    "school kitchen",
    "weather office",
    "canal wardens",
    "market traders",
    "postal union",
    "orchard owners",
    "tram drivers",
    "library volunteers",
    "quarry engineers",
    "coast guard",
    "bakers' guild",
    "water company",
)
DID = (
    "approved",
    "postponed",
    "questioned",
    "welcomed",
    "measured",
    "repaired",
    "rejected",
    "announced",
    "doubled",
    "counted",
    "replaced",
    "defended",
    "published",
    "inspected",
    "withdrew",
    "extended",
    "painted",
    "promised",
)
WHAT = (
    "the new timetable",
    "an old stone bridge",
    "the winter budget",
    "a flood barrier",
    "two empty halls",
    "the apple harvest",
    "a disputed map",
    "the eastern tunnel",
    "hundreds of letters",
    "a broken crane",
    "the evening service",
    "a row of lime trees",
    "the price of bread",
    "a long promised report",
    "the lighthouse lamp",
    "an unusual collection",
    "the northern dike",
    "a second opinion",
)
HOW = (
    "after a long evening of debate",
    "although rain had been forecast",
    "before the first snow",
    "with help from the neighbours",
    "despite a shortage of copper",
    "while the square was being swept",
    "for the third time this decade",
    "in spite of several objections",
    "once the figures were known",
    "without waiting for the capital",
    "as the tide was turning",
    "under the eyes of visiting students",
    "because the old one had rusted through",
    "on the advice of two geologists",
)


def pick(rng: random.Random, words: tuple[str, ...]) -> str:
    return rng.choice(words)


def sentence(rng: random.Random) -> str:
    number = rng.randrange(11, 9999)
    return (
        f"The {pick(rng, WHO)} {pick(rng, DID)} {pick(rng, WHAT)} {pick(rng, HOW)}, "
        f"and entry {number} of the log names the {pick(rng, WHO)} as the ones who "
        f"{pick(rng, DID)} {pick(rng, WHAT)}."
    )


def headline(rng: random.Random, number: int) -> str:
    return f"The {pick(rng, WHO)} {pick(rng, DID)} {pick(rng, WHAT)} no {number}"
