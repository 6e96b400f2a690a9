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


Event = Publish | Edit | Break
Script = tuple[tuple[float, Event], ...]

# Half a minute: each event leaves two polls of three seconds before the next one of its outlet, and
# the edit comes late enough that the article it changes was stored and visited again before.
SCRIPT: Script = (
    (3, Publish("valley-courier", "negotiators-agree-to-compare-names-again")),
    (4, Publish("harbour-radio", "20431-search-for-37-names")),
    (5, Publish("sawt-albuhaira", "5019")),
    (6, Publish("orrin-digest", "the-37-nobody-holds")),
    (7, Publish("seeland-bote", "fischer-duerfen-frueh-einlaufen")),
    (8, Break("harbour-radio", "error")),
    (10, Publish("lindmoor-post", "kell-bridge-to-open-three-hours-a-day")),
    (11, Edit("valley-courier", "harrow-dam-release", "harrow-dam-release-revised")),
    (13, Publish("valley-courier", "power-line-over-the-ridge-repaired")),
    (16, Break("harbour-radio", "garbage")),
    (17, Publish("orrin-digest", "choir-sings-on-both-banks")),
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
