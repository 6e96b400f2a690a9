"""A topic is a feed that others subscribe to."""

from __future__ import annotations

import base64

import feedparser
import pytest

from monitor.web.settings import WebSettings
from tests.webkit import client

TOKEN = "a-token-of-programs-1234"


@pytest.fixture
def settings(folder):
    return WebSettings(
        database=folder / "monitor.db", pages=folder / "pages.db", config=folder / "config.yaml"
    )


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_topic_is_a_feed(settings, form):
    with client(settings) as browser:
        inbox = browser.get("/api/v1/stories?state=all&topic=water&limit=100").json()["stories"]
        got = browser.get(f"/feeds/water.{form}")
        found = feedparser.parse(got.content)
        assert not found.bozo
        assert found.feed.title == "Water"
        assert len(found.entries) == len(inbox) > 0
        again = browser.get(f"/feeds/water.{form}", headers={"If-None-Match": got.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert browser.get(f"/feeds/water.{form}").content == got.content
        assert len(feedparser.parse(browser.get(f"/feeds/all.{form}").content).entries) > len(inbox)
        assert browser.get(f"/feeds/nothing.{form}").status_code == 404


def test_a_feed_reader_gives_the_token_as_password(settings):
    with client(settings, token=TOKEN) as browser:
        refused = browser.get("/feeds/water.atom", headers={"Accept": "text/html"})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic ")

        def code(path, password):
            told = base64.b64encode(f"reader:{password}".encode()).decode()
            return browser.get(path, headers={"Authorization": f"Basic {told}"}).status_code

        assert code("/feeds/water.atom", TOKEN) == 200
        assert code("/feeds/water.atom", "wrong") == 401
        assert code("/api/v1/stories", TOKEN) == 401  # programs have a header of their own
        assert (
            browser.get("/feeds/water.atom", headers={"Authorization": "Basic %%%"}).status_code
            == 401
        )


def test_the_timeline_leads_to_the_feeds(settings):
    with client(settings) as browser:
        assert 'href="/feeds/water.atom"' in browser.get("/timeline").text
