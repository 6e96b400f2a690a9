"""Pages of one made-up site whose furniture, layout and texts a test chooses."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.newswords import headline, sentence

FURNITURE = '<p class="tea">Read the Lindmoor Post every morning with your first cup of tea.</p>'
RUNNING = "Have you seen something odd in Lindmoor? Write to our night desk at any hour."


def story(seed: int, paragraphs: int = 5) -> tuple[str, list[str]]:
    """A headline and paragraphs; the same for the same seed."""
    rng = random.Random(f"site/{seed}")
    title = headline(rng, seed)
    return title, [" ".join(sentence(rng) for _ in range(3)) for _ in range(paragraphs)]


def page(
    title: str,
    paragraphs: Sequence[str],
    *,
    furniture: str = FURNITURE,
    box: str = "story-text",
    wrap: str = "main",
    head: str = "",
    byline: str = "",
    after: str = "",
) -> str:
    """A page; ``furniture`` stands in the middle of the body, ``after`` behind it."""
    middle = len(paragraphs) // 2
    texts = [f"<p>{p}</p>" for p in paragraphs]
    body = "".join([*texts[:middle], furniture, *texts[middle:], after])
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body>'
        f'<header class="{wrap}-top"><a href="/">The Lindmoor Post</a></header>'
        f'<div class="{wrap}-wrap"><article class="{wrap}-piece"><h1 class="{wrap}-title">{title}'
        f'</h1>{byline}<div class="{box}">{body}</div></article></div>'
        f'<footer class="{wrap}-foot">All of it is made up.</footer></body></html>'
    )


def url(n: int) -> str:
    return f"https://lindmoor.example/news/{n}"
