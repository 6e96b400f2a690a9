"""A large database for the web pages, filled by SQL: stories, articles, decisions, topics, edits.

Bodies are as long as real ones (3 to 5 kB, so that rows overflow their pages), words follow Zipf's
law, so that a search may be for a word that is rare, middling or everywhere.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from sqlite3 import Connection
from tempfile import TemporaryDirectory

from pipeline.model import FeedKind
from pipeline.store.records import FeedSpec, SourceSpec
from pipeline.store.sqlite import SqliteStore, open_store
from pipeline.store.topics import TopicSpec
from pipeline.text import SEARCH_SCHEME
from pipeline.times import to_iso

LANGUAGES = ("en", "en", "en", "en", "en", "ar", "de", "ru", "fr", "cy")
AGENCIES = ("AFP", "Reuters", "AP", "dpa")
DAYS = 120


class Text:
    """Made-up news: words drawn by rank."""

    def __init__(self, rng: random.Random) -> None:
        letters = "abdefgiklmnoprstuv"
        self.words = [
            "".join(rng.choice(letters) for _ in range(rng.randrange(3, 10))) for _ in range(40_000)
        ]
        self.words[:3] = ["talks", "harbour", "council"]
        self._weights = list(accumulate(1 / (rank + 8) for rank in range(len(self.words))))
        self._rng = rng

    def line(self, count: int) -> str:
        """So many words."""
        return " ".join(self._rng.choices(self.words, cum_weights=self._weights, k=count))

    def rare(self, rank: int) -> str:
        """The word of that rank."""
        return self.words[rank]


@contextmanager
def large_file(
    kept: Path | None, *, articles: int, stories: int | None = None, sources: int = 200
) -> Iterator[Path]:
    """A file of so many articles: the one named, made if it is not there, else one for now.

    ``stories``: half as many as articles unless given.
    """
    with TemporaryDirectory() as folder:
        path = kept or Path(folder) / "monitor.db"
        if not path.exists():
            number = articles // 2 if stories is None else stories
            build(path, articles=articles, stories=number, sources=sources, now=datetime.now(UTC))
        yield path


def build(path: Path, *, articles: int, stories: int, sources: int, now: datetime) -> Text:
    """Make monitor.db at a path; returns the words that it is made of."""
    rng = random.Random(20261126)
    text = Text(rng)
    store = open_store(path, now)
    conn = store.connection()
    try:
        with store.transaction():
            _outlets(store, sources, now)
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("BEGIN")
        _stories(conn, rng, text, articles, stories, sources, now)
        conn.execute("COMMIT")
        conn.execute("BEGIN")
        _links(conn)
        _decisions(conn, rng, stories, now)
        conn.execute("COMMIT")
        _topics(store, text, now)
        conn.execute("ANALYZE")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        store.close()
    return text


def _outlets(store: SqliteStore, sources: int, now: datetime) -> None:
    old = now - timedelta(days=DAYS)
    specs = [
        SourceSpec(
            slug=f"outlet-{n:04d}", name=f"Outlet {n}", url=f"https://outlet-{n:04d}.example/",
            tags=("wire", "state") if n % 7 == 0 else ("wire",),
        )
        for n in range(sources)
    ]  # fmt: skip
    feeds = [
        FeedSpec(source=s.slug, kind=FeedKind.FEED, url=f"{s.url}feed", schedule="auto")
        for s in specs
    ]
    store.feeds.sync(specs, feeds, old)
    store.connection().execute(
        "UPDATE source SET last_article_at = ?, usual_gap_s = 2700, silent_at = ?, "
        "delay_p50_s = 240",
        (to_iso(now), to_iso(now + timedelta(hours=6))),
    )
    store.connection().execute(
        "UPDATE feed SET last_poll_at = ?1, last_success_at = ?1, last_status = 200, "
        "last_links = 20, next_poll_at = ?2",
        (to_iso(now), to_iso(now + timedelta(minutes=10))),
    )


def _stories(
    conn: Connection,
    rng: random.Random,
    text: Text,
    articles: int,
    stories: int,
    sources: int,
    now: datetime,
) -> None:
    # Most stories are one article; few have very many.
    sizes = [1] * stories
    spare = articles - stories
    while spare > 0:
        more = min(spare, max(1, int(rng.paretovariate(0.9))), 400)
        sizes[rng.randrange(stories)] += more
        spare -= more
    step = timedelta(days=DAYS) / stories
    article = 0
    for number, size in enumerate(sizes, start=1):
        began = now - step * (stories - number) - timedelta(minutes=1)
        title = text.line(9).capitalize()
        body = "\n".join(text.line(rng.randrange(30, 80)) for _ in range(rng.randrange(7, 14)))
        language = rng.choice(LANGUAGES) if rng.random() < 0.999 else "mt"
        credit = [rng.choice(AGENCIES)] if size > 1 else []
        outlets = [rng.randrange(sources) for _ in range(size)]
        first = article + 1
        conn.execute(
            "INSERT INTO story (id, title, first_article, first_seen_at, last_seen_at, articles, "
            "outlets) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                number, title, first, to_iso(began),
                to_iso(began + timedelta(minutes=3 * size - 3)), size, len(set(outlets)),
            ),
        )  # fmt: skip
        for n, outlet in enumerate(outlets):
            article += 1
            at = began + timedelta(minutes=3 * n)
            edited = rng.random() < 0.06
            own = body if n == 0 else _copied(rng, text, body)
            conn.execute(
                "INSERT INTO article (id, source, title, body, url, url_key, published_at, "
                "first_seen_at, fetched_at, language, summary, word_count, quality, extractor, "
                "story, relation, relation_to, body_hash, content_hash, search_scheme, agencies, "
                "revisions, revised_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'good', 'auto/1', ?, ?, ?, ?, ?, ?, "
                "?, ?, ?)",
                (
                    article, f"outlet-{outlet:04d}", title, own, f"https://x.example/{article}",
                    f"x.example/{article}", to_iso(at), to_iso(at), to_iso(at), language, "",
                    len(own.split()), number, "copy" if n else ("first" if size > 1 else "new"),
                    first if n else None, f"{number:032x}", f"{number:032x}", SEARCH_SCHEME,
                    json.dumps(credit), int(edited),
                    to_iso(at + timedelta(hours=2)) if edited else None,
                ),
            )  # fmt: skip
            conn.execute(
                "INSERT INTO article_fts (rowid, title, body) VALUES (?, ?, ?)",
                (article, title, own),
            )
            if edited:
                _edit(conn, article, at, title, own)


def _copied(rng: random.Random, text: Text, body: str) -> str:
    """The text as another outlet runs it: half word for word, others cut it or put in their own."""
    chance = rng.random()
    if chance < 0.5:
        return body
    paragraphs = body.split("\n")
    if chance < 0.8:
        return "\n".join(paragraphs[: rng.randrange(3, len(paragraphs))])
    paragraphs.insert(rng.randrange(len(paragraphs)), text.line(25))
    return "\n".join(paragraphs)


def _edit(conn: Connection, article: int, at: datetime, title: str, body: str) -> None:
    later = to_iso(at + timedelta(hours=2))
    conn.execute(
        "INSERT INTO revision (article, n, seen_at, replaced_at, title, body, word_count, "
        "content_hash, extractor) VALUES (?, 1, ?, ?, ?, ?, 100, 'x', 'auto/1')",
        (article, to_iso(at), later, title, body[: len(body) // 2]),
    )
    conn.execute(
        "INSERT INTO edit (article, revision, at, kinds, weight, silent, summary) "
        "VALUES (?, 1, ?, '[\"number\"]', 40, ?, 'a number became another')",
        (article, later, article % 3 == 0),
    )


def _links(conn: Connection) -> None:
    conn.executescript(
        """
        INSERT INTO link (source, url, outcome, outcome_at, article, discovered_at, feed, visits,
          url_key)
        SELECT a.source, a.url, iif(a.relation = 'copy', 'copy', 'stored'), a.first_seen_at, a.id,
          a.first_seen_at, f.id, 1, a.url_key FROM article a JOIN feed f ON f.source = a.source;
        INSERT INTO daily SELECT substr(discovered_at, 1, 10), source, outcome, count(*) FROM link
          GROUP BY 1, 2, 3;
        INSERT INTO daily SELECT day, source, 'discovered', sum(n) FROM daily GROUP BY 1, 2;
        INSERT INTO hourly SELECT substr(discovered_at, 1, 13), source, outcome, count(*) FROM link
          WHERE discovered_at > (SELECT date(max(discovered_at), '-8 days') FROM link)
          GROUP BY 1, 2, 3;
        """
    )
    conn.execute("BEGIN")


def _decisions(conn: Connection, rng: random.Random, stories: int, now: datetime) -> None:
    """Anna has read nearly everything, Ben has read little and tagged some."""
    at = to_iso(now)
    conn.executemany(
        "INSERT INTO reviewer (name, added_at, looked_at, active_at) VALUES (?, ?, ?, ?)",
        [("Anna", at, to_iso(now - timedelta(hours=5)), at), ("Ben", at, None, None)],
    )
    rows: list[tuple[str | int | None, ...]] = []
    for story in range(1, stories + 1):
        if story <= stories * 0.983:
            starred = at if rng.random() < 0.01 else None
            rows.append(("Anna", story, at, starred, None, "[]", None))
        if rng.random() < 0.02:
            tags = json.dumps([rng.choice(("water", "names", "check", "use"))])
            note = "look at this again" if rng.random() < 0.2 else None
            gone = at if rng.random() < 0.1 else None
            rows.append(("Ben", story, at, None, gone, tags if not gone else "[]", note))
    rows.append(("Ben", stories // 2, at, at, None, '["once"]', None))
    conn.executemany(
        "INSERT OR REPLACE INTO review (reviewer, article, story, read_at, starred_at, "
        "dismissed_at, tags, note, version, updated_at) SELECT ?1, first_article, id, ?3, ?4, ?5, "
        f"?6, ?7, 1, '{at}' FROM story WHERE id = ?2",
        rows,
    )


def _topics(store: SqliteStore, text: Text, now: datetime) -> None:
    specs = [
        TopicSpec(id="talks", name="Talks", query="talks"),
        TopicSpec(id="middling", name="Middling", query=f"{text.rare(900)} OR {text.rare(950)}"),
        TopicSpec(id="rare", name="Rare", query=text.rare(30_000)),
    ]
    with store.transaction():
        store.topics.sync(specs, now)
    more = True
    while more:
        with store.transaction():
            more = store.topics.match_some(now)


if __name__ == "__main__":
    import sys

    build(Path(sys.argv[1]), articles=200_000, stories=60_000, sources=1_000, now=datetime.now(UTC))
