"""The stored form of the learned levels of a source."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from monitor.drift import Levels, Measure, Track
from pipeline.store.records import Example
from pipeline.times import from_iso, to_iso

SCHEME = 1  # goes up when levels of before would mean something else


def to_json(levels: Levels) -> str:
    """The stored form; ``from_json`` gives equal levels."""
    return json.dumps(
        {
            "since": levels.since,
            "pages": levels.pages,
            "lengths": levels.lengths,
            "lately": levels.lately,
            "tracks": {measure.value: _told(track) for measure, track in levels.tracks.items()},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_json(text: str) -> Levels:
    """The levels behind a stored form.  ValueError for what is none."""
    try:
        data = json.loads(text)
        return Levels(
            since=str(data["since"]),
            pages=int(data["pages"]),
            lengths=tuple(map(int, data["lengths"])),
            lately=tuple(map(int, data["lately"])),
            tracks={Measure(name): _track(told) for name, told in data["tracks"].items()},
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no levels: {type(error).__name__}: {error}") from error


def _told(track: Track) -> dict[str, Any]:
    told: dict[str, Any] = {"pages": track.pages, "bad": track.bad}
    if not track.new_pages:  # nothing is suspected: nearly always
        return told
    for name in ("score", "new_pages", "new_bad", "before", "back"):
        told[name] = getattr(track, name)
    told["since"] = to_iso(track.since) if track.since else None
    told["raised_at"] = to_iso(track.raised_at) if track.raised_at else None
    told["examples"] = [asdict(example) for example in track.examples]
    return told


def _track(told: dict[str, Any]) -> Track:
    read = dict(told)
    for name in ("since", "raised_at"):
        if read.get(name) is not None:
            read[name] = from_iso(read[name])
    read["examples"] = tuple(Example(**example) for example in read.get("examples", ()))
    return Track(**read)
