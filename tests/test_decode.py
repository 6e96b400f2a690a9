"""Content-Encodings: opened right, cut bodies found, bombs stopped near the limit."""

import contextlib
import gzip
import tracemalloc
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.decode import decode_body, decode_prefix
from crawler.sniff import looks_like
from pipeline.errors import DecodeError, TooLargeError, TruncatedError
from tests.hostile import ARTICLE, FEED, bombs

LIMIT = 1024 * 1024


def raw_deflate(data):
    return zlib.compress(data)[2:-4]


PACKERS = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
    ("zstd", zstd.compress),
]


@pytest.mark.parametrize(("name", "pack"), PACKERS)
@settings(max_examples=25, deadline=None)
@given(data=st.binary(max_size=3000), times=st.sampled_from([1, 40]))
def test_opens_what_was_packed(name, pack, data, times):
    data *= times
    assert decode_body(pack(data), name, max_size=LIMIT) == data


@pytest.mark.parametrize("name", ["", "identity", " Identity ", "identity, identity"])
def test_no_encoding(name):
    assert decode_body(ARTICLE, name, max_size=LIMIT) == ARTICLE


def test_undoes_layers_in_reverse_order():
    body = gzip.compress(brotli.compress(ARTICLE))
    assert decode_body(body, "br, GZIP", max_size=LIMIT) == ARTICLE


def test_gzip_members_are_joined_and_trailing_garbage_ignored():
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0 padding"
    assert decode_body(body, "gzip", max_size=LIMIT) == b"one two"


def test_zstd_frames_are_joined():
    body = zstd.compress(b"one ") + zstd.compress(b"two")
    assert decode_body(body, "zstd", max_size=LIMIT) == b"one two"


@pytest.mark.parametrize(("name", "pack"), PACKERS)
def test_every_cut_is_found(name, pack):
    body = pack(ARTICLE)
    for end in {0, 1, 5, len(body) // 2, len(body) - 5, len(body) - 1}:
        with pytest.raises(TruncatedError):
            decode_body(body[:end], name, max_size=LIMIT)


@pytest.mark.parametrize(("name", "pack"), PACKERS)
def test_exact_limit(name, pack):
    body = pack(ARTICLE)
    assert decode_body(body, name, max_size=len(ARTICLE)) == ARTICLE
    with pytest.raises(TooLargeError):
        decode_body(body, name, max_size=len(ARTICLE) - 1)


@pytest.mark.parametrize("name", [name for name in bombs() if name != "members"])
def test_bombs_cost_no_more_than_the_limit(name):
    encoding, body = bombs()[name]
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        decode_body(body, encoding, max_size=LIMIT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * LIMIT


def test_a_crowd_of_members_is_refused():
    encoding, body = bombs()["members"]
    with pytest.raises(DecodeError, match="members"):
        decode_body(body, encoding, max_size=100 * LIMIT)
    with pytest.raises(DecodeError, match="frames"):
        decode_body(zstd.compress(b"x") * 5000, "zstd", max_size=100 * LIMIT)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_what_is_not_in_the_encoding(name):
    with pytest.raises(DecodeError):
        decode_body(ARTICLE, name, max_size=LIMIT)


@pytest.mark.parametrize("name", ["x-unknown", "gzip, sdch", "compress", "gzip;q=1"])
def test_unknown_encodings(name):
    with pytest.raises(DecodeError, match="unknown"):
        decode_body(ARTICLE, name, max_size=LIMIT)


def test_too_many_layers():
    with pytest.raises(DecodeError, match="4 content encodings"):
        decode_body(ARTICLE, "gzip, gzip, gzip, gzip", max_size=LIMIT)


@settings(max_examples=100, deadline=None)
@given(
    data=st.binary(max_size=400), name=st.sampled_from(["gzip", "deflate", "br", "zstd", "br,gzip"])
)
def test_random_bytes_raise_nothing_else(data, name):
    with contextlib.suppress(DecodeError):
        decode_body(data, name, max_size=LIMIT)


@pytest.mark.parametrize(("name", "pack"), PACKERS)
def test_prefix_of_a_cut_body(name, pack):
    data = b"".join(b"Disallow: /%d\n" % (n * 7919) for n in range(40_000))
    body = pack(data)
    some = decode_prefix(body[: len(body) // 2], name, max_size=LIMIT)
    assert 1000 < len(some) < len(data)
    assert data.startswith(some)
    assert decode_prefix(body, name, max_size=5000) == data[:5000]


def test_prefix_of_nonsense():
    with pytest.raises(DecodeError):
        decode_prefix(b"User-agent: *\n", "gzip", max_size=LIMIT)


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


@pytest.mark.parametrize(
    ("body", "content_type", "looks"),
    [
        (ARTICLE, "text/html", "html"),
        (ARTICLE, "application/octet-stream", "html"),
        (ARTICLE, "", "html"),
        (b"\xef\xbb\xbf  \n" + ARTICLE, "text/plain", "html"),
        (ARTICLE.decode().encode("utf-16"), "text/html", "html"),
        (ARTICLE.decode().encode("utf-16-le"), "text/html", "html"),
        (b"<!-- a comment --><div>a", "text/html", "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='x'>", "text/html", "html"),
        (b"no tag at all", "text/html", "html"),
        (b"no tag at all", "text/plain", "text"),
        (b"", "text/html", "text"),
        (FEED, "text/html", "xml"),
        (FEED, "application/octet-stream", "xml"),
        (b"<rss version='2.0'><channel><item><description>&lt;p>", "text/html", "xml"),
        (b"<feed xmlns='x'><title type='html'><p>a</p>", "", "xml"),
        (b"<urlset xmlns='x'><url>", "", "xml"),
        (b"<rdf:RDF xmlns='x'>", "", "xml"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "", "json"),
        (b"User-agent: *\nDisallow: /\n", "text/plain", "text"),
        ("日本の見出し".encode("iso-2022-jp") * 9, "text/plain", "text"),
        ("日本の見出し".encode("euc-jp") * 9, "text/plain", "text"),
        (b"a page with one \x00 in it " + b"text " * 40 + b"<p>", "text/html", "html"),
        (b"%PDF-1.7\n%\xe2\xe3", "text/html", "binary"),
        (PNG, "text/html", "binary"),
        (b"PK\x03\x04" + b"\x14\x00" * 40, "text/html", "binary"),
        (gzip.compress(ARTICLE), "text/html", "binary"),
        (b"\x00\x00\x00\x20ftypisom" + b"\x00" * 60, "text/html", "binary"),
        (bytes(range(256)) * 4, "text/html", "binary"),
    ],
)
def test_looks_like(body, content_type, looks):
    assert looks_like(body, content_type) == looks


@given(body=st.binary(max_size=300), content_type=st.text(max_size=40))
def test_looks_like_anything(body, content_type):
    assert looks_like(body, content_type) in ("html", "xml", "json", "text", "binary")
