"""``monitor sources test``: what would come of a source or an address, without writing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.moments import utc_now
from monitor.cli.options import Given, JsonOption, Shape, YesOption
from monitor.cli.output import put_json
from monitor.cli.progress import Progress
from monitor.cli.running import config_or_default, run
from monitor.cli.select import select
from monitor.cli.sources_rules import Tried, owner, saved, tried
from monitor.cli.sources_tell import for_people
from monitor.cli.trial import Trial, failed, stranger, told, trial
from monitor.jobs import FeedRead
from pipeline.model import Failure, FeedKind, Link, LinkRules, Page

if TYPE_CHECKING:
    from monitor.config.model import Config, Source
    from pipeline.extract.rules import Rules


def _selectors(name: str, what: str) -> Any:  # noqa: ANN401  typer's own type
    return typer.Option(
        f"--{name}", metavar="CSS", help=f"{what}; again for more.", show_default=False,
        rich_help_panel="Rules to try",
    )  # fmt: skip


Several = list[str] | None


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
    title: Annotated[Several, _selectors("title", "Where the headline is")] = None,
    body: Annotated[Several, _selectors("body", "What holds the text")] = None,
    remove: Annotated[Several, _selectors("remove", "What is no part of the text")] = None,
    authors: Annotated[Several, _selectors("authors", "Where the authors are")] = None,
    published: Annotated[Several, _selectors("published", "The time of publication")] = None,
    modified: Annotated[Several, _selectors("modified", "The time of the last change")] = None,
    summary: Annotated[Several, _selectors("summary", "Where the summary is")] = None,
    section: Annotated[Several, _selectors("section", "Where the section is")] = None,
    tags: Annotated[Several, _selectors("tags", "Where the tags are")] = None,
    image: Annotated[Several, _selectors("image", "The main picture")] = None,
    language: Annotated[Several, _selectors("language", "The language code")] = None,
    rules: Annotated[
        str | None,
        typer.Option("--rules", metavar="FILE", help="Rules as under `extract` in config.yaml.",
                     show_default=False, rich_help_panel="Rules to try"),
    ] = None,
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="ID", help="Take an address for a page of this source.",
                     show_default=False, rich_help_panel="Rules to try"),
    ] = None,
    save: Annotated[
        bool,
        typer.Option("--save", help="Then write these rules into config.yaml.",
                     rich_help_panel="Rules to try"),
    ] = False,
    no_reload: Annotated[
        bool, typer.Option("--no-reload", help="Do not tell a running daemon.")
    ] = False,
    yes: YesOption = False,
    json_: JsonOption = False,
) -> int:  # fmt: skip
    """Try a source, a feed, a page or an article as the daemon would; nothing is written.

    Shows what robots.txt says, the answer, the links found, and one article with the origin of each
    field. With extraction rules (configured, or given here) it shows the article without and with
    them side by side, and --save writes those given here. Exits with 1 when nothing usable came.
    """
    config = config_or_default(given)
    asked = {
        "title": title, "body": body, "remove": remove, "authors": authors, "published": published,
        "modified": modified, "summary": summary, "section": section, "tags": tags, "image": image,
        "language": language,
    }  # fmt: skip
    address = "://" in target
    if address:
        stranger_, source = stranger(target), owner(config, target, as_)
    else:
        source = config.source(_one(target, config)[0])
        assert source is not None
    trying = tried(config, source, asked, Path(rules).expanduser() if rules else None)
    if save and not trying.is_new:
        raise typer.BadParameter(
            "--save: there are no rules to save; --body and the like give some"
        )
    if save and source is None:
        raise typer.BadParameter("--save: whose page is it? --as ID names the source")
    chosen = _Chosen(config=config, tried=trying)
    with Progress("asking", given) as shown:
        if address:
            report = run(given, config, _address(config, stranger_, kind, shown, chosen))
        else:
            assert source is not None
            report = run(given, config, _source(given, config, source, shown, chosen))
    report = {"schema": 1, "target": target, **report}
    if not json_:
        for_people(report, Shape(color=given.color, zone=given.zone))
    if save:
        url = (report["article"] or {}).get("url", target)
        report["saved"] = trying.save(given, config, url, utc_now(), yes=yes or json_)
        if report["saved"]:
            saved(given, trying, quiet=json_, reload=not no_reload)
    if json_:
        put_json(report)
    return 0 if report["usable"] else 1


@dataclass(frozen=True, kw_only=True)
class _Chosen:
    """The rules under trial, ready to be asked about single pages."""

    config: Config
    tried: Tried

    def rules(self, url: str) -> Rules | None:
        """Return the rules for a page."""
        return self.tried.rules(self.config, url, utc_now())

    def example(self, read: FeedRead) -> Link | None:
        """Return the first link of a document that there are rules for, else its first."""
        links = [link for _, link in read.keyed]
        return next((link for link in links if self.rules(link.url)), links[0] if links else None)

    async def read(self, at: Trial, page: Page, link: Link) -> dict[str, Any]:
        """Take the article out of a page: under the rules, and beside it without them."""
        rules = self.rules(page.url)
        article = await at.extracted(page, link, rules)
        if rules is not None:
            article["without_rules"] = await at.extracted(page, link)
        return article


def _one(target: str, config: Config) -> tuple[str]:
    slugs = select([target], [{"slug": s.id, "tags": s.tags} for s in config.sources])
    if len(slugs) != 1:
        raise typer.BadParameter(f"'{target}' selects {len(slugs)} sources; name one")
    return (slugs[0],)


async def _source(
    given: Given, config: Config, source: Source, shown: Progress, chosen: _Chosen
) -> dict[str, Any]:
    async with trial(config, source) as at:
        feeds = [(FeedKind(f.kind), str(f.url), _rules(f)) for f in source.feeds]
        if not feeds:
            feeds = _stored(given, source.id)
        if not feeds:
            return await _home(at, str(source.url), shown, chosen)
        documents, link = [], None
        for kind, url, rules in feeds:
            shown.update(text=url)
            document, first = await _document(at, kind, url, rules, chosen)
            documents.append(document)
            link = link or first
        return await _with_article(at, documents, link, shown, chosen)


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


async def _home(at: Trial, url: str, shown: Progress, chosen: _Chosen) -> dict[str, Any]:
    """Look for feeds first, as the daemon does for a source that lists none."""
    found = await at.finder(lambda text: shown.update(text=text)).find(url)
    if isinstance(found, Failure):
        return {"documents": [{"url": url, "failure": failed(found)}], "article": None,
                "usable": False}  # fmt: skip
    documents, link = [], None
    for report in found.proposal.taken:
        candidate = report.candidate
        document, first = await _document(at, candidate.kind, candidate.url, LinkRules(), chosen)
        documents.append(document)
        link = link or first
    return await _with_article(at, documents, link, shown, chosen)


async def _address(
    config: Config, source: Source, kind: FeedKind | None, shown: Progress, chosen: _Chosen
) -> dict[str, Any]:
    async with trial(config, source) as at:
        url = str(source.url)
        shown.update(text=url)
        if kind is not None:
            asked, first = await _document(at, kind, url, LinkRules(), chosen)
            return await _with_article(at, [asked], first, shown, chosen)
        document, page = await at.get(url, feed=True)
        if page is None:
            return {"documents": [document], "article": None, "usable": False}
        read = await at.links(FeedKind.FEED, page, LinkRules())
        if not isinstance(read, Failure):
            found = {**document, "kind": "feed", "found": told(read)}
            link = chosen.example(read)
            return await _with_article(at, [found], link, shown, chosen)
        article = await chosen.read(at, page, Link(url=url))
        if article.get("is_article"):
            return {"documents": [document], "article": article, "usable": True}
        # No article and no feed: perhaps a page that lists articles.
        section = await at.links(FeedKind.SECTION, page, LinkRules())
        if isinstance(section, Failure) or not section.keyed:
            return {"documents": [document], "article": article, "usable": False}
        found = {**document, "kind": "section", "found": told(section)}
        return await _with_article(at, [found], chosen.example(section), shown, chosen)


async def _document(
    at: Trial, kind: FeedKind, url: str, rules: LinkRules, chosen: _Chosen
) -> tuple[dict[str, Any], Link | None]:
    document, page = await at.get(url, feed=True)
    document["kind"] = kind.value
    if page is None:
        return document, None
    read = await at.links(kind, page, rules)
    if isinstance(read, Failure):
        return {**document, "failure": failed(read)}, None
    return {**document, "found": told(read)}, chosen.example(read)


async def _with_article(
    at: Trial,
    documents: Sequence[dict[str, Any]],
    link: Link | None,
    shown: Progress,
    chosen: _Chosen,
) -> dict[str, Any]:
    article = None
    if link is not None:
        shown.update(text=link.url)
        told_of, page = await at.get(link.url, feed=False)
        article = told_of if page is None else {**told_of, **await chosen.read(at, page, link)}
    usable = bool(article and article.get("is_article"))
    return {"documents": list(documents), "article": article, "usable": usable}
