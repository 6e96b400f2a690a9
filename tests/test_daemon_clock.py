"""The clock jumps, the machine slept, the daemon was away: polls go on, once each, not at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import apscheduler.schedulers.base
import apscheduler.triggers.interval
import pytest

from monitor import pulse
from monitor.config.load import load
from monitor.daemon import Daemon
from monitor.pulse import Pulse
from tests.daemonkit import Installation, wait_for
from tests.newsite import NewsSite


def test_the_pulse_tells_a_jump_of_the_clock_once_and_drift_never(monkeypatch):
    monkeypatch.setattr(pulse, "BEAT_S", 0.005)
    jumps = []
    offset = 0.0

    async def scenario():
        nonlocal offset
        loop = asyncio.get_running_loop()
        beats = 0

        def wall():
            nonlocal beats
            beats += 1
            return 1_700_000_000 + loop.time() + offset

        async def some():
            seen = beats
            while beats < seen + 5:
                await asyncio.sleep(0.002)

        watch = Pulse(jumps.append, wall)
        watch.start()
        await some()
        assert jumps == []
        for step in (-3600, 7200, 20, 25):  # the last two are no jumps
            offset += step
            await some()
        watch.stop()

    asyncio.run(scenario())
    assert [round(jump) for jump in jumps] == [-3600, 7200]


def test_the_pulse_knows_the_longest_time_the_loop_stood_still(monkeypatch):
    monkeypatch.setattr(pulse, "BEAT_S", 0.005)

    async def scenario():
        loop = asyncio.get_running_loop()
        watch = Pulse(lambda _: None)
        watch.start()
        await asyncio.sleep(0.02)
        watch.take_longest_ms()
        until = loop.time() + 0.1
        while loop.time() < until:
            pass  # something blocks
        await asyncio.sleep(0.02)
        longest = watch.take_longest_ms()
        watch.stop()
        return longest

    assert asyncio.run(scenario()) > 80


class MovedTime(datetime):
    """What APScheduler takes for the time of day."""

    moved = timedelta(0)

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + cls.moved


@pytest.fixture
def moved(monkeypatch):
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", MovedTime)
    monkeypatch.setattr(apscheduler.triggers.interval, "datetime", MovedTime)
    yield MovedTime
    MovedTime.moved = timedelta(0)


@pytest.mark.parametrize("hours", [-5, 5])
def test_jobs_and_feeds_are_due_soon_after_the_clock_was_moved(tmp_path, moved, hours):
    """A clock that was an hour ahead and is put right must not cost an hour of news."""
    with NewsSite(outlets=3, articles=1) as site:
        here = Installation(tmp_path, site)
        config = load(here.config_path, {})

        def clock():
            return datetime.now(UTC) + moved.moved

        async def scenario():
            daemon = Daemon(config, config.storage.path, clock=clock)
            running = asyncio.create_task(daemon.run())
            await until(lambda: here.count() == 3)
            feeds = daemon._parts.poller.feeds.values()
            before = len(here.rows("SELECT 1 FROM poll"))
            moved.moved = timedelta(hours=hours)
            daemon._clock_jumped(hours * 3600)
            now = clock()
            soon = [at for job, at in daemon._jobs.next_times().items() if job != "upkeep"]
            assert len(soon) >= 5
            assert max(soon) <= now + timedelta(seconds=2)
            if hours < 0:
                # Polled once an hour: an hour is left, not six.
                assert all(
                    t.state.next_poll_at <= now + timedelta(hours=1, minutes=1) for t in feeds
                )
            else:
                # Overdue, each once, and not all in the same moment.
                times = sorted(t.state.next_poll_at for t in feeds)
                assert times[0] >= now - timedelta(seconds=1)
                assert times[-1] - times[0] > timedelta(milliseconds=50)
                await until(lambda: len(here.rows("SELECT 1 FROM poll")) == before + 3)
            daemon.stop()
            await running

        asyncio.run(scenario())
        assert here.articles() == site.texts()


async def until(condition, patience=30.0):
    async with asyncio.timeout(patience):
        while not condition():
            await asyncio.sleep(0.03)


def test_after_downtime_each_feed_is_polled_once_and_spread_out(tmp_path):
    with NewsSite(outlets=6, articles=1) as site:
        here = Installation(tmp_path, site)
        try:
            here.once()
            long_ago = "2026-01-01T00:00:00.000Z"
            here.do("UPDATE feed SET next_poll_at = ?, last_poll_at = ?", long_ago, long_ago)
            run = here.daemon()
            plan = run.wait_event("catching_up")
            assert plan["feeds"] == 6
            # Five a second; what is due at one look at the clock starts together.
            span = datetime.fromisoformat(plan["until"]) - datetime.fromisoformat(plan["time"])
            assert span > timedelta(seconds=0.9)
            polls = "SELECT f.source, count(*) FROM poll p JOIN feed f ON f.id = p.feed GROUP BY 1"
            wait_for(lambda: set(dict(here.rows(polls)).values()) == {2}, "one poll of each")
            here.stop(run)
        finally:
            here.close()


def test_the_daemon_ends_with_an_error_when_its_writer_is_broken(tmp_path):
    """It must not look alive while nothing is written: whoever supervises it starts it anew."""
    with NewsSite(outlets=1, articles=1) as site:
        here = Installation(tmp_path, site)
        config = load(here.config_path, {})

        async def scenario():
            daemon = Daemon(config, config.storage.path)
            running = asyncio.create_task(daemon.run())
            await until(lambda: here.count() == 1)

            async def broken(*_, **__):
                raise RuntimeError("the writer is gone")

            daemon._parts.store.do = broken
            daemon._jobs.clock_jumped(datetime.now(UTC))  # all of them, now
            await asyncio.wait({running}, timeout=20)
            assert running.done(), "it goes on as if it lived"
            with pytest.raises(RuntimeError, match="the writer is gone"):
                running.result()

        asyncio.run(scenario())
