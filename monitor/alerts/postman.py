"""Makes messages of what waits and sends them; what does not arrive is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from monitor.alerts.channels import Answer, Sender, sender_of
from monitor.alerts.times import ready
from monitor.config.channels import Channel
from monitor.config.mask import redact
from monitor.config.model import Config
from monitor.writing import StoreClient
from pipeline.errors import StoreError
from pipeline.store.alert_reading import something_to_send
from pipeline.store.outbox import KEPT, Message
from pipeline.store.reading import Reader
from pipeline.store.sqlite import SqliteStore

AT_ONCE = 5  # messages to one channel in one round

log = structlog.get_logger()


class Postman:
    """One round after the other; the channels of a round do not wait for each other."""

    def __init__(
        self,
        store: StoreClient,
        database: Path,
        clock: Callable[[], datetime],
        make_sender: Callable[[Channel, Callable[[str], str]], Sender] = sender_of,
        *,
        dropping: bool = True,
    ) -> None:
        self._store = store
        self._database = database
        self._clock = clock
        self._make_sender = make_sender
        self._dropping = dropping  # what waits for channels that are not configured
        self._sending: set[asyncio.Task[Answer | None]] = set()
        # What became of a message while the store could not be told.
        self._unsettled: dict[str, tuple[Message, Answer]] = {}

    async def begin(self) -> None:
        """Call once, before the first round: what a killed daemon was sending goes out again."""
        if not await asyncio.to_thread(self._something):
            return
        doubtful = await self._store.do(lambda store: store.outbox.recover())
        if doubtful:
            log.warning("messages_doubtful", messages=doubtful)

    async def round(self, config: Config) -> int:
        """Make and send what is due; returns how many messages arrived."""
        # Mostly there is nothing: a look costs no lock and no commit.
        if not await asyncio.to_thread(self._something):
            return 0
        waiting, open_channels = await self._store.do(
            lambda store: (store.outbox.waiting(), store.outbox.open_channels())
        )
        channels = set(waiting) | open_channels
        for gone in sorted(channels - set(config.notify)) if self._dropping else ():
            await self._store.do(partial(_drop, gone))
            log.warning("channel_gone", channel=gone)
        results = await asyncio.gather(
            *(
                self._serve(config, name, waiting.get(name, []))
                for name in sorted(channels & set(config.notify))
            ),
            return_exceptions=True,
        )
        for result in results:
            if isinstance(result, StoreError):
                raise result
            if isinstance(result, BaseException):
                log.error("channel_crashed", exc_info=result)
        return sum(result for result in results if isinstance(result, int))

    def _something(self) -> bool:
        with Reader(self._database) as reader:
            return something_to_send(reader)

    async def _serve(self, config: Config, name: str, waiting: list[tuple[int, datetime]]) -> int:
        if waiting:
            await self._make(config, name, waiting)
        return await self._send(config, name)

    async def _make(self, config: Config, name: str, waiting: list[tuple[int, datetime]]) -> None:
        channel, now = config.notify[name], self._clock()
        last = await self._store.do(lambda store: store.outbox.last_made(name))
        alerts = ready(
            waiting,
            times=channel.times,
            throttle=channel.throttle,
            last=last,
            now=now,
            zone=config.zone,
        )
        if not alerts:
            return

        def compose() -> dict[str, object]:
            from monitor.alerts.compose import payload  # with Jinja, which takes long to import

            with Reader(self._database) as reader:
                return payload(
                    reader,
                    alerts,
                    channel=name,
                    now=now,
                    zone=config.zone,
                    title=channel.title,
                    template=channel.template,
                )

        made = await asyncio.to_thread(compose)
        await self._store.do(lambda store: store.outbox.make(name, alerts, made, now), urgent=True)

    async def _send(self, config: Config, name: str) -> int:
        sender = self._make_sender(config.notify[name], partial(redact, config=config))
        arrived = 0
        for _ in range(AT_ONCE):
            attempt = asyncio.create_task(self._attempt(name, sender))
            self._sending.add(attempt)
            attempt.add_done_callback(self._sending.discard)
            # Whoever gives up on the round does not leave a message of which nobody knows.
            answer = await asyncio.shield(attempt)
            if answer is None or not answer.arrived:
                break
            arrived += 1
        return arrived

    async def _attempt(self, name: str, sender: Sender) -> Answer | None:
        """Send the next message and enter what became of it; None if none is due."""
        kept = self._unsettled.get(name)
        if kept is None:
            now = self._clock()
            message = await self._store.do(partial(_take, name, now), urgent=True)
            if message is None:
                return None
            try:
                answer = await asyncio.to_thread(sender, message, now)
            except Exception as error:
                log.exception("channel_crashed", channel=name)
                answer = Answer(arrived=False, error=type(error).__name__)
            self._unsettled[name] = message, answer
        else:
            message, answer = kept
        await self._store.do(partial(_settle, message, answer, self._clock()), urgent=True)
        del self._unsettled[name]
        if answer.arrived:
            log.info("message_sent", channel=name, alerts=len(message.payload["alerts"]))
        else:
            log.warning(
                "message_not_sent",
                channel=name,
                error=answer.error,
                attempts=message.attempts,
                given_up=answer.final,
            )
        return answer

    async def finish(self, patience: float) -> None:
        """Let what is being sent come to its end, for so many seconds at most."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=patience)

    async def prune(self) -> None:
        """Forget messages that are long through."""
        before = self._clock() - KEPT
        while await self._store.do(lambda store: store.outbox.prune(before)):
            pass


def _drop(channel: str, store: SqliteStore) -> None:
    store.outbox.drop(channel)


def _take(channel: str, now: datetime, store: SqliteStore) -> Message | None:
    return store.outbox.take(channel, now)


def _settle(message: Message, answer: Answer, now: datetime, store: SqliteStore) -> None:
    if answer.arrived:
        store.outbox.sent(message, now)
    else:
        store.outbox.failed(message, answer.error, now, final=answer.final)
