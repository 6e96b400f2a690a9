"""The application without a socket: requests go straight into it, cookies and all."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from starlette.testclient import TestClient

from monitor.web.app import create_app
from monitor.web.settings import WebSettings

HOST = "http://127.0.0.1:8001"
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@contextmanager
def client(settings: WebSettings, **changes: Any):
    """Give a client of the application, as a browser would talk to it."""
    app = create_app(replace(settings, **changes))
    with TestClient(app, base_url=HOST, follow_redirects=False) as found:
        yield found


def token(browser: TestClient) -> str:
    """Return what the forms of this browser carry."""
    return _TOKEN.search(browser.get("/help").text)[1]


def post(browser: TestClient, path: str, **fields: Any):
    """Send a form of ours."""
    return browser.post(path, data={"csrf": token(browser), **fields})
