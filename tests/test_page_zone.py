"""A source's timezone reaches the times on its pages that name none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config.load import load_text
from monitor.jobs import PageJob, PageRead, prepare, read_page
from monitor.kept import job_of_page
from monitor.wiring import orders
from pipeline.model import Certainty, Link, Page
from pipeline.store.records import DueLink

URL = "https://echo.example/news/1"
NOW = datetime(2026, 5, 2, tzinfo=UTC)
HTML = (
    "<html><head><title>Rain is back</title>"
    '<meta property="article:published_time" content="2026-05-01T10:00:00"></head>'
    "<body><article><h1>Rain is back</h1>" + "<p>Rain fell on the hills all day long.</p>" * 20
)


@pytest.mark.parametrize(
    ("own", "expected"), [("timezone: Asia/Damascus", "Asia/Damascus"), ("name: Echo", None)]
)
def test_a_page_is_read_in_the_zone_of_its_source(
    own: str, expected: str | None, tmp_path: Path
) -> None:
    text = f"timezone: Europe/Berlin\nsources:\n  - id: echo\n    url: {URL}\n    {own}\n"
    order = orders(load_text(text, tmp_path / "config.yaml", {})).sources["echo"]
    assert order.page_zone == expected
    page = Page(
        url=URL, requested_url=URL, status=200, headers={}, body=HTML.encode(), fetched_at=NOW
    )
    link = DueLink(
        id=1, url=URL, url_key=URL, source="echo", feed=1, hints=Link(url=URL), due_at=NOW,
        discovered_at=NOW,
    )  # fmt: skip
    job = job_of_page(link, order, page)
    assert (job.zone, job.fetched_at) == (expected, NOW)
    read = read_page(job)
    assert isinstance(read, PageRead)
    assert read.prepared is not None
    hour = 7 if expected == "Asia/Damascus" else 10
    assert read.prepared.article.published_at == datetime(2026, 5, 1, hour, tzinfo=UTC)


def test_the_time_of_the_fetch_is_not_stored_as_publication() -> None:
    html = HTML.replace('property="article:published_time"', 'name="date"')
    fetched = datetime(2026, 5, 1, 10, 0, 1, tzinfo=UTC)
    made = prepare(html, URL, Link(url=URL), fetched_at=fetched).article
    assert (made.published_at, made.published_certainty) == (None, Certainty.UNKNOWN)
    assert prepare(html, URL, Link(url=URL)).article.published_at is not None


def test_jobs_of_strangers_are_read_in_utc() -> None:
    read = read_page(PageJob(url=URL, body=HTML.encode(), link=Link(url=URL)))
    assert isinstance(read, PageRead)
    assert read.prepared is not None
    assert read.prepared.article.published_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
