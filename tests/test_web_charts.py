"""Charts drawn on the server: whole, escaped, and of the values that they were given."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.web.charts import Seen, Series, Tick, bars, nice, sparkline, spread

EVIL = "<script>alert(1)</script>\x1b\u202e\"'&"
values = st.lists(st.floats(min_value=-1e9, max_value=1e9) | st.just(math.nan), max_size=40)


def tags(svg, name):
    return [e for e in fromstring(str(svg)).iter() if e.tag == name]


@given(values)
def test_a_sparkline_has_a_bar_for_each_value(numbers):
    paths = tags(sparkline(numbers, EVIL), "path")
    assert sum(path.get("d").count("M") for path in paths) == len(numbers)
    full = [path for path in paths if path.get("class") == "spark"]
    there = sum(math.isfinite(n) and n > 0 for n in numbers)
    assert sum(path.get("d").count("M") for path in full) == there


def test_the_tallest_bar_of_a_sparkline_is_that_of_the_largest_value():
    (path,) = tags(sparkline([1, 4, 2], "three days"), "path")
    assert [float(v) for v in re.findall(r"v-([\d.]+)", path.get("d"))] == [6.25, 25, 12.5]


@given(st.lists(values.map(tuple), max_size=10), st.text(max_size=20))
def test_bars_are_always_a_picture(rows, name):
    series = [Series(name=name + EVIL, values=row) for row in rows]
    count = max((len(row) for row in rows), default=0)
    svg = bars(series, [Tick(place=0, text=EVIL)], EVIL, titles=[EVIL] * count)
    assert len(tags(svg, "g")) >= count
    assert "<script" not in svg
    for rect in tags(svg, "rect"):
        assert 0 <= float(rect.get("y")) <= 260
        assert float(rect.get("height")) >= 0


def test_bars_stack_and_lead_somewhere():
    series = [Series(name="a", values=(2, 0)), Series(name="b", values=(2, 4))]
    svg = bars(series, [], "two days", links=["/?since=1", "/?since=2"], titles=["one", "two"])
    assert [a.get("href") for a in tags(svg, "a")] == ["/?since=1", "/?since=2"]
    assert [t.text for t in tags(svg, "title")] == ["one", "two"]
    one, two, other = (r for r in tags(svg, "rect") if r.get("class") != "hit")
    assert (one.get("class"), two.get("class"), other.get("class")) == ("s1", "s2", "s2")
    assert float(two.get("y")) + float(two.get("height")) == pytest.approx(float(one.get("y")))
    assert float(other.get("height")) == pytest.approx(2 * float(one.get("height")), abs=0.02)


def test_a_label_at_the_right_end_is_left_out_instead_of_cut():
    series = [Series(name="a", values=tuple(range(48)))]
    svg = bars(series, [Tick(place=n, text=f"t{n}") for n in (0, 24, 47)], "48 hours")
    assert [t.text for t in tags(svg, "text") if t.text.startswith("t")] == ["t0", "t24"]


def test_spread_shows_each_outlet_at_its_time():
    at = datetime(2026, 3, 1, 10, tzinfo=UTC)
    seen = [Seen(at=at + timedelta(minutes=n * 10), name=f"Outlet {n}{EVIL}") for n in range(3)]
    svg = spread(seen, "three outlets", UTC)
    places = [float(dot.get("cx")) for dot in tags(svg, "circle")]
    assert len(places) == 3
    assert places == sorted(places)
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.02)
    assert "<script" not in svg
    assert not spread([], "", UTC)


@given(st.floats(min_value=0, max_value=1e12))
def test_the_top_of_an_axis_is_round_and_not_below_the_values(value):
    top = nice(value)
    assert top >= value
    assert top > 0
    assert top <= max(10, 3 * value)
