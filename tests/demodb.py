"""The demo's news web as a database, made without daemon or network: same pages, same stories."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import yaml
import zstandard

from monitor.demo.outlets import PROFILES, SLUGS
from monitor.demo.script import SCRIPT, State, state_at
from monitor.demo.site import Site
from monitor.demo.stories import library
from monitor.demo.web import TOPICS
from monitor.jobs import prepare
from pipeline import ingest
from pipeline.model import FeedKind, Link, Page
from pipeline.store.records import FeedSpec, RawPage, SourceSpec
from pipeline.store.sqlite import SqliteStore, open_store
from pipeline.store.topics import TopicSpec
from pipeline.urls import canonical_key

END = 60.0  # seconds of the script


def build(folder: Path, now: datetime | None = None) -> Path:
    """Make config.yaml, monitor.db and pages.db in a folder; returns the path of the first."""
    at = (now or datetime.now(UTC)).replace(microsecond=0) - timedelta(hours=2)
    sites = {
        profile.slug: Site(profile, f"http://{profile.slug}.example", library(SLUGS), at)
        for profile in PROFILES
    }
    store = open_store(folder / "monitor.db", at)
    try:
        with store.transaction():
            _outlets(store, at)
        feeds = {feed.source: feed.id for feed in store.feeds.active()}
        published = sorted(_published(sites), key=lambda one: (one[0], one[1], one[2]))
        for second, slug, url in published:
            with store.transaction():
                link = [(canonical_key(url), Link(url=url))]
                store.ledger.discover(slug, feeds[slug], link, at + timedelta(seconds=second))
        for second, slug, url in published:
            _visit(store, sites[slug], slug, url, state_at(SCRIPT, second), at + _s(second))
        end = state_at(SCRIPT, END)
        for (slug, key), (second, _) in end.edits.items():
            item = next(item for item in sites[slug].items(end) if item.first.key == key)
            _visit(store, sites[slug], slug, sites[slug].base + item.path, end, at + _s(second))
        _topics(store, at)
    finally:
        store.close()
    return _config(folder)


def _topics(store: SqliteStore, at: datetime) -> None:
    """The topics of the demo, asked of everything as the daemon would."""
    specs = [
        TopicSpec(id=one["id"], name=one["name"], query=one["query"])
        for one in yaml.safe_load("\n".join(TOPICS))["topics"]
    ]
    with store.transaction():
        store.topics.sync(specs, at)
    more = True
    while more:
        with store.transaction():
            more = store.topics.match_some(at)


def _s(second: float) -> timedelta:
    """The script's seconds as minutes: people look at these times."""
    return timedelta(minutes=second)


def _published(sites: Mapping[str, Site]) -> Iterator[tuple[float, str, str]]:
    for slug, site in sites.items():
        for item in site.items(state_at(SCRIPT, END)):
            if not item.first.trap:
                yield item.since or 0.0, slug, site.base + item.path


def _outlets(store: SqliteStore, at: datetime) -> None:
    specs = [
        SourceSpec(
            slug=profile.slug, name=profile.name, url=f"http://{profile.slug}.example/",
            tags=("demo",), language=profile.language,
        )
        for profile in PROFILES
    ]  # fmt: skip
    feeds = [
        FeedSpec(source=spec.slug, kind=FeedKind.FEED, url=f"{spec.url}feed", schedule="every 3 s")
        for spec in specs
    ]
    store.feeds.sync(specs, feeds, at)


def _visit(store: SqliteStore, site: Site, slug: str, url: str, state: State, at: datetime) -> None:
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    body = site.find(target, state).body
    page = Page(
        url=url, requested_url=url, status=200,
        headers={"content-type": "text/html; charset=utf-8"}, body=body, fetched_at=at,
    )  # fmt: skip
    raw = RawPage(
        url=url, fetched_at=at, status=200, headers=page.headers,
        sha256=hashlib.sha256(body).hexdigest(), size=len(body), zstd=zstandard.compress(body),
    )  # fmt: skip
    made = prepare(body.decode(), url, Link(url=url, language=site.profile.language))
    due = store.ledger.due(slug, at + timedelta(days=30), 1000)
    link = next(one for one in due if one.url == url)
    with store.transaction():
        ingest.settle_page(store, link, page, made, raw, at, at + timedelta(minutes=1))


def _config(folder: Path) -> Path:
    lines = ["contact: demo@example.org", "storage: {path: monitor.db}", "sources:"]
    for profile in PROFILES:
        base = f"http://{profile.slug}.example/"
        lines += [
            f"  - id: {profile.slug}",
            f"    name: {profile.name}",
            f"    url: {base}",
            "    tags: [demo]",
            f"    feeds: [{{kind: feed, url: {base}feed}}]",
        ]
    path = folder / "config.yaml"
    path.write_text("\n".join([*lines, *TOPICS]) + "\n", encoding="utf-8")
    return path
