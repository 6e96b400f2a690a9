"""How long ``monitor status`` takes on a large database, interpreter start included.

    python -m benchmarks.status [--articles 200000] [--sources 1000] [--keep FILE]

Fills the real schema by SQL in half a minute: sources, feeds, links, articles with their search
rows, stories, roll-ups of the days that the articles span, polls.  Then runs the command several
times and prints the median, the best and where the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.store.sqlite import open_store
from pipeline.times import to_iso

LIMIT_S = 0.4

# :sources and :articles are numbers, :step the seconds between two articles, :now the end of time;
# AT and OUTLET stand for the time and the source of article number n, counted from 0.
_AT = "strftime('%Y-%m-%dT%H:%M:%fZ', :now, '-' || ((:articles - n) * :step) || ' seconds')"
_OUTLET = "printf('outlet-%04d', n % :sources)"
_FILL = """
INSERT INTO source (slug, name, url, tags, added_at, last_article_at, usual_gap_s, silent_at,
  delay_p50_s)
WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n + 1 < :sources)
SELECT OUTLET, 'Outlet ' || n, 'https://' || OUTLET || '.example/',
  iif(n % 3, '["wire"]', '["state", "wire"]'), :old, :recent, 2700,
  iif(n % 50, :later, :recent), 240 FROM c;

INSERT INTO feed (source, kind, url, schedule, added_at, next_poll_at, interval_s, failures,
  failing_since, last_poll_at, last_success_at, last_new_at, last_status, last_links, typical_ms,
  last_error, last_error_message, rhythm)
SELECT s.slug, k.kind, s.url || k.kind, 'auto', :old, :later, 900, iif(s.r % 40, 0, 4),
  iif(s.r % 40, NULL, :old), :recent, :recent, :recent, 200, 20, 180, iif(s.r % 40, NULL, 'dns'),
  iif(s.r % 40, NULL, 'no such host'), hex(zeroblob(400))
FROM (SELECT slug, url, row_number() OVER () AS r FROM source) s,
  (SELECT 'feed' AS kind UNION ALL SELECT 'sitemap') k;

INSERT INTO story (id, title, first_article, first_seen_at, last_seen_at)
WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n + 1 < :articles)
SELECT n + 1, 'Story ' || n, n + 1, AT, AT FROM c;

INSERT INTO article (id, source, title, body, url, url_key, published_at, first_seen_at,
  fetched_at, language, word_count, quality, extractor, story, relation, body_hash, content_hash,
  search_scheme)
WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n + 1 < :articles)
SELECT n + 1, OUTLET, 'Talks, day ' || n,
  replace(hex(zeroblob(60)), '0000', 'the talks went on in the capital '),
  'https://x.example/' || n, 'x.example/' || n, AT, AT, AT, 'en', 200, 'good', 'readability/1',
  n + 1, 'new', hex(randomblob(16)), hex(randomblob(16)), 1 FROM c;

INSERT INTO link (source, url, outcome, outcome_at, article, discovered_at, feed, visits, url_key)
SELECT a.source, a.url, 'stored', a.first_seen_at, a.id, a.first_seen_at, f.id, 1, a.url_key
FROM article a JOIN feed f ON f.source = a.source AND f.kind = 'feed';

INSERT INTO hourly SELECT substr(discovered_at, 1, 13), source, 'discovered', count(*) FROM link
WHERE discovered_at >= :week GROUP BY 1, 2;
INSERT INTO hourly SELECT hour, source, 'stored', n FROM hourly WHERE outcome = 'discovered';
INSERT INTO hourly SELECT hour, source, 'copy', n FROM hourly WHERE outcome = 'discovered';
INSERT INTO hourly SELECT hour, source, 'failed', n FROM hourly WHERE outcome = 'discovered';
INSERT INTO daily SELECT substr(discovered_at, 1, 10), source, 'discovered', count(*) FROM link
GROUP BY 1, 2;
INSERT INTO daily SELECT day, source, 'stored', n FROM daily WHERE outcome = 'discovered';
INSERT INTO poll (feed, at, result) SELECT id, :recent, 'nothing_new' FROM feed;
INSERT INTO daemon (id, pid, state, started_at, heartbeat_at, memory_mb, in_flight, queued,
  pending_links, loop_lag_ms)
VALUES (1, 1, 'running', :old, :now, 92.5, 3, 40, 41, 4.2);
ANALYZE
"""


def fill(path: Path, articles: int, sources: int, now: datetime) -> None:
    """Make a database as ``sources`` outlets leave it after ``articles`` articles."""
    store = open_store(path, now)
    values = {
        "articles": articles,
        "sources": sources,
        "step": max(1, round(86400 / (30 * sources))),  # 30 articles a day and source
        "now": to_iso(now),
        "recent": to_iso(now - timedelta(minutes=20)),
        "later": to_iso(now + timedelta(minutes=20)),
        "week": to_iso(now - timedelta(days=8)),
        "old": to_iso(now - timedelta(days=400)),
    }
    conn = store.connection()
    conn.execute("BEGIN")
    script = re.sub(r"\bAT\b", lambda _: _AT, _FILL.replace("OUTLET", _OUTLET))
    for statement in script.split(";\n"):
        conn.execute(statement, {k: v for k, v in values.items() if f":{k}" in statement})
    conn.execute("COMMIT")
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def timed(path: Path, *words: str) -> float:
    """Return how many seconds one run of ``monitor`` on the database takes."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "monitor", "--db", str(path), *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=path.parent, env=_env())
    return time.perf_counter() - started


def _env() -> dict[str, str]:
    here = str(Path(__file__).resolve().parent.parent)
    return {**os.environ, "PYTHONPATH": here, "PYTHONDONTWRITEBYTECODE": ""}


def profile(path: Path) -> None:
    """Print where the time of one status goes, after the imports."""
    from monitor.status import gather
    from pipeline.store.reading import Reader

    with Reader(path) as reader:
        profiler = cProfile.Profile()
        profiler.enable()
        gather(reader, datetime.now(UTC))
        profiler.disable()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(14)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="fill this file, or use it if it is there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (args.keep or Path(folder) / "monitor.db").absolute()
        if not path.exists():
            started = time.perf_counter()
            fill(path, args.articles, args.sources, datetime.now(UTC))
            print(f"filled {path.stat().st_size >> 20} MB in {time.perf_counter() - started:.1f} s")
        for words in (("--version",), ("status",), ("status", "--json"), ("status", "--check")):
            if words[-1] == "--check":
                continue  # its exit code says that no daemon runs; it does the same work
            times = [timed(path, *words) for _ in range(args.runs)]
            middle, best = statistics.median(times), min(times)
            verdict = "" if words[0] != "status" else f"  (limit {LIMIT_S} s)"
            print(f"monitor {' '.join(words):15} median {middle:.3f} s, best {best:.3f} s{verdict}")
        profile(path)


if __name__ == "__main__":
    main()
