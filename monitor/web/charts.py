"""Charts as SVG, drawn here: no script, colours by class, every figure also in words.

All of them scale with their box (``viewBox``).  Values are numbers of articles; what is no finite
number counts as 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from markupsafe import Markup, escape

from pipeline.text.clean import clean_line

COLOURS = 8  # classes s1 to s8, the last one for "the rest"
_LEFT, _BOTTOM, _TOP = 46, 26, 10
_DOT = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One row of values, in the order of the labels."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A label below a bar."""

    place: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """When an outlet ran a story."""

    at: datetime
    name: str


def sparkline(values: Sequence[float], label: str, *, width: int = 120, height: int = 26) -> Markup:
    """Return small bars, one a value; ``label`` says in words what they show."""
    numbers = [_finite(value) for value in values]
    most = max(numbers, default=0) or 1
    step = width / max(1, len(numbers))
    wide = _n(max(0.5, step - 1))
    # One path for all bars of a kind: pages have a hundred of these.
    paths = {"spark": "", "spark none": ""}
    for n, value in enumerate(numbers):
        tall = _n(max(1.5, value / most * (height - 1)))
        kind = "spark" if value else "spark none"
        paths[kind] += f"M{_n(n * step)} {height}v-{tall}h{wide}v{tall}z"
    bars = Markup("").join(
        Markup('<path d="{}" class="{}"/>').format(path, kind)
        for kind, path in paths.items()
        if path
    )
    return _svg(width, height, label, bars, "sparkline")


def bars(
    series: Sequence[Series],
    ticks: Sequence[Tick],
    label: str,
    *,
    links: Sequence[str] = (),
    titles: Sequence[str] = (),
    width: int = 900,
    height: int = 260,
) -> Markup:
    """Return bars of stacked series; ``links`` and ``titles`` belong to the bars, in order."""
    count = max((len(one.values) for one in series), default=0)
    sums = [
        sum(_finite(one.values[n]) for one in series if n < len(one.values)) for n in range(count)
    ]
    top = nice(max(sums, default=0))
    inner_w, inner_h = width - _LEFT - 6, height - _BOTTOM - _TOP
    step = inner_w / max(1, count)
    parts = [_grid(top, width, inner_h)]
    for n in range(count):
        base = float(_TOP + inner_h)
        stack = []
        for number, one in enumerate(series):
            value = _finite(one.values[n]) if n < len(one.values) else 0
            tall = value / top * inner_h
            if value:
                base -= tall
                stack.append(
                    Markup('<rect x="{}" y="{}" width="{}" height="{}" class="s{}"/>').format(
                        _n(_LEFT + n * step + step * 0.1), _n(base), _n(step * 0.8),
                        _n(max(tall, 0.5)), min(number, COLOURS - 1) + 1,
                    )
                )  # fmt: skip
        title = clean_line(titles[n], 400) if n < len(titles) else ""
        hover = Markup('<rect x="{}" y="{}" width="{}" height="{}" class="hit"/>').format(
            _n(_LEFT + n * step), _TOP, _n(step), inner_h
        )
        group = Markup("<title>{}</title>").format(title) + hover + Markup("").join(stack)
        link = links[n] if n < len(links) else ""
        parts.append(
            Markup('<a href="{}" aria-label="{}">{}</a>').format(link, title, group)
            if link
            else Markup("<g>{}</g>").format(group)
        )
    parts += [
        Markup('<text x="{}" y="{}" class="tick" text-anchor="middle">{}</text>').format(
            _n(_LEFT + (tick.place + 0.5) * step), height - 8, clean_line(tick.text, 40)
        )
        for tick in ticks
        if (tick.place + 0.5) * step < inner_w - 30  # else it would be cut off
    ]
    role = "group" if links else "img"  # an image has no links in it
    return _svg(width, height, label, Markup("").join(parts), "bars", role)


def spread(seen: Sequence[Seen], label: str, zone: tzinfo, *, width: int = 700) -> Markup:
    """Return when which outlet ran a story: a row an outlet, a dot on the axis of time."""
    if not seen:
        return Markup("")
    first, last = min(one.at for one in seen), max(one.at for one in seen)
    span = max((last - first).total_seconds(), 60.0)
    names = 190
    inner = width - names - 30
    row = 24
    height = row * len(seen) + 40

    def across(at: datetime) -> float:
        return names + 10 + (at - first).total_seconds() / span * inner

    parts = []
    for moment in _moments(first, first + timedelta(seconds=span)):
        x = _n(across(moment))
        parts.append(
            Markup(
                '<line x1="{0}" x2="{0}" y1="6" y2="{1}" class="grid"/>'
                '<text x="{0}" y="{2}" class="tick" text-anchor="{4}">{3}</text>'
            ).format(
                x, height - 28, height - 8, _clock(moment, first, last, zone),
                "end" if across(moment) > width - 40 else "middle",
            )
        )  # fmt: skip
    for n, one in enumerate(sorted(seen, key=lambda s: s.at)):
        y = n * row + 20
        name = clean_line(one.name, 28)
        parts.append(
            Markup(
                '<g><title>{}: {}</title><text x="{}" y="{}" class="name" text-anchor="end" '
                'direction="{}" unicode-bidi="isolate">{}</text>'
                '<line x1="{}" x2="{}" y1="{}" y2="{}" class="lead"/>'
                '<circle cx="{}" cy="{}" r="{}" class="dot"/></g>'
            ).format(
                name, one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"), names, y + 4, "ltr", name,
                names + 10, _n(across(one.at)), y, y, _n(across(one.at)), y, _DOT,
            )
        )  # fmt: skip
    return _svg(width, height, label, Markup("").join(parts), "spread")


def nice(value: float) -> float:
    """Return a round number at or over a value, for the top of an axis: 1, 2, 5, 10, 20 …"""
    value = _finite(value)
    if value <= 1:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(size * step for step in (1, 2, 2.5, 5, 10, 20) if size * step >= value)


def _grid(top: float, width: int, inner: int) -> Markup:
    lines = []
    for part in (0, 0.5, 1) if top > 1 else (0, 1):
        y = _n(_TOP + inner * (1 - part))
        value = top * part
        text = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
        lines.append(
            Markup(
                '<line x1="{}" x2="{}" y1="{}" y2="{}" class="grid"/>'
                '<text x="{}" y="{}" class="tick" text-anchor="end" dy="4">{}</text>'
            ).format(_LEFT, width - 6, y, y, _LEFT - 6, y, text)
        )
    return Markup("").join(lines)


def _moments(first: datetime, last: datetime) -> list[datetime]:
    """Four moments at even distances, ends included."""
    return [first + (last - first) * part / 3 for part in range(4)]


def _clock(at: datetime, first: datetime, last: datetime, zone: tzinfo) -> str:
    form = "%H:%M" if last - first < timedelta(hours=20) else "%d.%m. %H:%M"
    return at.astimezone(zone).strftime(form)


def _svg(
    width: int, height: int, label: str, inner: Markup, kind: str, role: str = "img"
) -> Markup:
    return Markup(
        '<svg class="chart {}" viewBox="0 0 {} {}" role="{}" aria-label="{}" '
        'preserveAspectRatio="xMinYMid meet">{}</svg>'
    ).format(kind, width, height, role, escape(clean_line(label, 400)), inner)


def _finite(value: float) -> float:
    return float(value) if math.isfinite(value) and value > 0 else 0.0


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
