"""The promise of ``pipeline.store.protocol``: stories as reviewers arrange them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import remake
from pipeline.errors import NotFoundError
from pipeline.model import Relation, RelationKind
from pipeline.store.reading import Reader
from tests.storekit import (
    BENCHES,
    FILLER,
    OUTLETS,
    at,
    bench_of,
    prepared,
    run_story,
)

OTHER = (
    "Fishermen at the northern quay counted nine boats less than a year ago and asked the ministry "
    "whether the licences of those who left could be drawn by lot among the young ones."
)
THIRD = (
    "Rain fell on the upper valley for eleven days, and the weir at the old mill was opened twice "
    "in one night while the school gave its hall to forty families from the low streets."
)


@pytest.fixture(params=sorted(BENCHES))
def bench(request, tmp_path):
    with bench_of(BENCHES[request.param], tmp_path) as made:
        yield made


def write(bench, name, outlet, text=FILLER, minutes=0.0):
    made = prepared(name, text, outlet=outlet, title=f"Title of {name}")
    return bench.do(lambda s: run_story(s, name, made, outlet=outlet, now=at(minutes))).article


def story_of(bench, article):
    return bench.article(article)["story"]


def row_of(bench, story):
    with Reader(bench.path) as reader:
        return reader.rows("SELECT * FROM story WHERE id = ?", (story,))[0]


def barred(bench, article, *candidates):
    return bench.do(lambda s: s.stories.barred(article, candidates))


def three(bench):
    """A story of three articles and one of one; returns the ids."""
    ids = [write(bench, name, outlet, minutes=n) for n, (name, outlet) in enumerate(
        (("a", "harbour"), ("b", "orrin"), ("c", "valley")))]  # fmt: skip
    return (*ids, write(bench, "d", "orrin", OTHER, 5))


class TestSplit:
    def test_an_article_that_is_taken_out_has_a_story_of_its_own(self, bench):
        a, b, c, d = three(bench)
        old = story_of(bench, a)
        own = bench.do(lambda s: s.stories.split(old, [b], at(60), "another ferry"))
        assert story_of(bench, b) == own != old
        assert {story_of(bench, x) for x in (a, c)} == {old}
        row = bench.article(b)
        assert (row["relation"], row["relation_to"]) == ("new", None)
        assert row["relation_reason"] == f"a reviewer took it out of story {old}: another ferry"
        assert (row_of(bench, old)["articles"], row_of(bench, old)["outlets"]) == (2, 2)
        told = row_of(bench, own)
        assert (told["articles"], told["first_article"], told["title"]) == (1, b, "Title of b")
        ruling, *others = bench.do(lambda s: s.stories.rulings([b]))
        assert {frozenset(r.pair) for r in (ruling, *others)} == {
            frozenset((b, x["id"])) for x in bench.articles() if x["story"] == story_of(bench, a)
        }
        assert (ruling.pair, ruling.together, ruling.note) == ((a, b), False, "another ferry")
        assert ruling.at == at(60)
        assert [r.pair for r in bench.do(lambda s: s.stories.rulings([c, d]))] == [(b, c)]

    def test_several_share_the_new_story(self, bench):
        a, b, c, _ = three(bench)
        own = bench.do(lambda s: s.stories.split(story_of(bench, a), [c, b, c], at(60)))
        assert story_of(bench, b) == story_of(bench, c) == own
        assert bench.article(b)["relation"] == "first"
        assert (bench.article(c)["relation"], bench.article(c)["relation_to"]) == ("copy", b)
        assert bench.article(a)["relation"] == "new"

    def test_when_the_first_goes_the_next_one_leads(self, bench):
        a, b, c, _ = three(bench)
        old = story_of(bench, a)
        bench.do(lambda s: s.stories.split(old, [a], at(60)))
        assert row_of(bench, old)["first_article"] == b
        assert row_of(bench, old)["first_seen_at"] == bench.article(b)["first_seen_at"]
        assert (bench.article(b)["relation"], bench.article(b)["relation_to"]) == ("first", None)
        assert (bench.article(c)["relation"], bench.article(c)["relation_to"]) == ("copy", b)
        assert barred(bench, a, b, c) == {b, c}

    def test_what_cannot_be_split_is_refused(self, bench):
        a, b, c, d = three(bench)
        old = story_of(bench, a)
        for story, articles in ((old, [d]), (old, [a, b, c]), (old, []), (999, [a])):
            with pytest.raises(NotFoundError):
                bench.do(lambda s, w=story, x=articles: s.stories.split(w, x, at(60)))
        assert bench.do(lambda s: s.stories.rulings([a, b, c, d])) == ()


class TestMerge:
    def test_stories_become_one_that_the_earliest_leads(self, bench):
        a, b, c, d = three(bench)
        old, other = story_of(bench, a), story_of(bench, d)
        assert bench.do(lambda s: s.stories.merge([other, old], at(60), "one fleet")) == other
        assert {story_of(bench, x) for x in (a, b, c, d)} == {other}
        told = row_of(bench, other)
        assert (told["articles"], told["outlets"], told["first_article"]) == (4, 3, a)
        assert told["title"] == "Title of a"
        assert (bench.article(d)["relation"], bench.article(d)["relation_to"]) == ("copy", a)
        assert bench.article(d)["relation_reason"] == (
            f"a reviewer put story {other} here: one fleet"
        )
        assert (bench.article(b)["relation"], bench.article(b)["relation_to"]) == ("copy", a)
        with Reader(bench.path) as reader:
            assert reader.rows("SELECT * FROM story WHERE id = ?", (old,)) == []

    def test_what_cannot_be_merged_is_refused(self, bench):
        a, _, _, d = three(bench)
        for stories in ([story_of(bench, a)], [story_of(bench, d)] * 2, [story_of(bench, a), 999]):
            with pytest.raises(NotFoundError):
                bench.do(lambda s, w=stories: s.stories.merge(w, at(60)))
        assert story_of(bench, a) != story_of(bench, d)

    def test_each_undoes_the_other(self, bench):
        a, b, c, d = three(bench)
        old = story_of(bench, a)
        own = bench.do(lambda s: s.stories.split(old, [b, c], at(60)))
        assert barred(bench, c, a) == {a}
        bench.do(lambda s: s.stories.merge([old, own], at(61)))
        assert barred(bench, c, a) == barred(bench, b, a) == frozenset()
        assert story_of(bench, c) == old
        bench.do(lambda s: s.stories.merge([old, story_of(bench, d)], at(62)))
        assert not bench.do(lambda s: s.stories.may_move(d, None))
        bench.do(lambda s: s.stories.split(old, [d], at(63)))
        assert bench.do(lambda s: s.stories.may_move(d, None))
        assert barred(bench, d, a, b, c) == {a, b, c}


class TestWhatLaterRunsAsk:
    def test_nothing_is_barred_without_rulings(self, bench):
        a, b, c, d = three(bench)
        assert barred(bench, d, a, b, c) == barred(bench, a) == frozenset()
        assert bench.do(lambda s: s.stories.may_move(b, story_of(bench, d)))

    def test_the_whole_story_is_barred(self, bench):
        a, b, c, d = three(bench)
        bench.do(lambda s: s.stories.split(story_of(bench, a), [b], at(60)))
        assert barred(bench, b, a, c, d) == {a, c}
        assert barred(bench, a, b, c, d) == {b}
        # Whatever becomes of a, those that stayed with it do not meet b again.
        assert barred(bench, c, b, d) == {b}
        assert not bench.do(lambda s: s.stories.may_move(c, story_of(bench, b), alone=True))
        assert not bench.do(lambda s: s.stories.may_move(b, story_of(bench, c)))
        assert not bench.do(lambda s: s.stories.may_move(a, story_of(bench, b)))
        assert bench.do(lambda s: s.stories.may_move(b, story_of(bench, d)))

    def test_whoever_leads_a_story_brings_the_rulings_of_all_in_it(self, bench):
        a, b, _, d = three(bench)
        bench.do(lambda s: s.stories.split(story_of(bench, a), [b], at(60)))
        bench.do(lambda s: s.stories.merge([story_of(bench, d), story_of(bench, b)], at(61)))
        lead = row_of(bench, story_of(bench, d))["first_article"]
        assert lead == b
        e = write(bench, "e", "valley", OTHER, 70)  # a copy of d, in the story of d and b
        assert story_of(bench, e) == story_of(bench, d)
        assert barred(bench, b, a) == {a}
        assert barred(bench, e, a) == frozenset()

    def test_texts_that_read_alike_again_do_not_overrule_a_reviewer(self, bench):
        a, b, c, _ = three(bench)
        own = bench.do(lambda s: s.stories.split(story_of(bench, a), [b], at(60)))
        reread(bench, b, "b", "orrin", f"{FILLER} Once more.")
        reread(bench, b, "b", "orrin", FILLER)  # the very text of a again
        assert story_of(bench, b) == own
        reread(bench, c, "c", "valley", f"{FILLER} Once more.")
        reread(bench, c, "c", "valley", FILLER)
        assert story_of(bench, c) == story_of(bench, a)

    def test_texts_that_read_otherwise_do_not_part_what_a_reviewer_put_together(self, bench):
        a, b, _, d = three(bench)
        old = story_of(bench, a)
        bench.do(lambda s: s.stories.merge([old, story_of(bench, d)], at(60)))
        reread(bench, d, "d", "orrin", THIRD)
        reread(bench, b, "b", "orrin", THIRD)
        assert story_of(bench, d) == old
        assert story_of(bench, b) != old


def reread(bench, article, name, outlet, text):
    """The page of an article gives another text than before, though nobody edited it."""

    def run(store):
        state = store.remaking.state(article)
        page = store.pages.basis(store.remaking.links(article), state.page_hash, state.since)
        made = prepared(name, text, outlet=outlet, title=f"Title of {name}")
        basis = remake.Basis(article=article, state=state, page=page, prepared=made)
        assert remake.remake(store, basis)

    bench.do(run)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_reviewers_do_counts_stay_right_and_their_last_word_holds(tmp_path_factory, data):
    """Splits and merges in any order; bench_of checks the counts of all stories at the end."""
    with bench_of(BENCHES["sqlite"], tmp_path_factory.mktemp("stories")) as bench:
        ids = [
            write(bench, f"{outlet}{n}", outlet, text, n * 10 + m)
            for n, text in enumerate((FILLER, OTHER))
            for m, outlet in enumerate(OUTLETS)
        ]
        for minute in range(data.draw(st.integers(1, 5))):
            one = data.draw(st.sampled_from(ids))
            here = story_of(bench, one)
            mates = [i for i in ids if story_of(bench, i) == here]
            if len(mates) > 1 and data.draw(st.booleans()):
                out = data.draw(st.lists(st.sampled_from(mates), min_size=1, unique=True))
                if len(out) == len(mates):
                    continue
                bench.do(lambda s, w=here, x=out, m=minute: s.stories.split(w, x, at(100 + m)))
                stayed = [i for i in mates if i not in out]
                assert all(barred(bench, i, *stayed) == set(stayed) for i in out)
            else:
                other = data.draw(st.sampled_from(ids))
                there = story_of(bench, other)
                if there == here:
                    continue
                bench.do(lambda s, w=[here, there], m=minute: s.stories.merge(w, at(100 + m)))
            for story in {story_of(bench, i) for i in ids}:
                members = [i for i in ids if story_of(bench, i) == story]
                assert all(barred(bench, i, *members) == frozenset() for i in members)
                lead = row_of(bench, story)["first_article"]
                rows = [bench.article(i) for i in members]
                kinds = {row["id"]: row["relation"] for row in rows}
                assert kinds.pop(lead) in (("first", "new") if len(members) > 1 else ("new",))
                assert set(kinds.values()) <= {"copy"}
                assert all(r["relation_to"] in members for r in rows if r["id"] != lead)


def test_a_relation_made_again_takes_the_count_along(tmp_path):
    with bench_of(BENCHES["sqlite"], tmp_path) as bench:
        a, b, c, _ = three(bench)
        alone = Relation(kind=RelationKind.NEW, reason="by the test")
        bench.do(lambda s: s.remaking.relate(b, alone))
        assert row_of(bench, story_of(bench, a))["articles"] == 2
        assert bench.article(b)["relation"] == "new"
        assert story_of(bench, c) == story_of(bench, a)
