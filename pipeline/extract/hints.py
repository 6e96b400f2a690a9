"""Merges what a page says about its article with what the feed said about its link, by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from pipeline.extract.authors import COLLECTIVE
from pipeline.extract.clean import fold
from pipeline.extract.names import collective, names
from pipeline.model import Article, Certainty, Link
from pipeline.text import words

# field       whose word counts                      because
# ----------  -------------------------------------  ----------------------------------------------
# title       the page's; the feed's for a missing   feeds shorten titles, but <title> carries what
#             one, and for a <title> that goes on    outlets add to it, in ways of their own
#             behind it
# published   the page's if it knows an hour; the    a program's time is exact; a day from text or
#             feed's if it means the same day        address is not; feeds repeat the last change
# modified    the page's; a feed's only if it is     the same
#             later than publication
# authors     persons on the page, persons in the    feeds name the desk or whoever pressed the
#             feed, the page's desk, the feed's      button; a person is worth more than a desk
# summary,    the page's                             feeds cut summaries, and give one language and
# language,                                          one set of tags to all that they list
# tags, image
#
# A time in the future, or that of the fetch, is none: programs that have no time write "now".
_GAPS = ("title", "summary", "language", "tags", "image")
_AHEAD = timedelta(hours=14)  # what a zone left out can put a time ahead by
_NOW = timedelta(seconds=60)  # between a page that was made for us and its arrival
_SAME_DAY = timedelta(hours=36)  # a day's midnight in any zone and an hour of that day
_NEIGHBOURS = timedelta(days=2)  # a day in an address, in a zone that nobody knows
# Where programs put the time at which they made the page.
_WEAK = ("meta:date", "meta:dc.date", "meta:last-published", "time", "script", "visible text")


def merge_hints(
    article: Article, link: Link, fetched_at: datetime | None = None, zone: tzinfo = UTC
) -> Article:
    """``article`` with what its feed knows better, as the table above says; origin "feed".

    ``fetched_at`` is when the page came, None when nobody knows; ``zone`` is that of the source's
    times without one.  Merging twice changes nothing.
    """
    merged = _without_present(article, link, fetched_at) if fetched_at is not None else article
    changes: dict[str, Any] = {}
    origins = dict(merged.provenance)
    for name in _GAPS:
        if not getattr(merged, name) and getattr(link, name):
            changes[name] = getattr(link, name)
    if _goes_on(merged, link):
        changes["title"] = link.title
    authors = _authors(merged, link)
    if authors:
        changes["authors"] = authors
    if link.published_at is not None and _vaguer(merged, link.published_at, zone):
        changes["published_at"] = link.published_at
        changes["published_certainty"] = Certainty.FEED
    published = changes.get("published_at", merged.published_at)
    later = link.modified_at
    if merged.modified_at is None and later is not None and (not published or later >= published):
        changes["modified_at"] = later
        changes["modified_certainty"] = Certainty.FEED
    origins.update((name, "feed") for name in changes if not name.endswith("certainty"))
    return replace(merged, provenance=origins, **changes) if changes else merged


def _without_present(article: Article, link: Link, fetched_at: datetime) -> Article:
    """``article`` without times that are only those of its fetch, or lie in the future."""
    changes: dict[str, Any] = {}
    at, origin = article.published_at, article.provenance.get("published_at", "")
    if at is not None:
        told = link.published_at is not None and link.published_at < fetched_at - 2 * _NOW
        present = abs(at - fetched_at) < _NOW and (origin in _WEAK or told)
        if present or at > fetched_at + _AHEAD:
            changes.update(published_at=None, published_certainty=Certainty.UNKNOWN)
    at = article.modified_at
    if at is not None and (abs(at - fetched_at) < _NOW or at > fetched_at + _AHEAD):
        changes.update(modified_at=None, modified_certainty=Certainty.UNKNOWN)
    if not changes:
        return article
    origins = {name: where for name, where in article.provenance.items() if name not in changes}
    return replace(article, provenance=origins, **changes)


def _goes_on(article: Article, link: Link) -> bool:
    if article.provenance.get("title") != "title" or not link.title:
        return False
    ours, theirs = fold(article.title), fold(link.title)
    return len(words(link.title)) > 2 and ours != theirs and ours.startswith(theirs)


def _authors(article: Article, link: Link) -> Sequence[str]:
    """The feed's authors if they are better than the page's, else nothing."""
    nobody = not article.authors
    if not link.authors or not (
        nobody or article.provenance.get("authors", "").endswith(COLLECTIVE)
    ):
        return ()
    site = [article.site_name] if article.site_name else []
    persons = names(link.authors, site)
    return persons or (collective(link.authors, site) if nobody else ())


def _vaguer(article: Article, theirs: datetime, zone: tzinfo) -> bool:
    """True if the feed's time says more than the page's does."""
    ours = article.published_at
    if ours is None:
        return True
    apart = abs(theirs - ours)
    if article.published_certainty is Certainty.FEED or apart == timedelta():
        return False
    if article.published_certainty is Certainty.URL:
        return apart < _NEIGHBOURS
    midnight = any(at.time() == datetime.min.time() for at in (ours, ours.astimezone(zone)))
    return midnight and apart < _SAME_DAY and not _at_midnight(theirs)


def _at_midnight(moment: datetime) -> bool:
    return moment.time() == datetime.min.time()
