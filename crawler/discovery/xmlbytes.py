"""Opens and decodes what should be XML: gzip inside, the charset, and the prolog before the root.

Everything leaves here as UTF-8 without a DOCTYPE, so the parser never sees a charset that hides
markup, and never an entity declaration.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from pipeline.errors import DecodeError, HostileInputError, NotAFeedError, TooLargeError
from pipeline.extract.charset import decode_html

MAX_BYTES = 10 * 1024 * 1024  # of a document, opened; a news sitemap has < 1 MB
_GZIP = b"\x1f\x8b\x08"
_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]{0,60}):)?([A-Za-z_][\w.-]{0,60})(?=[\s/>])")
_START = re.compile(
    rb"<(?:\?xml|rss|rdf:RDF|feed|urlset|sitemapindex|!DOCTYPE|html)[\s>:]", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class XmlBytes:
    """A document ready for a parser: UTF-8 from the root element on."""

    body: bytes
    root: str  # name of the root element without its prefix, as written
    prefix: str  # of the root element, "" if none
    problems: tuple[str, ...] = ()


def unpack(body: bytes, limit: int = MAX_BYTES) -> bytes:
    """Return ``body``, opened when it is itself a gzip file (.xml.gz).

    Raises TooLargeError over ``limit`` bytes, DecodeError for a broken gzip file.  One that was cut
    off gives what could be opened.
    """
    for _ in range(2):  # some servers pack what was packed already
        if not body.startswith(_GZIP):
            break
        opener = zlib.decompressobj(wbits=31)
        try:
            opened = opener.decompress(body, limit + 1)
        except zlib.error as error:
            raise DecodeError(f"broken gzip file: {error}") from error
        if len(opened) > limit:
            raise TooLargeError(f"the gzip file opens to more than {limit} bytes")
        body = opened
    if len(body) > limit:
        raise TooLargeError(f"the document has {len(body)} bytes, more than {limit}")
    return body


def decode(body: bytes, content_type: str = "") -> tuple[str, str | None]:
    """Return the text of ``body`` and what was wrong with its charset (None if nothing was)."""
    if b"\x1b" not in body and b"\0" not in body:  # else 7-bit ISO-2022, or UTF-16
        try:
            return body.decode("utf-8"), None  # most are, and this is quick
        except UnicodeDecodeError:
            pass
    text = decode_html(body, content_type)
    lost = text.count("\ufffd")
    return text, f"{lost} characters could not be read" if lost else None


def prepare(body: bytes, content_type: str = "") -> XmlBytes:
    """Return the document in ``body`` as UTF-8 from its root element on.

    Raises NotAFeedError if there is no markup, HostileInputError for a DOCTYPE that declares
    entities (or one that cannot be followed to its end).
    """
    text, trouble = decode(body, content_type)
    data = text.encode("utf-8", "replace").lstrip(b"\xef\xbb\xbf \t\r\n\0")
    problems = [trouble] if trouble else []
    if not data:
        raise NotAFeedError("the document is empty")
    if not data.startswith(b"<") or not (
        _START.match(data) or _ROOT.match(data) or data[1:2] in b"!?"
    ):
        start = _START.search(data, 0, 8192)
        if not start:
            raise NotAFeedError(f"no XML: it begins with {data[:40].decode('utf-8', 'replace')!r}")
        problems.append(f"{start.start()} bytes of something else before the document")
        data = data[start.start() :]
    data = data[_prolog_end(data) :]
    root = _ROOT.match(data)
    if not root:
        raise NotAFeedError("no XML: there is no root element")
    prefix, name = (root[1] or b"").decode(), root[2].decode()
    return XmlBytes(body=data, root=name, prefix=prefix, problems=tuple(problems))


def _prolog_end(data: bytes) -> int:
    """Index of the root element's ``<``; everything before it is passed over and not parsed."""
    at = 0
    while True:
        at += len(data[at : at + 4096]) - len(data[at : at + 4096].lstrip())
        if data.startswith(b"<?", at):
            end = data.find(b"?>", at)
        elif data.startswith(b"<!--", at):
            end = data.find(b"-->", at + 4) + 1
        elif data[at : at + 9].upper() == b"<!DOCTYPE":
            end = _doctype_end(data, at) - 2
        else:
            return at
        if end <= 0:
            raise NotAFeedError("no XML: the document ends before its root element")
        at = end + 2


def _doctype_end(data: bytes, at: int) -> int:
    """Index after the DOCTYPE at ``at``.

    The netscape one of RSS 0.91 is fine; one with declarations of its own may hold no entities.
    """
    close, subset = data.find(b">", at), data.find(b"[", at)
    if close < 0:
        raise HostileInputError("the DOCTYPE has no end")
    if not 0 <= subset < close:
        return close + 1
    end = data.find(b"]", subset)
    while end >= 0 and data[end + 1 : end + 64].lstrip()[:1] != b">":
        end = data.find(b"]", end + 1)
    inner = data[subset:end] if end >= 0 else data[subset:]
    if b"<!ENTITY" in inner.upper() or b"%" in inner:
        raise HostileInputError("the DOCTYPE declares entities")
    if end < 0:
        raise HostileInputError("the DOCTYPE has no end")
    return data.find(b">", end) + 1
