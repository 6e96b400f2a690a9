"""The evidence behind a ``SiteMemory``: learns from one lesson after the other, bounded in size.

A line recurs when it stood in at least three articles that are different stories: a second visit, a
revision, a copy and the same story at another address do not count again.  A line in a box of its
own needs no more.  One in the running text also has to stand in a fair share of the articles since
it was first met, and never counts where it shares a telling word with the headline: an agency's
background paragraph recurs with its subject, a site's furniture with everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

from pipeline.extract.site_memory import Lesson, LessonLine, SiteMemory

# Goes up when records of before could no longer be read or would mean something else.
SCHEME = 1

# Evidence.
ARTICLES = 3  # different ones in which a line has to stand
RUNNING_SHARE = 0.2  # of the articles since it was first met, for lines in the running text
SAME_STORY = 0.6  # of the running text in common: one story at two addresses
# With so many telling words of the shorter title in common, less text is enough; titles alone are
# not, since columns and reports have the same every day.
SAME_TITLE, SAME_STORY_AND_TITLE = 0.5, 0.3
FORGOTTEN = 100  # articles without a line until it no longer counts as recurring
SURE = 5  # articles before a place is believed
SHARE = 0.8  # of them that have to agree
# A page is strange when less than half of its outer boxes was met before; a run of strange pages is
# a new layout.  A second template that mixes with the first becomes known before it runs so long.
KNOWN = 0.5
STRANGE_RUN = 6

# Bounds; all of them together keep the JSON below 20 kB (test_site_record).
_LINES = 60  # that were met in two articles or more
_ONCE = 200  # that were met in one
_STORIES = 12
_STORY_LINES = 20
_LATEST = 40
_WITNESSES = 4
_PATHS = 50
_FRAME = 80
_CHOICES = 6
_FADE_AT = 60  # counts of choices are halved when their sum gets here, so that new habits show
_FADE = 0.98  # of the mass at a place that is kept with each article: half after 34
_USUAL = 0.5  # of the articles with body at a place that make it the usual one
_MIN_MASS = 400.0  # characters at a place before its share is told


class Seen(NamedTuple):
    """A line that was met in two articles or more."""

    articles: int  # different ones
    boxed: int  # of them in which it stood in a box of its own
    first: int  # number of the article where it was met first
    last: int
    witnesses: tuple[int, ...]  # numbers of the articles, the latest ones
    text: str  # its beginning


class Story(NamedTuple):
    """One of the latest articles, to know the same story again."""

    number: int
    title: frozenset[int]
    lines: Mapping[int, int]  # line_key -> characters


class Place(NamedTuple):
    """What stood at one place of the pages."""

    body: float  # characters, faded
    other: float
    articles: int  # in which body stood there


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRecord:
    """All that is kept of a source's pages."""

    since: str  # day on which this version began, ISO
    version: int = 1
    articles: int = 0  # learned from in this version
    lines: Mapping[int, Seen] = field(default_factory=dict)
    # lines met in one article only, the latest last -> twice its number, and 1 more if in a box
    once: Mapping[int, int] = field(default_factory=dict)
    stories: tuple[Story, ...] = ()
    latest: frozenset[int] = frozenset()  # line_keys of the latest body, as it was stored
    paths: Mapping[int, Place] = field(default_factory=dict)  # chain_key -> what stood there
    stories_seen: int = 0  # different ones, which is what ``paths`` was learned from
    frame: Mapping[int, int] = field(default_factory=dict)  # mark -> pages
    pages: int = 0  # whose frame was learned, articles or not
    strange: int = 0  # pages in a row whose frame was not known
    aside: Mapping[int, int] = field(default_factory=dict)  # the frames of these
    # what -> value -> articles; what: title, title_at, byline_at, date_at, day_first, offset
    habits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def learn(self, lesson: Lesson, day: str) -> SiteRecord:
        """The record after one more page, met on ``day``; version + 1 when the layout is new.

        Give it each article once: not its second visit, nor a revision or a copy of it.
        """
        if not lesson.wall and lesson.frame:
            framed = _with_frame(self, lesson.frame)
            if framed.strange >= STRANGE_RUN:
                fresh = SiteRecord(since=day, version=self.version + 1)
                return fresh.learn(lesson, day)
        else:
            framed = self
        return _with_article(framed, lesson) if lesson.sound else framed

    def recurring(self) -> dict[int, Seen]:
        """The lines that are left out of bodies, most frequent first."""
        found = {key: seen for key, seen in self.lines.items() if self._recurs(seen)}
        return dict(sorted(found.items(), key=lambda item: -item[1].articles))

    def _recurs(self, seen: Seen) -> bool:
        if seen.articles < ARTICLES or self.articles - seen.last > FORGOTTEN:
            return False
        if 2 * seen.boxed > seen.articles:
            return True
        return seen.articles >= RUNNING_SHARE * (self.articles - seen.first)

    def memory(self) -> SiteMemory:
        """What the extraction may rely on."""
        offset = self._habit("offset")
        return SiteMemory(
            version=self.version,
            pages=self.articles,
            recurring=frozenset(key for key, seen in self.lines.items() if self._recurs(seen)),
            body_paths={
                chain: round(place.body / (place.body + place.other), 3)
                for chain, place in self.paths.items()
                if place.body + place.other >= _MIN_MASS
                and (place.articles >= SURE or (not place.articles and self.stories_seen >= SURE))
            },
            usual_places=frozenset(
                chain
                for chain, place in self.paths.items()
                if place.articles >= max(SURE, _USUAL * self.stories_seen)
                and place.body >= SHARE * (place.body + place.other)
            ),
            title_origin=self._habit("title"),
            title_chain=_number(self._habit("title_at")),
            byline_chain=_number(self._habit("byline_at")),
            date_chain=_number(self._habit("date_at")),
            day_first={"True": True, "False": False}.get(self._habit("day_first") or ""),
            utc_offset=None if offset is None else timedelta(minutes=int(offset)),
        )

    def _habit(self, what: str) -> str | None:
        counts = self.habits.get(what, {})
        whole = sum(counts.values())
        best = max(counts, key=counts.__getitem__, default=None)
        if best is None or whole < SURE or counts[best] < SHARE * whole:
            return None
        return best


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


