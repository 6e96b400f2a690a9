"""Raw pages as WARC 1.1 (ISO 28500), one gzip member a record."""

from __future__ import annotations

import io
from collections.abc import Iterable
from http import HTTPStatus
from typing import BinaryIO

import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor import __version__
from pipeline.store.records import RawPage

# They spoke of the body as it was sent; what is kept is the body without that.
_OF_TRANSFER = frozenset({"content-encoding", "transfer-encoding", "content-length"})


def write(pages: Iterable[RawPage], out: BinaryIO, name: str) -> int:
    """Write pages as ``response`` records; returns how many.

    The body of a record is the decoded body that is stored, byte for byte; headers that speak of
    its transfer are given as ``X-Original-…``.
    """
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    writer.write_record(
        writer.create_warcinfo_record(
            name,
            {
                "software": f"news-monitor/{__version__}",
                "format": "WARC File Format 1.1",
                "description": "bodies are decoded; how they were sent is in X-Original-…",
            },
        )
    )
    count = 0
    for page in pages:
        body = zstandard.ZstdDecompressor().decompress(page.zstd, max_output_size=page.size)
        headers = [_header(key, value) for key, value in page.headers.items()]
        headers.append(("Content-Length", str(len(body))))
        record = writer.create_warc_record(
            page.url,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(_status(page.status), headers, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": page.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
        )
        writer.write_record(record)
        count += 1
    return count


def _header(key: str, value: str) -> tuple[str, str]:
    value = " ".join(value.split())
    title = "-".join(part.capitalize() for part in key.split("-"))
    return (f"X-Original-{title}" if key.lower() in _OF_TRANSFER else title, value)


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return f"{code} Unknown"
