"""What an outlet has out at a moment: each story with its address and its times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.demo.outlets import Profile
from monitor.demo.script import State
from monitor.demo.stories import Story


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A published story in its present state."""

    story: Story  # the state that is out now
    first: Story  # the state that came out first
    path: str  # percent-encoded, with its query
    published: datetime
    modified: datetime
    since: float | None  # the second of the script; None: out from the start
    noise: str | None = None  # what has changed on its page beside the article

    @property
    def summary(self) -> str:
        """The first paragraph, cut at a word near 200 characters."""
        text = self.story.paragraphs[0]
        return text if len(text) <= 200 else text[:200].rsplit(" ", 1)[0] + " …"


def items_of(
    profile: Profile, library: Mapping[str, Story], state: State, started: datetime
) -> tuple[Item, ...]:
    """All that ``profile`` has out in ``state``, newest first, traps included."""
    return tuple(
        sorted(
            _items(profile, library, state, started),
            key=lambda item: (item.published, item.path),
            reverse=True,
        )
    )


def _items(
    profile: Profile, library: Mapping[str, Story], state: State, started: datetime
) -> Iterable[Item]:
    for story in library.values():
        if story.outlet != profile.slug or story.revises:
            continue
        place = (story.outlet, story.key)
        since = state.published.get(place)
        if story.age is not None:
            published = started - story.age
        elif since is not None:
            published = started + timedelta(seconds=int(since))
        else:
            continue
        modified, now = published, story
        if place in state.edits:
            second, later = state.edits[place]
            modified = started + timedelta(seconds=int(second))
            now = library[f"{profile.slug}/{later}"]
        second, noise = state.noise.get(place, (0.0, None))
        if noise == "updated":  # and says so to whoever asks
            modified = started + timedelta(seconds=int(second))
        yield Item(
            story=now,
            first=story,
            path=profile.article_path(story, published.astimezone(profile.zone)),
            published=published,
            modified=modified,
            since=since if story.age is None else None,
            noise=noise,
        )
