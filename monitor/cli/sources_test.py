"""``monitor sources test``: what would come of a source or an address, without writing anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from monitor.cli.measured import measured
from monitor.cli.moments import local, size
from monitor.cli.options import Given, JsonOption, Shape
from monitor.cli.output import Column, emit, put, put_json, put_prose
from monitor.cli.progress import Progress
from monitor.cli.select import select
from monitor.cli.trial import Trial, config_or_default, failed, placed, run, stranger, told, trial
from pipeline.model import Failure, FeedKind, Link, LinkRules
from pipeline.text.clean import clean_line, excerpt

if TYPE_CHECKING:
    from monitor.config.model import Config, Source

_LINKS = (
    Column(key="published_at", title="published", kind="time"),
    Column(key="title", flexible=True),
    Column(key="url", flexible=True, text=lambda r: r["place"]),
)
_FIELDS = (
    Column(key="field"),
    Column(key="value", flexible=True),
    Column(key="origin", style="dim"),
)


def verb(
    given: Given,
    target: Annotated[
        str, typer.Argument(metavar="ID|URL", help="A source, or the address of anything.")
    ],
    kind: Annotated[
        FeedKind | None,
        typer.Option("--kind", help="Read an address as this; by default what it looks like.",
                     show_default=False),
    ] = None,
    json_: JsonOption = False,
) -> int:  # fmt: skip
    """Try a source, a feed, a page or an article as the daemon would; nothing is written.

    Shows what robots.txt says, the answer, the links found, and one article with the origin of each
    field.  Exits with 1 when nothing usable came.
    """
    config = config_or_default(given)
    with Progress("asking", given) as shown:
        if "://" in target:
            report = run(given, config, _address(config, stranger(target), kind, shown))
        else:
            (slug,) = _one(target, config)
            source = config.source(slug)
            assert source is not None
            report = run(given, config, _source(given, config, source, shown))
    report = {"schema": 1, "target": target, **report}
    if json_:
        put_json(report)
    else:
        _for_people(report, Shape(color=given.color, zone=given.zone))
    return 0 if report["usable"] else 1


def _one(target: str, config: Config) -> tuple[str]:
    slugs = select([target], [{"slug": s.id, "tags": s.tags} for s in config.sources])
    if len(slugs) != 1:
        raise typer.BadParameter(f"'{target}' selects {len(slugs)} sources; name one")
    return (slugs[0],)


async def _source(given: Given, config: Config, source: Source, shown: Progress) -> dict[str, Any]:
    async with trial(config, source) as at:
        feeds = [(FeedKind(f.kind), str(f.url), _rules(f)) for f in source.feeds]
        if not feeds:
            feeds = _stored(given, source.id)
        if not feeds:
            return await _home(at, str(source.url), shown)
        documents, link = [], None
        for kind, url, rules in feeds:
            shown.update(text=url)
            document, first = await _document(at, kind, url, rules)
            documents.append(document)
            link = link or first
        return await _with_article(at, documents, link, shown)


def _rules(feed: Any) -> LinkRules:  # noqa: ANN401  monitor.config.timing.Feed
    from monitor.config.effective import link_rules

    return link_rules(feed)


def _stored(given: Given, slug: str) -> list[tuple[FeedKind, str, LinkRules]]:
    """Return the feeds that the daemon found for a source that lists none."""
    from pipeline.store.reading import Reader

    if not given.database.exists():
        return []
    with Reader(given.database) as reader:
        return [(FeedKind(f["kind"]), f["url"], LinkRules()) for f in reader.feeds([slug])]


async def _home(at: Trial, url: str, shown: Progress) -> dict[str, Any]:
    """Look for feeds first, as the daemon does for a source that lists none."""
    found = await at.finder(lambda text: shown.update(text=text)).find(url)
    if isinstance(found, Failure):
        return {"documents": [{"url": url, "failure": failed(found)}], "article": None,
                "usable": False}  # fmt: skip
    documents, link = [], None
    for report in found.proposal.taken:
        candidate = report.candidate
        document, first = await _document(at, candidate.kind, candidate.url, LinkRules())
        documents.append(document)
        link = link or first
    return await _with_article(at, documents, link, shown)


async def _address(
    config: Config, source: Source, kind: FeedKind | None, shown: Progress
) -> dict[str, Any]:
    async with trial(config, source) as at:
        url = str(source.url)
        shown.update(text=url)
        if kind is not None:
            asked, first = await _document(at, kind, url, LinkRules())
            return await _with_article(at, [asked], first, shown)
        document, page = await at.get(url, feed=True)
        if page is None:
            return {"documents": [document], "article": None, "usable": False}
        read = await at.links(FeedKind.FEED, page, LinkRules())
        if not isinstance(read, Failure):
            found = {**document, "kind": "feed", "found": told(read)}
            link = read.keyed[0][1] if read.keyed else None
            return await _with_article(at, [found], link, shown)
        article = await at.extracted(page, Link(url=url))
        if article.get("is_article"):
            return {"documents": [document], "article": article, "usable": True}
        # No article and no feed: perhaps a page that lists articles.
        section = await at.links(FeedKind.SECTION, page, LinkRules())
        if isinstance(section, Failure) or not section.keyed:
            return {"documents": [document], "article": article, "usable": False}
        found = {**document, "kind": "section", "found": told(section)}
        return await _with_article(at, [found], section.keyed[0][1], shown)


async def _document(
    at: Trial, kind: FeedKind, url: str, rules: LinkRules
) -> tuple[dict[str, Any], Link | None]:
    document, page = await at.get(url, feed=True)
    document["kind"] = kind.value
    if page is None:
        return document, None
    read = await at.links(kind, page, rules)
    if isinstance(read, Failure):
        return {**document, "failure": failed(read)}, None
    return {**document, "found": told(read)}, read.keyed[0][1] if read.keyed else None


async def _with_article(
    at: Trial, documents: Sequence[dict[str, Any]], link: Link | None, shown: Progress
) -> dict[str, Any]:
    article = None
    if link is not None:
        shown.update(text=link.url)
        told_of, page = await at.get(link.url, feed=False)
        article = told_of if page is None else {**told_of, **await at.extracted(page, link)}
    usable = bool(article and article.get("is_article"))
    return {"documents": list(documents), "article": article, "usable": usable}


# -- for people -------------------------------------------------------------------------------


def _for_people(report: dict[str, Any], shape: Shape) -> None:
    for document in report["documents"]:
        _tell_document(document)
        found = document.get("found")
        if found:
            _tell_found(document["url"], found, shape)
        put("")
    article = report["article"]
    if article is None:
        put("no article could be tried")
    else:
        _tell_article(article, shape)


def _tell_document(document: dict[str, Any]) -> None:
    kind = f" ({document['kind']})" if document.get("kind") else ""
    put(f"{clean_line(document['url'])}{kind}")
    robots = document.get("robots")
    if robots:
        delay = f", Crawl-delay {robots['crawl_delay']:g} s" if robots["crawl_delay"] else ""
        ignored = "" if robots["obeyed"] else " (ignored by configuration)"
        verdict = {True: "allows", False: "FORBIDS", None: "unknown"}[robots["allowed"]]
        put_prose(f"  robots   {verdict}: {clean_line(robots['reason'])}{delay}{ignored}")
    if document.get("failure"):
        failure = document["failure"]
        put_prose(f"  failed   {failure['kind']}: {clean_line(failure['message'])}")
    fetch = document.get("fetch")
    if fetch:
        packed = f", {fetch['encoding']}" if fetch["encoding"] else ""
        kind_sent = clean_line(fetch["type"] or "no type given")
        put(f"  answer   {fetch['status']}, {kind_sent}, {size(fetch['bytes'])}{packed}, "
            f"{fetch['elapsed_ms']} ms")  # fmt: skip
        for hop in fetch["redirects"][1:]:
            put(f"  redirect {clean_line(hop)}")


def _tell_found(url: str, found: dict[str, Any], shape: Shape) -> None:
    newest = f", newest {local(found['newest'], shape.zone)}" if found["newest"] else ""
    title = f", “{clean_line(found['title'], 60)}”" if found["title"] else ""
    maps = f", {found['sitemaps']} sitemaps below" if found["sitemaps"] else ""
    put_prose(f"  found    {found['format']}{title}: {found['links']} links, {found['dated']} with "
        f"times{newest}{maps}")  # fmt: skip
    if found["skipped"]:
        left = ", ".join(f"{n} {why}" for why, n in found["skipped"].items())
        put_prose(f"  left out {left}")
    for problem in found["problems"]:
        put_prose(f"  problem  {clean_line(problem)}")
    if found["first"]:
        put("")
        emit(placed(found["first"], urlsplit(url).netloc), _LINKS, shape)


def _tell_article(article: dict[str, Any], shape: Shape) -> None:
    if "verdict" not in article:
        _tell_document({**article, "fetch": article.get("fetch")})
        return
    _tell_document({k: v for k, v in article.items() if k in ("url", "robots", "fetch")})
    put_prose(f"  verdict  {article['verdict']}: {clean_line(article['reason'])} "
        f"({article['extractor']})")  # fmt: skip
    if article["measures"]:
        put_prose(f"  measured {clean_line(measured(article['measures']), 0)}")
    put("")
    rows = [
        {"field": name, "value": _value(name, field["value"], shape), "origin": field["origin"]}
        for name, field in article["fields"].items()
    ]
    rows.append({"field": "words", "value": str(article["words"]), "origin": None})
    emit(rows, _FIELDS, shape)
    put("")
    paragraphs = article["paragraphs"]
    for paragraph in paragraphs[:3]:
        put_prose(f"  {excerpt(clean_line(paragraph, 0), 200)}", "  ")
    if len(paragraphs) > 3:
        put_prose(f"  and {len(paragraphs) - 3} more paragraphs, the last: "
            f"{excerpt(clean_line(paragraphs[-1], 0), 100)}", "  ")  # fmt: skip


def _value(name: str, value: Any, shape: Shape) -> str:  # noqa: ANN401  a JSON value
    if name.endswith("_at"):
        return local(value, shape.zone)
    return ", ".join(value) if isinstance(value, list) else str(value)
