"""When an extraction rule counts as broken, and who says so."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.health import FeedFacts, Severity, SourceFacts, health
from monitor.rulehealth import broken_rules
from pipeline.store.reading import Reader
from pipeline.store.rereading import rule_counts
from tests.storekit import at, bench_of, one_file

BODY = ("body", "div.post")


@pytest.fixture
def bench(tmp_path):
    with bench_of(one_file, tmp_path) as made:
        yield made


def counted(bench, *hits, rule=BODY, also=(), source="harbour"):
    for minutes, hit in enumerate(hits):
        found = {rule: hit} | dict.fromkeys(also, True)
        url = f"https://{source}.example/{minutes}"
        bench.do(lambda s, f=found, u=url, m=minutes: s.extract_rules.count(source, f, u, at(m)))
    with Reader(bench.path) as reader:
        return rule_counts(reader)


def test_a_rule_is_broken_after_enough_misses_in_a_row(bench):
    assert broken_rules(counted(bench, True, True, *[False] * 4)) == []
    (rule,) = broken_rules(counted(bench, False))
    assert (rule.pages, rule.misses, rule.since) == (7, 5, at(2))
    assert rule.example == "https://harbour.example/0"
    assert rule.reason == (
        "extract rule body 'div.post' matched nothing on the last 5 pages, "
        "since 2026-03-01 12:02 UTC"
    )
    assert broken_rules(counted(bench, True)) == []


def test_one_that_never_found_anything_is_told_so(bench):
    (rule,) = broken_rules(counted(bench, *[False] * 6))
    assert "matched nothing on any of its 6 pages" in rule.reason


@pytest.mark.parametrize(
    ("field", "also", "least"),
    [
        ("title", (), 5),
        ("published", (), 5),
        ("authors", (), 20),
        ("remove", (), 50),
        ("body", (("body", ".other"),), 20),
    ],
)
def test_what_may_be_absent_takes_longer(bench, field, also, least):
    rule = (field, ".x")
    assert broken_rules(counted(bench, *[False] * (least - 1), rule=rule, also=also)) == []
    assert len(broken_rules(counted(bench, False, rule=rule, also=also))) == 1


def test_rules_that_are_no_more_are_forgotten(bench):
    counted(bench, True, also=[("title", "h1")])
    counted(bench, True, source="orrin")
    bench.do(lambda s: s.extract_rules.sync({"harbour": {BODY}}))
    with Reader(bench.path) as reader:
        rows = rule_counts(reader)
        assert rule_counts(reader, ["orrin"]) == []
    assert [(r["source"], r["field"], r["selector"]) for r in rows] == [("harbour", *BODY)]


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_counts_add_up(tmp_path_factory, hits):
    with bench_of(one_file, tmp_path_factory.mktemp("rules")) as bench:
        (row,) = counted(bench, *hits)
    assert (row["pages"], row["found"]) == (len(hits), sum(hits))
    tail = len(hits) - (max((i for i, hit in enumerate(hits) if hit), default=-1) + 1)
    assert row["misses"] == tail
    assert (row["missing_since"] is None) == (tail == 0) == (row["example"] is None)
    assert (row["found_at"] is None) == (not any(hits))


def test_it_shows_in_the_state_of_the_source(bench):
    rules = broken_rules(counted(bench, *[False] * 5))
    now = datetime(2026, 3, 2, tzinfo=UTC)
    feed = FeedFacts(name="feed", last_poll_at=now, last_success_at=now, links=3)
    facts = SourceFacts(
        source="harbour",
        feeds=(feed,),
        last_new_at=now - timedelta(hours=1),
        broken_rules=(*rules, *rules),
    )
    found = health(facts, now)
    assert (found.state, found.severity) == ("rules", Severity.DEGRADED)
    assert found.since == at(0)
    assert found.reason.startswith("extract rule body 'div.post' matched nothing")
    assert found.reason.endswith("and 1 more")
