"""Finds who wrote an article: in structured data, meta tags, and what readers see as its byline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.extract import jsonld
from pipeline.extract.bylines import bylines, marked_bylines
from pipeline.extract.document import Element
from pipeline.extract.marks import Marks
from pipeline.extract.metatags import MetaTags
from pipeline.extract.names import collective, is_cjk, names
from pipeline.extract.timeplaces import Places
from pipeline.text.agency_names import named

_META = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "byl",
    "dc.creator", "dcterms.creator", "dc.contributor", "cxenseparse:author", "og:article:author",
    "citation_author", "twitter:creator:name", "articleauthor", "author-name", "article_author",
)  # fmt: skip
# Behind the name of a key when those it names are no persons.
COLLECTIVE = "collective"
# Visible lines of which the markup says that they name the author.
_MARKED = ("rel=author", "itemprop:author", "byline")


@dataclass(frozen=True, slots=True)
class Credits:
    """Who a page says its article is by, and every byline that was looked at."""

    authors: tuple[str, ...]
    origin: str
    claims: tuple[str, ...]  # as the page has them; agencies are looked for in these


def credited_authors(
    tree: Element,
    places: Marks,
    around: Places,
    meta: MetaTags,
    node: jsonld.Node | None,
    known: dict[str, jsonld.Node],
    site: Sequence[str],
) -> Credits:
    """The authors' names in order and where they come from (empty when nobody is named).

    Persons come first, wherever they are named: JSON-LD, meta tags, the visible byline.  When no
    person is named anywhere, the byline of a desk, an outlet or an agency is kept as the page
    states it, and the origin ends with "collective": that is who answers for the text.
    """
    claims: list[str] = []
    answerable: list[tuple[tuple[str, ...], str]] = []
    for found, origin in _stated(meta, node, known):
        claims.extend(found)
        persons = names(found, site)
        if persons:
            # The byline may still credit an agency beside them.
            beside = [line.text for line in marked_bylines(places, around)]
            return Credits(persons, origin, (*claims, *beside))
    shown = bylines(tree, places, around)
    lines = [line.text for line in shown]
    # The author of a mere page is whoever set it up; a desk counts for an article.
    if node is not None and jsonld.is_article(node):
        for key in ("author", "creator"):
            found = [name for name, _ in jsonld.people(node.get(key), known)]
            claims.extend(found)
            if kept := collective(found, site):
                answerable.append((kept, f"json-ld:{key}"))
    # Against a stated desk or outlet, only a marked line or one that says "by" names a person.
    heard = [line for line in shown if not answerable or line.sure or line.origin in _MARKED]
    seen = [
        (persons, line.origin)
        for line in heard
        if (persons := names([line.text], site)) and all(map(_looks_like_one, persons))
    ]
    if seen:
        persons, origin = seen[0]
        every = [name for others, _ in seen for name in others]
        return Credits(_bare(persons, every), origin, (*claims, *lines))
    answerable.extend(
        (kept, line.origin) for line in shown
        if (line.sure or named(line.bare)) and (kept := collective([line.bare], site))
    )  # fmt: skip
    if answerable:
        first, origin = answerable[0]
        return Credits(first, f"{origin}, {COLLECTIVE}", (*claims, *lines))
    return Credits((), "", (*claims, *lines))


def _stated(
    meta: MetaTags, node: jsonld.Node | None, known: dict[str, jsonld.Node]
) -> Iterator[tuple[list[str], str]]:
    """What is written for programs, each with its origin, without what is no person by its type."""
    if node is not None:
        for key in ("author", "creator"):
            claimed = jsonld.people(node.get(key), known)
            found = [name for name, organisation in claimed if not organisation]
            if found:
                yield found, f"json-ld:{key}"
    for key in _META:
        if meta.all(key):
            yield meta.all(key), f"meta:{key}"


def _bare(persons: Sequence[str], every: Sequence[str]) -> tuple[str, ...]:
    """``persons`` without what runs into their names, as "Ada Quill Chief Critic"."""
    found: dict[str, None] = {}
    for name in persons:
        short = [
            other for other in every
            if " " in other and (name.startswith(f"{other} ") or name.endswith(f" {other}"))
        ]  # fmt: skip
        found[min(short, key=len, default=name)] = None
    return tuple(found)


def _looks_like_one(name: str) -> bool:
    """True for what is a name by its form alone: two to four words that begin with capitals."""
    if is_cjk(name):
        return True
    parts = name.split()
    first = [part[0] for part in (parts[0], parts[-1])]
    return 1 < len(parts) < 6 and not any(letter.islower() for letter in first)
