"""What a text is to those that are known."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedup import RULES, Candidates, decide
from pipeline.dedup.telling import overlap
from pipeline.model import Article, Known, RelationKind, Verdict
from pipeline.text import body_hash, content_hash

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
WIRE = (
    "Negotiators from both sides returned to the conference hall on Sunday evening after a break.",
    "The mediator said that an agreement on prisoners was within reach and praised their patience.",
)
OTHER = (
    "Farmers in the northern valleys began to harvest cherries three weeks before the usual day.",
    "Warm winters and irrigation explain the early crop, according to growers we asked yesterday.",
)
CHINESE = "北京举行和平会谈各方代表出席会议并讨论停火问题以及人道主义援助通道安排"
CHINESE_OTHER = "樱桃种植户今年提前三周采摘水果因为冬季温暖而且灌溉设施得到改善"


def article(paragraphs=WIRE, title="Peace talks resume in Geneva", url="https://one.example/a"):
    return Article(
        url=url,
        title=title,
        paragraphs=tuple(paragraphs),
        verdict=Verdict.GOOD,
        reason="",
        extractor="test/1",
    )


def known(number, made, *, source="one", url_key="https://one.example/a", age=0):
    return Known(
        id=number,
        source=source,
        url_key=url_key,
        body_hash=body_hash(made.paragraphs),
        title=made.title,
        story=number * 10,
        first_seen_at=T0 - timedelta(hours=age),
    )


def ask(made, candidates=None, *, source="one", url_key="https://one.example/a"):
    return decide(
        url_key,
        source,
        made,
        body_hash(made.paragraphs),
        content_hash(made.title, made.paragraphs),
        candidates or Candidates(),
    )


def at_same_url(old):
    return Candidates(
        same_url=known(1, old),
        same_url_content_hash=content_hash(old.title, old.paragraphs),
        same_url_title=old.title,
        same_url_text=old.text,
    )


def test_nothing_known_is_new():
    relation = ask(article())
    assert (relation.kind, relation.article, relation.story) == (RelationKind.NEW, None, None)
    assert relation.reason


def test_same_address_same_text():
    relation = ask(article(), at_same_url(article()))
    assert (relation.kind, relation.article, relation.story) == (RelationKind.UNCHANGED, 1, 10)


def test_typography_is_no_revision():
    set_anew = article(
        [p.replace(" ", "\u00a0").replace(".", " .") for p in WIRE],
        "PEACE talks “resume” in Geneva",
    )
    assert ask(set_anew, at_same_url(article())).kind is RelationKind.UNCHANGED


@pytest.mark.parametrize(
    ("new", "changed"),
    [
        (article([WIRE[0], WIRE[1].replace("prisoners", "borders")]), "text changed"),
        (article(title="Peace talks collapse in Geneva"), "title changed"),
        (article(WIRE[:1], "Peace talks over"), "title and text changed"),
        (article([*OTHER]), "text changed"),  # the title stays: a page that is written anew
        (
            article([*WIRE, *OTHER], "Something else entirely happened today"),
            "title and text changed",
        ),
    ],
)
def test_same_address_other_text_is_a_revision(new, changed):
    relation = ask(new, at_same_url(article()))
    assert (relation.kind, relation.article, relation.story) == (RelationKind.REVISION, 1, 10)
    assert changed in relation.reason


def test_without_content_hash_the_body_and_title_decide():
    candidates = Candidates(same_url=known(1, article()))
    assert ask(article(), candidates).kind is RelationKind.UNCHANGED
    assert ask(article(title="Talks go on"), candidates).kind is RelationKind.REVISION
    assert ask(article(OTHER, "Cherries early"), candidates).kind is RelationKind.REVISION


def test_an_address_that_is_used_again_for_another_story():
    cherries = article(OTHER, "Cherry harvest begins early")
    relation = ask(cherries, at_same_url(article()))
    assert (relation.kind, relation.article) == (RelationKind.NEW, None)
    assert "re-used" in relation.reason
    assert "article 1" in relation.reason


def test_an_address_that_is_used_again_for_a_known_text_is_a_copy():
    cherries = article(OTHER, "Cherry harvest begins early")
    first = known(7, cherries, source="two", url_key="https://two.example/c")
    relation = ask(cherries, replace(at_same_url(article()), same_body=(first,)))
    assert (relation.kind, relation.article, relation.story) == (RelationKind.COPY, 7, 70)


def test_reuse_is_seen_in_scripts_without_blanks():
    old = article([CHINESE], CHINESE[:8])
    assert (
        ask(article([CHINESE_OTHER], CHINESE_OTHER[:8]), at_same_url(old)).kind is RelationKind.NEW
    )
    edited = article([CHINESE + "今天"], CHINESE[:8])
    assert ask(edited, at_same_url(old)).kind is RelationKind.REVISION


def test_copy_of_the_earliest():
    made = article()
    two, three = "https://two.example/a", "https://three.example/a"
    late = known(2, made, source="two", url_key=two, age=1)
    early = known(3, made, source="three", url_key=three, age=5)
    relation = ask(made, Candidates(same_body=(late, early)))
    assert (relation.kind, relation.article, relation.story) == (RelationKind.COPY, 3, 30)
    assert "article 3 of three" in relation.reason


def test_same_outlet_other_address_is_the_same_article():
    made = article()
    own = known(4, made, url_key="https://one.example/old-a", age=1)
    elsewhere = known(5, made, source="two", url_key="https://two.example/a", age=9)
    relation = ask(made, Candidates(same_body=(elsewhere, own)))
    assert (relation.kind, relation.article, relation.story) == (RelationKind.UNCHANGED, 4, 40)
    assert "another address" in relation.reason


@pytest.mark.parametrize(("count", "kind"), [(24, RelationKind.NEW), (25, RelationKind.COPY)])
def test_short_texts_are_the_same_by_chance(count, kind):
    made = article([" ".join(f"word{n}" for n in range(count))])
    first = known(2, made, source="two", url_key="https://two.example/a")
    assert ask(made, Candidates(same_body=(first,))).kind is kind


def test_candidates_that_do_not_fit_are_not_believed():
    made = article()
    stranger = replace(
        known(2, made, source="two", url_key="https://two.example/a"), body_hash="0" * 32
    )
    assert ask(made, Candidates(same_body=(stranger,))).kind is RelationKind.NEW


def test_every_rule_is_in_the_registry_once():
    assert len({rule.__name__ for rule in RULES}) == len(RULES) == 9


@given(st.text(max_size=80), st.text(max_size=80))
def test_overlap_is_symmetric_and_a_share(one, other):
    assert overlap(one, other) == overlap(other, one)
    assert 0 <= overlap(one, other) <= 1
    assert overlap(one, one) == 1


BENCH = Path(os.environ.get("MONITOR_BENCH", Path(__file__).parents[2] / "shared" / "bench"))
DOCUMENTS = BENCH / "dedup" / "dev-11"


@pytest.mark.skipif(not DOCUMENTS.exists(), reason="the bench data is kept outside the repository")
def test_made_revisions_are_revisions_and_strangers_are_strangers():
    documents = {}
    for line in (DOCUMENTS / "docs.jsonl").read_text().splitlines():
        one = json.loads(line)
        documents[one["id"]] = article(one["text"].split("\n\n"), one["title"])
    labels = [json.loads(line) for line in (DOCUMENTS / "labels.jsonl").read_text().splitlines()]
    edits = [(x["parent"], x["id"]) for x in labels if x["relation"] == "revision" and x["parent"]]
    assert len(edits) > 40
    for old, new in edits:
        relation = ask(documents[new], at_same_url(documents[old]))
        assert relation.kind is RelationKind.REVISION, (old, new)
    firsts = [x["id"] for x in labels if x["kind"] == "story"]
    strangers = list(pairwise(firsts))
    reused = sum(
        ask(documents[new], at_same_url(documents[old])).kind is RelationKind.NEW
        for old, new in strangers
    )
    assert reused >= 0.9 * len(strangers)
