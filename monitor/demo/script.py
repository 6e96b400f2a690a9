"""What happens on the news web and when: a script of (second, event), and the state after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Publish:
    """A story appears."""

    outlet: str
    key: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A story that is out already is quietly replaced by a later state of it."""

    outlet: str
    key: str
    to: str  # key of the later state


@dataclass(frozen=True, slots=True)
class Break:
    """The feeds of an outlet stop working; its articles stay."""

    outlet: str
    mode: str  # "error": status 500; "garbage": status 200 and HTML which is no feed


@dataclass(frozen=True, slots=True)
class Noise:
    """A page changes and its article does not; see ``NOISE`` for the kinds."""

    outlet: str
    key: str
    kind: str


# What changes on a page every day without a word of the article being another.
NOISE = {
    "updated": "says that it was just updated",
    "views": "counts its readers on",
    "rotated": "shows another advertisement and other related links",
    "quotes": "sets its quotation marks and dashes anew",
    "recommended": "recommends the newest headlines",
}

Event = Publish | Edit | Break | Noise
Script = tuple[tuple[float, Event], ...]

# Half a minute: each event leaves two polls of three seconds before the next one of its outlet, and
# the edit comes late enough that the article it changes was stored and visited again before.  Pages
# with noise are among those published here, since only young articles are visited again and again.
SCRIPT: Script = (
    (3, Publish("valley-courier", "negotiators-agree-to-compare-names-again")),
    (4, Publish("harbour-radio", "20431-search-for-37-names")),
    (5, Publish("sawt-albuhaira", "5019")),
    (6, Publish("orrin-digest", "the-37-nobody-holds")),
    (7, Publish("seeland-bote", "fischer-duerfen-frueh-einlaufen")),
    (8, Break("harbour-radio", "error")),
    (10, Publish("lindmoor-post", "kell-bridge-to-open-three-hours-a-day")),
    (11, Noise("harbour-radio", "20431-search-for-37-names", "views")),
    (11, Edit("valley-courier", "harrow-dam-release", "harrow-dam-release-revised")),
    (12, Publish("orrin-digest", "in-brief-the-names-and-the-bus")),
    (13, Publish("valley-courier", "power-line-over-the-ridge-repaired")),
    (13, Publish("seeland-bote", "lists-of-detainees-third-reading")),
    (14, Noise("orrin-digest", "the-37-nobody-holds", "recommended")),
    (14, Noise("seeland-bote", "fischer-duerfen-frueh-einlaufen", "rotated")),
    (15, Noise("lindmoor-post", "kell-bridge-to-open-three-hours-a-day", "updated")),
    (16, Break("harbour-radio", "garbage")),
    (17, Publish("orrin-digest", "choir-sings-on-both-banks")),
    (18, Noise("valley-courier", "power-line-over-the-ridge-repaired", "quotes")),
    (19, Publish("seeland-bote", "glocken-zur-bruecke")),
    (20, Publish("sawt-albuhaira", "5023")),
)


@dataclass(frozen=True, slots=True)
class State:
    """What has happened so far."""

    events: int = 0
    published: Mapping[tuple[str, str], float] = field(default_factory=dict)  # -> second
    edits: Mapping[tuple[str, str], tuple[float, str]] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)  # outlet -> mode
    noise: Mapping[tuple[str, str], tuple[float, str]] = field(default_factory=dict)  # -> kind


def state_at(script: Iterable[tuple[float, Event]], elapsed: float) -> State:
    """The state ``elapsed`` seconds after the start; an event happens at its second."""
    state = State()
    for second, event in sorted(script, key=lambda entry: entry[0]):
        if second > elapsed:
            break
        state = _after(state, second, event)
    return state


def _after(state: State, second: float, event: Event) -> State:
    state = replace(state, events=state.events + 1)
    match event:
        case Publish(outlet, key):
            return replace(state, published={**state.published, (outlet, key): second})
        case Edit(outlet, key, to):
            return replace(state, edits={**state.edits, (outlet, key): (second, to)})
        case Break(outlet, mode):
            return replace(state, broken={**state.broken, outlet: mode})
        case Noise(outlet, key, kind):
            return replace(state, noise={**state.noise, (outlet, key): (second, kind)})
