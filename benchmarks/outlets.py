"""The news web that a benchmark talks to: its addresses, a configuration for it, what it holds.

It is any server on loopback where outlet i answers at 127.1.A.B (A = i // 250, B = i % 250 + 1)
with ``/rss.xml``, ``/news-sitemap.xml``, ``/section.html`` and ``/_ctl/truth?outlet=I&k=K``, which
gives path, title, paragraphs and story of the outlet's article k as JSON.
"""

from __future__ import annotations

import http.client
import json
import os
from dataclasses import dataclass
from pathlib import Path

from monitor.config.load import load
from monitor.config.model import Config

PATHS = {"feed": "rss.xml", "sitemap": "news-sitemap.xml", "section": "section.html"}


def host(outlet: int, port: int) -> str:
    """Return ``address:port`` of an outlet."""
    return f"127.1.{outlet // 250}.{outlet % 250 + 1}:{port}"


def kind_of(outlet: int, kind: str) -> str:
    """Return the kind of feed an outlet is read by; ``mixed`` takes the kinds in turn."""
    return list(PATHS)[outlet % len(PATHS)] if kind == "mixed" else kind


def feed_url(outlet: int, port: int, kind: str) -> str:
    """Return the address of an outlet's feed."""
    return f"http://{host(outlet, port)}/{PATHS[kind_of(outlet, kind)]}"


def write_config(
    path: Path, outlets: int, port: int, *, kind: str = "feed", every: str = ""
) -> Config:
    """Write a configuration that watches the outlets without delays, and read it back.

    ``every`` is a fixed interval for all feeds ("12h"); without it the schedule learns.
    """
    timing = f", every: {every}" if every else ""
    lines = [
        "contact: desk@example.org",
        f"storage: {{path: {path.with_name('monitor.db')}}}",
        f'politeness: {{delay: 0s, allow_hosts: ["127.0.0.0/8:{port}"], concurrency_per_host: 2}}',
        "sources:",
    ]
    for outlet in range(outlets):
        url = feed_url(outlet, port, kind)
        lines += [
            f"  - id: outlet-{outlet}",
            f"    url: http://{host(outlet, port)}/",
            f"    feeds: [{{kind: {kind_of(outlet, kind)}, url: '{url}'{timing}}}]",
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load(path, os.environ)


@dataclass(frozen=True)
class Truth:
    """An article as the news web means it."""

    url: str
    title: str
    source: str = ""  # slug in the configuration of `write_config`
    story: str = ""  # all copies of one text have the same
    paragraphs: tuple[str, ...] = ()


def truths(outlets: int, articles: int, port: int) -> list[Truth]:
    """Ask the news web for the first ``articles`` articles of each outlet."""
    found: list[Truth] = []
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        for outlet in range(outlets):
            for k in range(articles):
                answer = json.loads(get(wire, f"/_ctl/truth?outlet={outlet}&k={k}"))
                found.append(
                    Truth(
                        url=f"http://{host(outlet, port)}{answer['path']}",
                        title=answer["title"],
                        source=f"outlet-{outlet}",
                        story=answer.get("story", ""),
                        paragraphs=tuple(answer.get("paragraphs", ())),
                    )
                )
    finally:
        wire.close()
    return found


def control(port: int, path: str) -> dict[str, object]:
    """Call ``/_ctl/...`` of the news web."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        answer: dict[str, object] = json.loads(get(wire, path))
    finally:
        wire.close()
    return answer


def get(wire: http.client.HTTPConnection, path: str) -> bytes:
    """Return the body of a GET over an open connection."""
    wire.request("GET", path)
    return wire.getresponse().read()
