"""``monitor notify list|log|test|flush``: the channels, and the messages to them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

import typer

from monitor.alerts.channels import sender_of
from monitor.alerts.compose import words
from monitor.alerts.postman import Postman
from monitor.alerts.sample import sample
from monitor.cli.moments import utc_now
from monitor.cli.options import Given, Shape
from monitor.cli.output import Column, emit, note, put
from monitor.cli.reviewing import changed
from monitor.config.mask import redact
from monitor.config.model import Config
from monitor.config.suggest import did_you_mean
from monitor.writing import StoreClient
from pipeline.errors import NotFoundError
from pipeline.store.alert_reading import channels_told, messages
from pipeline.store.outbox import Message
from pipeline.store.reading import Reader
from pipeline.store.sqlite import SqliteStore, open_store

USUAL = 50
EXIT_SOME_FAILED = 4

CHANNELS = (
    Column(key="channel"),
    Column(key="way"),
    Column(key="when"),
    Column(key="topics", kind="list"),
    Column(key="sent", kind="number"),
    Column(key="queued", kind="number"),
    Column(key="waiting", kind="number"),
    Column(key="failed", kind="number"),
    Column(key="last_sent_at", title="last sent", kind="time"),
    Column(key="next_try_at", title="next try", kind="time", shown=False),
    Column(key="error", flexible=True),
)
MESSAGES = (
    Column(key="id", kind="number"),
    Column(key="made_at", title="made", kind="time"),
    Column(key="channel"),
    Column(key="state"),
    Column(key="sent_at", title="sent", kind="time"),
    Column(key="attempts", title="tries", kind="number"),
    Column(key="alerts", kind="number"),
    Column(key="title", flexible=True),
    Column(key="error", flexible=True, style="dim"),
    Column(key="next_try_at", kind="time", shown=False),
    Column(key="uid", shown=False),
    Column(key="doubtful", kind="flag", shown=False),
)

ChannelArgument = Annotated[
    str, typer.Argument(metavar="CHANNEL", help="Its name under notify in the configuration.")
]
OneChannel = Annotated[
    str | None,
    typer.Argument(metavar="[CHANNEL]", help="Of this channel only.", show_default=False),
]


def list_channels(given: Given, shape: Shape) -> int:
    """List the channels of the configuration: what was sent, what waits, what does not arrive.

    "queued" are alerts that the next message will tell, "waiting" messages on their way.
    """
    config = given.load()
    told = {}
    if given.database.exists():
        with Reader(given.database) as reader:
            told = channels_told(reader)
    rows = (
        {
            "sent": 0, "queued": 0, "waiting": 0, "failed": 0,
            "last_sent_at": None, "next_try_at": None, "error": None,
            **told.get(name, {}),
            "channel": name,
            "way": "webhook" if channel.webhook else "apprise",
            "when": " ".join(channel.at) or "as it happens",
            "topics": [topic.id for topic in config.topics if name in topic.notify],
        }
        for name, channel in config.notify.items()
    )  # fmt: skip
    emit(rows, CHANNELS, shape, empty="no channels; they stand under `notify` in config.yaml")
    return 0


def log(
    given: Given,
    shape: Shape,
    channel: OneChannel = None,
) -> int:
    """List the messages to channels, newest first; kept for 90 days."""
    with Reader(given.database) as reader:
        emit(messages(reader, channel, shape.most(USUAL)), MESSAGES, shape, empty="no message yet")
    return 0


def try_channel(
    given: Given,
    channel: ChannelArgument,
    show: Annotated[bool, typer.Option("--show", help="Print the message as well.")] = False,
) -> int:
    """Send a message with an example of each kind of alert to a channel, now.

    It shows whether the address, the secret and the templates are right; nothing is stored.
    """
    config = given.load()
    wanted = _channel(config, channel)
    settings, now = config.notify[wanted], utc_now()
    facts = sample(wanted, now, config.zone)
    told = words(facts, title=settings.title, template=settings.template)
    message = Message(
        id=0, uid=f"msg_test_{now:%Y%m%d%H%M%S}", channel=wanted, made_at=now,
        payload={**facts, **told}, attempts=1, doubtful=False,
    )  # fmt: skip
    if show:
        put(told["title"])
        put("")
        put(told["text"])
    if told["text"].startswith("(The channel's"):
        note(told["text"].splitlines()[0].strip("()"))
    answer = sender_of(settings, partial(redact, config=config))(message, now)
    if not answer.arrived:
        note(f"{wanted}: not sent: {answer.error}")
        return 1
    note(f"{wanted}: sent")
    return 0


def flush(
    given: Given,
    channel: OneChannel = None,
) -> int:
    """Send what waits now, messages that were given up as well; digests keep their times.

    While a daemon runs it is told to; otherwise they are sent from here.
    """
    from pipeline.store.lock import DaemonLock

    config = given.load()
    chosen = [_channel(config, channel)] if channel else list(config.notify)

    def hurry(store: SqliteStore) -> int:
        return store.outbox.hurry(chosen, utc_now())

    number = changed(given, hurry)
    if DaemonLock(given.database).holder() is not None:
        note(f"{number} message{'' if number == 1 else 's'} to send; the daemon does it now")
        return 0
    only = config.model_copy(update={"notify": {n: config.notify[n] for n in chosen}})
    arrived = asyncio.run(_send(given, only))
    with Reader(given.database) as reader:
        left = {
            name: row for name, row in channels_told(reader).items()
            if name in chosen and row["waiting"] + row["failed"]
        }  # fmt: skip
    note(f"{arrived} message{'' if arrived == 1 else 's'} sent")
    for name, row in left.items():
        note(f"{name}: {row['waiting'] + row['failed']} not sent: {row['error'] or 'given up'}")
    return EXIT_SOME_FAILED if left else 0


async def _send(given: Given, config: Config) -> int:
    store = StoreClient(open_store(given.database, utc_now(), pages=given.pages))
    try:
        postman = Postman(store, given.database, utc_now, dropping=False)
        await postman.begin()
        arrived = 0
        while step := await postman.round(config):
            arrived += step
        return arrived
    finally:
        await store.close()


def _channel(config: Config, name: str) -> str:
    if name not in config.notify:
        known = list(config.notify)
        hint = did_you_mean(name, known) or (f"known: {', '.join(known)}" if known else "none yet")
        raise NotFoundError(f"there is no channel '{name}' under notify ({hint})")
    return name
