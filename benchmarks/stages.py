"""What each stage of a new article costs, measured one after the other in this process.

The stages are the functions that the daemon runs.  Each page is taken through them several times,
and the cheapest pass counts: on a shared machine the others measure the neighbours.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import lxml.html
import psutil
import zstandard

from crawler.decode import decode_body
from crawler.fetch import Fetcher, FetchRequest, FetchSettings
from monitor.jobs import PageJob, PageRead, read_page
from monitor.pool import WorkerPool
from pipeline import ingest
from pipeline.extract import extract
from pipeline.extract.charset import decode_html
from pipeline.model import FeedKind, Link, Page
from pipeline.store.records import FeedSpec, RawPage, SourceSpec
from pipeline.store.sqlite import open_store
from pipeline.urls import canonical_key

T = TypeVar("T")

_BATCH = 100  # pages in one transaction, about what the daemon's writer gathers under load


@dataclass
class Costs:
    """CPU milliseconds per page, by stage in the order of the path."""

    pages: int = 0
    html_kb: float = 0.0
    lxml: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)


async def fetch_all(urls: list[str], allow: str) -> tuple[list[Page], float]:
    """Fetch pages through the real fetcher; returns them and the CPU ms of each."""
    best = float("inf")
    pages: list[Page] = []
    settings = FetchSettings(user_agent="bench", allow_hosts=(allow,), delay=0.0)
    async with Fetcher(settings) as fetcher:
        # The first round also asks each host for its robots.txt; the daemon does that once a day.
        for _ in range(3):
            began = time.process_time()
            got = await asyncio.gather(*(fetcher.fetch(FetchRequest(url=url)) for url in urls))
            best = min(best, time.process_time() - began)
            pages = [page for page in got if isinstance(page, Page)]
    if len(pages) != len(urls):
        raise SystemExit(f"only {len(pages)} of {len(urls)} pages could be fetched")
    return pages, best / len(urls) * 1000


def read_stages(jobs: list[PageJob], passes: int) -> Costs:
    """Take pages through everything that a worker does."""
    costs = Costs(pages=len(jobs))
    names = ("decode", "charset", "extract", "derive", "compress")
    totals = dict.fromkeys(names, 0.0)
    for job in jobs:
        body = decode_body(job.body, job.content_encoding, max_size=job.max_size)
        html = decode_html(body, job.content_type)
        costs.html_kb += len(body) / 1024 / len(jobs)
        bare = {
            "decode": _best(passes, lambda: _decode(job)),  # noqa: B023 - called at once
            "charset": _best(passes, lambda: decode_html(body, job.content_type)),  # noqa: B023
            "extract": _best(passes, lambda: extract(html, job.url, engine=job.engine)),  # noqa: B023
            "compress": _best(passes, lambda: _compress(body)),  # noqa: B023
        }
        whole = _best(passes, lambda: read_page(job))  # noqa: B023
        bare["derive"] = max(0.0, whole - sum(bare.values()))  # hashes, search text, language …
        for name, cost in bare.items():
            totals[name] += cost
        costs.lxml += _best(passes, lambda: lxml.html.document_fromstring(body)) / len(jobs)  # noqa: B023
    costs.stages = {name: totals[name] / len(jobs) for name in names}
    return costs


def _decode(job: PageJob) -> str:
    body = decode_body(job.body, job.content_encoding, max_size=job.max_size)
    return hashlib.sha256(body).hexdigest()


def _compress(body: bytes) -> bytes:
    from monitor.jobs import ZSTD_LEVEL

    return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body)


def _best(passes: int, run: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(passes):
        began = time.process_time()
        run()
        best = min(best, time.process_time() - began)
    return best * 1000


# -- hand-over to a worker ------------------------------------------------------------------------

_answer: list[PageRead] = []


def echo(job: PageJob) -> PageRead:
    """Give back what the first job in this worker came to: the hand-over without the work."""
    if not _answer:
        read = read_page(job)
        assert isinstance(read, PageRead)
        _answer.append(read)
    return _answer[0]


async def hand_over(jobs: list[PageJob], rounds: int = 3) -> float:
    """Return the CPU ms, here and in the worker, of passing a page there and its article back."""
    pool = WorkerPool(workers=1, timeout=30.0, memory=2 << 30)
    best = float("inf")
    try:
        await pool.run(echo, jobs[0], jobs[0].url)
        for _ in range(rounds):
            began = _cpu_with_children()
            await asyncio.gather(*(pool.run(echo, job, job.url) for job in jobs))
            best = min(best, _cpu_with_children() - began)
    finally:
        pool.close()
    return best / len(jobs) * 1000


def _cpu_with_children() -> float:
    total = time.process_time()
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            used = child.cpu_times()
            total += used.user + used.system
    return total


# -- decide, store, index -------------------------------------------------------------------------


def store_cost(folder: Path, pages: list[Page], jobs: list[PageJob]) -> float:
    """Return the CPU ms of deciding what a page is to those known and of writing it, by page."""
    store = open_store(folder / "stages.db", _now())
    reads = [read_page(job) for job in jobs]
    try:
        with store.transaction():
            source, url = SourceSpec(slug="bench", name="Bench"), "http://bench.example/rss.xml"
            feed = FeedSpec(source="bench", kind=FeedKind.FEED, url=url, schedule="auto")
            store.feeds.sync([source], [feed], _now())
            number = store.feeds.active()[0].id
            keyed = [(canonical_key(job.link.url), job.link) for job in jobs]
            store.ledger.discover("bench", number, keyed, _now())
            due = {link.url: link for link in store.ledger.due("bench", _now(), len(jobs))}
        began = time.process_time()
        for part in _parts(list(zip(pages, jobs, reads, strict=True))):
            with store.transaction():
                for page, job, read in part:
                    assert isinstance(read, PageRead)
                    assert read.prepared is not None
                    raw = RawPage(
                        url=page.url,
                        fetched_at=page.fetched_at,
                        status=page.status,
                        headers=page.headers,
                        sha256=read.sha256,
                        size=read.size,
                        zstd=read.zstd,
                    )
                    with store.step():
                        link = due[job.link.url]
                        ingest.settle_page(store, link, page, read.prepared, raw, _now(), None)
        return (time.process_time() - began) / len(jobs) * 1000
    finally:
        store.close()


def _parts(items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def _now() -> datetime:
    return datetime.now(UTC)


def job_for(page: Page, title: str) -> PageJob:
    """Return the job that the daemon would give a worker for a page."""
    return PageJob(
        url=page.url,
        body=page.body,
        link=Link(url=page.url, title=title),
        content_encoding=page.headers.get("content-encoding", ""),
        content_type=page.headers.get("content-type", ""),
    )


def measure(urls: list[tuple[str, str]], allow: str, folder: Path, passes: int = 3) -> Costs:
    """Measure all stages on pages given as (address, title)."""
    pages, fetching = asyncio.run(fetch_all([url for url, _ in urls], allow))
    jobs = [job_for(page, title) for page, (_, title) in zip(pages, urls, strict=True)]
    costs = read_stages(jobs, passes)
    costs.stages = {
        "fetch": fetching,
        **costs.stages,
        "hand-over": asyncio.run(hand_over(jobs)),
        "decide+store+index": store_cost(folder, pages, jobs),
    }
    return costs
