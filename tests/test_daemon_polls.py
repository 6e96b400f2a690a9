"""Polls of servers whose validators help, change for nothing, or lie; and polls that go wrong."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from monitor import documents
from pipeline.errors import StoreError
from pipeline.model import Failure, FailureKind
from tests.daemonrig import with_rig
from tests.newsite import Answer, NewsSite


@pytest.fixture
def site():
    with NewsSite(outlets=1, articles=2) as site:
        yield site


def lying(outlet, header, value):
    """Answer 304 to whoever shows the validator, whatever has changed."""
    shown = "if-none-match" if header == "ETag" else "if-modified-since"

    def answer(asked):
        if asked.headers.get(shown) == value:
            return Answer(b"", status=304, headers={header: value})
        return Answer(
            outlet.document(), headers={header: value, "Content-Type": "application/rss+xml"}
        )

    return answer


RESULTS = "SELECT result FROM poll ORDER BY id"
LINKS = "SELECT count(*) FROM link"


@pytest.mark.parametrize(
    ("header", "value"),
    [("ETag", '"for-ever"'), ("Last-Modified", "Mon, 02 Nov 2026 08:00:00 GMT")],
)
def test_a_validator_that_lies_is_found_out_within_a_day_and_not_trusted_again(
    site, tmp_path, header, value
):
    outlet = site.outlets[0]
    outlet.overrides[outlet.feed_path] = lying(outlet, header, value)

    async def scenario(rig):
        await rig.poll()
        outlet.add()
        rig.later(hours=1)
        await rig.poll()
        assert await rig.rows(RESULTS) == [("new",), ("not_modified",)]
        rig.later(seconds=documents.FULL_EVERY.total_seconds())
        await rig.poll()
        assert await rig.value(LINKS) == 3
        # From now on without the validator, so the next article is found at once.
        outlet.add()
        rig.later(minutes=5)
        await rig.poll()
        assert await rig.value(LINKS) == 4
        assert [r for (r,) in await rig.rows(RESULTS)] == ["new", "not_modified", "new", "new"]

    with_rig(site, tmp_path, scenario)


def test_an_honest_validator_is_used_and_stays_trusted(site, tmp_path):
    outlet = site.outlets[0]

    async def scenario(rig):
        for _ in range(2):
            await rig.poll()
            rig.later(seconds=documents.FULL_EVERY.total_seconds() + 1)
        outlet.add()
        await rig.poll()
        await rig.poll()
        results = [r for (r,) in await rig.rows(RESULTS)]
        assert results == ["new", "nothing_new", "new", "not_modified"]
        assert await rig.value("SELECT validators_lie FROM feed") == 0

    with_rig(site, tmp_path, scenario)


def test_an_etag_that_changes_with_each_request_costs_no_parsing(site, tmp_path, monkeypatch):
    outlet = site.outlets[0]
    body = outlet.document()
    requests = iter(range(1000))

    def answer(asked):
        headers = {"ETag": f'"{next(requests)}"', "Content-Type": "application/rss+xml"}
        return Answer(body, headers=headers)

    outlet.overrides[outlet.feed_path] = answer

    async def scenario(rig):
        await rig.poll()
        for _ in range(2):
            rig.later(minutes=5)
            await rig.poll()
        assert [r for (r,) in await rig.rows(RESULTS)] == ["new", "same_body", "same_body"]
        assert await rig.rows("SELECT last_links, title, format FROM feed") == [
            (2, "outlet-0", "rss2.0")
        ]

    with_rig(site, tmp_path, scenario)


def index(outlet, *names):
    maps = "".join(f"<sitemap><loc>{outlet.url(name)}</loc></sitemap>" for name in names)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0"?><sitemapindex xmlns="{space}">{maps}</sitemapindex>'.encode()


@pytest.mark.parametrize("etags", [True, False])
def test_links_of_a_sitemap_index_survive_a_poll_that_could_not_be_written(
    tmp_path, monkeypatch, etags
):
    with NewsSite(outlets=3, articles=2) as site:
        outlet = site.outlets[2]
        site.outlets[:] = [site.outlets[0], site.outlets[1], outlet]
        outlet.etags = etags
        outlet.overrides["/sitemap.xml"] = lambda asked: outlet._conditional(
            asked, index(outlet, outlet.feed_path), "application/xml"
        )

        async def scenario(rig):
            poller = rig.parts.poller
            await rig.poll()
            assert await rig.value(LINKS) == 6
            outlet.add()
            real = poller._write

            def full(*_):
                raise StoreError("the disk is full")

            monkeypatch.setattr(poller, "_write", full)
            with pytest.raises(StoreError):
                await rig.poll_one("outlet-2")
            monkeypatch.setattr(poller, "_write", real)
            await rig.poll_one("outlet-2")
            assert await rig.value(LINKS) == 7, "the sitemap was taken for known"

        with_index(site, outlet)
        with_rig(site, tmp_path, scenario)


def with_index(site, outlet):
    """Configure the sitemap index in place of the sitemap."""
    whole = outlet.config

    def config(**more):
        entry = whole(**more)
        entry["feeds"][0]["url"] = outlet.url("/sitemap.xml")
        return entry

    outlet.config = config


def test_a_document_that_the_store_cannot_take_ends_as_a_crash_and_the_feed_goes_on(
    site, tmp_path, monkeypatch
):
    async def scenario(rig):
        poller = rig.parts.poller
        real = poller._write
        monkeypatch.setattr(
            poller,
            "_write",
            lambda store, tracked, document, at: (
                real(store, tracked, document, at)
                if document.failure
                else (_ for _ in ()).throw(sqlite3.InterfaceError("a lone surrogate"))
            ),
        )
        (got,) = await rig.poll()
        assert isinstance(got, Failure)
        assert got.kind is FailureKind.CRASHED
        assert await rig.value("SELECT last_error FROM feed") == "crashed"
        due = next(iter(poller.feeds.values())).state.next_poll_at
        assert due > rig.now + timedelta(minutes=1), "it would be polled again and again"
        monkeypatch.setattr(poller, "_write", real)
        rig.later(hours=3)
        await rig.poll()
        assert await rig.value("SELECT last_error FROM feed") is None
        assert await rig.value(LINKS) == 2

    with_rig(site, tmp_path, scenario)
