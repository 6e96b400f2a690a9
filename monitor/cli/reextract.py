"""``monitor reextract``: the engine of today on the pages of yesterday."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.asking import confirmed
from monitor.cli.differences import counted, put_line, tell, told
from monitor.cli.moments import since as moment
from monitor.cli.moments import utc_now
from monitor.cli.options import Given, Shape, SinceOption, YesOption, on_terminal
from monitor.cli.output import Column, emit, note, put
from monitor.cli.progress import Progress
from monitor.cli.running import config_or_default, run
from monitor.cli.select import select
from pipeline.store import rereading
from pipeline.store.reading import Reader, Row
from pipeline.text.clean import clean_line

if TYPE_CHECKING:
    from monitor.config.model import Config
    from monitor.orders import SourceOrder
    from monitor.reextract import Reread
    from monitor.spool import Spool

COLUMNS = (
    Column(key="article", title="id", kind="number"),
    Column(key="source"),
    Column(key="result", style=lambda r: "red" if r["result"] == "failed" else ""),
    Column(key="words_before", title="words", kind="number"),
    Column(key="words_after", title="now", kind="number"),
    Column(key="paragraphs", kind="json", text=lambda r: _counts(r["paragraphs"])),
    Column(key="fields", kind="list"),
    Column(key="title", flexible=True),
    Column(key="reason", flexible=True, shown=False),
    Column(key="url", shown=False),
    Column(key="diff", kind="json", shown=False),
)
_TOLD = ("changed", "recovered", "no_article", "failed", "meanwhile")
_IN_WORDS = {
    "changed": "read differently",
    "recovered": "were no article and are one",
    "same": "the same",
    "no_article": "hold no article and stay as they are",
    "no_page": "have no page kept",
    "failed": "could not be read",
    "meanwhile": "were written by somebody else meanwhile",
    "done": "done before",
}


def verb(
    given: Given,
    shape: Shape,
    selectors: Annotated[
        list[str],
        typer.Argument(metavar="SEL...", help="Sources (ids, globs, @tag), articles (ids, URLs)."),
    ],
    since: SinceOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show fields and paragraphs before and after.")
    ] = False,
    missed: Annotated[
        bool,
        typer.Option("--missed", help="Also pages that held no article when they were read."),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also pages that this engine has read before.")
    ] = False,
    engine: Annotated[str, typer.Option("--engine", help="With this engine.")] = "auto",
    yes: YesOption = False,
) -> int:
    """Run the engine and the rules of today over stored pages, and bring articles up to it.

    Articles are written in place: what changes so is no edit by the outlet. On a terminal it shows
    what would change and asks; elsewhere, or with --yes, it writes as it goes. Interrupted, it goes
    on where it was when called again. Exits with 4 when some pages could not be read.
    """
    from monitor.spool import Spool

    config = config_or_default(given)
    _check_engine(engine)
    start = moment(since, given.zone)
    ask = not dry_run and not yes and on_terminal() and on_terminal(sys.stdin)
    spool: Spool[Reread]
    with Spool() as spool, Reader(given.database) as reader:
        slugs, ids = _chosen(reader, selectors)
        wanted = rereading.Wanted(slugs=slugs, ids=ids, since=start)
        most = shape.limit or None
        rows = rereading.articles(reader, wanted)
        links = rereading.missed(reader, wanted) if missed else ()
        total = rereading.count_articles(reader, wanted)
        round_ = Round(given=given, config=config, engine=engine, again=again, spool=spool)
        round_.keep = ask or diff
        at_once = not (dry_run or ask)
        with Progress("pages", given, total=min(total, most or total)) as shown:
            run(given, config, round_.read(reader, rows, links, most, shown, write=at_once))
        _tell(round_, shape, diff=diff, written=at_once)
        if ask and len(spool):
            if round_.visible and not confirmed(f"Write {round_.visible} of them?", yes=False):
                note("nothing was written")
                return 0
            with Progress("articles", given, total=len(spool)) as shown:
                run(given, config, round_.write(shown))
            note(f"{round_.written} written")
    return 4 if round_.results["failed"] else 0


@dataclass(kw_only=True)
class Round:
    """One call of the verb: what it is to do, and what came of it."""

    given: Given
    config: Config
    engine: str
    again: bool
    spool: Spool[Reread]
    keep: bool = False  # what changes, for a later look
    results: Counter[str] = field(default_factory=Counter)
    told: list[dict[str, Any]] = field(default_factory=list)
    visible: int = 0  # of what is to be written
    written: int = 0

    async def read(
        self,
        reader: Reader,
        rows: Iterable[Row],
        links: Iterable[Row],
        most: int | None,
        shown: Progress,
        *,
        write: bool,
    ) -> None:
        """Read pages again; write what comes of it at once, or keep it."""
        from monitor.pool import WorkerPool
        from monitor.reextract import Rereader
        from pipeline.store.pages import Pages

        async with AsyncExitStack() as stack:
            pages = None
            if self.given.pages.exists():
                pages = Pages(self.given.pages)
                stack.callback(pages.close)
            workers = self.config.workers
            pool = WorkerPool(
                workers=workers.count,
                timeout=workers.timeout.total_seconds(),
                memory=workers.memory,
            )
            stack.push_async_callback(pool.end)
            rereader = Rereader(
                reader=reader, pages=pages, pool=pool, order=_orders(self.config),
                engine=self.engine, again=self.again,
            )  # fmt: skip
            store = await self._store(stack) if write else None
            for found in (rereader.articles(rows, most), rereader.missed(links, most)):
                await self._take(found, store, shown)

    async def write(self, shown: Progress) -> None:
        """Write what was read before."""
        async with AsyncExitStack() as stack:
            await self._take(_again(self.spool), await self._store(stack), shown, told=False)

    async def _store(self, stack: AsyncExitStack) -> Any:  # noqa: ANN401  StoreClient, imported late
        from monitor.writing import StoreClient
        from pipeline.store.sqlite import SqliteStore

        store = StoreClient(SqliteStore(self.given.database, pages=self.given.pages))
        stack.push_async_callback(store.close)
        return store

    async def _take(
        self,
        found: AsyncIterator[Reread],
        store: Any,  # noqa: ANN401  StoreClient
        shown: Progress,
        *,
        told: bool = True,
    ) -> None:
        from monitor.reextract import IN_FLIGHT, write

        async def one(done: Reread) -> None:
            what = done.what if store is None else await write(store, done, utc_now())
            self.written += store is not None and what.value in ("changed", "recovered")
            if told:
                self._note(done, what.value)
            text = ", ".join(f"{n} {name}" for name, n in self.results.items() if name in _TOLD)
            shown.update(text=text)

        # Many writes wait for one commit; the next pages are read meanwhile.
        writing: set[asyncio.Task[None]] = set()
        try:
            async for done in found:
                writing.add(asyncio.create_task(one(done)))
                if len(writing) >= 2 * IN_FLIGHT:
                    ended, writing = await asyncio.wait(
                        writing, return_when=asyncio.FIRST_COMPLETED
                    )
                    await asyncio.gather(*ended)
            await asyncio.gather(*writing)
        finally:
            for task in writing:
                task.cancel()
            await asyncio.gather(*writing, return_exceptions=True)

    def _note(self, done: Reread, what: str) -> None:
        self.results[what] += 1
        self.visible += what in ("changed", "recovered")
        if self.keep and done.page is not None:
            self.spool.add(done.without_page())
        if what in _TOLD:
            before, after = done.before.get("body", ""), done.changes.get("body")
            self.told.append(
                {
                    "article": done.article,
                    "source": done.source,
                    "result": what,
                    "words_before": done.words[0],
                    "words_after": done.words[1],
                    "paragraphs": counted(before, after) if after is not None else {},
                    "fields": [name for name in done.changes if name != "body"],
                    "title": done.title,
                    "reason": done.reason,
                    "url": done.url,
                    "diff": None,
                }
            )


async def _again(spool: Spool[Reread]) -> AsyncIterator[Reread]:
    for done in spool:
        yield done


def _tell(round_: Round, shape: Shape, *, diff: bool, written: bool) -> None:
    rows = sorted(round_.told, key=lambda r: (r["article"] is None, r["article"] or 0, r["url"]))
    changed = (done for done in round_.spool if done.changes)
    if diff and shape.machine:
        diffs = {done.article: told(done.before, done.changes) for done in changed}
        rows = [{**row, "diff": diffs.get(row["article"])} for row in rows]
    elif diff:
        for done in changed:
            head = f"{done.article}  {done.source}  {clean_line(done.title)}"
            put_line([("plain", head)], shape)
            tell(done.before, done.changes, shape)
            put("")
    emit(rows, COLUMNS, shape)
    results = round_.results
    parts = [f"{results[name]} {words}" for name, words in _IN_WORDS.items() if results[name]]
    note(f"{sum(results.values())} pages: {', '.join(parts)}" if parts else "no article matches")
    if round_.visible and not written:
        note("nothing is written yet")


def _counts(paragraphs: dict[str, int]) -> str:
    signs = (("gone", "-"), ("new", "+"), ("edited", "~"))
    return " ".join(f"{sign}{paragraphs[name]}" for name, sign in signs if paragraphs.get(name))


def _chosen(reader: Reader, selectors: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The sources and the articles that are meant.  Raises NotFoundError, typer.BadParameter."""
    single = [s for s in selectors if s.isdecimal() or "://" in s]
    others = [s for s in selectors if s not in single]
    slugs = select(others, reader.sources(removed=True)) if others else ()
    return slugs, tuple(int(reader.article(key)["id"]) for key in single)


def _check_engine(name: str) -> None:
    from pipeline.extract.engines import engine

    try:
        engine(name)
    except ValueError as error:
        raise typer.BadParameter(f"--engine: {error}") from error


def _orders(config: Config) -> Callable[[str], SourceOrder]:
    """How each source is treated; one that the configuration no longer names, by default."""
    from monitor.config.model import Source
    from monitor.wiring import order_of

    @cache
    def order(slug: str) -> SourceOrder:
        known = config.source(slug)
        return order_of(
            config,
            known or Source.model_validate({"id": slug, "url": "https://removed.invalid/"}),
        )

    return order
