"""A receiver of webhooks on the loopback, that can be out of order for a while."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """Collects what arrives; ``status`` is what it answers, ``down`` closes the door."""

    def __init__(self, status=200):
        self.status = status
        self.got = []  # (headers, body bytes), those it accepted
        self.tries = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver.tries += 1
                if receiver.status < 300:
                    receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def messages(self):
        return [json.loads(body) for _, body in self.got]

    @property
    def alerts(self):
        return [alert for message in self.messages for alert in message["alerts"]]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
