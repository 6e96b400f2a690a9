"""Decodes the bytes of a page: what the bytes are beats what anybody says about them."""

from __future__ import annotations

import codecs
import re

_HEAD = 4_096  # bytes in which a page must say what it is written in; the standard asks for 1,024
_SAMPLE = 100_000  # bytes a guess looks at

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_IN_HEADER = re.compile(r"(?i)charset\s*=\s*[\"']?\s*([\w.:-]{2,40})")
_IN_META = re.compile(rb"(?i)<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})")
_IN_XML = re.compile(rb"(?i)\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})")

# What browsers read under a name is often a larger set than the name says.
_WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "iso8859-8": "cp1255",
}  # fmt: skip
_ALIASES = {
    "x-sjis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "win-1251": "cp1251", "windows1251": "cp1251", "win1251": "cp1251", "utf8mb4": "utf-8",
    "unicode": "utf-8", "x-mac-roman": "mac_roman", "iso-8859-8-i": "cp1255",
    "ks_c_5601-1987": "cp949",
    "windows-31j": "cp932", "windows-949": "cp949", "x-windows-949": "cp949",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs", "x-user-defined": "cp1252", "windows-874": "cp874", "dos-874": "cp874",
}  # fmt: skip
# Never decoded whatever is claimed: UTF-7 hides markup in plain letters, the rest is no text.
_REFUSED = frozenset(
    (
        "utf_7",
        "idna",
        "punycode",
        "raw_unicode_escape",
        "unicode_escape",
        "mbcs",
        "oem",
        "undefined",
    )
)
# What chardet does not tell from Western European: letters that most of the others are.
_UNDETECTED = (
    ("cp1256", re.compile("[\u0627-\u064a]")),
    ("cp1250", re.compile("[ąćęłńóśźżáčďéěíňřšťúůýžőűľ]")),
)
_NEEDED = 0.7  # share of these letters among those outside ASCII
_CONFIDENT = 0.75
_TAGS = re.compile(rb"<[^<>]*>")
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]+")


def decode_html(body: bytes, content_type: str = "") -> str:
    """The text of ``body``; never raises.

    ``content_type`` is the header's value.  In this order: a byte order mark, valid UTF-8 that has
    characters outside ASCII, UTF-16 without a mark, the header, the page's own meta tag or XML
    declaration, a guess by letters.  What is not valid becomes U+FFFD; NULs and other controls go.
    """
    text = _decode(body, content_type)
    return _CONTROLS.sub("", text)


def _decode(body: bytes, content_type: str) -> str:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    said = [codec(name) for name in _claims(body, content_type)]
    names = [name for name in said if name is not None]
    if body.isascii():
        # ISO-2022 and HZ hide other letters behind ASCII bytes
        if names and names[0].startswith(("iso2022_jp", "iso2022_kr", "hz")):
            return body.decode(names[0], "replace")
        wide = _unmarked_utf16(body)
        return body.decode(wide, "replace") if wide else body.decode("ascii")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_off = error.start > len(body) - 4 and not body[: error.start].isascii()
    wide = _unmarked_utf16(body)
    if wide:
        return body.decode(wide, "replace")
    if cut_off or _mostly_utf8(body):
        return body.decode("utf-8", "replace")
    for name in names:
        if name != "utf-8" and _fits(body, name):
            return body.decode(name, "replace")
    return body.decode(_guess(body), "replace")


def _claims(body: bytes, content_type: str) -> list[str]:
    """Names of character sets in the order of their weight."""
    found = []
    match = _IN_HEADER.search(content_type)
    if match:
        found.append(match.group(1))
    head = body[:_HEAD]
    for pattern in (_IN_META, _IN_XML):
        inside = pattern.search(head)
        if inside:
            found.append(inside.group(1).decode("ascii", "replace"))
    return found


def codec(name: str) -> str | None:
    """Python's codec for a charset name, widened as browsers do; None if unknown."""
    name = name.strip().lower()
    name = _ALIASES.get(name, name)
    if name in ("utf-16", "utf-16le", "utf-16be", "ucs-2", "iso-10646-ucs-2"):
        # a page that could be read so far is not in UTF-16, whatever it says; the standard agrees
        return "utf-8"
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if found.name.replace("-", "_") in _REFUSED or not found._is_text_encoding:  # noqa: SLF001
        return None
    return _WIDER.get(found.name, found.name)


def _unmarked_utf16(body: bytes) -> str | None:
    """UTF-16 shows in Latin markup: every other byte is zero."""
    sample = body[:400]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0::2], sample[1::2]
    if odd.count(0) > 0.3 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.3 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return None


def _mostly_utf8(body: bytes) -> bool:
    """A few broken bytes, as by cutting texts in their middle, do not make it another charset."""
    text = body[:_SAMPLE].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for c in text if c > "\x7f") - broken
    return whole > 8 * broken


def _fits(body: bytes, name: str) -> bool:
    """True if ``body`` can be read as ``name`` with hardly a broken character."""
    text = body[:_SAMPLE].decode(name, "replace")
    high = len(_HIGH.findall(body[:_SAMPLE]))
    return text.count("\ufffd") <= 1 + high // 50


def _guess(body: bytes) -> str:
    """The charset that the letters speak for, when nobody said one that fits."""
    import chardet

    sample = _TAGS.sub(b" ", body[:_SAMPLE])
    found = chardet.detect(sample)
    name = codec(found["encoding"] or "") or "cp1252"
    if name not in ("cp1252", "cp1254") and found["confidence"] >= _CONFIDENT:
        return name
    for other, letters in _UNDETECTED:
        text = sample.decode(other, "replace").lower()
        foreign = sum(1 for c in text if c > "\x7f" and c.isalpha())
        if foreign and len(letters.findall(text)) > _NEEDED * foreign:
            return other
    return "cp1252"
