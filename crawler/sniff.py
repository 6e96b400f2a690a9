"""Tells from the first bytes what a body is, whatever its Content-Type says."""

from __future__ import annotations

import re
from typing import Literal

Looks = Literal["html", "xml", "json", "text", "binary"]

_HEAD = 2048  # bytes looked at: prologues, licence comments and blank lines fit
_BINARY_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",  # JPEG
    b"GIF8",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",  # gzip
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",  # zstd
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x7fELF",
    b"OggS",
    b"ID3",
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    b"wOFF",
    b"wOF2",
    b"\xd0\xcf\x11\xe0",  # old Office
    b"\x00\x00\x01\x00",  # icon
    b"\x00asm",
    b"SQLite format 3\x00",
)
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_XML_ROOTS = re.compile(
    rb"<(?:[a-z0-9_-]+:)?(?:rss|feed|rdf|urlset|sitemapindex|opml|channel)[\s>:/]", re.IGNORECASE
)
_HTML_TAGS = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|style|link|div|p|h[1-6]|a|table|article"
    rb"|section|main|span|br|img|iframe|ul|center|font|form|nav|header)[\s>/]",
    re.IGNORECASE,
)
# Control bytes that no text encoding in use on the web puts into text; 0x1b belongs to ISO-2022-JP.
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\x0b\x0c\r\x1b")
_MAX_CONTROLS = 0.02  # share of the head; a stray NUL or backspace does not make a page binary


def looks_like(body: bytes, content_type: str) -> Looks:
    """Say what ``body`` (decoded, or its first kilobytes) holds.

    The bytes decide; ``content_type`` (the header's value, may be empty) only settles what the
    bytes leave open, e.g. a fragment of text without any tag.
    """
    head = body[:_HEAD]
    if head.startswith(_UTF16_BOMS):
        head = head[2:].replace(b"\x00", b"")
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        return "text"
    if head.startswith(_BINARY_MAGIC) or head[4:8] == b"ftyp" or _is_riff(head):
        return "binary"
    declared = content_type.partition(";")[0].strip().lower()
    wide = "utf-16" in content_type.lower() or _is_wide(head)
    if wide:
        head = head.replace(b"\x00", b"")
    if len(head.translate(None, _CONTROLS)) < len(head) * (1 - _MAX_CONTROLS):
        return "binary"
    return _kind_of_text(head, declared)


def _kind_of_text(head: bytes, declared: str) -> Looks:
    if head.startswith(b"<?xml") and not _HTML_TAGS.search(head[:400]):
        return "xml"
    if head[:1] == b"<" and _XML_ROOTS.search(head):
        html = _HTML_TAGS.search(head)
        root = _XML_ROOTS.search(head)
        if html is None or (root is not None and root.start() < html.start()):
            return "xml"
    if _HTML_TAGS.search(head):
        return "html"
    if head[:1] in (b"{", b"["):
        return "json"
    if head[:1] == b"<" and declared.endswith(("xml", "+xml")):
        return "xml"
    if declared in ("text/html", "application/xhtml+xml"):
        return "html"
    return "text"


def _is_riff(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI ")


def _is_wide(head: bytes) -> bool:
    """UTF-16 without a mark: every other byte of the markup is NUL."""
    start = head[:8]
    return start[1::2] == b"\x00" * 4 or start[::2] == b"\x00" * 4
