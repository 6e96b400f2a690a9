"""Reads kept pages again with the engine and the rules of today, and brings articles up to it."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncIterator,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor.jobs import read_page
from monitor.kept import job_of_kept
from monitor.orders import SourceOrder
from monitor.pool import WorkerPool
from monitor.sitebook import memory_of_note
from monitor.writing import StoreClient
from pipeline.extract.engines import engine as find_engine
from pipeline.extract.rules import digest
from pipeline.extract.site_memory import SiteMemory
from pipeline.ingest import recover_page
from pipeline.model import Failure
from pipeline.remake import Basis, remake
from pipeline.store.linkhints import link_of
from pipeline.store.pages import Pages
from pipeline.store.reading import Reader, Row
from pipeline.store.records import KeptPage, Prepared, TextState, made_with
from pipeline.store.remaking import VISIBLE, changes
from pipeline.store.rereading import reread
from pipeline.store.site_reading import site_note
from pipeline.store.sqlite import SqliteStore
from pipeline.times import from_iso

# Pages on their way: enough that a batch of the writer has company and no worker is idle.
IN_FLIGHT = 64


class What(StrEnum):
    """What became of a page that was read again."""

    CHANGED = "changed"  # the article reads differently
    SAME = "same"
    RECOVERED = "recovered"  # a link that had ended without an article has one now
    NO_ARTICLE = "no_article"  # the page holds none, says the engine; what is stored stays
    NO_PAGE = "no_page"  # none is kept
    FAILED = "failed"  # the page could not be read
    MEANWHILE = "meanwhile"  # somebody else wrote the article; the next run looks again
    DONE = "done"  # was read by this engine and these rules before


@dataclass(frozen=True, kw_only=True, slots=True)
class Reread:
    """One page that was read again, and what is to be written."""

    what: What
    source: str
    url: str
    title: str
    article: int | None = None
    link: int | None = None
    reason: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)  # the article's visible columns
    changes: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[int, int] = (0, 0)  # before, after
    basis: Basis | None = None
    page: KeptPage | None = None
    made: Prepared | None = None
    made_with: str = ""

    def without_page(self) -> Reread:
        """Return it without the bytes of the page, which writing does not need."""
        bare = replace(self.page, raw=replace(self.page.raw, zstd=b"")) if self.page else None
        basis = replace(self.basis, page=bare) if self.basis and bare else self.basis
        return replace(self, page=bare, basis=basis)


class Rereader:
    """Reads kept pages again in worker processes.  Reads the store, never writes."""

    def __init__(
        self,
        *,
        reader: Reader,
        pages: Pages | None,
        pool: WorkerPool,
        order: Callable[[str], SourceOrder],
        engine: str = "auto",
        again: bool = False,
    ) -> None:
        self._reader = reader
        self._pages = pages
        self._pool = pool
        self._order = order
        self._engine = engine
        self._extractor, _ = find_engine(engine)
        self._again = again
        self._memories: dict[str, SiteMemory | None] = {}

    async def articles(self, rows: Iterable[Row], most: int | None = None) -> AsyncIterator[Reread]:
        """Read the pages of articles again (rows of ``rereading.articles``), as they get ready.

        At most so many; those that were done before do not count.
        """
        async for done in _flown(_first(most, rows, self._plan_article, self._article)):
            yield done

    async def missed(self, rows: Iterable[Row], most: int | None = None) -> AsyncIterator[Reread]:
        """Read pages again that held no article (rows of ``rereading.missed``), as ``articles``."""
        async for done in _flown(_first(most, rows, self._plan_missed, self._missed)):
            yield done

    def _plan_article(self, row: Row) -> Reread:
        """What is to be read for an article; without a page, nothing is."""
        base = Reread(
            what=What.NO_PAGE, source=row["source"], url=row["url"], title=row["title"],
            article=row["id"],
        )  # fmt: skip
        state = _state(row)
        links = [link for link, _, _ in row["links"]]
        page = self._pages.basis(links, state.page_hash, state.since) if self._pages else None
        if page is None:
            return base
        now = self._made_with(row["source"], page)
        named = state.page_hash == page.raw.sha256 and state.made_with == now
        if not self._again and (named or self._known(page, now)):
            return replace(base, what=What.DONE)
        return replace(base, link=page.link, page=page, made_with=now)

    async def _article(self, row: Row, base: Reread) -> Reread:
        _, url, hints = next(link for link in row["links"] if link[0] == base.link)
        read = await self._read(base, url, hints)
        made, page = read.made, read.page
        if made is None or page is None:
            return read
        if not made.article.verdict.is_article:
            return replace(read, what=What.NO_ARTICLE, reason=_verdict(made))
        different = changes(row, made, newest=page.newest)
        return replace(
            read,
            what=What.CHANGED if different else What.SAME,
            title=made.article.title,
            before={name: row[name] for name in VISIBLE} if different else {},
            changes=different,
            words=(row["word_count"], made.word_count),
            basis=Basis(article=row["id"], state=_state(row), page=page, prepared=made),
        )

    def _plan_missed(self, row: Row) -> Reread:
        base = Reread(
            what=What.NO_PAGE, source=row["source"], url=row["url"], title="", link=row["id"]
        )
        page = None
        if self._pages:
            page = self._pages.basis([row["id"]], None, from_iso(row["outcome_at"]))
        if page is None:
            return base
        now = self._made_with(row["source"], page)
        if not self._again and self._known(page, now):
            return replace(base, what=What.DONE)
        return replace(base, page=page, made_with=now)

    async def _missed(self, row: Row, base: Reread) -> Reread:
        read = await self._read(base, row["url"], row["hints"])
        made = read.made
        if made is None:
            return read
        if not made.article.verdict.is_article:
            return replace(read, what=What.SAME, reason=_verdict(made))
        return replace(
            read,
            what=What.RECOVERED,
            title=made.article.title,
            words=(0, made.word_count),
            reason=f"was {row['outcome']}: {row['reason'] or ''}",
        )

    async def _read(self, base: Reread, url: str, hints: str) -> Reread:
        assert base.page is not None
        order = self._order(base.source)
        job = job_of_kept(
            base.page,
            link_of(url, hints),
            order,
            engine=self._engine,
            site=self._memory(base.source),
        )
        read = await self._pool.run(read_page, job, job.url)
        if isinstance(read, Failure):
            return replace(base, what=What.FAILED, reason=f"{read.kind.value}: {read.message}")
        assert read.prepared is not None
        return replace(base, made=read.prepared)

    def _memory(self, source: str) -> SiteMemory | None:
        """What is remembered of a source, read once."""
        if source not in self._memories:
            self._memories[source] = memory_of_note(site_note(self._reader, source))
        return self._memories[source]

    def _made_with(self, source: str, page: KeptPage) -> str:
        rules = self._order(source).rules(page.raw.url, page.raw.fetched_at)
        return made_with(self._extractor, digest(rules))

    def _known(self, page: KeptPage, now: str) -> bool:
        mark = reread(self._reader, [page.link]).get(page.link)
        return mark is not None and (mark["page_hash"], mark["made_with"]) == (
            page.raw.sha256, now,
        )  # fmt: skip


async def write(store: StoreClient, done: Reread, now: datetime) -> What:
    """Write one page that was read again, all of it or nothing; returns what became of it."""
    if done.page is None:
        return done.what

    def change(s: SqliteStore) -> What:
        assert done.page is not None
        raw, link = done.page.raw, done.page.link
        if done.basis is not None and not remake(s, done.basis):
            return What.MEANWHILE
        if done.what is What.RECOVERED:
            assert done.made is not None
            known = s.ledger.link(link)
            if known is None or not recover_page(s, known, raw, done.made):
                return What.MEANWHILE
        s.remaking.mark(link, raw.sha256, done.made_with, now, done.what.value)
        return done.what

    return await store.do(change)


def _first(
    most: int | None,
    rows: Iterable[Row],
    plan: Callable[[Row], Reread],
    read: Callable[[Row, Reread], Coroutine[Any, Any, Reread]],
) -> Iterator[Coroutine[Any, Any, Reread]]:
    """The jobs of rows, up to so many that read a page."""
    left = most
    for row in rows:
        if left == 0:
            return
        base = plan(row)
        if base.page is None:
            yield _ready(base)
            continue
        left = None if left is None else left - 1
        yield read(row, base)


async def _ready(done: Reread) -> Reread:
    return done


def _state(row: Row) -> TextState:
    return TextState(
        content_hash=row["content_hash"],
        extractor=row["extractor"],
        rules=row["rules"],
        page_hash=row["page_hash"],
        since=from_iso(row["revised_at"] or row["first_seen_at"]),
    )


async def _flown(jobs: Iterable[Coroutine[Any, Any, Reread]]) -> AsyncIterator[Reread]:
    """Run coroutines, up to ``IN_FLIGHT`` at a time, and give their results as they come."""
    flying: set[asyncio.Task[Reread]] = set()
    waiting = iter(jobs)
    try:
        while True:
            while len(flying) < IN_FLIGHT and (job := next(waiting, None)) is not None:
                flying.add(asyncio.create_task(job))
            if not flying:
                return
            done, flying = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    finally:
        for task in flying:
            task.cancel()


def _verdict(made: Prepared) -> str:
    return f"{made.article.verdict.value}: {made.article.reason}"


__all__: Sequence[str] = ("Reread", "Rereader", "What", "write")
