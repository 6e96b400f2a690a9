"""``monitor sources discover``: the feeds of an outlet, and five articles tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from monitor.cli.options import Given, JsonOption, Shape
from monitor.cli.output import Column, Row, emit, put, put_json
from monitor.cli.progress import Progress
from monitor.cli.running import config_or_default, run
from monitor.cli.trial import (
    Trial,
    failed,
    or_raise,
    placed,
    stranger,
    trial,
)
from monitor.finding import Found
from pipeline.model import Link
from pipeline.times import to_iso

if TYPE_CHECKING:
    from crawler.discovery.proposal import FeedReport
    from monitor.config.model import Config, Source

_CANDIDATES = (
    Column(key="taken", kind="flag", title="take", style="green"),
    Column(key="kind"),
    Column(key="format", shown=False),
    Column(key="links", kind="number"),
    Column(key="newest", kind="time"),
    Column(key="unique", kind="number",
           text=lambda r: "" if r["unique"] is None else f"{100 * r['unique']:.0f}%"),
    Column(key="url", flexible=True, text=lambda r: r["place"]),
    Column(key="reason", flexible=True, style="dim"),
    Column(key="origin", shown=False),
)  # fmt: skip
_SAMPLES = (
    Column(key="verdict", style=lambda r: "" if r["is_article"] else "yellow"),
    Column(key="words", kind="number"),
    Column(key="title", flexible=True),
    Column(key="url", flexible=True, text=lambda r: r["place"]),
)


def verb(
    given: Given,
    url: Annotated[str, typer.Argument(metavar="URL", help="The home page of an outlet.")],
    json_: JsonOption = False,
    samples: Annotated[
        int, typer.Option("--samples", min=0, max=5, help="Articles to fetch and read.")
    ] = 5,
) -> int:
    """Look for the feeds, sitemaps and section pages of an outlet and propose the best set.

    Nothing is written; `monitor sources add URL` does the same and then adds the source.
    Exits with 1 when nothing is worth polling.
    """
    config = config_or_default(given)
    report = discover(given, config, stranger(url), samples)
    if json_:
        put_json({"schema": 1, **report})
    else:
        tell(report, Shape(color=given.color, zone=given.zone))
    return 0 if report["taken"] else 1


def discover(given: Given, config: Config, source: Source, samples: int = 5) -> dict[str, Any]:
    """Return what was found as JSON tells it.  Raises MonitorError if the page cannot be had."""
    with Progress("looking", given) as shown:
        return run(given, config, _discover(config, source, samples, shown))


async def _discover(
    config: Config, source: Source, samples: int, shown: Progress
) -> dict[str, Any]:
    async with trial(config, source) as at:
        finder = at.finder(lambda text: shown.update(text=text))
        found: Found = or_raise(await finder.find(str(source.url)))
        tried = []
        for link in found.proposal.samples[:samples]:
            shown.update(text=link.url)
            tried.append(await _sample(at, link))
        return {
            "url": str(source.url),
            "taken": [_candidate(report) for report in found.proposal.taken],
            "left_out": [_candidate(report) for report in found.proposal.left_out],
            "failed": [
                {
                    "kind": t.candidate.kind.value,
                    "url": t.candidate.url,
                    "origin": t.candidate.origin,
                    "failure": failed(t.failure),
                }
                for t in found.tried
                if t.failure is not None
            ],
            "samples": tried,
        }


def _candidate(report: FeedReport) -> dict[str, Any]:
    return {
        "taken": report.taken,
        "kind": report.candidate.kind.value,
        "url": report.candidate.url,
        "origin": report.candidate.origin,
        "format": report.format,
        "title": report.title,
        "links": report.links,
        "dated": round(report.dated, 3),
        "newest": to_iso(report.newest) if report.newest else None,
        "unique": round(report.unique, 3),
        "reason": report.reason,
    }


async def _sample(at: Trial, link: Link) -> dict[str, Any]:
    told, page = await at.get(link.url, feed=False)
    if page is None:
        failure = told["failure"]
        return {"url": link.url, "title": link.title, "words": None, "is_article": False,
                "verdict": failure["kind"], "reason": failure["message"]}  # fmt: skip
    read = await at.extracted(page, link)
    if "failure" in read:
        return {"url": link.url, "title": link.title, "words": None, "is_article": False,
                "verdict": read["failure"]["kind"],
                "reason": read["failure"]["message"]}  # fmt: skip
    kept = {key: read[key] for key in ("url", "title", "words", "is_article", "verdict", "reason")}
    return {**kept, "site_name": read["fields"].get("site_name", {}).get("value")}


def tell(report: dict[str, Any], shape: Shape) -> None:
    """Show what was found to people."""
    rows: list[Row] = [*report["taken"], *report["left_out"]]
    # The usual paths that are not there are no news; what the outlet names itself is.
    broken = [f for f in report["failed"] if f["origin"] not in ("path", "given")]
    rows += [
        {
            "taken": False, "kind": f["kind"], "url": f["url"], "links": None, "newest": None,
            "unique": None, "reason": f"{f['failure']['kind']}: {f['failure']['message']}",
        }
        for f in broken
    ]  # fmt: skip
    host = urlsplit(report["url"]).netloc
    emit(placed(rows, host), _CANDIDATES, shape, empty="no feed, sitemap or section page was found")
    if report["samples"]:
        put("")
        emit(placed(report["samples"], host), _SAMPLES, shape)
