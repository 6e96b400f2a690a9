"""Finds when an article was published and last changed, and says how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from pipeline.extract import jsonld
from pipeline.extract.document import Element, flat
from pipeline.extract.embedded import state_times
from pipeline.extract.habit import TimeHabit, by_language
from pipeline.extract.language import code
from pipeline.extract.marks import Marks
from pipeline.extract.metatags import MetaTags
from pipeline.extract.timeplaces import Places
from pipeline.extract.visibletime import order, readings
from pipeline.model import Certainty
from pipeline.times import parse_time

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "article:published",
    "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "publish_date", "pubdate",
    "publication_date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date",
    "dc.date.created", "dcterms.issued", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "originalpublicationdate", "og:published_time", "article_date_original",
    "rnews:datepublished", "citation_publication_date", "datecreated", "date", "last-published",
    "release_date", "og:release_date", "published_at", "article.published", "pub_date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "datemodified", "og:updated_time",
    "article:modified", "dcterms.modified", "dc.date.modified", "last-modified", "lastmod",
    "revised", "cxenseparse:recs:updatetime", "article.updated", "og:modified_time",
)  # fmt: skip
_IN_URL = re.compile(
    r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?P<s>[/_-]?)"
    r"(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12][0-9]|3[01])(?![0-9])"
)
_ITEMPROPS = {"datepublished": False, "datecreated": False, "datemodified": True}
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_ZONED = re.compile(r"(?i)(?:z|[+-][0-9]{2}:?[0-9]{2}|utc|gmt|\b[a-z]{3,4})\s*\)?$|^[0-9]{9,}$")
_WALL = re.compile(r"([12][0-9]{3}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})")
_CLOCK = re.compile(r"[0-9]:[0-9]{2}|^[0-9]{9,}$|[0-9]T[0-9]{2}")
_SAME_DAY = timedelta(hours=26)  # a day's midnight in any zone and an hour of that day


@dataclass(frozen=True, slots=True)
class Moment:
    """A time with where it was found and how sure it is."""

    at: datetime
    origin: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class _Stated:
    """A time written for programs."""

    text: str
    origin: str
    changed: bool


def times(
    places: Marks,
    around: Places,
    meta: MetaTags,
    node: jsonld.Node | None,
    tree: Element,
    url: str,
    languages: list[tuple[str | None, str]],
    titles: list[str],
    habit: TimeHabit,
) -> tuple[Moment | None, Moment | None]:
    """When the article came out and when it was last changed; None for what the page hides.

    Programs' times come first (JSON-LD, meta tags, datetime attributes near the headline, the
    state of scripts), then visible text, then the address, which knows a day.  A time that stands
    far from the headline may be a clock or belong to another story: it is asked last of all.
    """
    zone = habit.zone or UTC
    stated = list(_machine(meta, node, places, around))
    published = _best(stated, zone, changed=False)
    modified = _best(stated, zone, changed=True)
    if published is None:
        first, later = state_times(tree, titles)
        published = _best([_Stated(text, "script", changed=False) for text in first], zone)
        if modified is None:
            modified = _best([_Stated(text, "script", changed=False) for text in later], zone)
    if published is None:
        shown, edited = _visible(around, stated, url, languages, habit)
        published, modified = shown, modified or edited
    published = published or _from_url(url, zone) or _far(around, zone)
    if published and modified and modified.at < published.at - timedelta(days=1):
        modified = None  # no article is changed before it is there: a template's time
    return published, modified


def _machine(
    meta: MetaTags, node: jsonld.Node | None, places: Marks, around: Places
) -> Iterator[_Stated]:
    for key in ("datePublished", "dateCreated", "uploadDate", "dateModified"):
        text = jsonld.first(node, key)
        if text:
            yield _Stated(text, f"json-ld:{key}", key == "dateModified")
    for names, changed in ((_PUBLISHED, False), (_MODIFIED, True)):
        for name in names:
            for text in meta.all(name):
                yield _Stated(text, f"meta:{name}", changed)
    for element in places.date:
        for name in (element.get("itemprop") or "").lower().split():
            if name in _ITEMPROPS and element.tag != "meta" and around.near(element):
                text = element.get("content") or element.get("datetime") or flat(element)
                origin = "itemprop:" + ("dateModified" if _ITEMPROPS[name] else "datePublished")
                yield _Stated(text[:100], origin, _ITEMPROPS[name])
    for text, near, changed in around.stamped():
        if near:
            yield _Stated(text, "time", changed)


def _best(stated: list[_Stated], zone: tzinfo, *, changed: bool = False) -> Moment | None:
    """The first time that is one; made exact by others that mean the same."""
    read = [
        (claim, moment)
        for claim in stated
        if claim.changed is changed and (moment := _believable(claim.text, zone)) is not None
    ]
    if not read:
        return None
    claim, moment = read[0]
    if not _CLOCK.search(claim.text):
        for other, at in read[1:]:
            if _CLOCK.search(other.text) and abs(at - moment) < _SAME_DAY:
                claim, moment = other, at
                break
    wall = _WALL.search(claim.text)
    if wall and not _ZONED.search(claim.text.strip()):
        # "2026-03-04T10:00" here and "2026-03-04T10:00+01:00" there are one time.
        for other, at in read:
            same = _WALL.search(other.text)
            if same and same.groups() == wall.groups() and _ZONED.search(other.text.strip()):
                claim, moment = other, at
                break
    return Moment(moment, claim.origin, Certainty.MACHINE)


def _visible(
    around: Places,
    stated: list[_Stated],
    url: str,
    languages: list[tuple[str | None, str]],
    habit: TimeHabit,
) -> tuple[Moment | None, Moment | None]:
    lines = list(around.lines())
    tag = next((tag for tag, _ in languages if code(tag)), None)
    day_first = habit.day_first
    told = {found for line in lines if (found := order(line)) is not None}
    if len(told) == 1:
        day_first = told.pop()  # a 13th elsewhere on the page
    elif day_first is None:
        day_first = by_language(tag, _host(url))
    published = modified = None
    for line in lines:
        for reading in readings(
            line, zone=habit.zone or UTC, day_first=day_first, language=code(tag)
        ):
            if reading.moment < _EARLIEST:
                continue
            moment = Moment(reading.moment, "visible text", Certainty.VISIBLE)
            if reading.changed:
                modified = modified or moment
            elif published is None:
                published = moment
    return published, modified


def _far(around: Places, zone: tzinfo) -> Moment | None:
    for text, near, changed in around.stamped():
        moment = _believable(text, zone)
        if moment is not None and not near and not changed:
            return Moment(moment, "time", Certainty.VISIBLE)
    return None


def _from_url(url: str, zone: tzinfo) -> Moment | None:
    match = _IN_URL.search(url)
    moment = _believable(f"{match['y']}-{match['m']}-{match['d']}", zone) if match else None
    return Moment(moment, "url", Certainty.URL) if moment is not None else None


def _believable(text: str, zone: tzinfo) -> datetime | None:
    moment = parse_time(text.strip(), zone=zone) if text.strip() else None
    # 1970 and 0001 are zeros of programs; the future is judged where the clock is known
    return moment if moment is not None and moment >= _EARLIEST else None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
