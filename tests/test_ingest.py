"""How visits end: every kind of failure, and pages that no store should trip over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline import ingest, placing
from pipeline.model import FailureKind, Outcome, Verdict
from tests.storekit import (
    FILLER,
    NOW,
    at,
    bench_of,
    discover,
    due_link,
    failure,
    link_to,
    one_file,
    page_of,
    prepared,
    run_story,
    settle,
    url_of,
)


@pytest.fixture
def bench(tmp_path):
    with bench_of(one_file, tmp_path) as made:
        yield made


ENDS = {
    FailureKind.GONE: Outcome.GONE,
    FailureKind.BLOCKED: Outcome.BLOCKED,
    FailureKind.ROBOTS: Outcome.ROBOTS,
    FailureKind.REFUSED: Outcome.REFUSED,
    FailureKind.BAD_URL: Outcome.REFUSED,
    FailureKind.NOT_HTML: Outcome.NOT_ARTICLE,
    FailureKind.EMPTY: Outcome.NOT_ARTICLE,
    FailureKind.EXTRACT_TIMEOUT: Outcome.EXTRACTION_FAILED,
    FailureKind.EXTRACT_CRASHED: Outcome.EXTRACTION_FAILED,
    FailureKind.HOSTILE: Outcome.EXTRACTION_FAILED,
    FailureKind.CRASHED: Outcome.CRASHED,
}


@pytest.mark.parametrize("kind", FailureKind)
def test_each_failure_has_its_outcome(bench, kind):
    wanted = ENDS.get(kind, Outcome.FAILED)
    assert ingest.outcome_of_failure(kind) is wanted
    bench.do(lambda s: discover(s, link_to("a")))
    why = failure(kind)
    done = bench.do(lambda s: ingest.settle_failure(s, due_link(s, "a"), why, NOW, at(5)))
    assert (done.outcome, done.due_at, done.failure) == (None, at(5), why)
    assert bench.outcomes() == {"pending": 1}
    done = bench.do(
        lambda s: ingest.settle_failure(s, due_link(s, "a", now=at(5)), why, at(5), None)
    )
    assert done.outcome is wanted
    assert bench.outcomes() == {wanted.value: 1}
    assert bench.links()[0]["reason"] == f"{kind.value}: as the test wants"


def test_every_verdict_ends_somehow(bench):
    for n, verdict in enumerate(Verdict):
        name = f"v{n}"
        made = prepared(name, f"{FILLER} {name}", verdict=verdict)
        done = bench.do(lambda s, n=name, m=made: run_story(s, n, m))
        assert (done.article is not None) == verdict.is_article
        assert done.outcome is not None
        assert done.page_hash
    assert sum(bench.outcomes().values()) == len(Verdict)


def test_long_messages_are_cut(bench):
    bench.do(lambda s: discover(s, link_to("a")))
    why = replace(failure(), message="x" * 5000)
    bench.do(lambda s: ingest.settle_failure(s, due_link(s, "a"), why, NOW, None))
    row = bench.links()[0]
    assert len(row["reason"]) == len(row["last_error"]) == 500


def test_a_recheck_that_fails_for_good_keeps_the_article_and_ends_the_rechecks(bench):
    bench.do(lambda s: run_story(s, "a", next_visit=at(10)))
    link = bench.do(lambda s: due_link(s, "a", now=at(10)))
    done = bench.do(
        lambda s: ingest.settle_failure(s, link, failure(FailureKind.GONE), at(10), None)
    )
    assert done.outcome is None
    assert bench.outcomes() == {"stored": 1}
    assert bench.links()[0]["last_error"].startswith("gone")
    assert bench.articles()[0]["body"] == FILLER


def test_an_old_visit_does_not_make_a_second_article(bench):
    """A visitor may hold what it read of a link before another visit to it was written."""
    bench.do(lambda s: discover(s, link_to("a")))
    link = bench.do(lambda s: due_link(s, "a"))
    first = bench.do(lambda s: settle(s, link, prepared("a", key="harbour.example/home")))
    again = bench.do(lambda s: settle(s, link, prepared("a", f"{FILLER} Edited."), at(1)))
    assert (again.outcome, again.article) == (Outcome.REVISED, first.article)
    assert bench.rolled_up() == {"discovered": 1, "stored": 1, "edited": 1}


def test_same_bytes_at_a_link_of_no_article(bench):
    """A paywalled page that is asked for again by hand."""
    stub = prepared("a", "Subscribe.", verdict=Verdict.PAYWALLED)
    bench.do(lambda s: run_story(s, "a", stub))
    bench.do(lambda s: s.ledger.postpone([1], at(5)))
    link = bench.do(lambda s: due_link(s, "a", now=at(5)))
    page = page_of(url_of("a"), at(5))
    done = bench.do(lambda s: ingest.settle_unmodified(s, link, page, at(5), None))
    assert done.outcome is None
    assert bench.outcomes() == {"paywalled": 1}


def test_texts_of_every_sort_go_in_and_come_out(bench):
    texts = {
        "nul": "before\x00after",
        "controls": "".join(map(chr, range(1, 32))) + "\x7f\x80\ufffe",
        "quotes": """'"`;--%_*?[](){}\\ NULL""",
        "emoji": "👩‍👩‍👧 🏳️‍🌈 \U0010fffd",
        "joiners": "\u202eright\u2066left\u200b\u00ad",
        "number": "0123",
    }
    for name, text in texts.items():
        made = prepared(name, text, f"{FILLER} {name}", title=text)
        article = bench.do(lambda s, n=name, m=made: run_story(s, n, m, next_visit=NOW)).article
        row = bench.article(article)
        assert (row["title"], row["body"]) == (text, f"{text}\n{FILLER} {name}")
        # Taking it out of the index again needs the very words that went in.
        edited = prepared(name, f"{FILLER} {name} edited")
        bench.do(lambda s, n=name, m=edited: settle(s, due_link(s, n), m))
        assert bench.problems() == []
        assert bench.search(f"{name} edited") == {article}


def test_a_huge_article(bench):
    words = [f"{n}word{'x' * 50}" for n in range(150_000)]
    made = prepared("huge", *(" ".join(words[i : i + 1000]) for i in range(0, len(words), 1000)))
    article = bench.do(lambda s: run_story(s, "huge", made)).article
    assert bench.search("149999word*") == {article}
    assert len(bench.article(article)["body"]) > 9_000_000


def test_missed_rechecks_become_one(bench):
    """After a week off each article is looked at once, and links never visited keep their place."""
    for name in "ab":
        made = prepared(name, f"{FILLER} {name}")
        bench.do(lambda s, n=name, m=made: run_story(s, n, m, next_visit=at(10)))
    bench.do(lambda s: discover(s, link_to("c")))
    later = at(7 * 24 * 60)
    moved = bench.do(lambda s: s.ledger.forget_rechecks_before(later, timedelta(hours=1)))
    assert moved == 2
    due = bench.do(lambda s: s.ledger.due("harbour", later, 9))
    assert [(x.url[-1], x.due_at) for x in due] == [("c", NOW), ("a", later), ("b", later)]


def test_an_index_of_an_older_scheme_is_not_damaged(bench, monkeypatch):
    bench.do(lambda s: run_story(s, "a", next_visit=at(10)))
    monkeypatch.setattr(placing, "SEARCH_SCHEME", 99)
    edited = prepared("a", f"{FILLER} Edited.")
    with pytest.raises(AssertionError, match="older scheme"):
        bench.do(lambda s: settle(s, due_link(s, "a", now=at(10)), edited, at(10)))
    assert bench.search("edited") == set()
    assert bench.article(1)["revisions"] == 0
