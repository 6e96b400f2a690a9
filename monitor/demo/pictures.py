"""Draws the demo's pictures as SVG: a lake with hills for each story, a board for each advert."""

from __future__ import annotations

from random import Random


def landscape(name: str) -> str:
    """A lake, hills and a sun or moon, 960 by 540; the same name gives the same picture."""
    rng = Random(name)
    hue = rng.randrange(360)
    horizon = rng.randrange(290, 350)
    sun_x, sun_y = rng.randrange(120, 840), rng.randrange(70, 190)
    ridges = "".join(
        f'<path d="{_ridge(rng, horizon, height)}" '
        f'fill="hsl({hue + 15 * layer},{28 + 6 * layer}%,{58 - 13 * layer}%)"/>'
        for layer, height in enumerate((190, 130, 80))
    )
    ripples = "".join(
        f'<rect x="{sun_x - half + rng.randrange(-24, 24)}" y="{y}" width="{2 * half}" height="3" '
        'fill="#fff" opacity=".35"/>'
        for y in range(horizon + 18, 530, 17)
        for half in [rng.randrange(14, 70)]
    )
    boat_x, boat_y = rng.randrange(140, 800), rng.randrange(horizon + 50, 470)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 540" width="960" height="540">'
        '<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1">'
        f'<stop stop-color="hsl({hue},45%,72%)"/>'
        f'<stop offset="1" stop-color="hsl({(hue + 40) % 360},60%,90%)"/></linearGradient></defs>'
        f'<rect width="960" height="540" fill="url(#s)"/>'
        f'<circle cx="{sun_x}" cy="{sun_y}" r="34" fill="#fff" opacity=".85"/>'
        f'{ridges}<rect y="{horizon}" width="960" height="{540 - horizon}" '
        f'fill="hsl({hue},32%,45%)"/>{ripples}'
        f'<path d="M{boat_x} {boat_y}h64l-12 14h-40z" fill="#2a2522"/>'
        f'<path d="M{boat_x + 30} {boat_y - 4}v-52l28 48z" fill="#f6f1e4"/></svg>'
    )


def _ridge(rng: Random, horizon: int, height: int) -> str:
    points = [f"{x} {horizon - rng.randrange(height // 3, height)}" for x in range(-40, 1060, 110)]
    return f"M-40 {horizon}L{'L'.join(points)}L1060 {horizon}z"


def advert(name: str, colour: str) -> str:
    """A board in the outlet's colour with a pattern instead of words, so that no text gets in."""
    rng = Random(name)
    marks = "".join(
        f'<circle cx="{x + rng.randrange(-12, 12)}" cy="{rng.randrange(20, 90)}" '
        f'r="{rng.randrange(8, 30)}" fill="#fff" opacity=".{rng.randrange(15, 55)}"/>'
        for x in range(30, 600, 60)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 110" '
        'preserveAspectRatio="xMidYMid slice">'
        f'<rect width="600" height="110" fill="{colour}"/>{marks}</svg>'
    )


def icon(colour: str) -> str:
    """A site icon: a disc."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<circle cx="8" cy="8" r="7" fill="{colour}"/></svg>'
    )
