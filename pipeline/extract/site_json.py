"""The stored form of a ``SiteRecord``: JSON that is small and can be read by eye."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipeline.extract.site_record import Place, Seen, SiteRecord, Story


def to_json(record: SiteRecord) -> str:
    """The stored form; ``from_json`` gives an equal record."""
    return json.dumps(
        {
            "since": record.since,
            "version": record.version,
            "articles": record.articles,
            "pages": record.pages,
            "strange": record.strange,
            "lines": {f"{key:x}": _seen(seen) for key, seen in record.lines.items()},
            "once": _numbers(record.once),
            "stories": [
                [s.number, " ".join(f"{w:x}" for w in sorted(s.title)), _numbers(s.lines)]
                for s in record.stories
            ],
            "latest": " ".join(f"{key:x}" for key in sorted(record.latest)),
            "paths": {
                f"{k:x}": [round(p.body), round(p.other), p.articles]
                for k, p in record.paths.items()
            },
            "stories_seen": record.stories_seen,
            "frame": _numbers(record.frame),
            "aside": _numbers(record.aside),
            "habits": {what: dict(counts) for what, counts in record.habits.items()},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_json(text: str) -> SiteRecord:
    """The record behind a stored form.  ValueError for what is none."""
    try:
        return _record(json.loads(text))
    except (TypeError, KeyError, AttributeError, IndexError) as error:
        raise ValueError(f"no memory of a site: {type(error).__name__}: {error}") from error


def _record(data: Mapping[str, Any]) -> SiteRecord:
    return SiteRecord(
        since=str(data["since"]),
        version=int(data["version"]),
        articles=int(data["articles"]),
        pages=int(data["pages"]),
        strange=int(data["strange"]),
        lines={int(key, 16): _line(value) for key, value in data["lines"].items()},
        once=_read(data["once"]),
        stories=tuple(
            Story(int(n), frozenset(int(w, 16) for w in title.split()), _read(lines))
            for n, title, lines in data["stories"]
        ),
        latest=frozenset(int(key, 16) for key in data["latest"].split()),
        paths={
            int(k, 16): Place(float(a), float(b), int(n)) for k, (a, b, n) in data["paths"].items()
        },
        stories_seen=int(data["stories_seen"]),
        frame=_read(data["frame"]),
        aside=_read(data["aside"]),
        habits={
            what: {name: int(n) for name, n in counts.items()}
            for what, counts in data["habits"].items()
        },
    )


def _seen(seen: Seen) -> list[Any]:
    return [seen.articles, seen.boxed, seen.first, seen.last, *seen.witnesses, seen.text]


def _line(value: list[Any]) -> Seen:
    articles, boxed, first, last, *witnesses, text = value
    return Seen(int(articles), int(boxed), int(first), int(last), tuple(map(int, witnesses)), text)


def _numbers(counts: Mapping[int, int]) -> str:
    return " ".join(f"{key:x}:{n}" for key, n in counts.items())


def _read(text: str) -> dict[int, int]:
    pairs = (pair.split(":") for pair in text.split())
    return {int(key, 16): int(n) for key, n in pairs}
