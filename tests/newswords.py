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


# One frame for all sentences would make all texts alike: they would share half of their words.
FRAMES = (
    "The {who} {did} {what} {how}, and entry {n} of the log names the {other} next to it.",
    "{How} the {who} {did} {what}; {n} people signed for it, most of them sent by the {other}.",
    "Nobody at the {other} had heard that {what} cost {n} crowns when the {who} {did} it {how}.",
    "It took {n} days until the {who} {did} {what}, which the {other} had asked for {how}.",
    "{What}, file {n}: the {who} {did} it {how}, says a letter that reached the {other}.",
    "With {n} votes the {other} turned down what the {who} {did} {how}, namely {what}.",
    "Asked about {what}, a speaker of the {who} gave {n} reasons and said the {other} {did} more.",
    "Where once {n} boats lay, the {who} now has {what}, as the {other} {did} {how}.",
    "{How}, so the {other} told {n} listeners, the {who} would rather have {did} {what}.",
    "The {other} pays {n} a month for {what}; the {who} {did} the contract {how}.",
)


def sentence(rng: random.Random) -> str:
    what, how = pick(rng, WHAT), pick(rng, HOW)
    return pick(rng, FRAMES).format(
        who=pick(rng, WHO),
        did=pick(rng, DID),
        what=what,
        What=what[0].upper() + what[1:],
        how=how,
        How=how[0].upper() + how[1:],
        other=pick(rng, WHO),
        n=rng.randrange(11, 9999),
    )


def headline(rng: random.Random, number: int) -> str:
    return f"The {pick(rng, WHO)} {pick(rng, DID)} {pick(rng, WHAT)} no {number}"
