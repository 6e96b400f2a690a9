"""The ways a message goes: through Apprise to people, as signed JSON to programs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor import __version__
from monitor.config.channels import Channel
from pipeline.store.outbox import Message

TIMEOUT_S = 15.0
_ZERO_WIDTH = "\u200b"
_REPEATED = "(This may be a repetition: the monitor ended while it was sent.)"


class Answer(NamedTuple):
    """What became of an attempt to send."""

    arrived: bool
    error: str = ""
    final: bool = False  # another attempt would be refused as well


class Sender(Protocol):
    """Sends one message; never raises."""

    def __call__(self, message: Message, now: datetime) -> Answer:
        """Try once."""


def sender_of(channel: Channel, redact: Callable[[str], str]) -> Sender:
    """Return what sends to a channel; ``redact`` hides secrets in what is told of errors."""
    if channel.webhook is not None:
        secret = channel.secret.get_secret_value() if channel.secret else ""
        return Webhook(channel.webhook.get_secret_value(), secret, redact)
    url = channel.url.get_secret_value() if channel.url else ""
    return People(url, redact)


class Webhook:
    """Posts a message as JSON, signed as the Standard Webhooks specification 1.0 says.

    Header ``webhook-id`` is the same at each attempt; ``webhook-signature`` is ``v1,`` and the
    base64 of HMAC-SHA256 over "id.timestamp.body".
    """

    def __init__(self, url: str, secret: str, redact: Callable[[str], str]) -> None:
        self._url = url
        self._secret = secret
        self._redact = redact

    def __call__(self, message: Message, now: datetime) -> Answer:
        """Send; 2xx has arrived, 410 and 413 will not be asked again, all else later."""
        import requests

        facts = {"id": message.uid, **message.payload}
        body = json.dumps(facts, ensure_ascii=False).encode()
        stamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"news-monitor/{__version__}",
            "webhook-id": message.uid,
            "webhook-timestamp": stamp,
        }
        if self._secret:
            headers["webhook-signature"] = sign(self._secret, message.uid, stamp, body)
        try:
            answer = requests.post(
                self._url, data=body, headers=headers, timeout=TIMEOUT_S, allow_redirects=False
            )
        except requests.RequestException as error:
            return Answer(arrived=False, error=self._redact(_said(error)))
        if 200 <= answer.status_code < 300:
            return Answer(arrived=True)
        return Answer(
            arrived=False,
            error=f"the receiver answered {answer.status_code}",
            final=answer.status_code in (410, 413),
        )


def sign(secret: str, uid: str, stamp: str, body: bytes) -> str:
    """Return the signature of a message; a secret that begins with ``whsec_`` is base64."""
    key = secret.encode()
    if secret.startswith("whsec_"):
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except ValueError:
            key = secret.encode()
    digest = hmac.new(key, f"{uid}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _said(error: Exception) -> str:
    """What went wrong in a few words, without the objects that requests prints."""
    import requests

    if isinstance(error, requests.Timeout):
        return "the receiver does not answer"
    if isinstance(error, requests.exceptions.SSLError):
        return "no safe connection to the receiver"
    if isinstance(error, requests.ConnectionError):
        return "the receiver cannot be reached"
    return type(error).__name__


class People:
    """Sends a message through Apprise: e-mail, Slack, Telegram, Matrix and a hundred more."""

    def __init__(self, url: str, redact: Callable[[str], str]) -> None:
        self._url = url
        self._redact = redact

    def __call__(self, message: Message, now: datetime) -> Answer:
        """Send; what Apprise logs on the way is the error that is told."""
        import apprise

        told = _Told()
        logger = logging.getLogger("apprise")
        logger.addHandler(told)
        try:
            way = apprise.Apprise()
            if not way.add(self._url):
                return Answer(
                    arrived=False, error="Apprise does not know this kind of URL", final=True
                )
            text = str(message.payload["text"])
            if message.doubtful:
                text += f"\n\n{_REPEATED}"
            arrived = way.notify(
                title=harmless(str(message.payload["title"])),
                body=harmless(text),
                body_format=apprise.NotifyFormat.TEXT,
            )
        except Exception as error:  # noqa: BLE001  a plugin's mistake is its channel's only
            return Answer(arrived=False, error=self._redact(f"{type(error).__name__}: {error}"))
        finally:
            logger.removeHandler(told)
        if arrived:
            return Answer(arrived=True)
        return Answer(arrived=False, error=self._redact(told.last or "Apprise could not send it"))


def harmless(text: str) -> str:
    """Return text that calls nobody: headlines must not ring everyone in a chat."""
    for word in ("everyone", "here", "channel", "all", "room"):
        text = text.replace(f"@{word}", f"@{_ZERO_WIDTH}{word}")
    return text.replace("<!", f"<{_ZERO_WIDTH}!").replace("<@", f"<{_ZERO_WIDTH}@")


class _Told(logging.Handler):
    """Keeps the last warning."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = " ".join(record.getMessage().split())
