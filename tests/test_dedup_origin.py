"""Where a story comes from: who was first, whom others credit, and how good the evidence is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup.origin import Told, likely_origin
from pipeline.model import Certainty

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def told(number, name, published=None, seen=None, words=400, agencies=(), **more):
    when = None if published is None else at(published)
    return Told(
        article=number, source=name.lower().replace(" ", "-"), name=name,
        url_keys=frozenset({f"{name}.example/{number}"}), canonical_key=more.pop("home", None),
        first_seen_at=at(seen if seen is not None else (published or 0) + 5), published_at=when,
        certainty=more.pop("certainty", Certainty.MACHINE), agencies=agencies, word_count=words,
    )  # fmt: skip


def test_the_earliest_with_the_fullest_text():
    found = likely_origin([
        told(1, "Valley Post", 14, words=300),
        told(2, "Harbour Radio", 0, words=480),
        told(3, "Orrin Digest", 50, words=200),
    ], {})  # fmt: skip
    assert (found.article, found.wire, found.evidence) == (2, None, "strong")
    assert found.words == (
        "original of Harbour Radio: published 12:00, 14 min before the next; seen first too; "
        "its text is the fullest"
    )


def test_a_wire_that_is_no_source_of_ours_is_told_from_an_original():
    found = likely_origin([
        told(1, "Harbour Radio", 0, words=480),
        *(told(n, f"Paper {n}", n * 10, agencies=("AFP",)) for n in (2, 3, 4)),
    ], {})  # fmt: skip
    assert (found.article, found.wire) == (1, "AFP")
    assert found.words.startswith("wire of AFP, first at Harbour Radio: published 12:00, 20 min")
    assert found.words.endswith("3 others credit AFP")
    own = likely_origin([told(1, "Harbour Radio", 0, agencies=("AFP",)), told(2, "Paper", 9)], {})
    assert own.wire == "AFP"
    assert "it credits AFP" in own.words
    # One of many may have rewritten it with what an agency had.
    one = [told(n, f"Paper {n}", n * 10) for n in range(1, 6)]
    assert likely_origin([*one, told(9, "Late", 90, agencies=("AFP",))], {}).wire is None


def test_the_agency_itself_is_the_origin_even_if_we_saw_it_late():
    found = likely_origin([
        told(1, "Harbour Radio", 0, agencies=("AFP",)),
        told(2, "Paper", 20, agencies=("AFP",)),
        told(3, "Agence", 4, seen=300),
    ], {"agence": "AFP"})  # fmt: skip
    assert (found.article, found.wire) == (3, None)
    assert found.words.startswith(
        "original of Agence: it is the agency AFP, which 2 others credit; published 12:04, "
        "though 4 min after Harbour Radio"
    )
    other = likely_origin([told(1, "Paper", 0, agencies=("dpa",)), told(2, "Agence", 9)],
                          {"agence": "AFP"})  # fmt: skip
    assert other.article == 1
    silent = likely_origin([told(1, "Paper", 0), told(2, "Agence", 9)], {"agence": "AFP"})
    assert silent.article == 2


def test_pages_that_name_the_address_of_another_outlet():
    found = likely_origin([
        told(1, "Copycat", 0, home="Harbour Radio.example/2"),
        told(2, "Harbour Radio", 30),
        told(3, "Paper", 60, home="Harbour Radio.example/2"),
    ], {})  # fmt: skip
    assert found.article == 2
    assert "2 others name its address as that of the text" in found.words
    own = told(1, "Copycat", 0, home="Copycat.example/1")
    assert likely_origin([own, told(2, "Harbour Radio", 30)], {}).article == 1


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({}, 2),
        ({"published_at": None}, 1),  # then we know only when we saw it
        ({"certainty": Certainty.URL}, 1),  # a day says nothing
        # Cannot be true: it was seen before.
        ({"published_at": at(60), "first_seen_at": at(-20)}, 2),
    ],
)
def test_only_times_that_can_be_believed_count(change, first):
    late = replace(told(2, "Paper", -30, seen=20), **change)
    assert likely_origin([told(1, "Harbour Radio", 0), late], {}).article == first


def test_a_tie_a_teaser_and_one_alone():
    tie = likely_origin([told(1, "Harbour Radio", 0), told(2, "Paper", 0.5)], {})
    assert tie.evidence == "weak"
    assert "published 12:00, together with Paper" in tie.words
    teaser = likely_origin([told(1, "Harbour Radio", 0, words=90), told(2, "Paper", 9)], {})
    assert "its text is shorter than the fullest (90 of 400 words)" in teaser.words
    assert teaser.evidence == "weak"
    alone = likely_origin([told(1, "Harbour Radio", 0)], {})
    assert alone.words == "only at Harbour Radio: published 12:00"
    assert alone.evidence == "weak"
    with pytest.raises(ValueError, match="without articles"):
        likely_origin([], {})


def test_times_are_those_of_the_reader():
    found = likely_origin([told(1, "Harbour Radio", 0), told(2, "Paper", 9)], {},
                          ZoneInfo("Asia/Damascus"))  # fmt: skip
    assert "published 15:00, 9 min before" in found.words
    days = likely_origin([told(1, "Harbour Radio", 0), told(2, "Paper", 5000)], {})
    assert "published 2026-03-01 12:00, 3 days before" in days.words


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Harbour", "Orrin", "Valley"]),
            st.one_of(st.none(), st.integers(-99, 99)),
            st.integers(-99, 99),
            st.integers(0, 900),
            st.sampled_from([(), ("AFP",), ("dpa", "AFP")]),
            st.sampled_from(list(Certainty)),
        ),
        min_size=1,
        max_size=8,
    ),
    st.randoms(),
)
def test_the_order_of_articles_does_not_matter(rows, random):
    articles = [
        told(n, name, published, seen, words, agencies, certainty=certainty)
        for n, (name, published, seen, words, agencies, certainty) in enumerate(rows)
    ]
    found = likely_origin(articles, {"valley": "AFP"})
    random.shuffle(articles)
    assert likely_origin(articles, {"valley": "AFP"}) == found
    assert found.words
