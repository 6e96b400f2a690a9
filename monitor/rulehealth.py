"""Which extraction rules of a source have stopped finding anything; pure, over their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.times import from_iso

# Pages in a row without a find that make a rule a broken one.  Each page has a headline, a text
# and a day; other fields are often left out, and so is one of several selectors for one field (a
# layout for each section).  What a rule removes comes and goes with the advertisers.
NEEDED = {"title": 5, "body": 5, "published": 5, "remove": 50}
OFTEN_ABSENT = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenRule:
    """A rule that finds nothing any more, or never did."""

    source: str
    field: str
    selector: str
    pages: int  # in all
    misses: int  # in a row, the last ones
    since: datetime
    example: str | None  # address of the newest page without a find

    @property
    def reason(self) -> str:
        """What is wrong, in words."""
        which = (
            f"any of its {self.pages}" if self.misses == self.pages else f"the last {self.misses}"
        )
        return (
            f"extract rule {self.field} '{self.selector}' matched nothing on {which} pages, "
            f"since {self.since:%Y-%m-%d %H:%M} UTC"
        )


def broken_rules(rows: Iterable[Mapping[str, Any]]) -> list[BrokenRule]:
    """The broken ones among the rows of ``extract_rule``, in their order."""
    known = list(rows)
    choices = Counter((row["source"], row["field"]) for row in known)
    return [
        BrokenRule(
            source=row["source"],
            field=row["field"],
            selector=row["selector"],
            pages=row["pages"],
            misses=row["misses"],
            since=from_iso(row["missing_since"]),
            example=row["example"],
        )
        for row in known
        if row["misses"] >= _enough(row["field"], choices[row["source"], row["field"]])
    ]


def _enough(field: str, selectors: int) -> int:
    least = NEEDED.get(field, OFTEN_ABSENT)
    return least if selectors == 1 else max(least, OFTEN_ABSENT)
