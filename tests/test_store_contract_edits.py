"""The promise of ``pipeline.store.protocol``: edits, how pages stand, and what looks brought."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline import ingest
from pipeline.afterwards import Looks
from pipeline.model import Edit, EditKind, FailureKind, Outcome, PageState, Verdict
from pipeline.store.reading import Reader
from pipeline.store.reading_edits import EditFilter, edits, edits_of, look_history
from pipeline.store.records import LookHistory, PageStanding
from tests.storekit import (
    BENCHES,
    FILLER,
    NOW,
    at,
    bench_of,
    discover,
    due_link,
    failure,
    link_to,
    page_of,
    prepared,
    raw_of,
    run_story,
    settle,
    url_of,
)

WHOLE = (
    FILLER,
    "Nobody expected an agreement, and yet by nightfall there was a paper with nine signatures.",
    "The eastern pier will be closed in spring, the northern one stays open through the winter.",
    "Whoever has a permit keeps it for two years, new ones are drawn by lot every September.",
)
SOON = Looks(confirm_at=at(15), second_at=at(60))


@pytest.fixture(params=BENCHES)
def bench(request, tmp_path):
    with bench_of(BENCHES[request.param], tmp_path) as made:
        yield made


def told(bench, article=1):
    with Reader(bench.path) as reader:
        return [(e["kinds"], e["revision"]) for e in edits_of(reader, article)]


def page_state(bench, article=1):
    return bench.do(lambda s: s.edits.standing(article)).state


def start(bench, *paragraphs, **more):
    made = prepared("a", *(paragraphs or WHOLE), **more)
    return bench.do(lambda s: run_story(s, "a", made, next_visit=at(10)))


def visit(bench, *paragraphs, when=10, again=20, **more):
    made = prepared("a", *paragraphs, **more)
    return bench.do(lambda s: settle(s, due_link(s, "a", now=at(when)), made, at(when), at(again)))


def fail(bench, when, again=None, looks=SOON):
    why = failure(FailureKind.GONE)
    return bench.do(
        lambda s: ingest.settle_failure(
            s, due_link(s, "a", now=at(when)), why, at(when), again, looks
        )
    )


class TestRevisions:
    def test_each_has_its_edit(self, bench):
        start(bench)
        visit(bench, *WHOLE[:3], f"{WHOLE[3]} It costs 9 crowns.", when=10)
        visit(bench, *WHOLE[:3], f"{WHOLE[3]} It costs 12 crowns.", when=20, again=30)
        (_, first), (kinds, second) = told(bench)
        assert (first, second) == (1, 2)
        assert kinds == ["number"]
        with Reader(bench.path) as reader:
            (newest, _) = edits(reader, EditFilter(sort="time"))
            assert newest["summary"] == '"9 crowns" became "12 crowns"'
            assert newest["at"] == "2026-03-01T12:20:00.000Z"

    def test_noise_makes_neither(self, bench):
        start(bench)
        done = visit(bench, "Updated 5 minutes ago", *WHOLE, "1,204 views")
        assert (done.outcome, done.event) == (Outcome.UNCHANGED, "rechecked")
        assert "only times" in done.reason
        assert told(bench) == []
        assert bench.articles()[0]["body"] == "\n".join(WHOLE)

    def test_a_line_that_changes_at_each_visit_is_let_go(self, bench):
        def text(n):
            return (*WHOLE[:2], f"Now: {'rain sun fog hail wind ice'.split()[n]}", *WHOLE[2:])  # noqa: SIM905

        start(bench, *text(0), shape="ppppp")
        events = [
            visit(bench, *text(n), when=10 * n, again=10 * n + 10, shape="ppppp").event
            for n in range(1, 6)
        ]
        assert events == ["edited"] * 3 + ["rechecked"] * 2
        # With something else beside it, it goes along.
        more = visit(bench, *text(2), "It costs 9 crowns.", when=60, again=70, shape="pppppp")
        assert more.event == "edited"

    def test_an_edit_that_fails_to_be_written_takes_its_revision_along(self, bench, monkeypatch):
        from pipeline import afterwards

        start(bench)

        def broken(*_):
            raise RuntimeError("a bug")

        monkeypatch.setattr(afterwards, "classify", broken)
        with pytest.raises(RuntimeError):
            visit(bench, *WHOLE, "It costs 9 crowns.")
        assert bench.articles()[0]["revisions"] == 0


class TestGone:
    def test_only_a_second_look_makes_it_so(self, bench):
        start(bench)
        first = fail(bench, 10)
        assert (first.due_at, told(bench), page_state(bench)) == (at(15), [], PageState.THERE)
        second = fail(bench, 15, again=at(100))
        assert second.due_at == at(100)
        assert (told(bench), page_state(bench)) == ([(["gone"], None)], PageState.GONE)
        fail(bench, 100)
        assert len(told(bench)) == 1, "told once"
        assert bench.articles()[0]["body"] == "\n".join(WHOLE)
        assert bench.outcomes() == {"stored": 1}

    def test_the_sooner_of_both_looks_is_taken(self, bench):
        start(bench)
        assert fail(bench, 10, again=at(12)).due_at == at(12)

    def test_a_page_that_is_there_again_at_the_second_look_was_never_gone(self, bench):
        start(bench)
        fail(bench, 10)
        visit(bench, *WHOLE, when=15, again=20)
        fail(bench, 20)
        assert (told(bench), page_state(bench)) == ([], PageState.THERE)

    def test_a_page_that_comes_back_is_told(self, bench):
        start(bench)
        fail(bench, 10)
        fail(bench, 15, again=at(20))
        link = bench.do(lambda s: due_link(s, "a", now=at(20)))
        same = page_of(url_of("a"), at(20))
        bench.do(lambda s: ingest.settle_unmodified(s, link, same, at(20), None))
        assert told(bench) == [(["gone"], None), (["back"], None)]
        assert page_state(bench) is PageState.THERE

    def test_soft_404_and_the_front_page_count_too(self, bench):
        for n, verdict in enumerate((Verdict.SOFT_404, Verdict.LINK_LIST, Verdict.GOOD)):
            name = f"page{n}"
            made = prepared(name, *WHOLE, f"Point {n}.", title=f"Line {n}")
            bench.do(lambda s, m=made, x=name: run_story(s, x, m, next_visit=at(10)))
            other = prepared(name if n == 0 else "", "Nothing here.", verdict=verdict)
            for when in (10, 20):
                link = bench.do(lambda s, x=name, w=when: due_link(s, x, now=at(w)))
                bench.do(lambda s, m=other, x=link, w=when: settle(s, x, m, at(w), at(w + 10)))
            assert page_state(bench, n + 1) is PageState.GONE

    def test_the_validators_of_the_page_we_know_are_kept(self, bench):
        start(bench)
        known = bench.do(lambda s: due_link(s, "a", now=at(10)))
        visit(bench, "Nothing here.", verdict=Verdict.SOFT_404)
        after = bench.do(lambda s: due_link(s, "a", now=at(20)))
        assert (after.page_hash, after.etag) == (known.page_hash, known.etag)

    def test_an_article_that_lives_at_another_address_is_not_gone(self, bench):
        start(bench)
        bench.do(lambda s: discover(s, link_to("b"), now=at(5)))
        moved = prepared("b", *WHOLE, key="harbour.example/a")
        link = bench.do(lambda s: due_link(s, "b", now=at(5)))
        done = bench.do(lambda s: settle(s, link, moved, at(5), None))
        assert done.article == 1
        fail(bench, 10, again=at(15))
        fail(bench, 15)
        assert (told(bench), page_state(bench)) == ([], PageState.THERE)

    def test_a_bot_wall_says_nothing(self, bench):
        start(bench)
        for when in (10, 20):
            visit(bench, "Are you a robot?", verdict=Verdict.BOT_BLOCK, when=when, again=when + 10)
        assert (told(bench), page_state(bench)) == ([], PageState.THERE)


class TestShrunk:
    def test_to_a_wall(self, bench):
        start(bench)
        for when in (10, 20):
            visit(bench, WHOLE[0], verdict=Verdict.PARTIAL, paywalled=True, when=when,
                  again=when + 10)  # fmt: skip
        assert (told(bench), page_state(bench)) == ([(["paywalled"], None)], PageState.PAYWALLED)
        visit(bench, "Subscribe.", verdict=Verdict.PAYWALLED, when=30, again=40)
        assert len(told(bench)) == 1
        assert bench.articles()[0]["body"] == "\n".join(WHOLE)

    def test_to_a_stub(self, bench):
        start(bench)
        done = visit(bench, WHOLE[1])
        assert done.outcome is Outcome.UNCHANGED
        assert (told(bench), page_state(bench)) == ([(["stub"], None)], PageState.STUB)
        visit(bench, "The harbour council met.", verdict=Verdict.TOO_SHORT, when=20, again=30)
        assert len(told(bench)) == 1
        visit(bench, *WHOLE, when=30, again=40)
        assert told(bench)[1:] == [(["back"], None)]
        assert bench.articles()[0]["revisions"] == 0

    def test_and_back_with_other_words(self, bench):
        start(bench)
        visit(bench, WHOLE[1])
        visit(bench, *WHOLE[:3], WHOLE[3].replace("two", "nine"), when=20, again=30)
        assert sorted(told(bench)) == [(["back"], None), (["number"], 1), (["stub"], None)]

    def test_a_shorter_text_of_its_own_is_an_edit(self, bench):
        start(bench)
        visit(bench, "Ferry line approved: the crews of the harbour signed late on Tuesday night.")
        ((kinds, revision),) = told(bench)
        assert "paragraph_removed" in kinds
        assert revision == 1
        assert page_state(bench) is PageState.THERE

    def test_one_paragraph_less_is_an_edit(self, bench):
        start(bench)
        visit(bench, *WHOLE[:3])
        assert told(bench) == [(["paragraph_removed"], 1)]


class TestSecondLooks:
    @pytest.mark.parametrize("verdict", [Verdict.TOO_SHORT, Verdict.PAYWALLED])
    def test_correct_the_outcome(self, bench, verdict):
        stub = prepared("a", "Subscribe.", verdict=verdict)
        bench.do(lambda s: discover(s, link_to("a")))
        link = bench.do(lambda s: due_link(s, "a"))
        page, raw = page_of(url_of("a")), raw_of(url_of("a"), "stub")
        done = bench.do(
            lambda s: ingest.settle_page(s, link, page, stub, raw, NOW, at(10), looks=SOON)
        )
        assert done.due_at == at(60)
        done = visit(bench, *WHOLE, when=60, again=70)
        assert done.outcome is Outcome.STORED
        assert bench.outcomes() == {"stored": 1}
        counted = bench.rolled_up()
        assert {name: n for name, n in counted.items() if n} == {"discovered": 1, "stored": 1}
        assert "was " in bench.links()[0]["reason"]

    def test_other_ends_are_ends(self, bench):
        bench.do(lambda s: discover(s, link_to("a")))
        link = bench.do(lambda s: due_link(s, "a"))
        made = prepared("a", "A list.", verdict=Verdict.LINK_LIST)
        done = bench.do(lambda s: settle(s, link, made))
        assert done.due_at is None


class TestHistory:
    def test_looks_count_from_the_day_of_the_last_edit(self, bench):
        def looks():
            since = NOW - timedelta(days=90)
            found = bench.do(lambda s: s.edits.look_history("harbour", since))
            with Reader(bench.path) as reader:
                assert look_history(reader, "harbour", since) == found
            return found

        assert looks() == LookHistory()
        start(bench)
        day = 24 * 60
        visit(bench, *WHOLE, when=10, again=day)
        assert looks() == LookHistory(looks=1)
        link = bench.do(lambda s: due_link(s, "a", now=at(day)))
        same = page_of(url_of("a"), at(day))
        bench.do(lambda s: ingest.settle_unmodified(s, link, same, at(day), at(2 * day)))
        assert looks() == LookHistory(looks=2, not_modified=1)
        visit(bench, *WHOLE, "It costs 9 crowns.", when=2 * day, again=2 * day + 9)
        assert looks() == LookHistory(last_edit="2026-03-03")
        visit(bench, *WHOLE, "It costs 9 crowns.", when=2 * day + 9, again=3 * day)
        assert looks() == LookHistory(last_edit="2026-03-03"), "nothing of the same day"
        visit(bench, *WHOLE, "It costs 9 crowns.", when=3 * day, again=4 * day)
        assert looks() == LookHistory(last_edit="2026-03-03", looks=1)


def test_edits_are_written_and_read(bench):
    start(bench)
    edit = Edit(kinds=(EditKind.NAME, EditKind.QUOTE), weight=77, silent=True, summary="x",
                facts={"a": ["é", 1]})  # fmt: skip
    bench.do(lambda s: s.edits.add(1, edit, at(3), revised=False))
    with Reader(bench.path) as reader:
        (row,) = edits_of(reader, 1)
    assert (row["kinds"], row["weight"], row["silent"]) == (["name", "quote"], 77, True)
    assert row["facts"] == {"a": ["é", 1]}
    bench.do(lambda s: s.edits.doubt(1, at(4)))
    standing = bench.do(lambda s: s.edits.standing(1))
    assert standing == PageStanding(state=PageState.THERE, since=None, doubted_at=at(4))
    bench.do(lambda s: s.edits.set_state(1, PageState.STUB, at(5)))
    standing = bench.do(lambda s: s.edits.standing(1))
    assert standing == PageStanding(state=PageState.STUB, since=at(5), doubted_at=None)
