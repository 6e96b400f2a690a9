"""Crawl a running news web from an empty database until all is stored; print what an article costs.

    python -m benchmarks.pipeline --base-port 8800 [--outlets 200] [--articles 20] [--json]

The daemon is the real one, in a process of its own.  Afterwards a sample of the same pages goes
through each stage alone, next to ``lxml.html.document_fromstring`` on the same bytes: on a busy
machine that control says how far the other figures are to be trusted.  CPU figures include every
process that the daemon started.  Linux only.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from benchmarks.outlets import Truth, truths, write_config
from benchmarks.stages import Costs, measure
from benchmarks.stalls import in_words
from benchmarks.watched import Watched, run_daemon

LIMIT_CPU_MS = 25.0
LIMIT_RATE = 60.0
LIMIT_STALL_MS = 50.0


def wrong(database: Path, expected: list[Truth], kind: str) -> list[str]:
    """Return what is not as it should be: each article is stored once, and no other."""
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        rows = conn.execute("SELECT url, title FROM article").fetchall()
        links = conn.execute("SELECT outcome, count(*) FROM link GROUP BY 1").fetchall()
        copies = conn.execute("SELECT count(*) FROM article WHERE relation = 'copy'").fetchone()[0]
    finally:
        conn.close()
    times = Counter(url for url, _ in rows)
    titles = dict(rows)
    found = [f"missing: {t.url}" for t in expected if t.url not in times]
    found += [f"stored {n} times: {url}" for url, n in times.items() if n > 1]
    found += [f"not of the news web: {url}" for url in times.keys() - {t.url for t in expected}]
    strays = sum(n for _, n in links) - len(expected)
    if strays and kind in ("feed", "sitemap"):  # section pages have other links that look right
        found.append(f"{strays} links in the ledger too many")
        found += [f"{n} links ended as {word}" for word, n in links]
    # Some templates name another headline in their metadata: no fault of the daemon's.
    differ = sum(titles[t.url] != t.title for t in expected if t.url in titles)
    print(f"{len(rows)} articles, {copies} copies, {differ} other titles", file=sys.stderr)
    return found


def run(args: argparse.Namespace) -> dict[str, object]:
    """Run everything; returns the figures."""
    expected = truths(args.outlets, args.articles, args.base_port)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "config.yaml"
        config = write_config(path, args.outlets, args.base_port, kind=args.kind)
        seen = run_daemon(path, once=True)
        problems = wrong(config.storage.path, expected, args.kind)
        again = run_daemon(path, once=True) if args.again else None
        sample = expected[:: max(1, len(expected) // args.sample)][: args.sample]
        urls = [(t.url, t.title) for t in sample]
        allow = f"127.0.0.0/8:{args.base_port}"
        costs = measure(urls, allow, Path(folder), args.passes)
        if again is not None:
            problems += [
                f"second run: {line}" for line in wrong(config.storage.path, expected, args.kind)
            ]
    return {
        "articles": len(expected),
        "problems": problems,
        "run": asdict(seen),
        "second_run": asdict(again) if again else None,
        "costs": asdict(costs),
    }


def show(result: dict[str, object], seen: Watched, costs: Costs) -> None:
    """Print the figures for people."""
    n = int(str(result["articles"]))
    work = float(str(seen.inside["work_s"]))
    stalls = seen.inside["stalls"]
    assert isinstance(stalls, dict)
    whole = seen.cpu_all / n * 1000
    print(f"{n} articles in {seen.wall:.1f} s, {work:.1f} s without the start")
    print(f"  {n / work:7.1f} pages/s  (aim: over {LIMIT_RATE:g} on two cores)")
    print(f"  {whole:7.2f} ms CPU per article, all processes  (aim: at most {LIMIT_CPU_MS:g})")
    print(
        f"  {seen.cpu_main / n * 1000:7.2f} of it in the main process, "
        f"{(seen.cpu_all - seen.cpu_main) / n * 1000:.2f} in workers"
    )
    print(f"  {seen.peak_main_mb:7.0f} MB at most in the main process")
    print(f"  {seen.peak_tree_mb:7.0f} MB at most in all {seen.processes} processes")
    print(f"  loop: {in_words(stalls)}  (aim: never over {LIMIT_STALL_MS:g})")
    if result["second_run"]:
        again = result["second_run"]
        assert isinstance(again, dict)
        print(f"  second run: {again['inside']['settled']} settled, {again['wall']:.1f} s")
    print(f"stages, {costs.pages} pages of {costs.html_kb:.0f} KB, ms CPU a page, best pass")
    for name, cost in costs.stages.items():
        print(f"  {cost:7.2f}  {name}")
    total = sum(costs.stages.values())
    print(
        f"  {total:7.2f}  together; {whole - total:.2f} more in the run (start, feeds, loop, noise)"
    )
    print(f"  {costs.lxml:7.2f}  control: lxml.html.document_fromstring")
    print(f"  {whole / costs.lxml:7.1f}  times the control for a whole article")
    print(f"  {costs.stages['extract'] / costs.lxml:7.1f}  times the control for the extraction")
    problems = result["problems"]
    assert isinstance(problems, list)
    print("each article is stored exactly once" if not problems else f"{len(problems)} WRONG:")
    for line in problems[:10]:
        print(f"  {line}")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--base-port", type=int, required=True)
    parser.add_argument("--outlets", type=int, default=200)
    parser.add_argument("--articles", type=int, default=20, help="each outlet has; all in its feed")
    parser.add_argument("--kind", choices=["feed", "sitemap", "section", "mixed"], default="feed")
    parser.add_argument("--sample", type=int, default=200, help="pages for the figures by stage")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--again", action="store_true", help="run a second time: nothing is new")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    result = run(args)
    if args.json:
        print(json.dumps(result, indent=1))
    else:
        seen, costs = result["run"], result["costs"]
        assert isinstance(seen, dict)
        assert isinstance(costs, dict)
        show(result, Watched(**seen), Costs(**costs))
    sys.exit(1 if result["problems"] else 0)


if __name__ == "__main__":
    main()
