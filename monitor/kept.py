"""The jobs of reading pages: one that just came, and one that is kept as it once came."""

from __future__ import annotations

from dataclasses import replace

from monitor.jobs import PageJob, read_page
from monitor.orders import SourceOrder
from monitor.pool import WorkerPool
from monitor.writing import StoreClient
from pipeline.extract.site_memory import SiteMemory
from pipeline.model import Failure, Link, Page
from pipeline.remake import Basis, basis_to_compare
from pipeline.store.records import DueLink, KeptPage, Prepared

_ROOM = 4  # times the limit of today: what was let in once is read again


def job_of_page(
    link: DueLink, order: SourceOrder, page: Page, site: SiteMemory | None = None
) -> PageJob:
    """Return the job for a page that was fetched for a link."""
    return PageJob(
        url=page.url,
        body=page.body,
        link=order.hints(link.hints),
        content_encoding=page.headers.get("content-encoding", ""),
        content_type=page.headers.get("content-type", ""),
        known_hash=link.page_hash,
        max_size=order.manners.max_page,
        rules=order.rules(page.url, page.fetched_at),
        zone=order.page_zone,
        fetched_at=page.fetched_at,
        site=site,
    )


def job_of_kept(
    page: KeptPage,
    hints: Link,
    order: SourceOrder,
    *,
    engine: str = "auto",
    site: SiteMemory | None = None,
) -> PageJob:
    """Return the job for a kept page, under the rules that held on the day it was fetched."""
    raw = page.raw
    return PageJob(
        url=raw.url,
        body=raw.zstd,
        link=order.hints(hints),
        content_encoding="zstd",
        content_type=raw.headers.get("content-type", ""),
        max_size=_ROOM * order.manners.max_page,
        engine=engine,
        rules=order.rules(raw.url, raw.fetched_at),
        zone=order.page_zone,
        fetched_at=raw.fetched_at,
        site=site,
    )


async def read_basis(
    store: StoreClient,
    pool: WorkerPool,
    link: DueLink,
    order: SourceOrder,
    made: Prepared,
    site: SiteMemory | None = None,
) -> Basis | None:
    """Return what today's engine makes of the page that the stored text of a link is from.

    None if this visit (``made``) brought the text that is stored, or if that page is not kept.
    """
    basis = await store.do(lambda s: basis_to_compare(s, link, made))
    if basis is None:
        return None
    job = job_of_kept(basis.page, link.hints, order, site=site)
    again = await pool.run(read_page, job, job.url)
    # A page that cannot be read any more is as good as one that is not kept.
    return None if isinstance(again, Failure) else replace(basis, prepared=again.prepared)
