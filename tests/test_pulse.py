"""The pulse: how long the loop was blocked, and jumps of the wall clock, on a clock of our own."""

from __future__ import annotations

import pytest

from monitor import pulse
from monitor.pulse import BEAT_S, JUMP_S, Pulse


class Handle:
    def __init__(self):
        self.cancelled = False

    def cancel(self):
        self.cancelled = True


class Loop:
    """An event loop as far as the pulse knows one; time passes when a test says so."""

    def __init__(self):
        self.now = 1000.0
        self.wall_ahead = 5_000_000.0
        self.due = []

    def time(self):
        return self.now

    def wall(self):
        return self.now + self.wall_ahead

    def call_at(self, when, run):
        handle = Handle()
        self.due.append((when, run, handle))
        return handle

    def sleep(self, seconds, late=0.0):
        """Let time pass, each beat coming ``late`` seconds after its time."""
        end = self.now + seconds
        while True:
            self.due = [d for d in self.due if not d[2].cancelled]
            if not self.due or min(self.due)[0] + late > end:
                self.now = end
                return
            first = min(self.due, key=lambda d: d[0])
            self.due.remove(first)
            self.now = max(self.now, first[0] + late)
            first[1]()

    def block(self, seconds):
        """Keep the loop from running anything for so long."""
        self.now += seconds


@pytest.fixture
def loop(monkeypatch):
    loop = Loop()
    monkeypatch.setattr(pulse.asyncio, "get_running_loop", lambda: loop)
    return loop


def started(loop):
    jumps = []
    beating = Pulse(jumps.append, wall=loop.wall)
    beating.start()
    return beating, jumps


def test_an_idle_loop_has_no_lag_and_no_jumps(loop):
    beating, jumps = started(loop)
    loop.sleep(3600)
    assert beating.take_longest_ms() == pytest.approx(0, abs=1e-3)
    assert jumps == []


def test_the_longest_block_is_told_once(loop):
    beating, _ = started(loop)
    loop.sleep(10)
    loop.block(BEAT_S + 0.25)
    loop.sleep(10)
    loop.block(BEAT_S + 0.1)
    loop.sleep(10)
    # A block is seen from the beat that it kept waiting; how far off that was, is not known.
    assert 250 - 1e-3 <= beating.take_longest_ms() <= 250 + BEAT_S * 1000
    assert beating.take_longest_ms() == 0


def test_late_beats_do_not_add_up(loop):
    beating, _ = started(loop)
    loop.sleep(100, late=0.02)
    assert beating.take_longest_ms() == pytest.approx(20, abs=1)


@pytest.mark.parametrize("seconds", [3600.0, -3600.0, JUMP_S + 1, -JUMP_S - 1])
def test_a_jump_of_the_wall_clock_is_told_once_with_its_size(loop, seconds):
    beating, jumps = started(loop)
    loop.sleep(20)
    loop.wall_ahead += seconds
    loop.sleep(20)
    assert jumps == [pytest.approx(seconds)]
    assert beating.take_longest_ms() == pytest.approx(0, abs=1e-3)


def test_a_machine_that_slept_is_a_jump_because_the_monotonic_clock_stood(loop):
    _, jumps = started(loop)
    loop.wall_ahead += 8 * 3600
    loop.sleep(2 * BEAT_S)
    assert jumps == [pytest.approx(8 * 3600)]


def test_a_slow_drift_is_no_jump_however_far_it_goes(loop):
    _, jumps = started(loop)
    for _ in range(1000):
        loop.wall_ahead += 1.0
        loop.sleep(BEAT_S)
    assert jumps == []


def test_a_blocked_loop_is_no_jump(loop):
    _, jumps = started(loop)
    loop.block(600)
    loop.sleep(5)
    assert jumps == []


def test_who_cannot_wait_for_the_next_beat_may_look_himself(loop):
    beating, jumps = started(loop)
    loop.sleep(BEAT_S)
    loop.wall_ahead += 7200
    beating.check()
    assert jumps == [pytest.approx(7200)]
    loop.sleep(5)
    assert len(jumps) == 1


def test_after_stop_it_beats_no_more(loop):
    beating, jumps = started(loop)
    beating.stop()
    loop.wall_ahead += 7200
    loop.sleep(60)
    assert jumps == []


def test_it_beats_on_when_the_one_it_tells_fails(loop):
    def fail(_):
        raise ValueError

    beating = Pulse(fail, wall=loop.wall)
    beating.start()
    loop.wall_ahead += 7200
    with pytest.raises(ValueError):
        loop.sleep(BEAT_S)
    loop.sleep(5)
    loop.block(BEAT_S + 3)
    loop.sleep(5)
    assert beating.take_longest_ms() >= 3000
