"""The address guard: which URLs and which resolved addresses the monitor may connect to.

Sources: the IANA special-purpose registries for IPv4 and IPv6, the port list of the Fetch standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from pipeline.urls import parse
from pipeline.urls.hosts import clean_host, is_address
from pipeline.urls.resolve import DEFAULT_PORTS

IP = IPv4Address | IPv6Address

_LOW_PORTS = frozenset({80, 443})
# Services that read commands out of an HTTP request, and those whose HTTP interface is never news.
_BAD_PORTS = frozenset(
    {
        1099, 1433, 1521, 1719, 1720, 1723, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389,
        3659, 4045, 4190, 4369, 5060, 5061, 5432, 5672, 5900, 5984, 6000, 6379, 6443, 6566, 6665,
        6666, 6667, 6668, 6669, 6679, 6697, 7001, 8500, 8529, 9042, 9092, 9200, 9300, 10080, 10250,
        10255, 11211, 15672, 25565, 27017, 27018, 50000, 61616,
    }
)  # fmt: skip

_METADATA = {
    IPv4Address("169.254.169.254"), IPv4Address("169.254.170.2"), IPv4Address("100.100.100.200"),
    IPv4Address("192.0.0.192"),
    IPv4Address("168.63.129.16"),  # Azure's, though it looks like any public address
    IPv6Address("fd00:ec2::254"), IPv6Address("fd20:ce::254"),
}  # fmt: skip

_REFUSED_V4 = tuple(
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("255.255.255.255/32", "broadcast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_REFUSED_V6 = tuple(
    (IPv6Network(network), what)
    for network, what in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("100::/64", "discard"),
        ("2001:db8::/32", "documentation"),
        ("2001:2::/48", "benchmarking"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
# What is outside is not in use on the internet, whatever it will become.
_GLOBAL_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_MAPPED = IPv6Network("::ffff:0:0/96")
_ISATAP = (0x00005EFE, 0x02005EFE)  # the third quarter of an address, RFC 5214

_ODD = re.compile(r"[\x00-\x20\x7f-\xa0\\]")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the allow list; without a port it holds for every port that is not barred."""

    host: str | None
    network: IPv4Network | IPv6Network | None
    port: int | None

    def holds(self, host: str, port: int, address: IP | None) -> bool:
        """True if this entry allows the connection."""
        if self.port is not None and self.port != port:
            return False
        if self.network is None:
            return self.host == host
        if address is None:
            return False
        # ::ffff:10.0.0.1 is 10.0.0.1 in other letters; what tunnels to it has to be named itself.
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            return address in self.network or address.ipv4_mapped in self.network
        return address in self.network


