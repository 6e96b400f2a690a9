"""Tells which news agencies a page credits: in byline, dateline, credit line or structured data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.extract import jsonld
from pipeline.text import clean_line
from pipeline.text.agency_names import TABLE, agency_key, named
from pipeline.text.agency_table import MARKED

_OPENING = 160  # characters of a paragraph in which its dateline ends
_LINE = 90  # characters of a line that is nothing but a credit
_PARAGRAPHS = 2  # at the beginning that may hold a dateline; the first may be the lead
_LAST = 4  # paragraphs at the end that may be a credit line
_PLACE, _PLACE_WORDS = 60, 7  # the longest place and day before the agency: characters, words
_MAX_SEGMENTS = 4  # pieces of a dateline
_TAIL = 60  # characters at the end of the last paragraphs where "(AFP)" may stand


_HOSTS: Mapping[str, str] = {host: short for short, _, hosts in TABLE for host in hosts}
_WEAK = frozenset(map(agency_key, MARKED))

# What stands between two agencies, or between a person and one.
_PIECES = re.compile(
    r"\s*(?:[,;|/•·+&、，؛،=]|\s[-–—]\s"
    r"|\s(?:and|und|et|y|e|en|og|och|mit|with|avec|con|și|и|і|و|ve)\s)\s*"
)
# An agency in brackets or between two strokes.
_MARKS = re.compile(
    r"\(([^()\n]{2,50})\)|\[([^\[\]\n]{2,50})\]|（([^（）\n]{2,50})）|【([^【】\n]{2,50})】"
    r"|(?<!\w)/\s?([^/()\n]{2,30}?)\s?/"
)
# The pieces of a dateline without marks: "МОСКВА, 4 мар - РИА Новости.", "BRUSSELS, AP —"
_SEGMENTS = re.compile(r"\s*[-–—,]\s*|\.\s+")
_ARABIC = re.compile(
    r"^[\u0620-\u06ff]+(?: [\u0620-\u06ff]+)?\s*[-–—/]\s*(?P<name>[\u0620-\u06ff]+)\b"
)
_CLOSING = re.compile(r"\s*(?:[-–—:.]|\Z)")
_HAN = re.compile(r"^[（(【]?(?P<name>[\u4e00-\u9fff]{2,3}社)[^，。]{0,24}[电電讯訊]")
_KOREAN = re.compile(r"^[(\[][^()\[\]=]{1,20}=\s*(?P<name>[가-힣0-9]{2,6})\s*[)\]]")
_COLLABORATION = re.compile(
    r"(?i)^(?:mit (?:material|informationen|agenturmaterial)(?: der| von)?|with (?:files|inputs?"
    r"|reporting|material|agency inputs)(?: from| by)?|avec(?: l['’])?|con (?:información|"
    r"informaciones) de|con (?:informazioni|agenzie)|com informações d[aoe]s?|bearbeitet von)\s+"
)
_SOURCE = re.compile(
    r"(?i)^\s*(?:[-–—*•(\[]\s*)?(?:sources?|quellen?|fuentes?|fontes?|fonte|font|bron|kilde|källa"
    r"|lähde|źródło|zdroj|forrás|sursa|izvor|источник|джерело|източник|kaynak|sumber|nguồn|πηγή"
    r"|المصدر|منبع|来源|來源|稿源|出典|출처|स्रोत|credits?|agence|agency|agentur|agencia|agências?"
    r"|agenzia|©|\(c\)|copyright|text|texto?|by|von|par|por|di)\s*[:：]?\s*(?:©\s*)?(?:\d{4}\s+)?"
)
_RIGHTS = re.compile(
    r"(?i)\s*(?:all rights reserved.*|alle rechte vorbehalten.*|tous droits réservés.*|\d{4}"
    r"|gmbh|inc|, all.*)\.?\s*$"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page says about its sources, its text apart."""

    claims: tuple[str, ...] = ()  # bylines
    lines: tuple[str, ...] = ()  # what the markup calls a source
    structured: tuple[tuple[str, ...], str] = ((), "")
    own: str | None = None  # the agency whose site this is


