"""Composes a set: which texts there are, who takes them over, and what is true of each document."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.dedupsets import assortment, files
from benchmarks.dedupsets.facts import Facts, filled
from benchmarks.dedupsets.files import Document
from benchmarks.dedupsets.further_operations import OPERATIONS
from benchmarks.dedupsets.operations import COPYING, Desk, paywall, update
from benchmarks.dedupsets.phrasebook import Frame, phrasebook
from benchmarks.dedupsets.text import Text

LANGUAGES = ("de", "ru", "ar", "zh", "ja", "en", "es", "uk")
SETS = (*LANGUAGES, "unseen", "unseen2")
BEGIN = datetime(2026, 3, 2, 5, tzinfo=UTC)
OUTLETS, DAYS = 24, 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlet:
    """An outlet, the lines that it puts everywhere, and what it writes behind its titles."""

    name: str
    boilerplate: tuple[str, ...]
    suffix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """A document and its text, which others may copy in turn."""

    document: Document
    text: Text


def make(
    name: str,
    seed: int,
    folder: Path,
    *,
    hard: bool = False,
    texts: Sequence[Text] = (),
) -> None:
    """Write the set of a name (see ``SETS``) into a folder, the same for the same seed.

    ``texts`` are further stories; each set has at least those of its language.
    """
    files.write(folder, compose(name, seed, hard=hard, texts=texts), name, seed)


def compose(
    name: str, seed: int, *, hard: bool = False, texts: Sequence[Text] = ()
) -> list[Document]:
    """The documents of a set in order of arrival, with their labels."""
    return Newsroom(name, seed, hard).documents(texts)


class Newsroom:
    """Makes the documents of one set, one kind after the other."""

    def __init__(self, name: str, seed: int, hard: bool) -> None:
        self.rng = random.Random(f"{name} {seed} {hard}")
        self.name, self.seed, self.hard = name, seed, hard
        self.book = phrasebook("en" if name in OPERATIONS else name)
        bulletins = phrasebook(name) if name in OPERATIONS else self.book
        self.templates = bulletins.templates
        self.bulletin_book = replace(bulletins, words={**self.book.words, **bulletins.words})
        self.operations = OPERATIONS.get(name, COPYING)
        self.outlets = self._outlets()
        self.strangers: list[str] = []
        self.made: list[Document] = []
        self.begun: dict[str, datetime] = {}  # when each story was published first
        self._filler: list[str] = []

    def documents(self, texts: Sequence[Text]) -> list[Document]:
        stories = [*self._own_stories(), *texts]
        self.rng.shuffle(stories)
        # Some texts are never stories: they are the background that is put under others.
        spare = max(2, len(stories) // 8)
        apart, stories = stories[:spare], stories[spare:]
        self.strangers = [p for text in apart for p in text.paragraphs[1:]]
        self.strangers += [p for text in stories for p in text.paragraphs[2:4]]
        for number, text in enumerate(stories):
            self.story(f"s{number}", text)
        self._siblings()
        for frame in self.templates:
            self._bulletins(frame)
        assortment.followups(self, stories)
        assortment.quoters(self, stories)
        assortment.roundups(self, stories)
        assortment.live_blogs(self)
        assortment.notices(self, stories)
        return files.in_order(self.made, self.rng)

    def _own_stories(self) -> Iterator[Text]:
        for frame in self.book.stories:
            yield filled(frame, Facts(self.book, self.rng))

    def story(self, cluster: str, text: Text, kind: str = "story", most: int = 14) -> None:
        """A text and all who took it over from the first or from one another."""
        at = self.moment()
        first = self.add(cluster, kind, text, self.rng.choice(self.outlets), at)
        self.begun[cluster] = at
        taken = [Copied(document=first, text=text)]
        others = [outlet for outlet in self.outlets if outlet.name != first.outlet]
        some = min(len(others), round(self.rng.paretovariate(1.1)) + self.rng.randint(1, 4))
        for outlet in self.rng.sample(others, min(some, most)):
            source = self.rng.choice(taken) if self.rng.random() < 0.3 else taken[0]
            at = source.document.at + timedelta(minutes=self.rng.expovariate(1 / 400))
            copied, ops = self._copy(source.text, outlet, stub=kind == "story")
            document = self.add(
                cluster,
                "copy" if kind == "story" else kind,
                copied,
                outlet,
                at,
                ops,
                source.document,
            )
            taken.append(Copied(document=document, text=copied))
        for copied_document in taken:
            if self.rng.random() < 0.15 and "paywall" not in copied_document.document.ops:
                self._revision(cluster, copied_document)

    def _copy(self, text: Text, outlet: Outlet, *, stub: bool) -> tuple[Text, tuple[str, ...]]:
        """A text as another outlet prints it; ``stub``: it may be that little is free."""
        if self.rng.random() < 0.15:
            return text, ("verbatim",)
        if self.rng.random() < 0.04 and stub:
            return paywall(text, self.desk(outlet)), ("paywall",)
        ops = []
        more = 1.25 if self.hard else 1.0
        for name, (operation, share) in self.operations.items():
            if self.rng.random() < share * more:
                text = operation(text, self.desk(outlet))
                ops.append(name)
        return text, tuple(ops or ("verbatim",))

    def _revision(self, cluster: str, of: Copied) -> None:
        """The same outlet again, hours later, under the same title."""
        outlet = next(o for o in self.outlets if o.name == of.document.outlet)
        at = of.document.at + timedelta(minutes=self.rng.uniform(20, 900))
        text = update(of.text, self.desk(outlet))
        ops = (*of.document.ops, "update")
        made = self.add(cluster, "revision", text, outlet, at, ops, of.document)
        self.made[-1] = replace(made, title=of.document.title)

    def _siblings(self) -> None:
        """The same words once more about something else: another fire, another match."""
        frames = list(self.book.stories)
        for frame in self.rng.sample(frames, min(len(frames), 5)):
            text = filled(frame, Facts(self.book, self.rng))
            self._again(f"x-{frame.name}", text, 0.5)

    def _bulletins(self, frame: Frame) -> None:
        """What is published every day in the same words."""
        for number in range(self.rng.randint(6, 9)):
            text = filled(frame, Facts(self.bulletin_book, self.rng))
            self._again(f"t-{frame.name}-{number}", text, 0.35)

    def _again(self, cluster: str, text: Text, copied: float) -> None:
        outlet = self.rng.choice(self.outlets)
        first = self.add(cluster, "template", text, outlet, self.moment())
        while self.rng.random() < copied:
            outlet = self.rng.choice([o for o in self.outlets if o is not outlet])
            copy = text
            ops: tuple[str, ...] = ("verbatim",)
            if self.rng.random() < 0.5:
                names = ("dateline", "credit", "boiler", "capitals", "byline", "note")
                known = [name for name in names if name in self.operations]
                ops = (self.rng.choice(known),)
                copy = self.operations[ops[0]][0](text, self.desk(outlet))
            at = first.at + timedelta(minutes=self.rng.uniform(5, 300))
            self.add(cluster, "template", copy, outlet, at, ops, first)

    # -- for every kind ---------------------------------------------------------------------------

    def add(
        self,
        cluster: str,
        kind: str,
        text: Text,
        outlet: Outlet,
        at: datetime,
        ops: Sequence[str] = (),
        parent: Document | None = None,
        also: Sequence[str] = (),
    ) -> Document:
        """Publish a text at an outlet."""
        number = f"{self.name} {self.seed} {self.hard} {len(self.made)}"
        between = self.rng.choice(("\n", "\n\n"))
        document = Document(
            id=hashlib.sha256(number.encode()).hexdigest()[:12],
            outlet=outlet.name,
            title=text.title + outlet.suffix,
            text=between.join(text.paragraphs),
            at=at,
            cluster=cluster,
            also=tuple(also),
            kind=kind,
            ops=tuple(ops),
            parent=parent.id if parent else None,
        )
        self.made.append(document)
        return document

    def desk(self, outlet: Outlet) -> Desk:
        """Where the outlet works on a text."""
        return Desk(
            rng=self.rng,
            book=self.book,
            outlet=outlet.name,
            boilerplate=outlet.boilerplate,
            strangers=self.strangers,
            hard=self.hard,
        )

    def moment(self) -> datetime:
        """Any time in the two weeks of a set."""
        return BEGIN + timedelta(minutes=self.rng.randrange(DAYS * 24 * 60))

    def filler(self) -> str:
        """A paragraph of no story, with gaps; all are used before one comes again."""
        if not self._filler:
            self._filler = list(self.book.lines["filler"])
            self.rng.shuffle(self._filler)
        return self._filler.pop()

    def _outlets(self) -> list[Outlet]:
        heads, tails = self.book.words["outlet_a"], self.book.words["outlet_b"]
        joint = self.book.blank
        names = [head + joint + tail for head in heads for tail in tails]
        found = []
        for name in self.rng.sample(names, min(OUTLETS, len(names))):
            lines = self.rng.sample(self.book.lines["boiler"], 4)
            facts = Facts(self.book, self.rng, name)
            suffix = self.rng.choice(("", "", "", f" | {name}", f" – {name}"))
            boilerplate = tuple(facts.fill(line) for line in lines)
            found.append(Outlet(name=name, boilerplate=boilerplate, suffix=suffix))
        return found
