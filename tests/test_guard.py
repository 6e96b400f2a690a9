"""The address guard: a table of what is refused, and of what the allow list opens."""

import ipaddress
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.guard import AddressGuard

GUARD = AddressGuard()

REFUSED = {
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "0.0.0.0": "unspecified",
    "0.1.2.3": "unspecified",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.255.255": "private",
    "169.254.169.254": "metadata",
    "169.254.170.2": "metadata",
    "169.254.0.1": "link-local",
    "100.64.0.1": "carrier-grade",
    "100.127.255.255": "carrier-grade",
    "100.100.100.200": "metadata",
    "168.63.129.16": "metadata",
    "192.0.0.192": "metadata",
    "192.0.0.8": "reserved",
    "192.0.2.1": "documentation",
    "198.51.100.7": "documentation",
    "203.0.113.9": "documentation",
    "198.18.0.1": "benchmarking",
    "198.19.255.255": "benchmarking",
    "192.88.99.1": "6to4",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "unspecified",
    "::1": "loopback",
    "::127.0.0.1": "IPv4-compatible",
    "::8.8.8.8": "IPv4-compatible",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:169.254.169.254": "metadata",
    "::ffff:0.0.0.0": "unspecified",
    "::ffff:0:127.0.0.1": "reserved",
    "64:ff9b::10.0.0.1": "private",
    "64:ff9b::a9fe:a9fe": "metadata",
    "64:ff9b:1::8.8.8.8": "NAT64",
    "2002:7f00:1::": "loopback",
    "2002:c0a8:101::1": "private",
    "2001:0:53aa:64c:0:0:f5ff:fffe": "Teredo",
    "2001:db8::1": "documentation",
    "3fff::1": "documentation",
    "2001:2::1": "benchmarking",
    "2001:10::1": "reserved",
    "100::1": "discard",
    "fc00::1": "private",
    "fd00:ec2::254": "metadata",
    "fdff::1": "private",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
    "4000::1": "reserved",
    "5f00::1": "reserved",
    "2606:4700::5efe:10.0.0.1": "private",
    "[::1]": "loopback",
    "localhost": "not an IP address",
    "": "not an IP address",
    "2130706433": "not an IP address",
    "127.1": "not an IP address",
}
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.1",
    "169.253.255.255",
    "192.0.1.1",
    "192.167.1.1",
    "198.17.255.255",
    "223.255.255.255",
    "2606:4700::6810:84e5",
    "2a00:1450:4001:830::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
]


@pytest.mark.parametrize(("address", "word"), REFUSED.items())
def test_addresses_that_are_refused(address, word):
    reason = GUARD.check_address("news.example", 443, address)
    assert reason is not None
    assert word in reason


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_that_are_public(address):
    assert GUARD.check_address("news.example", 443, address) is None


@given(st.ip_addresses())
def test_the_guard_is_at_least_as_strict_as_the_standard_library(address):
    if GUARD.check_address("news.example", 443, str(address)) is None:
        carried = getattr(address, "ipv4_mapped", None) or address
        assert carried.is_global
        assert not carried.is_multicast
        assert not carried.is_loopback
        assert not carried.is_link_local
        assert not carried.is_unspecified


@given(st.ip_addresses(v=4))
def test_no_form_of_a_refused_address_gets_through(v4):
    if GUARD.check_address("h", 80, str(v4)) is None:
        return
    number = int(v4)
    for form in (
        0xFFFF << 32 | number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80,
        number,
    ):
        assert GUARD.check_address("h", 80, str(ipaddress.IPv6Address(form))) is not None


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/",
        "https://news.example/x?y=1#z",
        "HTTPS://news.example:443/",
        "http://news.example:8080/",
        "http://news.example:8443/",
        "http://news.example:3000/",
        "http://8.8.8.8/",
        "http://[2a00:1450:4001:830::200e]/",
        "https://xn--mnchen-3ya.example/%00%0d%0a",
        "http://[64:ff9b::808:808]/",
    ],
)
def test_urls_that_may_be_asked(url):
    assert GUARD.check_url(url) is None


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("ftp://news.example/", "scheme ftp"),
        ("file:///etc/passwd", "scheme file"),
        ("gopher://news.example:70/", "scheme gopher"),
        ("s3://bucket/x", "scheme s3"),
        ("data:text/html,x", "scheme data"),
        ("javascript:alert(1)", "scheme javascript"),
        ("", "bad URL"),
        ("news.example/x", "bad URL"),
        ("//news.example/x", "bad URL"),
        ("http:news.example", "bad URL"),
        ("http:///news.example/", "bad URL"),
        ("http://user@news.example/", "user name"),
        ("http://user:pw@news.example/", "user name"),
        ("http://127.0.0.1#@news.example/", "loopback"),
        ("http://news.example\\@127.0.0.1/", "character"),
        ("http://127.0.0.1\t/", "character"),
        ("http://news.example/\r\nHost: x", "character"),
        ("http://news.example/ x", "character"),
        ("http://news.example:22/", "port 22"),
        ("http://news.example:25/", "port 25"),
        ("http://news.example:6379/", "port 6379"),
        ("http://news.example:11211/", "port 11211"),
        ("http://news.example:0/", "port"),
        ("http://news.example:99999/", "port"),
        ("http://2130706433/", "IPv4"),
        ("http://0x7f000001/", "IPv4"),
        ("http://0177.0.0.1/", "IPv4"),
        ("http://127.1/", "IPv4"),
        ("http://127.0.0.1./", "loopback"),
        ("http://127。0。0。1/", "full-width"),
        ("http://①②⑦.0.0.1/", "host"),
        ("http://news..example/", "empty label"),
        ("http://.news.example/", "empty label"),
        ("http://news%2eexample/", "character in host"),
        ("http://127.0.0.1/", "loopback"),
        ("http://[::1]/", "loopback"),
        ("http://[::ffff:10.0.0.1]/", "private"),
        ("http://[fe80::1%25eth0]/", "IPv6"),
        ("http://169.254.169.254/latest/meta-data/", "metadata"),
    ],
)
def test_urls_that_are_refused(url, word):
    reason = GUARD.check_url(url)
    assert reason is not None
    assert word in reason