def credited(evidence: Evidence, paragraphs: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The agencies that an article credits, by their usual short names, and where.

    The origins are "byline", "json-ld:KEY", "dateline", "credit" and "site" (an agency's own), in
    this order, joined by ", " when several name one.  A mere mention in the text is no credit.
    """
    structured, key = evidence.structured
    found: dict[str, None] = {}
    origins = []
    for names, origin in (
        (in_byline(evidence.claims), "byline"),
        (structured, key),
        (in_dateline(paragraphs), "dateline"),
        (in_credit(paragraphs, evidence.lines), "credit"),
        ((evidence.own,) if evidence.own else (), "site"),
    ):
        if any(name not in found for name in names):
            origins.append(origin)
        found.update(dict.fromkeys(names))
    return tuple(found), ", ".join(dict.fromkeys(origins))


def in_byline(claims: Iterable[str]) -> tuple[str, ...]:
    """The agencies among the names in bylines: "Ada Quill und dpa", "with AFP"."""
    found: list[str] = []
    stated = list(claims)
    initials = {"".join(word[0] for word in claim.split()[:2]) for claim in stated if " " in claim}
    for claim in stated:
        whole = _SOURCE.sub("", clean_line(claim), count=1)
        if whole in initials:
            continue  # "PA" beside Petra Adler stands for her picture
        for piece in (whole, *_PIECES.split(whole)):
            bare = _COLLABORATION.sub("", piece.strip(" .()[]*")).strip(" .()[]*")
            name = named(bare)
            # Initials in lower case are a person's siglum, not an agency.
            if name is not None and (agency_key(bare) not in _WEAK or bare.isupper()):
                found.append(name)
        found.extend(_marked(whole))
    return tuple(dict.fromkeys(found))


def in_dateline(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The agencies in the dateline of a text: "PARIS (AFP) —", "/TASS/", "新华社北京电"."""
    for paragraph in paragraphs[:_PARAGRAPHS]:
        head = paragraph[:_OPENING]
        found = _in_marks(head) or _in_segments(head)
        if found:
            return found
        for form in (_KOREAN, _HAN, _ARABIC):
            match = form.match(head)
            if match and (name := named(match["name"])):
                return (name,)
    return ()


def _in_marks(head: str) -> tuple[str, ...]:
    for match in _MARKS.finditer(head):
        place = head[: match.start()]
        if not _is_place(place) or (place.strip() and not _CLOSING.match(head, match.end())):
            return ()
        inner = match[match.lastindex or 0]
        found = _pieces_named(inner)
        if not found and not place and inner[-1] > "\u3000":
            # 【東京共同】: the place runs into the agency
            found = tuple(n for size in (4, 3, 2) if (n := named(inner[-size:])))[:1]
        if found:
            return found
    return ()


def _in_segments(head: str) -> tuple[str, ...]:
    start = 0
    for count, border in enumerate(_SEGMENTS.finditer(head)):
        segment = head[start : border.start()]
        found = _pieces_named(segment) if start else ()
        place = head[:start]
        if found and _is_place(place):
            weak = agency_key(segment) in _WEAK
            return () if weak and not (segment.isupper() and place.upper() == place) else found
        if count > _MAX_SEGMENTS:
            break
        start = border.end()
    return ()


def in_credit(paragraphs: Sequence[str], lines: Iterable[str] = ()) -> tuple[str, ...]:
    """The agencies in credit lines: below the text ("Source: AFP", "dpa") or at its end "(PTI)".

    ``lines`` are further lines that the page marks as a credit.
    """
    found: list[str] = []
    for line in (*lines, *paragraphs[-_LAST:]):
        if len(line) <= _LINE:
            found.extend(_credited(line))
    for paragraph in paragraphs[-2:]:
        tail = paragraph[-_TAIL:].rstrip(' .。"”')
        *_, match = (None, *_MARKS.finditer(tail))
        if match is not None and match.end() == len(tail):
            found.extend(_pieces_named(match[match.lastindex or 0]))
    return tuple(dict.fromkeys(found))


def in_structured(
    node: jsonld.Node | None, known: Mapping[str, jsonld.Node]
) -> tuple[tuple[str, ...], str]:
    """The agencies that the JSON-LD names as source, and the key it does so under."""
    if node is None:
        return (), ""
    for key in ("author", "creator", "creditText", "sourceOrganization", "provider",
                "copyrightHolder", "publisher", "contributor"):  # fmt: skip
        claims = [name for name, _ in jsonld.people(node.get(key), known)]
        found = in_byline(claims)
        if found:
            return found, f"json-ld:{key}"
    return (), ""


def of_site(url: str) -> str | None:
    """The agency whose own site an address belongs to."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return None
    while "." in host:
        if host in _HOSTS:
            return _HOSTS[host]
        host = host.partition(".")[2]
    return None


def _marked(text: str) -> list[str]:
    return [
        name
        for match in _MARKS.finditer(text)
        for name in _pieces_named(match[match.lastindex or 0])
    ]


def _pieces_named(text: str) -> tuple[str, ...]:
    """The agencies if all of ``text`` is agencies and what goes with them, else nothing."""
    text = _COLLABORATION.sub("", text.strip())
    whole = named(text)
    if whole is not None:
        return (whole,)
    pieces = [piece for piece in _PIECES.split(text) if piece.strip()]
    found = [named(piece) for piece in pieces]
    if len(pieces) > 1 and found[0] is not None:
        # behind the first may stand a desk: dpa/lnw, APA/red
        return tuple(dict.fromkeys(name for name in found if name is not None))
    return tuple(dict.fromkeys(name for name in found if name is not None)) if all(found) else ()


def _credited(line: str) -> tuple[str, ...]:
    bare = _RIGHTS.sub("", line)
    said = _SOURCE.sub("", bare, count=1)
    said = _COLLABORATION.sub("", said.strip(" .()[]*/–—-"))
    said = said.strip(" .()[]*/–—-")
    found = _pieces_named(said)
    if not found and (shared := re.split(r"[,:]\s*(?:dpa|AP|AFP):", said)):
        found = _pieces_named(shared[0])
    if found and said == line.strip() and agency_key(said) in _WEAK and not said.isupper():
        return ()  # a lone word in the text, such as "Beta"
    return found


def _is_place(text: str) -> bool:
    """True for what may stand before the agency in a dateline: a place and perhaps a day."""
    bare = text.strip(" ,.-–—|:/")
    tokens = bare.split()
    if len(bare) > _PLACE or len(tokens) > _PLACE_WORDS or any(c in bare for c in '!?"“”«»'):
        return False
    # A sentence has words in lower case; a dateline has "de" or the name of a month.
    lower = sum(token[0].islower() for token in tokens)
    return lower <= 1 + any(c.isdigit() for c in bare)
