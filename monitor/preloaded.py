"""What the fork server loads once, so that a worker is at its first job in milliseconds.

Importing this module reads a small page and a small feed: that also loads what the parsers import
only when they need it.  Workers share the memory of all that.
"""

from __future__ import annotations

import gc
import os

# numpy's linear algebra would start a thread for each core, which a server that forks must not
# have; the block model needs none of it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from monitor.jobs import FeedJob, PageJob, read_feed, read_page
from pipeline.model import FeedKind, Link

_TEXT = (
    "<p>A harbour town on the coast opened its new ferry line on Monday, the mayor said.</p>" * 9
)
_PAGE = (
    "<!doctype html><html lang=en><head><title>Ferry line opens</title></head>"
    f"<body><article><h1>Ferry line opens</h1>{_TEXT}</article></body></html>"
)
_FEED = (
    "<rss version='2.0'><channel><title>News</title><item><title>Ferry line opens</title>"
    "<link>http://preload.example/a</link><pubDate>Mon, 05 Jan 2026 08:00:00 GMT</pubDate>"
    "</item></channel></rss>"
)
_URL = "http://preload.example/a"


def warm() -> None:
    """Use everything once."""
    read_page(PageJob(url=_URL, body=_PAGE.encode(), link=Link(url=_URL), content_type="text/html"))
    read_feed(FeedJob(kind=FeedKind.FEED, url=_URL, body=_FEED.encode()))
    read_feed(FeedJob(kind=FeedKind.SECTION, url=_URL, body=_PAGE.encode()))
    # A collector that walks these objects in a worker would copy the pages they are shared in.
    gc.collect()
    gc.freeze()


warm()
