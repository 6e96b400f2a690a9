"""Reads folders of extraction cases: pages with what a reviewer must get from them.

A folder holds ``cases.jsonl``, one case a line (id, url, body; where known also title, authors,
published), and ``pages/<id>.html.gz`` in UTF-8.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import tldextract

from pipeline.errors import MonitorError


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A page and its reference; None where the set does not know."""

    id: str
    url: str
    html: str
    body: str
    title: str | None = None
    authors: tuple[str, ...] | None = None
    published: datetime | None = None

    @property
    def site(self) -> str:
        """The registrable domain: pages of one are not independent of each other."""
        host = urlsplit(self.url).hostname or self.url
        return _domain(host).top_domain_under_public_suffix or host


# The list that comes with the library: nothing is fetched.
_domain = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def load(folder: Path) -> list[Case]:
    """All cases of a folder, in the order of its file.  Raises MonitorError with file and line."""
    listing = folder / "cases.jsonl"
    try:
        lines = listing.read_text("utf-8").splitlines()
    except OSError as error:
        raise MonitorError(f"{listing}: cannot be read: {error.strerror}") from error
    return [
        _case(folder, line, f"{listing}:{number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _case(folder: Path, line: str, where: str) -> Case:
    try:
        row = json.loads(line)
        packed = (folder / "pages" / f"{row['id']}.html.gz").read_bytes()
        published = row.get("published")
        return Case(
            id=row["id"],
            url=row["url"],
            html=gzip.decompress(packed).decode("utf-8"),
            body=row["body"],
            title=row.get("title"),
            authors=tuple(row["authors"]) if row.get("authors") is not None else None,
            published=_utc(published) if published else None,
        )
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise MonitorError(f"{where}: {type(error).__name__}: {error}") from error


def _utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
