"""Articles made anew from the pages they are from: in place, and never taken for an edit."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import ingest
from pipeline.model import Certainty, Outcome, RelationKind, Verdict
from pipeline.remake import Basis, basis_of, basis_to_compare, remake, unless_read_otherwise
from pipeline.store.remaking import changes
from tests.storekit import (
    BENCHES,
    FILLER,
    NOW,
    at,
    bench_of,
    discover,
    due_link,
    link_to,
    one_file,
    page_of,
    prepared,
    raw_of,
    run_story,
    settle,
)

SECOND = "The fishermen of the northern pier, who had not been asked, want to be heard in April."
AD = "Win two tickets: write to us what you would do on an island that has no harbour at all."
OTHER = (
    "Apples, quinces and medlars were judged before hungry villagers while an orchestra played "
    "tunes nobody remembered, and prizes went chiefly to cousins of whoever was judging that year."
)


@pytest.fixture(params=BENCHES)
def bench(tmp_path, request):
    with bench_of(BENCHES[request.param], tmp_path) as made:
        yield made


def by_new_engine(made, **fields):
    return replace(made, article=replace(made.article, extractor="test/2", **fields))


def made_of(*paragraphs, **fields):
    return by_new_engine(prepared("a", *paragraphs, **fields))


def stored(bench, *paragraphs, name="a", outlet="harbour", minutes=0, **fields):
    made = prepared(name, *paragraphs, outlet=outlet, **fields)
    return bench.do(
        lambda s: run_story(
            s, name, made, outlet=outlet, now=at(minutes), next_visit=at(minutes + 5)
        )
    ).article


def visit(bench, made, minutes=5, *, basis=True, name="a", keep=True):
    """A later visit, as the daemon makes it: what the old page gives now is ``basis``."""

    def run(store):
        link = due_link(store, name, now=at(minutes))
        found = basis_to_compare(store, link, made)
        if found is not None:
            found = replace(found, prepared=basis) if basis is not True else None
        raw = raw_of(link.url, made.article.text, at(minutes))
        return ingest.settle_page(
            store, link, page_of(link.url, at(minutes)), made, raw, at(minutes), at(minutes + 5),
            keep=keep, basis=found,
        )  # fmt: skip

    return bench.do(run)


def edits(bench):
    return bench.rolled_up()["edited"]


def test_a_text_that_only_reads_differently_is_written_in_place(bench):
    article = stored(bench, FILLER, AD, SECOND)
    better = made_of(FILLER, SECOND)
    done = visit(bench, better, basis=better)
    assert (done.outcome, done.event) == (Outcome.UNCHANGED, "rechecked")
    row = bench.article(article)
    assert row["body"] == f"{FILLER}\n{SECOND}"
    assert (row["extractor"], row["revisions"], row["revised_at"]) == ("test/2", 0, None)
    assert bench.revisions(article) == []
    assert edits(bench) == 0
    assert bench.search("fishermen") == {article}
    assert bench.search("tickets") == set()


def test_an_edit_beside_a_new_reading_is_an_edit_of_the_new_reading(bench):
    article = stored(bench, FILLER, AD)
    done = visit(bench, made_of(FILLER, SECOND), basis=made_of(FILLER))
    assert done.event == "edited"
    (before,) = bench.revisions(article)
    assert before["body"] == FILLER
    assert before["extractor"] == "test/2"
    row = bench.article(article)
    assert row["body"] == f"{FILLER}\n{SECOND}"
    assert row["page_hash"] == raw_of("x", f"{FILLER}\n{SECOND}").sha256


def test_a_page_that_is_no_article_any_more_proves_nothing(bench):
    article = stored(bench, FILLER, SECOND)
    wall = made_of("Accept our cookies.", verdict=Verdict.CONSENT)
    done = visit(bench, made_of(FILLER.replace("Tuesday", "Friday"), SECOND), basis=wall)
    assert done.event == "edited"
    assert bench.revisions(article)[0]["body"] == f"{FILLER}\n{SECOND}"


def test_only_good_or_partial_pages_revise(bench):
    article = stored(bench, FILLER)
    for minutes, verdict in enumerate(Verdict, start=1):
        if not verdict.is_article:
            visit(bench, made_of(SECOND, verdict=verdict), minutes * 5, basis=made_of(FILLER))
    assert bench.article(article)["body"] == FILLER
    assert bench.article(article)["extractor"] == "test/1"
    assert edits(bench) == 0


@pytest.mark.parametrize(
    ("after", "title", "edited"),
    [
        ((FILLER,), "Ferry line approved", False),
        ((FILLER, SECOND, AD), "Ferry line approved", False),
        ((FILLER, SECOND), "Ferry line approved | The Harbour", False),
        ((FILLER.replace("Tuesday", "Friday"), SECOND), "Ferry line approved", True),
        ((FILLER, SECOND), "Ferry line rejected", True),
    ],
)
def test_without_the_old_page_changed_words_decide(bench, after, title, edited):
    article = stored(bench, FILLER, SECOND)
    done = visit(bench, made_of(*after, title=title))
    assert done.event == ("edited" if edited else "rechecked")
    assert "read by test/2, before by test/1" in done.reason
    row = bench.article(article)
    assert (row["body"], row["title"]) == ("\n".join(after), title)
    assert row["revisions"] == int(edited)
    assert row["extractor"] == "test/2"


def test_the_same_engine_makes_every_difference_an_edit(bench):
    article = stored(bench, FILLER, SECOND)
    done = visit(bench, prepared("a", FILLER))
    assert done.event == "edited"
    assert "read by" not in done.reason
    assert bench.article(article)["revisions"] == 1


def test_other_rules_are_another_reading(bench):
    article = stored(bench, FILLER, AD)
    done = visit(bench, prepared("a", FILLER, rules="0123456789abcdef"))
    assert done.event == "rechecked"
    assert bench.article(article)["rules"] == "0123456789abcdef"


def test_an_article_that_moved_on_meanwhile_is_left_alone(bench):
    article = stored(bench, FILLER)
    basis = bench.do(lambda s: basis_of(s, article))
    visit(bench, prepared("a", FILLER, SECOND))
    basis = replace(basis, prepared=made_of(OTHER))
    assert bench.do(lambda s: remake(s, basis)) is False
    assert bench.article(article)["body"] == f"{FILLER}\n{SECOND}"


def test_the_page_a_text_is_from_is_found_by_its_name_else_by_its_time(bench):
    article = stored(bench, FILLER)
    texts = [(5, FILLER), (10, f"{FILLER} More."), (15, f"{FILLER} More.")]
    for minutes, text in texts:
        settle_text(bench, text, minutes)

    def found(page_hash, since):
        return bench.do(lambda s: s.pages.basis([1], page_hash, since))

    state = bench.do(lambda s: s.remaking.state(article))
    assert (state.since, state.page_hash) == (at(10), page_named(f"{FILLER} More."))
    assert bench.do(lambda s: basis_of(s, article)).page.raw.fetched_at == at(15)
    assert found("of no page", at(10)).raw.fetched_at == at(10)
    assert found(None, at(4)).raw.fetched_at == at(0)
    assert found(None, at(-1)).raw.fetched_at == at(0)
    assert found(None, at(99)).newest
    assert not found(page_named(FILLER), at(0)).newest
    assert bench.do(lambda s: s.pages.basis([9], None, at(0))) is None


def page_named(text):
    return raw_of("x", f"Ferry line approved\n{text}").sha256


def settle_text(bench, text, minutes):
    def run(store):
        link = due_link(store, "a", now=at(minutes))
        return settle(store, link, prepared("a", text), at(minutes), at(minutes + 5))

    return bench.do(run)


# -- fields -----------------------------------------------------------------------------------


def rewritten(bench, article, made):
    def run(store):
        return remake(store, replace(basis_of(store, article), prepared=made))

    assert bench.do(run)
    return bench.article(article)


MARCH = datetime(2026, 3, 1, 9, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, 9, tzinfo=UTC)


def test_everything_that_the_page_tells_is_taken_over(bench):
    article = stored(bench, FILLER, authors=("Nobody",), summary="Old.", published_at=APRIL)
    made = made_of(
        FILLER, AD, title="Ferry", authors=("Ann Reed",), published_at=MARCH, modified_at=APRIL,
        language="en", summary=None, section="Harbour", tags=("ferry",), image="https://x/i.png",
        site_name="Harbour", agencies=("AFP",), shape="pp", verdict=Verdict.PARTIAL,
        published_certainty=Certainty.MACHINE, provenance={"title": "h1"},
    )  # fmt: skip
    told = changes(bench.article(article), made, newest=True)
    before = bench.article(article)
    after = rewritten(bench, article, made)
    assert set(told) == {
        "title", "body", "authors", "published_at", "modified_at", "language", "summary",
        "section", "tags", "image", "site_name", "agencies", "quality",
    }  # fmt: skip
    assert {name: after[name] for name in told} == told
    assert json.loads(after["authors"]) == ["Ann Reed"]
    assert (after["shape"], after["published_certainty"]) == ("pp", "machine")
    same = ("id", "url", "url_key", "canonical_url", "first_seen_at", "fetched_at", "story",
            "relation", "revisions", "revised_at")  # fmt: skip
    assert [after[n] for n in same] == [before[n] for n in same]
    assert changes(after, made, newest=True) == {}
    assert bench.search("harbour") == {article}


def test_times_that_the_page_does_not_tell_stay(bench):
    known = {"published_at": MARCH, "modified_at": APRIL}
    origins = {"published_at": "feed", "modified_at": "feed"}
    article = stored(bench, FILLER, **known, provenance=origins)
    after = rewritten(bench, article, made_of(FILLER, provenance={"title": "h1"}))
    assert after["published_at"] == "2026-03-01T09:00:00.000Z"
    assert after["modified_at"] == "2026-04-01T09:00:00.000Z"
    assert json.loads(after["provenance"]) == {"title": "h1", **origins}


def test_the_first_publication_of_an_edited_article_stays(bench):
    article = stored(bench, FILLER, published_at=MARCH)
    visit(bench, prepared("a", FILLER, SECOND, published_at=MARCH))
    after = rewritten(bench, article, made_of(FILLER, SECOND, published_at=APRIL))
    assert after["published_at"] == "2026-03-01T09:00:00.000Z"
    assert after["revisions"] == 1


def test_an_old_page_does_not_set_the_last_change_back(bench):
    row = bench.article(stored(bench, FILLER, modified_at=APRIL))
    older = made_of(FILLER, modified_at=MARCH)
    assert "modified_at" not in changes(row, older, newest=False)
    assert "modified_at" in changes(row, older, newest=True)


# -- copies -----------------------------------------------------------------------------------


def test_what_turns_out_to_be_a_copy_joins_the_story(bench):
    first = stored(bench, FILLER)
    second = stored(bench, FILLER, AD, name="b", outlet="orrin", minutes=1)
    third = stored(bench, FILLER, AD, name="c", outlet="valley", minutes=2)
    assert bench.article(third)["relation_to"] == second
    row = rewritten(bench, second, made_of(FILLER))
    assert (row["relation"], row["relation_to"]) == ("copy", first)
    # The first of a story takes the others along.
    assert {a["story"] for a in bench.articles()} == {bench.article(first)["story"]}
    rewritten(bench, third, made_of(FILLER))
    assert bench.article(third)["relation_to"] == first
    assert bench.problems() == []


def test_a_copy_that_was_none_leaves_the_story(bench):
    first = stored(bench, FILLER)
    second = stored(bench, FILLER, name="b", outlet="orrin", minutes=1)
    row = rewritten(bench, second, made_of(OTHER))
    assert (row["relation"], row["relation_to"]) == ("new", None)
    assert row["story"] != bench.article(first)["story"]
    assert bench.problems() == []


def test_a_copy_stays_one_while_its_first_is_not_read_again_yet(bench):
    first = stored(bench, FILLER, AD)
    second = stored(bench, FILLER, AD, name="b", outlet="orrin", minutes=1)
    row = rewritten(bench, second, made_of(FILLER))
    assert (row["relation"], row["relation_to"]) == ("copy", first)
    rewritten(bench, first, made_of(FILLER))
    assert bench.article(first)["relation"] == "first"
    assert len({a["story"] for a in bench.articles()}) == 1
    assert bench.problems() == []


def test_a_relation_that_is_no_revision_passes(bench):
    article = stored(bench, FILLER)

    def run(store):
        relation = replace(store.articles.relation_of(article), kind=RelationKind.COPY)
        assert unless_read_otherwise(store, relation, made_of(FILLER), "x") is relation

    bench.do(run)


# -- links that ended without an article ------------------------------------------------------


def ended_without(bench, name="a"):
    def run(store):
        discover(store, link_to(name))
        link = due_link(store, name)
        made = prepared(name, "Too short.", verdict=Verdict.TOO_SHORT)
        return settle(store, link, made, NOW).link.id

    return bench.do(run)


def test_an_outcome_is_corrected_where_it_was_counted(bench):
    link = ended_without(bench)
    article = stored(bench, FILLER, name="b")
    bench.do(lambda s: s.remaking.amend(link, Outcome.UNCHANGED, "read again", article))
    assert bench.outcomes() == {"stored": 1, "unchanged": 1}
    assert +bench.rolled_up() == {"discovered": 2, "stored": 1, "unchanged": 1}
    assert bench.do(lambda s: s.ledger.link(link)).article == article
    with pytest.raises(ValueError, match="ended without"):
        bench.do(lambda s: s.remaking.amend(link, Outcome.STORED, "again", article))
    bench.do(lambda s: discover(s, link_to("c")))
    with pytest.raises(ValueError, match="ended without"):
        bench.do(lambda s: s.remaking.amend(3, Outcome.STORED, "pending", article))


def test_a_basis_needs_an_article_and_a_page(bench):
    article = stored(bench, FILLER)

    def run(store):
        link = due_link(store, "a", now=at(5))
        assert basis_to_compare(store, link, prepared("a", FILLER)) is None  # the same text
        assert basis_to_compare(store, link, made_of(AD, verdict=Verdict.CONSENT)) is None
        found = basis_to_compare(store, link, made_of(SECOND))
        assert isinstance(found, Basis)
        assert found.article == article
        assert remake(store, found) is False  # nothing was made of it

    bench.do(run)


@settings(max_examples=20, deadline=None)
@given(
    st.permutations([0, 1, 2, 3]),
    st.lists(st.sampled_from([FILLER, OTHER, SECOND * 3]), min_size=4, max_size=4),
    st.sampled_from([2, 4]),
)
def test_the_order_of_reading_again_does_not_matter(tmp_path_factory, order, texts, alike):
    def ended(which):
        with bench_of(one_file, tmp_path_factory.mktemp("order")) as bench:
            outlets = ("harbour", "orrin", "valley", "harbour")
            ids = [
                stored(
                    bench, AD, f"Number {n % alike} of the draw.", name=f"n{n}", outlet=o, minutes=n
                )
                for n, o in enumerate(outlets)
            ]
            for n in which:
                rewritten(bench, ids[n], made_of(texts[n]))
            rows = [bench.article(article) for article in ids]
            stories = [row["story"] for row in rows]
            return [(row["relation"], row["relation_to"]) for row in rows], [
                stories.index(story) for story in stories
            ]

    relations, stories = ended(order)
    assert (relations, stories) == ended(range(4))
    for n, (kind, to) in enumerate(relations):
        earlier = [m for m in range(n) if texts[m] == texts[n]]
        if kind == "copy":
            assert to - 1 in earlier
            assert stories[n] == stories[to - 1]