@given(st.text(max_size=40), st.sampled_from(["", "http://", "https://h.example"]))
def test_any_url_gets_an_answer(text, start):
    reason = GUARD.check_url(start + text)
    assert reason is None or "\n" not in reason


@pytest.mark.parametrize(
    ("entry", "host", "port", "address", "allowed"),
    [
        ("intra.example", "intra.example", 80, "10.0.0.1", True),
        ("Intra.Example.", "intra.example", 9090, "10.0.0.1", True),
        ("intra.example", "other.example", 80, "10.0.0.1", False),
        ("intra.example", "sub.intra.example", 80, "10.0.0.1", False),
        ("intra.example:8080", "intra.example", 8080, "10.0.0.1", True),
        ("intra.example:8080", "intra.example", 80, "10.0.0.1", False),
        ("127.0.0.1:8800", "news.example", 8800, "127.0.0.1", True),
        ("127.0.0.1:8800", "news.example", 8801, "127.0.0.1", False),
        ("127.0.0.1:8800", "news.example", 8800, "127.0.0.2", False),
        ("127.0.0.1:8800", "news.example", 8800, "::ffff:127.0.0.1", True),
        ("127.0.0.1:8800", "news.example", 8800, "2002:7f00:1::", False),
        ("127.0.0.0/8:8800", "127.1.2.3", 8800, "127.1.2.3", True),
        ("127.0.0.0/8", "127.1.2.3", 80, "127.1.2.3", True),
        ("127.0.0.0/8", "127.1.2.3", 80, "10.1.2.3", False),
        ("127.0.0.0/8", "127.1.2.3", 80, "::1", False),
        ("::1", "localhost", 80, "::1", True),
        ("[::1]:8800", "localhost", 8800, "::1", True),
        ("[::1]:8800", "localhost", 80, "::1", False),
        ("[fd00::/8]:80", "x", 80, "fd00::7", True),
        ("fd00::/8", "x", 80, "fd00::7", True),
        ("10.0.0.0/8", "x", 80, "64:ff9b::10.0.0.1", False),
    ],
)
def test_the_allow_list(entry, host, port, address, allowed):
    assert (AddressGuard([entry]).check_address(host, port, address) is None) is allowed


def test_an_entry_with_a_port_opens_that_port():
    guard = AddressGuard(["127.0.0.1:81", "intra.example:25", "other.example"])
    assert guard.check_url("http://127.0.0.1:81/") is None
    assert guard.check_url("http://intra.example:25/") is None
    assert guard.check_url("http://127.0.0.1:82/") is not None
    assert guard.check_url("http://other.example:25/") is not None
    assert guard.check_url("http://user@intra.example:25/") is not None


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("", "no host"),
        ("http://intra.example", "without scheme"),
        ("intra.example:http", "not a port"),
        ("intra.example:", "not a port"),
        ("intra.example:0", "not a port"),
        ("intra.example:70000", "not a port"),
        ("*.example", "character in host"),
        ("*", "character in host"),
        ("10.0.0.1/8", "host bits"),
        ("10.0.0.0/33", "10.0.0.0/8"),
        ("127.1", "IPv4"),
        ("[::1", "write IPv6"),
        ("[::1]8800", "write IPv6"),
        ("[intra.example]:80", "write IPv6"),
        ("a b", "character in host"),
        ("intra.example/path", "write for example"),
    ],
)
def test_bad_entries_are_named(entry, word):
    with pytest.raises(ValueError, match="allow entry") as caught:
        AddressGuard(["10.0.0.0/8", entry])
    assert word in str(caught.value)
    assert repr(entry) in str(caught.value)


def test_the_guard_needs_no_scrapy():
    code = (
        "import sys, crawler.guard; sys.exit('scrapy' in sys.modules or 'twisted' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
