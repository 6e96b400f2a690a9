"""Alerts from the store to a receiver on the loopback: once each, whatever happens between."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import threading
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from monitor.alerts.channels import Answer
from monitor.alerts.hearing import topic_specs
from monitor.alerts.keeper import Keeper
from monitor.alerts.postman import Postman
from monitor.config.load import load
from monitor.writing import StoreClient
from pipeline.errors import StoreError
from pipeline.store.alerts import Alert
from pipeline.store.reading import Reader
from pipeline.store.sqlite import open_store
from pipeline.store.topics import TopicSpec
from tests.hookkit import Receiver
from tests.storekit import (
    NOW,
    at,
    bench_of,
    due_link,
    found_empty,
    one_file,
    prepared,
    run_story,
    settle,
    words_of,
)

SECRET = "a secret of some length"


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


class Desk:
    """A store with topics, a clock of our own and a postman."""

    def __init__(self, folder, receiver, topics=("council",), **channel):
        settings = {
            "contact": "desk@example.org",
            "timezone": "Europe/Berlin",
            "topics": [{"id": t, "query": t, "notify": ["desk"]} for t in topics],
            "notify": {
                "desk": {"webhook": receiver.url, "secret": SECRET, "throttle": "0s", **channel}
            },
            "alerts": {"notify": ["desk"]},
        }
        file = folder / "config.yaml"
        file.write_text(yaml.safe_dump(settings))
        self.config = load(file, {})
        self.path = folder / "monitor.db"
        store = open_store(self.path, NOW)
        with store.transaction():
            found_empty(store)
        self.now = NOW
        self.store = StoreClient(store, linger=0.0)
        self.postman = Postman(self.store, self.path, lambda: self.now)
        self.specs = topic_specs(self.config)

    async def do(self, change):
        return await self.store.do(change)

    async def match(self):
        await self.do(lambda s: s.topics.sync(self.specs, self.now))
        while await self.do(lambda s: s.topics.match_some(self.now)):
            pass

    async def round(self):
        return await self.postman.round(self.config)

    def later(self, **span):
        self.now += timedelta(**span)


def with_desk(folder, receiver, test, **more):
    async def run():
        desk = Desk(folder, receiver, **more)
        try:
            await desk.match()  # topics are there before the news
            await test(desk)
        finally:
            await desk.store.close()

    asyncio.run(run())


def news(name, outlet="harbour", words="council", now=NOW, end=""):
    return prepared(name, f"The {words} met. {words_of(name)} {end}", outlet=outlet, title=name)


def test_a_story_is_told_once_and_its_edit_with_the_words(tmp_path, receiver):
    async def test(desk):
        text = f"The council met {words_of('x')}. There were 14 boats."
        for n, outlet in enumerate(("harbour", "orrin", "valley")):
            made = prepared(f"a{n}", text, outlet=outlet, title="Boats counted")
            await desk.do(
                lambda s, m=made, o=outlet, n=n: run_story(
                    s, f"a{n}", m, outlet=o, now=at(n), next_visit=at(9)
                )
            )
            await desk.match()
            await desk.round()
        (alert,) = receiver.alerts
        assert (alert["kind"], alert["topics"], alert["title"]) == (
            "story", ["council"], "Boats counted",
        )  # fmt: skip
        desk.now = at(10)
        # The edit takes out the word that matched, and is told all the same.
        edited = prepared("a0", text.replace("14", "9").replace("council", "crew"),
                          title="Boats counted")  # fmt: skip
        await desk.do(lambda s: settle(s, due_link(s, "a0", now=at(10)), edited, at(10)))
        await desk.match()
        await desk.round()
        edit = receiver.alerts[1]
        assert edit["kind"] == "edit"
        assert edit["article"] == alert["article"]
        assert "[-14-] {+9+} boats" in " ".join(edit["diff"])
        assert "[-14-] {+9+}" in receiver.messages[1]["text"]
        assert len(receiver.alerts) == 2

    with_desk(tmp_path, receiver, test)


def test_messages_are_signed_as_the_standard_says(tmp_path, receiver):
    async def test(desk):
        await desk.do(lambda s: run_story(s, "a", news("a")))
        await desk.match()
        assert await desk.round() == 1
        ((headers, body),) = receiver.got
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
        assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
        assert receiver.messages[0]["id"] == headers["webhook-id"]

    with_desk(tmp_path, receiver, test)


def test_what_a_receiver_misses_for_an_hour_arrives_once_and_in_order(tmp_path, receiver):
    async def test(desk):
        await desk.postman.begin()
        receiver.status = 503
        for n in range(4):
            await desk.do(lambda s, n=n: run_story(s, f"a{n}", news(f"a{n}"), now=desk.now))
            await desk.match()
            await desk.round()
            desk.later(minutes=15)
        assert 2 < receiver.tries < 20  # again and again, at growing distances
        receiver.status = 200
        # Killed while it sends: nobody knows whether the message arrived.
        await desk.do(lambda s: s.outbox.hurry(["desk"], desk.now))
        taken = await desk.do(lambda s: s.outbox.take("desk", desk.now))
        assert await desk.round() == 0
        await desk.postman.begin()
        for _ in range(9):
            await desk.round()
            desk.later(minutes=31)
        assert [a["title"] for a in receiver.alerts] == ["a0", "a1", "a2", "a3"]
        assert receiver.messages[0]["id"] == taken.uid  # by which a receiver tells repetitions
        assert await desk.round() == 0

    with_desk(tmp_path, receiver, test)


def test_digests_come_at_their_times_also_when_the_clock_changes(tmp_path, receiver):
    async def test(desk):
        # Berlin: on 25 October 2026 02:30 comes twice.
        desk.now = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
        arrived = []
        for n in range(60):
            if n % 6 == 0:
                await desk.do(lambda s, n=n: run_story(s, f"b{n}", news(f"b{n}"), now=desk.now))
                await desk.match()
            if await desk.round():
                arrived.append(desk.now)
            desk.later(minutes=30)
        assert arrived == [
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # 02:30, the first time
            datetime(2026, 10, 25, 17, 0, tzinfo=UTC),  # 18:00, an hour later in UTC
            datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
        ]
        assert [len(m["alerts"]) for m in receiver.messages] == [2, 6, 2]

    with_desk(tmp_path, receiver, test, at=["02:30", "18:00"])


def test_a_throttle_bundles_what_comes_meanwhile(tmp_path, receiver):
    async def test(desk):
        for n in range(5):
            await desk.do(lambda s, n=n: run_story(s, f"c{n}", news(f"c{n}"), now=desk.now))
            await desk.match()
            await desk.round()
            desk.later(minutes=1)
        desk.later(minutes=10)
        await desk.round()
        assert [len(m["alerts"]) for m in receiver.messages] == [1, 4]
        assert receiver.messages[1]["title"] == "News monitor: 4 new stories"

    with_desk(tmp_path, receiver, test, throttle="10m")


def test_two_topics_are_one_alert_and_old_news_are_none(tmp_path, receiver):
    async def test(desk):
        both = news("a", words="council and the mayor")
        await desk.do(lambda s: run_story(s, "a", both))
        old = NOW - timedelta(days=4)
        dated = prepared("old", f"The council {words_of('old')}", published_at=old)
        await desk.do(lambda s: run_story(s, "old", dated))
        await desk.match()
        await desk.round()
        (alert,) = receiver.alerts
        assert sorted(alert["topics"]) == ["council", "mayor"]
        # A new topic and one asked again find the past, and tell nothing of it.
        desk.specs = [TopicSpec(id="late", name="late", query="met", notify={"story": ["desk"]})]
        await desk.match()
        await desk.round()
        assert len(receiver.alerts) == 1

    with_desk(tmp_path, receiver, test, topics=("council", "mayor"))


def test_a_channel_that_breaks_does_not_stop_another(tmp_path, receiver):
    async def test(desk):
        other = {"bad": desk.config.notify["desk"].model_copy()}
        config = desk.config.model_copy(update={"notify": {**desk.config.notify, **other}})

        def sender(channel, redact):
            def send(message, now):
                if message.channel == "bad":
                    raise RuntimeError("a mistake")
                return Answer(arrived=True)

            return send

        desk.postman = Postman(desk.store, desk.path, lambda: desk.now, sender)
        alert = Alert(kind="daemon", subject="x", at=NOW, channels=("bad", "desk"),
                      facts={"headline": "h", "reason": "r"})  # fmt: skip
        await desk.do(lambda s: s.alerts.add(alert))
        assert await desk.do(lambda s: s.alerts.add(alert)) is None
        assert await desk.postman.round(config) == 1

    with_desk(tmp_path, receiver, test)


def test_what_arrived_while_the_store_could_not_be_told_is_not_sent_again(tmp_path, receiver):
    async def test(desk):
        await desk.do(lambda s: run_story(s, "a", news("a")))
        await desk.match()
        works = desk.store.do
        calls = 0

        async def failing(change, *, urgent=False):
            nonlocal calls
            calls += urgent
            if urgent and calls == 3:  # made, taken, and then the word that it arrived
                raise StoreError("the disk is full")
            return await works(change, urgent=urgent)

        desk.store.do = failing
        with pytest.raises(StoreError):
            await desk.round()
        assert len(receiver.messages) == 1
        await desk.do(lambda s: run_story(s, "b", news("b"), now=desk.now))
        await desk.match()
        await desk.round()
        await desk.round()
        assert [a["title"] for a in receiver.alerts] == ["a", "b"]
        assert await desk.do(lambda s: s.outbox.open_channels()) == set()

    with_desk(tmp_path, receiver, test)


def test_a_message_on_its_way_comes_to_its_end_when_the_daemon_is_stopped(tmp_path, receiver):
    async def test(desk):
        begun, go = threading.Event(), threading.Event()

        def slow(channel, redact):
            def send(message, now):
                begun.set()
                go.wait(10)
                return Answer(arrived=True)

            return send

        desk.postman = Postman(desk.store, desk.path, lambda: desk.now, slow)
        await desk.do(lambda s: run_story(s, "a", news("a")))
        await desk.match()
        job = asyncio.create_task(desk.round())
        await asyncio.to_thread(begun.wait, 10)
        job.cancel()  # as the scheduler does at the end
        with pytest.raises(asyncio.CancelledError):
            await job
        asyncio.get_running_loop().call_later(0.05, go.set)
        await desk.postman.finish(10)
        assert await desk.do(lambda s: s.outbox.recover()) == 0
        assert await desk.do(lambda s: s.outbox.open_channels()) == set()

    with_desk(tmp_path, receiver, test)


def test_what_waits_for_a_channel_that_is_gone_is_dropped(tmp_path, receiver):
    async def test(desk):
        alert = Alert(kind="daemon", subject="x", at=NOW, channels=("gone",))
        await desk.do(lambda s: s.alerts.add(alert))
        await desk.round()
        assert await desk.do(lambda s: s.outbox.waiting()) == {}

    with_desk(tmp_path, receiver, test)


def test_an_outlet_that_breaks_is_told_once_and_when_it_is_well_again(tmp_path, receiver):
    async def test(desk):
        keeper = Keeper(desk.store, desk.path, lambda: desk.now)

        def broken(store, failures):
            store.connection().execute(
                "UPDATE feed SET failures = ?, failing_since = ?, last_poll_at = ?, "
                "last_success_at = ?, last_error = ?, last_error_message = ? "
                "WHERE source = 'harbour'",
                (
                    failures,
                    "2026-01-01T00:00:00.000Z" if failures else None,
                    desk.now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                    None if failures else desk.now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                    "http_5xx" if failures else None,
                    "answered 503" if failures else None,
                ),
            )

        for failures in (5, 6, 7, 0, 0, 8, 9):
            await desk.do(lambda s, f=failures: broken(s, f))
            await keeper.look(desk.config)
            await desk.round()
            desk.later(minutes=30)
        told = [(a["source"], a["state"]) for a in receiver.alerts]
        assert told[0] == ("harbour", "http")
        assert len(told) == 2  # well again; the same trouble soon after is not told again
        assert receiver.alerts[1]["was"] == "http"
        desk.later(hours=7)
        await keeper.look(desk.config)
        await desk.round()
        assert [(a["source"], a["state"]) for a in receiver.alerts[2:]] == [("harbour", "http")]

    with_desk(tmp_path, receiver, test)


def test_messages_are_kept_for_a_time(tmp_path, receiver):
    async def test(desk):
        await desk.do(lambda s: run_story(s, "a", news("a")))
        await desk.match()
        await desk.round()
        desk.later(days=91)
        await desk.postman.prune()
        desk.later(days=-91)
        rows = await desk.do(
            lambda s: s.connection().execute("SELECT count(*) FROM message").fetchone()[0]
        )
        assert rows == 0
        await desk.match()
        assert await desk.round() == 0

    with_desk(tmp_path, receiver, test)


def test_a_story_that_was_put_together_is_not_told_again(tmp_path):
    with bench_of(one_file, tmp_path) as bench:
        topic = TopicSpec(id="t", name="t", query="council", notify={"story": ["desk"]})
        bench.do(lambda s: s.topics.sync([topic], NOW))
        bench.do(lambda s: s.topics.match_some(NOW))
        bench.do(lambda s: run_story(s, "a", news("a")))
        bench.do(lambda s: s.topics.match_some(NOW))
        bench.do(lambda s: run_story(s, "b", news("b", words="crew"), now=at(1)))
        bench.do(lambda s: s.topics.match_some(at(1)))
        bench.do(lambda s: s.stories.merge([2, 1], at(2), ""))
        bench.do(lambda s: run_story(s, "c", news("b", "orrin", words="crew"), outlet="orrin",
                                     now=at(3)))  # fmt: skip
        bench.do(lambda s: s.topics.match_some(at(3)))
        with Reader(bench.path) as reader:
            assert len(reader.rows("SELECT * FROM alert")) == 1
