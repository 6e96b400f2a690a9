"""What to make of many links at once: an archive at first sight, and modified times that lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.model import Link
from pipeline.times import to_iso

# A sitemap without dates may hold all that an outlet ever wrote.  Pages with links and the feeds of
# busy agencies hold up to some hundred.
FIRST_SIGHT = 300
# A list of which no more than this share is known has changed all its addresses: a new site.
RENEWED = 0.1
# So many links of one document, and half of it, were hardly edited within the same minute.
STAMPED = 5

_Arrivals = Sequence[tuple[str, Link]]


def archive(links: _Arrivals) -> frozenset[str]:
    """Return the keys of undated links that are too many to be news; none up to ``FIRST_SIGHT``.

    A list that says no times has its newest at one end, nobody knows at which: half of those that
    are left are from each.
    """
    stamps = _stamps(links)
    undated = [
        key for key, link in links if link.published_at is None and _minute(link) in (None, *stamps)
    ]
    if len(undated) <= FIRST_SIGHT:
        return frozenset()
    half = FIRST_SIGHT // 2
    return frozenset(undated[half : len(undated) - half])


def renewed(found: int, known: int) -> bool:
    """True if a document that was read before has hardly an address left that is known.

    Its archive stands under new addresses then, and is no news the second time either.
    """
    return found - known > FIRST_SIGHT and known <= found * RENEWED


def edits(links: _Arrivals) -> frozenset[str]:
    """Return the keys of links whose modified time is their own.

    Some publishers stamp all entries with the moment their document was made.  Believing them would
    visit every known article again after each poll.
    """
    stamps = _stamps(links)
    return frozenset(key for key, link in links if _minute(link) not in (None, *stamps))


def _stamps(links: _Arrivals) -> tuple[str, ...]:
    """The minutes that stand for the making of the document, not for the edit of an article."""
    minutes = Counter(minute for _, link in links if (minute := _minute(link)) is not None)
    least = max(STAMPED, len(links) / 2)
    return tuple(minute for minute, n in minutes.most_common(2) if n >= least)


def _minute(link: Link) -> str | None:
    return to_iso(link.modified_at)[:16] if link.modified_at else None
