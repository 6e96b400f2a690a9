"""Parses XML that may be broken or hostile: strictly first, then repaired; never over the caps.

Why not a feed library underneath: those at hand parse with ``huge_tree`` and grow without bound, or
need seconds for a large document.  libxml2 behind these guards is as fast as can be, and one guard
holds for feeds and sitemaps alike.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawler.discovery.xmlbytes import XmlBytes, prepare, unpack
from pipeline.errors import DocumentError, HostileInputError

MAX_DEPTH = 64  # Atom with XHTML in it reaches about 30
MAX_MARKUP = 600_000  # "<" in a document: bounds the tree at about 100 MB
MAX_ATTRIBUTES = 200  # of one element
MAX_REFERENCES = 1_000_000  # "&" in a document that needs repair: about a second of work

Element = Any  # lxml's element class is private to it

_CONTROL = bytes(i for i in range(32) if i not in (9, 10, 13))
_AMP = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos);)(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{1,30});)?"
)
_TEXTS = re.compile(  # elements that hold text, where markup must have been escaped
    rb"(</?(?:title|description|summary|content|content:encoded|media:title)(?:\s[^<>]*)?(?<!/)>)"
)
_DEEP = etree.XPath("boolean(/*" + "/*" * MAX_DEPTH + ")")
_WIDE = etree.XPath(f"boolean(//*[@*[{MAX_ATTRIBUTES + 1}]])")
_MANY_ATTRIBUTES = re.compile(rb"<[^<>]{4000}")  # cheap sign that _WIDE is worth asking


@dataclass(frozen=True, kw_only=True, slots=True)
class XmlDocument:
    """A parsed document and what had to be mended to parse it."""

    root: Element
    problems: tuple[str, ...] = ()


def _parser(*, recover: bool) -> etree.XMLParser:
    # Made anew for each document: a parser keeps its error log, and threads must not share one.
    return etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def items_of(document: XmlDocument, parents: Sequence[Element], *names: str) -> list[Element]:
    """The elements with one of these local names below ``parents``, in document order.

    In a mended document they may stand anywhere: an element without its end swallows what follows.
    """
    if document.problems:
        found = document.root.iter()
    else:
        found = (child for parent in parents for child in parent)
    return [e for e in found if isinstance(e.tag, str) and local_name(e) in names]


def local_name(element: Element) -> str:
    """The name of an element without namespace or undeclared prefix, as written."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def read(body: bytes, content_type: str = "") -> XmlDocument:
    """Parse ``body`` (free of HTTP Content-Encoding; a gzip file inside is opened).

    Raises NotAFeedError if it is no XML, HostileInputError for entity declarations and for trees
    over the caps, TooLargeError over ``xmlbytes.MAX_BYTES``, DocumentError if nothing can be read.
    """
    return parse(prepare(unpack(body), content_type))


def parse(source: XmlBytes) -> XmlDocument:
    """Parse prepared XML; what the repair had to do stands in ``problems``.  Raises as ``read``."""
    if source.body.count(b"<") > MAX_MARKUP:
        raise HostileInputError(f"more than {MAX_MARKUP} tags")
    problems = list(source.problems)
    try:
        root = etree.fromstring(source.body, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        _refuse_limits(error)
        problems.append(f"not well-formed: {_short(error)}")
        whole, cut = _whole_items(source)
        if cut:
            problems.append(cut)
        try:
            root = etree.fromstring(_repaired(whole), _parser(recover=True))
        except etree.XMLSyntaxError as again:
            _refuse_limits(again)
            raise DocumentError(f"cannot be parsed: {_short(again)}") from again
    if root is None:
        raise DocumentError("cannot be parsed: nothing is left of it")
    if _DEEP(root):
        raise HostileInputError(f"elements nested more than {MAX_DEPTH} deep")
    if _MANY_ATTRIBUTES.search(source.body) and _WIDE(root):
        raise HostileInputError(f"an element with more than {MAX_ATTRIBUTES} attributes")
    return XmlDocument(root=root, problems=tuple(problems))


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160]


def _refuse_limits(error: etree.XMLSyntaxError) -> None:
    """libxml2 reports its own limits (depth, name and text length) as syntax errors."""
    text = str(error)
    if "xcessive depth" in text or "huge" in text.lower() or "too long" in text:
        raise HostileInputError(f"over the parser's limits: {_short(error)}") from error


def _whole_items(source: XmlBytes) -> tuple[bytes, str | None]:
    """Cut what comes after the last whole item: half an item has half a link."""
    body = source.body
    name = f"{source.prefix}:{source.root}" if source.prefix else source.root
    close = b"</" + name.encode() + b">"
    end = body.rfind(close)
    if end >= 0:
        rest = body[end + len(close) :].strip()
        return body[: end + len(close)], f"{len(rest)} bytes after the end" if rest else None
    prefix = f"{source.prefix}:" if source.prefix else ""
    ends = [
        at + len(tag)
        for item in ("item", "entry", "url", "sitemap")
        for tag in {f"</{prefix}{item}>".encode(), f"</{item}>".encode()}
        if (at := body.rfind(tag)) >= 0
    ]
    return body[: max(ends)] if ends else body, "cut off before its end"


def _repaired(body: bytes) -> bytes:
    """Mend bare ampersands, HTML entities, HTML that nobody escaped, and control characters.

    CDATA stays as it is, but for the controls.
    """
    if body.count(b"&") > MAX_REFERENCES:
        raise HostileInputError(f"broken, with more than {MAX_REFERENCES} references")
    body = body.translate(None, _CONTROL)
    parts, at = [], 0
    while (start := body.find(b"<![CDATA[", at)) >= 0:
        end = body.find(b"]]>", start)
        if end < 0:
            break
        parts += [_mended(body[at:start]), body[start : end + 3]]
        at = end + 3
    parts.append(_mended(body[at:]))
    return b"".join(parts)


def _mended(markup: bytes) -> bytes:
    """Escape the tags between ``<title>`` and ``</title>`` and such, and then all references."""
    pieces = _TEXTS.split(markup)  # text, tag, text, tag … text
    opened = -1
    for at in range(1, len(pieces), 2):
        if not pieces[at].startswith(b"</"):
            opened = at
        elif opened >= 0 and pieces[opened][1:].startswith(pieces[at][2:-1].strip()):
            for inner in range(opened + 1, at):
                pieces[inner] = pieces[inner].replace(b"<", b"&lt;")
            opened = -1
    return _AMP.sub(_reference, b"".join(pieces))


def _reference(match: re.Match[bytes]) -> bytes:
    decimal, hexa, name = match.groups()
    if decimal or hexa:
        code = int(decimal) if decimal else int(hexa, 16)
        fine = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
        return match[0] if fine and code not in (0xFFFE, 0xFFFF) else b""
    if name:
        text = html.unescape(f"&{name.decode()};")
        if not text.startswith("&"):
            return html.escape(text).encode()
    return b"&amp;" + match[0][1:]
