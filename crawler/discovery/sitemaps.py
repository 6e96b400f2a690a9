"""Reads sitemaps: urlset, news sitemap, sitemap index, and plain lists of URLs."""

from __future__ import annotations

from collections import Counter

from crawler.discovery.items import language_code
from crawler.discovery.linklist import MAX_ITEMS, LinkList
from crawler.discovery.snippet import plain
from crawler.discovery.xmlguard import Element, XmlDocument, items_of, local_name
from crawler.discovery.xmlnames import text_of
from pipeline.errors import NotAFeedError
from pipeline.model import Discovery, Link, LinkRules
from pipeline.times import parse_time
from pipeline.urls import host_of, registrable_domain, resolve, same_site

MAX_CHILDREN = 500


def urlset(document: XmlDocument, url: str, rules: LinkRules) -> Discovery:
    """Read a ``urlset``; of more than 5,000 entries those with the latest ``lastmod``."""
    entries = [_fields(e) for e in items_of(document, (document.root,), "url")]
    found = LinkList(url, rules)
    problems = list(document.problems)
    if not entries:
        problems.append("the sitemap has no URLs")
    if len(entries) > MAX_ITEMS:
        found.skipped["over_limit"] += len(entries) - MAX_ITEMS
        # ISO dates sort as text; reading 50,000 of them first would take a second.
        order = sorted(range(len(entries)), key=lambda i: _stamp(entries[i]), reverse=True)
        entries = [entries[i] for i in sorted(order[:MAX_ITEMS])]
    for entry in entries:
        if address := found.absolute(entry.get("loc")):
            found.add(_link(address, entry))
    _same_site_only(found, url)
    news = any("news:publication_date" in e or "news:title" in e for e in entries)
    return Discovery(
        format="news_sitemap" if news else "sitemap",
        links=found.links(),
        skipped=dict(found.skipped),
        problems=tuple(problems),
    )


def sitemap_index(document: XmlDocument, url: str, rules: LinkRules) -> Discovery:
    """Read a ``sitemapindex``: its sitemaps on the same site, newest first, at most 500.

    ``rules`` do not apply: they are for articles.  How deep to follow is the caller's to decide.
    """
    skipped: Counter[str] = Counter()
    stamps: dict[str, str] = {}
    for element in items_of(document, (document.root,), "sitemap"):
        entry = _fields(element)
        child = resolve(url, entry.get("loc", ""))
        if child is None or child == url or child in stamps:
            skipped["duplicate" if child else "bad_url"] += 1
        elif not same_site(url, child):
            skipped["other_site"] += 1
        else:
            stamps[child] = entry.get("lastmod", "")
    # Stable: those without a time stay in the order of the document, after the dated ones.
    children = sorted(stamps, key=stamps.__getitem__, reverse=True)
    if len(children) > MAX_CHILDREN:
        skipped["over_limit"] += len(children) - MAX_CHILDREN
    problems = document.problems if stamps else (*document.problems, "the index has no sitemaps")
    return Discovery(
        format="sitemapindex",
        children=tuple(children[:MAX_CHILDREN]),
        skipped=dict(skipped),
        problems=problems,
    )


def url_list(text: str, url: str, rules: LinkRules) -> Discovery:
    """Read a text sitemap: one URL a line.  Raises NotAFeedError if the lines are none."""
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    like = sum(line[:8].lower().startswith(("http://", "https://")) for line in lines)
    if not lines or 2 * like <= len(lines):
        raise NotAFeedError("no list of URLs")
    found = LinkList(url, rules)
    if len(lines) > MAX_ITEMS:
        found.skipped["over_limit"] += len(lines) - MAX_ITEMS
    for line in lines[:MAX_ITEMS]:
        if address := found.absolute(line if "://" in line[:8] else None):
            found.add(Link(url=address))
    _same_site_only(found, url)
    return Discovery(format="sitemap", links=found.links(), skipped=dict(found.skipped))


def _local(element: Element) -> str:
    return local_name(element) if isinstance(element.tag, str) else ""


def _fields(element: Element) -> dict[str, str]:
    """The texts of one ``url`` or ``sitemap``; those of the news and image modules are prefixed."""
    fields: dict[str, str] = {}
    for child in element:
        name = _local(child)
        if name == "news":
            for inner in child:
                if _local(inner) == "publication":
                    for part in inner:
                        fields.setdefault(f"news:{_local(part)}", text_of(part).strip())
                else:
                    fields.setdefault(f"news:{_local(inner)}", text_of(inner).strip())
        elif name == "image":
            for inner in child:
                fields.setdefault(f"image:{_local(inner)}", text_of(inner).strip())
        elif len(child) == 0:  # xhtml:link and video are not ours to read
            fields.setdefault(name, text_of(child).strip())
    return fields


def _stamp(entry: dict[str, str]) -> str:
    return entry.get("news:publication_date") or entry.get("lastmod") or ""


def _link(address: str, entry: dict[str, str]) -> Link:
    image = entry.get("image:loc")
    keywords = entry.get("news:keywords", "").split(",")[:30]
    return Link(
        url=address,
        title=plain(entry.get("news:title")),
        published_at=parse_time(entry.get("news:publication_date", "")[:100]),
        modified_at=parse_time(entry.get("lastmod", "")[:100]),
        language=language_code(entry.get("news:language")),
        tags=tuple(t for t in (plain(k, 100) for k in keywords) if t),
        image=resolve(address, image) if image else None,
    )


def _same_site_only(found: LinkList, url: str) -> None:
    """A sitemap speaks for its own site only.

    One that is kept on another host than its site (a storage service) has no link to itself; then
    the site that most of its links are of is its own.
    """
    urls = found.urls
    if any(same_site(url, other) for other in urls):
        found.keep(lambda link: same_site(url, link.url), "other_site")
    elif urls:
        sites = Counter(registrable_domain(host_of(other) or "") for other in urls)
        main = sites.most_common(1)[0][0]
        found.keep(lambda link: registrable_domain(host_of(link.url) or "") == main, "other_site")