# -- the layout -------------------------------------------------------------------------------


def _with_frame(record: SiteRecord, frame: tuple[int, ...]) -> SiteRecord:
    known = sum(mark in record.frame for mark in frame)
    if record.pages >= SURE and known < KNOWN * len(frame):
        aside = _counted(record.aside, frame)
        return replace(record, strange=record.strange + 1, aside=aside)
    # What stood aside was another template of the same layout after all.
    learned = _counted(record.frame, (*frame, *record.aside))
    return replace(record, frame=learned, pages=record.pages + 1, strange=0, aside={})


def _counted(before: Mapping[int, int], marks: Iterable[int]) -> dict[int, int]:
    counts = dict(before)
    for mark in marks:
        counts[mark] = counts.get(mark, 0) + 1
    if len(counts) > _FRAME:
        # Rare ones make room for what comes next.
        kept = sorted(counts, key=counts.__getitem__, reverse=True)[: _FRAME // 2]
        counts = {mark: counts[mark] for mark in kept}
    return counts


# -- one article ------------------------------------------------------------------------------


def _with_article(record: SiteRecord, lesson: Lesson) -> SiteRecord:
    number = record.articles + 1
    sizes = {line.key: line.size for line in lesson.lines if not line.boxed}
    alike = {story.number for story in record.stories if _same_story(story, lesson, sizes)}
    retold = bool(alike)
    alike.add(number)
    story = Story(number, lesson.title, dict(islice(sizes.items(), _STORY_LINES)))
    lines, once = _with_lines(record, lesson.lines, number, alike)
    return SiteRecord(
        since=record.since,
        version=record.version,
        articles=number,
        lines=lines,
        once=once,
        stories=(*record.stories, story)[-_STORIES:],
        latest=frozenset(lesson.kept()[:_LATEST]),
        # The same text again is no further proof of where texts stand.
        paths=record.paths if retold else _with_paths(record.paths, lesson.paths),
        stories_seen=record.stories_seen + (not retold),
        frame=record.frame,
        pages=record.pages,
        strange=record.strange,
        aside=record.aside,
        habits=_with_habits(record.habits, lesson),
    )


def _same_story(story: Story, lesson: Lesson, sizes: Mapping[int, int]) -> bool:
    shared = sum(size for key, size in story.lines.items() if key in sizes)
    if not shared:
        return False
    fewer = min(len(story.title), len(lesson.title))
    titled = fewer and len(story.title & lesson.title) >= SAME_TITLE * fewer
    smaller = min(sum(story.lines.values()), sum(sizes.values()))
    return shared >= (SAME_STORY_AND_TITLE if titled else SAME_STORY) * smaller


def _with_lines(
    record: SiteRecord, lines: tuple[LessonLine, ...], number: int, alike: set[int]
) -> tuple[dict[int, Seen], dict[int, int]]:
    known, once = dict(record.lines), dict(record.once)
    for line in lines:
        if not line.text or (line.akin and not line.boxed):
            continue
        key = line.key
        seen = known.get(key)
        if seen is not None:
            if alike.isdisjoint(seen.witnesses):
                witnesses = (*seen.witnesses, number)[-_WITNESSES:]
                boxed = seen.boxed + line.boxed
                seen = Seen(seen.articles + 1, boxed, seen.first, number, witnesses, line.text)
            else:
                seen = seen._replace(last=number)
            known[key] = seen
            continue
        mark = once.pop(key, None)  # put back at the end: the latest stand last
        if mark is None or mark >> 1 in alike:
            once[key] = 2 * number + line.boxed if mark is None else mark
        else:
            first = mark >> 1
            known[key] = Seen(2, (mark & 1) + line.boxed, first, number, (first, number), line.text)
    if len(known) > _LINES:
        # Those that hardly recur go first, the oldest before the others.
        order = sorted(known, key=lambda key: (known[key].articles >= ARTICLES, known[key].last))
        for key in order[: len(known) - _LINES]:
            del known[key]
    for key in list(islice(once, max(0, len(once) - _ONCE))):
        del once[key]
    return known, once


def _with_paths(
    before: Mapping[int, Place], paths: tuple[tuple[int, int, int], ...]
) -> dict[int, Place]:
    places = {c: Place(p.body * _FADE, p.other * _FADE, p.articles) for c, p in before.items()}
    for chain, body, other in paths:
        had = places.get(chain)
        if had is None:
            places[chain] = Place(float(body), float(other), int(body > 0))
        else:
            places[chain] = Place(had.body + body, had.other + other, had.articles + (body > 0))
    if len(places) > _PATHS:
        kept = sorted(places, key=lambda c: -2 * places[c].body - places[c].other)
        places = {chain: places[chain] for chain in kept[: _PATHS * 2 // 3]}
    return places


def _with_habits(
    before: Mapping[str, Mapping[str, int]], lesson: Lesson
) -> dict[str, Mapping[str, int]]:
    habits = dict(before)
    for what, value in (
        ("title", lesson.title_origin),
        ("title_at", lesson.title_chain),
        ("byline_at", lesson.byline_chain),
        ("date_at", lesson.date_chain),
        ("day_first", lesson.day_first),
        ("offset", lesson.utc_offset),
    ):
        if value is None:
            continue
        counts = dict(habits.get(what, {}))
        name = str(value)
        counts[name] = counts.get(name, 0) + 1
        if sum(counts.values()) >= _FADE_AT:
            counts = {name: n // 2 for name, n in counts.items() if n > 1}
        if len(counts) > _CHOICES:
            del counts[min(counts, key=counts.__getitem__)]
        habits[what] = counts
    return habits
