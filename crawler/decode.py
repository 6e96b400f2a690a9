"""Opens Content-Encodings (gzip, deflate, br, zstd, also one in another) within a size limit."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Generator, Iterator

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from pipeline.errors import DecodeError, TooLargeError, TruncatedError

_STEP = 64 * 1024  # bytes opened at a time: what a bomb may cost over the limit
_MAX_MEMBERS = 256  # each costs a copy of what follows: thousands of tiny ones are an attack
_MAX_LAYERS = 3  # real servers send one, broken proxies two
# RFC 9659: an HTTP client need not open windows over 8 MB (2**23).
_ZSTD_WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}

_Opener = Callable[[bytes], Iterator[bytes]]


def decode_body(body: bytes, content_encoding: str, *, max_size: int) -> bytes:
    """Open ``body`` as its Content-Encoding header says.

    Args:
        body: the bytes as they came over the wire.
        content_encoding: the header's value; empty or ``identity`` for none.  Several encodings
            are separated by commas in the order in which they were applied (RFC 9110, 8.4).
        max_size: the most bytes the opened body may have.  Memory stays near this limit.

    Raises:
        TooLargeError: there is more than ``max_size``.
        TruncatedError: the body ends before its end.
        DecodeError: the body is not in that encoding, or the encoding is unknown.
    """
    if len(body) > max_size:
        raise TooLargeError(f"body over {max_size} bytes before decoding")
    for name in _layers(content_encoding):
        out = bytearray()
        for piece in _OPENERS[name](body):
            out += piece
            if len(out) > max_size:
                raise TooLargeError(f"{name} body opens to more than {max_size} bytes")
        body = bytes(out)
    return body


def decode_prefix(body: bytes, content_encoding: str, *, max_size: int) -> bytes:
    """Open as much of ``body`` as can be had, at most ``max_size`` bytes; for cut bodies.

    Raises:
        DecodeError: the encoding is unknown, or not even the first bytes are in it.
    """
    for name in _layers(content_encoding):
        out = bytearray()
        try:
            for piece in _OPENERS[name](body):
                out += piece
                if len(out) >= max_size:
                    break
        except DecodeError:
            if not out:
                raise
        body = bytes(out[:max_size])
    return body[:max_size]


def _layers(content_encoding: str) -> list[str]:
    """Names of the encodings to undo, outermost first."""
    names = [name.strip().lower() for name in content_encoding.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > _MAX_LAYERS:
        raise DecodeError(f"{len(names)} content encodings, at most {_MAX_LAYERS} are opened")
    for name in names:
        if name not in _OPENERS:
            raise DecodeError(f"unknown content encoding {name[:40]!r}")
    return names[::-1]


def _gzip(body: bytes) -> Iterator[bytes]:
    """All members of a gzip body; what follows the last member is ignored, as browsers do."""
    at = 0
    for _ in range(_MAX_MEMBERS):
        at = yield from _inflate(body, at, 16 + zlib.MAX_WBITS, "gzip")
        if body[at : at + 2] != b"\x1f\x8b":
            return
    raise DecodeError(f"gzip body of more than {_MAX_MEMBERS} members")


def _deflate(body: bytes) -> Iterator[bytes]:
    """Deflate with the zlib wrapper that the standard asks for, or raw as some servers send it."""
    if len(body) < 2 or body[0] & 0x0F != 8 or int.from_bytes(body[:2], "big") % 31:
        yield from _inflate(body, 0, -zlib.MAX_WBITS, "deflate")
        return
    pieces = _inflate(body, 0, zlib.MAX_WBITS, "deflate")
    try:
        head = next(pieces, b"")
    except TruncatedError:
        raise
    except DecodeError:  # raw data whose first bytes happen to look like the wrapper
        yield from _inflate(body, 0, -zlib.MAX_WBITS, "deflate")
        return
    yield head
    yield from pieces


def _inflate(body: bytes, start: int, wbits: int, name: str) -> Generator[bytes, None, int]:
    """Open one zlib stream from ``start``; returns the position behind it.

    Input goes in by small pieces, since zlib copies what it has not used at every step.
    """
    opener = zlib.decompressobj(wbits)
    at = start
    rest = b""
    try:
        while not opener.eof:
            if not rest:
                rest = body[at : at + _STEP]
                at += len(rest)
            piece = opener.decompress(rest, _STEP)
            rest = opener.unconsumed_tail
            if piece:
                yield piece
            elif not opener.eof and not rest and at >= len(body):
                raise TruncatedError(f"{name} body is cut off")
    except zlib.error as error:
        raise DecodeError(f"broken {name} body: {error}") from error
    return at - len(opener.unused_data)


def _brotli(body: bytes) -> Iterator[bytes]:
    opener = brotli.Decompressor()
    try:
        piece = opener.process(body, output_buffer_limit=_STEP)
        while piece or not opener.can_accept_more_data():
            if piece:
                yield piece
            if opener.is_finished():
                break
            piece = opener.process(b"", output_buffer_limit=_STEP)
    except brotli.error as error:
        raise DecodeError(f"broken br body: {error}") from error
    if not opener.is_finished():
        raise TruncatedError("br body is cut off")


def _zstd(body: bytes) -> Iterator[bytes]:
    """All frames of a zstd body."""
    for _ in range(_MAX_MEMBERS):
        opener = zstd.ZstdDecompressor(options=_ZSTD_WINDOW)
        data = body
        try:
            while not opener.eof:
                piece = opener.decompress(data, _STEP)
                data = b""
                if piece:
                    yield piece
                elif not opener.eof and opener.needs_input:
                    raise TruncatedError("zstd body is cut off")
        except zstd.ZstdError as error:
            raise DecodeError(f"broken zstd body: {error}") from error
        body = opener.unused_data
        if not body:
            return
    raise DecodeError(f"zstd body of more than {_MAX_MEMBERS} frames")


_OPENERS: dict[str, _Opener] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
