"""Reads the feeds that a file names: OPML, CSV or one address a line; nothing is fetched."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree

from pipeline.errors import MonitorError
from pipeline.model import FeedKind
from pipeline.text.clean import clean_line

MAX_BYTES = 50_000_000
MAX_ENTRIES = 50_000
_DEPTH = 20  # of folders
_URL_NAMES = ("feed", "feed_url", "xmlurl", "url", "rss", "address", "link")
_HOME_NAMES = ("home", "home_url", "htmlurl", "site", "site_url", "website", "homepage")
_KINDS = {kind.value: kind for kind in FeedKind}


class ImportFileError(MonitorError):
    """A file that cannot be read as what it should be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A feed as a file names it."""

    line: int  # where in the file, from 1
    url: str  # of the feed; as given, unless it is no address
    home: str = ""  # of the outlet
    name: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    kind: FeedKind | None = None  # None: to be found out
    problem: str = ""  # why it cannot be taken over


class Read(NamedTuple):
    """What a file held."""

    entries: list[Entry]
    remarks: list[str]


def opml(data: bytes) -> Read:
    """Read OPML 1 or 2, as feed readers write it: folders become tags.

    A file that is not well formed is read as far as it goes, with a remark.  Raises
    ImportFileError.
    """
    _fits(data)
    remarks = []
    try:
        root: etree._Element | None = etree.fromstring(data, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        root = _recovered(data)
        if root is None:
            raise ImportFileError(f"is no XML: {error.msg}") from error
        remarks.append(f"the XML is damaged ({error.msg}); read as far as it goes")
    assert root is not None
    if etree.QName(root).localname.lower() != "opml":
        raise ImportFileError(f"is no OPML: its first element is <{etree.QName(root).localname}>")
    return Read(list(_outlines(root, ())), remarks)


def _parser(*, recover: bool) -> etree.XMLParser:
    """A parser that fetches nothing and expands nothing."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=recover)


def _recovered(data: bytes) -> etree._Element | None:
    try:
        found: etree._Element | None = etree.fromstring(data, _parser(recover=True))
    except etree.XMLSyntaxError:
        return None
    return found


def _outlines(element: etree._Element, folders: tuple[str, ...]) -> Iterator[Entry]:
    for child in element:
        if callable(child.tag):
            continue  # a comment
        if etree.QName(child).localname.lower() != "outline":
            yield from _outlines(child, folders)
            continue
        values = {str(name).lower(): str(value) for name, value in child.attrib.items()}
        name = clean_line(values.get("title") or values.get("text") or "", 200)
        url = values.get("xmlurl", "").strip()
        kind = values.get("type", "").lower()
        if url or kind in ("rss", "atom", "feed"):
            named = values.get("category", "").replace("/", ",").split(",")
            yield _entry(
                int(getattr(child, "sourceline", 0) or 0),
                url,
                home=values.get("htmlurl", ""),
                name=name,
                tags=(*folders, *named),
                language=values.get("language", ""),
            )
        inside = (*folders, name) if name and not url else folders
        if len(inside) <= _DEPTH:
            yield from _outlines(child, inside)


def table(data: bytes) -> Read:
    """Read CSV with a line of headings: ``url`` (or feed, xmlUrl …), home, name, tags, language.

    Also ``kind`` (feed, sitemap, section).  Raises ImportFileError.
    """
    text = _text(data)
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:10_000], ",;\t")
    except csv.Error:
        dialect = csv.excel
    rows = csv.DictReader(io.StringIO(text, newline=""), dialect=dialect)
    try:
        return Read(list(_records(rows)), [])
    except csv.Error as error:
        raise ImportFileError(f"line {rows.line_num}: {error}") from error


def _records(rows: csv.DictReader[str]) -> Iterator[Entry]:
    headings = {(name or "").strip().lower().replace(" ", "_"): name for name in
                rows.fieldnames or ()}  # fmt: skip
    place = next((headings[name] for name in _URL_NAMES if name in headings), None)
    home = next((headings[name] for name in _HOME_NAMES if name in headings), None)
    if place is None:
        known = ", ".join(filter(None, rows.fieldnames or ())) or "none"
        raise ImportFileError(
            f"has no column for the address of a feed (url, feed or xmlUrl); its columns: {known}"
        )
    for row in rows:

        def cell(name: str, row: dict[str, str] = row) -> str:
            return (row.get(headings.get(name, "")) or "").strip()

        yield _entry(
            rows.line_num,
            (row.get(place) or "").strip().lstrip("'"),
            home=(row.get(home) or "").strip() if home else "",
            name=clean_line(cell("name") or cell("title"), 200),
            tags=tuple(re.split(r"[;,|]", cell("tags") or cell("tag"))),
            language=cell("language") or cell("lang"),
            kind=cell("kind"),
        )


def lines(data: bytes) -> Read:
    """Read one address a line; what follows a ``#`` that stands alone is a remark.

    Raises ImportFileError.
    """
    found = []
    for number, line in enumerate(_text(data).splitlines(), start=1):
        url = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if url:
            found.append(_entry(number, url))
    return Read(found, [])


def _entry(
    line: int,
    url: str,
    *,
    home: str = "",
    name: str = "",
    tags: tuple[str, ...] = (),
    language: str = "",
    kind: str = "",
) -> Entry:
    own = tuple(dict.fromkeys(tag for t in tags if (tag := clean_line(t, 60))))
    problem = ""
    if kind and kind.lower() not in _KINDS:
        problem = f"'{kind}' is no kind of feed: {', '.join(_KINDS)}"
    return Entry(
        line=line,
        url=_address(url) or url,
        home=_address(home) or "",
        name=name,
        tags=own,
        language=language.strip().lower()[:2] if re.match(r"[A-Za-z]{2}\b", language) else "",
        kind=_KINDS.get(kind.lower()),
        problem=problem or _problem(url),
    )


def _address(text: str) -> str | None:
    text = re.sub(r"^feed:(//)?(?=https?:)|^feed://", "", text.strip())
    if text and "://" not in text and re.match(r"[\w.-]+\.\w{2,}(?:[/:?]|\Z)", text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        if parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", text):
            return text
    except ValueError:
        pass
    return None


def _problem(url: str) -> str:
    if not url:
        return "has no address"
    if len(url) > 2048:
        return "the address is longer than 2048 characters"
    return "" if _address(url) else "is no address of the web"


def _fits(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise ImportFileError(f"is larger than {MAX_BYTES // 1_000_000} MB")


def _text(data: bytes) -> str:
    _fits(data)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # what spreadsheets write


READERS = {"opml": opml, "csv": table, "urls": lines}
