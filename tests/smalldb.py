"""A small real database, made through the store: a copy, an edit, failures, evil text."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import zstandard

from monitor.jobs import prepare
from pipeline import ingest
from pipeline.model import Failure, FailureKind, FeedKind, Link, Page
from pipeline.store.heartbeat import Beat
from pipeline.store.records import (
    FeedSpec,
    FeedState,
    PollRecord,
    RawPage,
    Settlement,
    SourceSpec,
)
from pipeline.store.sqlite import SqliteStore, open_store
from pipeline.urls import canonical_key

# What a hostile outlet puts in a title: a formula, colours, a window title, bidi, rich's markup.
EVIL = "=HYPERLINK(1)\x1b[31m red\x1b]0;owned\x07 \u202eback [bold]loud[/bold] <b>&amp; so</b>"

CONFIG = """\
# watched by the tests
contact: desk@example.org
timezone: Asia/Damascus
storage: {path: monitor.db}
sources:
  - id: agency
    name: The Agency
    url: http://agency.example/
    tags: [wire, state]
    feeds: [{kind: feed, url: "http://agency.example/rss.xml", every: 10m}]
  - id: paper
    name: The Paper   # prints what the agency says
    url: http://paper.example/
    tags: [print]
    feeds: [{kind: section, url: "http://paper.example/latest"}]
  - id: broken
    name: Broken
    url: http://broken.example/
    tags: [print]
    feeds: [{kind: feed, url: "http://broken.example/rss.xml"}]
"""

_SENTENCES = (
    "The harbour council met on Tuesday and heard for three hours what the ferry crews had to say.",
    "Nobody expected an agreement, and yet by nightfall there was a paper with nine signatures.",
    "The eastern pier will be closed in spring, the northern one stays open through the winter.",
    "Whoever has a permit keeps it for two years, new ones are drawn by lot every September.",
)


# Of an article that is none of the same story
_OTHERS = (
    "Queues for the summer concerts reached around the market hall before the box office opened.",
    "At noon a sign went up at the harbour that the ferry company would run late boats.",
    "Some had slept in the arcade; a baker brought out yesterday's rolls and took no money.",
    "What comes back will be sold again on the evening itself, from six, to whoever is there.",
)


def page_html(title: str, lead: str) -> str:
    """A page with an article long enough to be one."""
    said = _OTHERS if lead == "Second." else _SENTENCES
    body = "".join(
        f"<p>{lead if n == 0 else ''} {said[n % 4]} {said[(n + 1) % 4]} Point {n}.</p>"
        for n in range(8)
    )
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><nav><a href=/>Home"
        f"</a></nav><article><h1>{title}</h1>{body}</article></body></html>"
    )


class SmallDb:
    """The folder with config.yaml, monitor.db and pages.db; ``now`` is when it was made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "monitor.db"
        self.now = datetime.now(UTC).replace(microsecond=0)
        (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
        self.store: SqliteStore = open_store(self.path, self.now)
        self._build()
        self.store.close()

    def _build(self) -> None:
        start = self.now - timedelta(hours=3)
        with self.store.transaction():
            self._sources(start)
        feeds = {feed.source: feed.id for feed in self.store.feeds.active()}
        with self.store.transaction():
            self._discover("agency", feeds, ["/a/1", "/a/2", "/a/gone", "/a/later"], start)
            self._discover("paper", feeds, ["/p/1"], start + timedelta(minutes=5))
            self._polls(feeds, start)
        with self.store.transaction():
            self._article("agency", "/a/1", "Ferry crews and council agree", "First.", start)
            self._article("agency", "/a/2", "Tickets sold out", "Second.", start)
        with self.store.transaction():
            self._article("paper", "/p/1", "Agreement at the harbour", "First.", start)
            self._article("agency", "/a/1", "Ferry crews and council agree", "Edited.", self.now)
            self._failed("agency", "/a/gone", start)
            beat = Beat(
                pid=4_000_000, host="h", version="1", started_at=start, at=start, memory_mb=90.0
            )
            # Extraction cleans titles; whatever slipped in must not get out to a terminal.
            self.store.connection().execute("UPDATE article SET title = ? WHERE id = 2", (EVIL,))
            self.store.heartbeat.beat(replace(beat, state="stopped"), 1)

    def _sources(self, at: datetime) -> None:
        def feed(source: str, kind: FeedKind, path: str, schedule: str = "auto") -> FeedSpec:
            url = f"http://{source}.example/{path}"
            return FeedSpec(source=source, kind=kind, url=url, schedule=schedule)

        specs = [
            SourceSpec(slug="agency", name="The Agency", url="http://agency.example/",
                       tags=("wire", "state")),
            SourceSpec(slug="paper", name="The Paper", url="http://paper.example/",
                       tags=("print",)),
            SourceSpec(slug="broken", name="Broken", url="http://broken.example/",
                       tags=("print",)),
        ]  # fmt: skip
        feeds = [
            feed("agency", FeedKind.FEED, "rss.xml", "every 10 min"),
            feed("paper", FeedKind.SECTION, "latest"),
            feed("broken", FeedKind.FEED, "rss.xml"),
        ]
        self.store.feeds.sync(specs, feeds, at)

    def _discover(self, source: str, feeds: dict[str, int], paths: list[str], at: datetime) -> None:
        links = [Link(url=f"http://{source}.example{path}") for path in paths]
        keyed = [(canonical_key(link.url), link) for link in links]
        self.store.ledger.discover(source, feeds[source], keyed, at)

    def _polls(self, feeds: dict[str, int], at: datetime) -> None:
        fine = FeedState(
            last_poll_at=self.now - timedelta(minutes=4),
            next_poll_at=self.now + timedelta(minutes=6),
            last_success_at=at, last_new_at=at, last_status=200, last_links=4, typical_ms=120,
        )  # fmt: skip
        bad = replace(
            fine, failures=4.0, failing_since=self.now - timedelta(hours=30), last_success_at=None,
            last_error="dns", last_error_message="no such host\x1b[31m", last_links=None,
        )  # fmt: skip
        for source, state in (("agency", fine), ("paper", fine), ("broken", bad)):
            result = "failed" if state is bad else "new"
            self.store.feeds.log_poll(
                PollRecord(
                    feed=feeds[source], source=source, at=self.now - timedelta(minutes=4),
                    result=result, state=state, links=4, new_links=1,
                    message=state.last_error_message,
                )
            )  # fmt: skip

    def _article(self, source: str, path: str, title: str, lead: str, at: datetime) -> Settlement:
        url = f"http://{source}.example{path}"
        html = page_html(title, lead)
        body = html.encode()
        page = Page(
            url=url, requested_url=url, status=200, headers={"content-type": "text/html"},
            body=body, fetched_at=at,
        )  # fmt: skip
        raw = RawPage(
            url=url, fetched_at=at, status=200, headers=page.headers,
            sha256=hashlib.sha256(body).hexdigest(), size=len(body),
            zstd=zstandard.compress(body),
        )  # fmt: skip
        made = prepare(html, url, Link(url=url, published_at=at))
        return ingest.settle_page(self.store, self._link(source, url), page, made, raw, at, at)

    def _failed(self, source: str, path: str, at: datetime) -> None:
        url = f"http://{source}.example{path}"
        failure = Failure(kind=FailureKind.GONE, message="HTTP 410", url=url, status=410)
        ingest.settle_failure(self.store, self._link(source, url), failure, at, None)

    def _link(self, source: str, url: str):  # type: ignore[no-untyped-def]
        due = self.store.ledger.due(source, self.now + timedelta(days=30), 100)
        return next(link for link in due if link.url == url)
