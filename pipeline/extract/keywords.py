"""Finds what an article is filed under: its section and its tags, without keys for machines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract import jsonld
from pipeline.extract.clean import fold
from pipeline.extract.metatags import MetaTags
from pipeline.text import clean_line, words

_SECTION = (
    "article:section", "og:article:section", "parsely-section", "section", "dc.subject",
    "cxenseparse:recs:category",
)  # fmt: skip
_TAGS = ("og:article:tag", "parsely-tags", "news_keywords", "keywords", "sailthru.tags")
_MAX_TAGS = 30
_MAX_TAG = 80  # characters
# "type:article", "Page Type: Article", "100312362", "stats-reach-team-all": made by programs for
# programs.
_FOR_MACHINES = re.compile(r"^[\w ]{1,20}:|^\W*\d+\W*$|^[a-z0-9]+(?:[-_][a-z0-9]+){2,}$|^\W*$")
# What says nothing about an article, being a home or what all of them are.
_NO_SECTION = frozenset(
    ("article", "articles", "news", "latest", "latestnews", "uncategorized", "uncategorised",
     "home", "homepage", "startseite", "inicio", "accueil", "início", "главная", "الرئيسية",
     "nachrichten", "post", "posts", "general", "all", "ホーム", "首页", "홈", "anasayfa", "none")
)  # fmt: skip
_TITLE_WORDS = 0.8  # share of one-word tags that are words of the title: a title cut into words


def section(
    meta: MetaTags,
    node: jsonld.Node | None,
    found: Sequence[jsonld.Node],
    title: str,
    site: Sequence[str],
) -> tuple[str | None, str]:
    """The section and where it is named: JSON-LD, meta tags, the path to the page.

    What all articles have ("News") is none.
    """
    claims = [(text, "json-ld:articleSection") for text in jsonld.strings((node or {}).get(
        "articleSection"))]  # fmt: skip
    claims.extend((text, f"meta:{name}") for name in _SECTION for text in meta.all(name)[:1])
    claims.extend((text, "json-ld:BreadcrumbList") for text in _trail(found, title, site))
    for text, origin in claims:
        name = clean_line(text, _MAX_TAG)
        if name and fold(name) not in _NO_SECTION:
            return name, origin
    return None, ""


def tags(
    meta: MetaTags, node: jsonld.Node | None, title: str, site: Sequence[str]
) -> tuple[tuple[str, ...], str]:
    """The tags, each once, and where they are; names of the outlet and keys are no tags."""
    sources: list[tuple[list[str], str]] = [(meta.all("article:tag"), "meta:article:tag")]
    if node is not None:
        sources.append((jsonld.strings(node.get("keywords")), "json-ld:keywords"))
    sources.extend((meta.all(name), f"meta:{name}") for name in _TAGS)
    outlets = set(map(fold, site))
    for texts, origin in sources:
        pieces = [p for text in texts for p in (text.split(",") if len(texts) < 3 else [text])]
        found: dict[str, str] = {}
        for piece in pieces[: 4 * _MAX_TAGS]:
            tag = clean_line(piece).lstrip("#&").strip()
            key = fold(tag)
            if not key or len(tag) > _MAX_TAG or key in outlets or _FOR_MACHINES.search(tag):
                continue
            found.setdefault(key, tag)
        if found and not _is_title(list(found), title):
            return tuple(found.values())[:_MAX_TAGS], origin
    return (), ""


def _is_title(keys: Sequence[str], title: str) -> bool:
    of_title = set(map(fold, words(title)))
    return len(keys) > 3 and sum(key in of_title for key in keys) > _TITLE_WORDS * len(keys)


def _trail(found: Sequence[jsonld.Node], title: str, site: Sequence[str]) -> list[str]:
    """Names in the JSON-LD's path to the page, without its home and the page itself."""
    for node in found:
        if "BreadcrumbList" not in jsonld.types(node):
            continue
        items = node.get("itemListElement")
        steps = []
        for entry in items if isinstance(items, list) else []:
            if isinstance(entry, dict):
                inner = entry.get("item")
                named = entry.get("name") or (inner.get("name") if isinstance(inner, dict) else "")
                steps.append(clean_line(named) if isinstance(named, str) else "")
        own, outlets = fold(title) or "\0", set(map(fold, site))
        keys = [(step, fold(step).removeprefix("www")) for step in steps]
        return [
            step
            for step, key in keys
            if key and key not in outlets and not own.startswith(key) and not key.startswith(own)
        ]
    return []
