"""What a host name is: its one spelling, whether it is an address, and who registered it."""

from __future__ import annotations

import ipaddress
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import idna

if TYPE_CHECKING:
    from tldextract import TLDExtract

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
# A last label of this form makes browsers read the whole host as an IPv4 address.
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_QUAD = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})\Z")
_LOOKS_LIKE_DOT = re.compile("[\u3002\uff0e\uff61\u2024\ufe52]")


@lru_cache(maxsize=16384)
def clean_host(raw: str) -> str:
    """The one spelling of a host: lower-case A-labels, a dotted quad or ``[IPv6]``.

    Raises ValueError with the reason for whatever two programs could read in two ways: octal, hex
    and short IPv4, percent-encoding, full-width letters and dots, empty or overlong labels.
    """
    if raw.startswith("["):
        return _ipv6(raw)
    if not raw.isascii():
        raw = _to_ascii(raw)
    host = raw.lower().removesuffix(".")
    if not host:
        raise ValueError("no host")
    if len(host) > 253:
        raise ValueError("host too long")
    labels = host.split(".")
    if _NUMBER.match(labels[-1]):
        if not _QUAD.match(host) or any(int(part) > 255 for part in labels):
            raise ValueError("odd spelling of an IPv4 address")
        return host
    for label in labels:
        if not label:
            raise ValueError("empty label in host")
        if not _LABEL.match(label):
            raise ValueError("bad character in host")
        if label.startswith("xn--"):
            _check_punycode(label)
    return host


def _ipv6(raw: str) -> str:
    if not raw.endswith("]") or "%" in raw:
        raise ValueError("bad IPv6 address")
    try:
        return f"[{ipaddress.IPv6Address(raw[1:-1]).compressed}]"
    except ValueError:
        raise ValueError("bad IPv6 address") from None


def _to_ascii(host: str) -> str:
    # Full-width letters, circled digits and such turn into ASCII in some programs and stay in
    # others, which is how one name passes a check and another is looked up.
    if _LOOKS_LIKE_DOT.search(host):
        raise ValueError("full-width character in host")
    labels = []
    for label in host.split("."):
        if label.isascii():
            labels.append(label)
            continue
        try:
            found = idna.encode(label, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise ValueError("bad international host") from None
        if not found.startswith("xn--"):
            raise ValueError("full-width character in host")
        labels.append(found)
    return ".".join(labels)


def _check_punycode(label: str) -> None:
    try:
        plain = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        raise ValueError("bad punycode in host") from None
    if plain.isascii() or not plain.isprintable():
        raise ValueError("bad punycode in host")


@lru_cache(maxsize=16384)
def is_address(host: str) -> bool:
    """True if the host (as from `clean_host`, brackets or not) is an IP literal."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@cache
def _extractor() -> TLDExtract:
    # Imported here because it pulls in requests, which would slow the start of every verb.
    from tldextract import TLDExtract

    # Without URLs and cache folder only the list inside the package is read: no network, no file.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=16384)
def public_suffix(host: str) -> str:
    """The public suffix of a host by Mozilla's list, private ones (``github.io``) included.

    "" for IP literals and single labels; the last label where the list does not know it.
    """
    if is_address(host) or "." not in host:
        return ""
    return _extractor()(host).suffix or host.rpartition(".")[2]


@lru_cache(maxsize=16384)
def registrable_domain(host: str) -> str:
    """The part of a host that somebody registered: ``news.bbc.co.uk`` -> ``bbc.co.uk``.

    IP literals, single labels and public suffixes are returned as they are.
    """
    suffix = public_suffix(host)
    if not suffix or host == suffix:
        return host
    rest = host[: -len(suffix) - 1]
    return f"{rest.rpartition('.')[2]}.{suffix}"