class AddressGuard:
    """Says no to what no news is at: other schemes, odd ports, addresses inside a network.

    ``allow`` holds exceptions: ``host``, ``host:port``, an address or a network with or without
    ``:port`` (IPv6 in brackets before a port).  An entry with a port opens that port as well.
    Raises ValueError for an entry that cannot be read.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._entries = tuple(map(_entry, allow))

    def check_url(self, url: str) -> str | None:
        """Why this URL may not be asked for, before any name is looked up; None if it may.

        Stricter than a browser: what needs repair (blanks, backslashes, IPv4 in octal) is refused,
        since the program that connects may repair it in another way.
        """
        if odd := _ODD.search(url):
            return f"character {odd[0]!a} in URL"
        if not re.match(r"https?://[^/]", url, re.IGNORECASE):
            scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]{0,20}):", url)
            named = scheme is not None and scheme[1].lower() not in DEFAULT_PORTS
            return (
                f"scheme {scheme[1].lower()} is not http or https"
                if scheme and named
                else "bad URL"
            )
        try:
            parts = parse(url)
        except ValueError as error:
            return str(error)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
        host = _bare(parts.host)
        address = ip_address(host) if is_address(host) else None
        if not _port_is_fine(port) and not self._allowed(host, port, address, with_port=True):
            return f"port {port} is not one for the web"
        return None if address is None else self.check_address(host, port, host)

    def check_address(self, host: str, port: int, address: str) -> str | None:
        """Why ``address``, to which ``host`` was resolved, may not be connected to; None if it may.

        ``address`` is an IPv4 or IPv6 address as the resolver gives it, a scope id included.
        """
        try:
            ip = ip_address(address.partition("%")[0].strip("[]"))
        except ValueError:
            return f"{address[:60]!a} is not an IP address"
        what = _refused(ip)
        if what is None or self._allowed(_bare(host.lower().rstrip(".")), port, ip):
            return None
        return f"address {ip} is not on the public internet ({what})"

    def _allowed(self, host: str, port: int, ip: IP | None, *, with_port: bool = False) -> bool:
        return any(
            entry.holds(host, port, ip) for entry in self._entries if entry.port or not with_port
        )


def _port_is_fine(port: int) -> bool:
    return port in _LOW_PORTS or (port > 1023 and port not in _BAD_PORTS)


def _bare(host: str) -> str:
    return host.strip("[]")


def _refused(ip: IP) -> str | None:
    """What keeps an address from being public, or None.  IPv4 inside IPv6 counts as such."""
    forms = _forms(ip)
    for form in forms:
        what = _special(form)
        if what is not None:
            return what if form is ip else f"{what} {form}"
    # The tables above are ours and may age: the standard library has the last word.
    return None if len(forms) > 1 or ip.is_global else "special purpose"


def _special(ip: IP) -> str | None:
    if ip in _METADATA:
        return "cloud metadata"
    if isinstance(ip, IPv4Address):
        return next((what for network, what in _REFUSED_V4 if ip in network), None)
    for network, what in _REFUSED_V6:
        if ip in network:
            return what
    if ip in _GLOBAL_V6 or len(_forms(ip)) > 1:
        return None
    return "reserved"


def _forms(ip: IP) -> tuple[IP, ...]:
    """The address, and the IPv4 address that it leads to, if any."""
    if isinstance(ip, IPv4Address):
        return (ip,)
    number = int(ip)
    if ip in _MAPPED or ip in _NAT64 or (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return (ip, IPv4Address(number & 0xFFFFFFFF))
    return (ip,) if ip.sixtofour is None else (ip, ip.sixtofour)


def _entry(text: str) -> _Entry:
    """One allow entry.  Raises ValueError with what is wrong and what would be right."""
    wanted = text.strip()
    host, port = _split_port(text, wanted)
    if "/" in host:
        try:
            return _Entry(None, ip_network(host), port)
        except ValueError as error:
            raise ValueError(
                f"allow entry {text!r}: {error}; write for example 10.0.0.0/8"
            ) from None
    try:
        address = ip_address(host)
    except ValueError:
        pass
    else:
        return _Entry(None, ip_network(address), port)
    try:
        return _Entry(clean_host(host), None, port)
    except ValueError as error:
        raise ValueError(
            f"allow entry {text!r}: {error}; write host, host:port, an address or a network"
        ) from None


def _split_port(text: str, wanted: str) -> tuple[str, int | None]:
    if "://" in wanted:
        raise ValueError(f"allow entry {text!r}: write it without scheme and path, as host:port")
    if wanted.startswith("["):
        host, bracket, port = wanted[1:].partition("]")
        if not bracket or (port and not port.startswith(":")) or ":" not in host:
            raise ValueError(f"allow entry {text!r}: write IPv6 as [::1]:8080")
        port = port[1:] if port else "-"
    elif wanted.count(":") == 1:
        host, _, port = wanted.partition(":")
    else:
        host, port = wanted, "-"  # no port, and with more colons an IPv6 address
    if port == "-":
        return host, None
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        raise ValueError(f"allow entry {text!r}: {port!r} is not a port from 1 to 65535")
    return host, int(port)
