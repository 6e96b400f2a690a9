"""Finds who wrote an article and makes names of it: no outlets, roles, addresses or e-mails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.extract import jsonld
from pipeline.extract.clean import fold
from pipeline.extract.document import Element, flat, xpath
from pipeline.extract.metatags import MetaTags
from pipeline.text import clean_line

_META = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "byl",
    "dc.creator", "dcterms.creator", "dc.contributor", "cxenseparse:author", "og:article:author",
    "citation_author", "twitter:creator:name",
)  # fmt: skip
_BY = re.compile(
    r"(?i)^\s*(?:written by|text by|story by|by|von|vom|par|por|di|da|door|av|af|autor(?:in|en)?"
    r"|auteur|text|texte|texto|szerző|автор|от|بقلم|كتب|作者|文|記者|记者)\s*[:：]\s*"
    r"|^\s*(?:written by|text by|story by|by|von|par|por|di|door|av|af)\s+"
)
_SPLIT = re.compile(
    r"\s*(?:[,;|/•·、，]|\s(?:and|und|et|y|e|i|en|og|och|und|with|mit|avec|con|&|и)\s)\s*(?=\S)"
)
_JUNK = re.compile(
    r"(?i)https?:|www\.|@|\d|^\W*$|\.(?:com|org|net|de|co|ru|fr)\b|\bstaff\b|\bredak|\bredac|\brédac"
    r"|\beditor|\bnewsroom\b|\bdesk\b|\bteam\b|\bcorrespondent|\breporter|\bkorrespond|\bjournalist"
    r"|\bnews\b|\bagenc|\badmin\b|\bpublished\b|\bupdated\b|\bnull\b|\bundefined\b|\bcontribut"
)
_ADDRESS = re.compile(r"(?i)https?:|www\.|//")
_SIGLUM = re.compile(r"\s*[(\[][^()\[\]]{0,40}[)\]]")
_CLASSES = xpath(
    "//*[contains(@rel, 'author') or contains(@itemprop, 'author')"
    " or contains(@class, 'byline') or contains(@class, 'author') or contains(@class, 'Byline')"
    " or contains(@class, 'Author')]"
)
_MAX_NAME = 60
_MAX_AUTHORS = 20
_MAX_PLACES = 60


def authors(
    tree: Element,
    meta: MetaTags,
    node: jsonld.Node | None,
    known: dict[str, jsonld.Node],
    site: Sequence[str],
) -> tuple[tuple[str, ...], str]:
    """The authors' names in order and where they come from (empty when nobody is named)."""
    if node is not None:
        for key in ("author", "creator"):
            claimed = jsonld.people(node.get(key), known)
            persons = [name for name, organisation in claimed if not organisation]
            found = names(persons, site)
            if found:
                return found, f"json-ld:{key}"
    for key in _META:
        found = names(meta.all(key), site)
        if found:
            return found, f"meta:{key}"
    return _visible(tree, site)


def _visible(tree: Element, site: Sequence[str]) -> tuple[tuple[str, ...], str]:
    places = _CLASSES(tree)[:_MAX_PLACES]
    for origin, chosen in (
        ("rel=author", [e for e in places if "author" in (e.get("rel") or "")]),
        ("itemprop:author", [e for e in places if "author" in (e.get("itemprop") or "")]),
        ("byline", places),
    ):
        for element in chosen:
            text = clean_line(flat(element))
            if not text or len(text) > 2 * _MAX_NAME:
                continue
            found = names([text], site)
            if found and all(1 < len(name.split()) < 5 or _is_cjk(name) for name in found):
                return found, origin
    return (), ""


def names(claims: Iterable[str], site: Sequence[str]) -> tuple[str, ...]:
    """Names of people in ``claims``, each once; ``site`` holds names of the outlet."""
    outlets = {fold(name) for name in site}
    found: dict[str, str] = {}
    for text in claims:
        claim = _SIGLUM.sub("", clean_line(text))
        if _ADDRESS.search(claim):
            continue
        for piece in _SPLIT.split(_BY.sub("", claim)):
            name = _BY.sub("", piece).strip(" .,-–—:()\"'“”")
            key = fold(name)
            if (
                len(key) > 2
                and len(name) <= _MAX_NAME
                and len(name.split()) <= 6
                and key not in outlets
                and not _JUNK.search(name)
            ) or (_is_cjk(name) and 2 <= len(key) <= 8 and key not in outlets):
                found.setdefault(key, name)
    return tuple(found.values())[:_MAX_AUTHORS]


def _is_cjk(name: str) -> bool:
    return bool(name) and all("\u3040" <= c <= "\uffef" for c in name if not c.isspace())
