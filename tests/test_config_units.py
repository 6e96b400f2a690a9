"""Durations, sizes and shares: what is written is read, and reads back the same."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.units import (
    duration_text,
    read_duration,
    read_share,
    read_size,
    share_text,
    size_text,
)


@given(st.integers(0, 36500 * 86400))
def test_durations_come_back(seconds):
    value = timedelta(seconds=seconds)
    assert read_duration(duration_text(value)) == value


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (45, "45s"), (90, "1m30s"), (300, "5m"), (5400, "1h30m"), (86400, "1d"),
     (180 * 86400, "180d"), (14 * 86400, "2w"), (90061, "1d1h1m1s")],
)  # fmt: skip
def test_durations_read_well(seconds, text):
    assert duration_text(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 parsecs", "-5m", "1e3s", "9" * 30 + "d", "5m\x00"]
)
def test_no_duration(text):
    with pytest.raises(ValueError):
        read_duration(text)


@given(st.integers(0, 10**15))
def test_sizes_come_back(value):
    assert read_size(size_text(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("4MB", 4_000_000), ("4 mb", 4_000_000), ("4MiB", 4 << 20), ("1.5GB", 1_500_000_000),
     ("512M", 512_000_000), ("0", 0), ("1200", 1200), ("7B", 7)],
)  # fmt: skip
def test_sizes(text, value):
    assert read_size(text) == value


@pytest.mark.parametrize("text", ["", "MB", "4XB", "-1MB", "1,5MB", "4MBB", "٤MB"])
def test_no_size(text):
    with pytest.raises(ValueError):
        read_size(text)


def test_sizes_read_well():
    assert [size_text(n) for n in (4_000_000, 4 << 20, 512_000_000, 1234)] == [
        "4MB", "4MiB", "512MB", "1234B"
    ]  # fmt: skip


@given(st.integers(0, 1_000_000))
def test_shares_come_back(millionth):
    value = millionth / 1_000_000
    assert read_share(share_text(value)) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "value"), [("10%", 0.1), ("0.1", 0.1), ("0", 0), ("2.5 %", 0.025)]
)
def test_shares(text, value):
    assert read_share(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "%", "ten", "-1%", "1e3", "nan", "inf"])
def test_no_share(text):
    with pytest.raises(ValueError):
        read_share(text)
