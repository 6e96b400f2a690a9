"""Labelled pages that are and that are not articles, and laws that hold for all measures.

``tests/pages/verdict/rules`` holds the pages that the rules were written with, ``kept`` those that
were only counted at the end; ``labels.json`` says what each is.
"""

import json
import math
import time
from collections import Counter
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.jobs import prepare
from pipeline.extract import extract
from pipeline.extract.clean import Block
from pipeline.extract.measures import WALL_WORDS, Measures, measure, size_of
from pipeline.extract.pagesigns import PageSigns
from pipeline.extract.verdict import judge
from pipeline.model import Article, Link, Outcome, Verdict
from tests.storekit import FILLER, at, bench_of, due_link, one_file, run_story, settle

PAGES = Path(__file__).parent / "pages" / "verdict"
HALVES = ("rules", "kept")


@cache
def labels(half: str):
    return json.loads((PAGES / half / "labels.json").read_text("utf-8"))


def html_of(half: str, name: str) -> str:
    return (PAGES / half / f"{name}.html").read_text("utf-8")


@cache
def judged(half: str, name: str) -> Article:
    return extract(html_of(half, name), labels(half)[name]["url"])


def everything():
    return [(half, name) for half in HALVES for name in labels(half)]


@pytest.mark.parametrize(("half", "name"), everything())
def test_verdict_of_each_page(half, name, request):
    label = labels(half)[name]
    if "known_failure" in label:
        request.applymarker(pytest.mark.xfail(strict=False, reason=label["known_failure"]))
    article = judged(half, name)
    assert article.verdict.value in label["verdict"], (article.reason, dict(article.measures))


def test_each_half_has_enough_of_each_kind():
    for half in HALVES:
        kinds = Counter(label["verdict"][0] for label in labels(half).values())
        assert set(kinds) == {verdict.value for verdict in Verdict}
        assert sum(kinds.values()) >= 45
        assert {path.stem for path in (PAGES / half).glob("*.html")} == set(labels(half))


@pytest.mark.parametrize(("half", "name"), everything())
def test_measures_go_into_json_and_say_what_was_found(half, name):
    article = judged(half, name)
    measures = json.loads(json.dumps(dict(article.measures)))
    assert measures == dict(article.measures)
    assert measures.get("paragraphs", 0) == len(article.paragraphs)
    assert all(not isinstance(v, float) or math.isfinite(v) for v in measures.values())
    assert judge(Measures(**measures)) == (article.verdict, article.reason)


def test_only_a_good_or_partial_text_creates_a_revision(tmp_path):
    """An outlet puts every sort of page where its article was; the article stays as it is."""
    with bench_of(one_file, tmp_path) as bench:
        first = bench.do(lambda s: run_story(s, "a", next_visit=at(1)))
        minute = 1
        for half, name in everything():
            article = judged(half, name)
            if article.verdict in (Verdict.GOOD, Verdict.PARTIAL):
                continue
            link = bench.do(lambda s, m=minute: due_link(s, "a", now=at(m)))
            made = prepare(html_of(half, name), link.url, Link(url=link.url))
            done = bench.do(lambda s, k=link, p=made, m=minute: settle(s, k, p, at(m), at(m + 1)))
            assert (done.article, done.event) == (first.article, "rechecked"), name
            assert done.outcome not in (Outcome.STORED, Outcome.REVISED, Outcome.COPY), name
            minute += 1
        assert minute > 80
        assert [row["body"] for row in bench.articles()] == [FILLER]
        assert bench.revisions(first.article) == []
        assert bench.outcomes() == {"stored": 1}
        assert not bench.problems()


def test_measures_are_stored_and_replaced_by_a_revision(tmp_path):
    name = "good_obituary"
    page = html_of("kept", name)
    with bench_of(one_file, tmp_path) as bench:
        made = prepare(page, "https://harbour.example/a", Link(url="https://harbour.example/a"))
        first = bench.do(lambda s: run_story(s, "a", made, next_visit=at(1)))
        stored = json.loads(bench.article(first.article)["measures"])
        assert stored == dict(made.article.measures)
        changed = page.replace("painted the same boat", "painted and repainted the same old boat")
        link = bench.do(lambda s: due_link(s, "a", now=at(1)))
        again = prepare(changed, link.url, Link(url=link.url))
        done = bench.do(lambda s: settle(s, link, again, at(1)))
        assert done.event == "edited"
        assert json.loads(bench.article(first.article)["measures"])["words"] == stored["words"] + 3


SHARES = st.floats(0, 1)
MEASURES = st.builds(
    Measures,
    words=st.integers(0, 5000),
    size=st.floats(0, 5000),
    paragraphs=st.integers(0, 200),
    longest=st.floats(0, 500),
    page=st.integers(0, 10**6),
    body_share=SHARES, page_links=SHARES, body_links=SHARES, teasers=SHARES,
    title=st.booleans(), declared=st.booleans(), paywalled=st.booleans(),
    pay_signs=st.integers(0, 9), cut_off=st.booleans(),
    gone=SHARES, consent=SHARES, bot=SHARES, bot_markup=st.booleans(),
    abroad=SHARES, broken=SHARES, no_script=SHARES,
)  # fmt: skip


@given(MEASURES)
def test_any_measures_have_a_verdict_and_a_reason(measures):
    verdict, reason = judge(measures)
    assert isinstance(verdict, Verdict)
    assert reason
    told = measures.told()
    assert all(told.values())
    assert set(told) <= {field.name for field in fields(Measures)}


@given(MEASURES)
def test_a_long_text_is_an_article_whatever_it_speaks_of(measures):
    if measures.size >= WALL_WORDS and measures.words and measures.teasers < 0.5:
        assert judge(measures)[0].is_article


@given(MEASURES)
def test_a_text_of_a_few_words_is_never_an_article(measures):
    if measures.size < 20:
        assert not judge(measures)[0].is_article


TEXTS = st.text(max_size=300) | st.sampled_from(
    ["We and our partners use cookies.", "Page not found", "404", "続きを読むには", "ก" * 80,
     "." * 200,
     "Verify you are human. " * 30, "a " * 200, "\n\n", "İ" * 50, "page " * 100, "nicht " * 100]
)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(TEXTS, max_size=12), TEXTS, st.lists(TEXTS, max_size=8), TEXTS,
    st.booleans(), st.booleans(), SHARES,
)  # fmt: skip
def test_any_texts_can_be_measured(texts, title, page, head, declared, paywalled, linked):
    blocks = [Block(text=text, linked=linked, kind="p") for text in texts if text.strip()]
    signs = PageSigns(
        titles=(title, *page[:2]), texts=tuple(page), characters=sum(map(len, page)),
        linked=linked, declared=declared,
    )  # fmt: skip
    found = measure(blocks, title, signs, head, set, paywalled=paywalled)
    for field in fields(found):
        value = getattr(found, field.name)
        assert math.isfinite(value)
        assert value >= 0
    for name in ("body_share", "page_links", "body_links", "teasers", "gone", "consent", "bot",
                 "abroad", "broken", "no_script"):  # fmt: skip
        assert getattr(found, name) <= 1
    assert judge(found)[1]


@given(st.text())
def test_size_is_at_most_a_little_above_the_words(text):
    assert 0 <= size_of(text) <= 1.5 * len(text)


def test_few_words_of_a_megabyte_are_quick():
    before = time.process_time()
    for word in ("page", "x", "не", "ページ", "cookies", "seite nicht "):
        extract(
            f"<h1>Not</h1><p>{word * (900_000 // len(word))}</p><p>page not</p>", "https://a.b/"
        )
    assert time.process_time() - before < 10  # about two seconds


def test_size_is_alike_in_all_scripts():
    """The same sentence, by hand: the night ferry returns on Friday after three years."""
    sizes = {
        "en": size_of("The night ferry returns on Friday after three years, the port said."),
        "zh": size_of("港务局表示，停航三年的夜间渡轮将于周五恢复运营。"),
        "ja": size_of("港湾局によると、夜行フェリーは三年ぶりに金曜日に再開する。"),
        "ko": size_of("항만청은 야간 여객선이 3년 만에 금요일 다시 운항한다고 밝혔다."),
        "th": size_of("การท่าเรือกล่าวว่าเรือข้ามฟากกลางคืนจะกลับมาในวันศุกร์หลังจากสามปี"),
        "tr": size_of(
            "Liman, gece vapurunun üç yıl sonra cuma günü yeniden başlayacağını söyledi."
        ),
        "ar": size_of("قالت إدارة المرفأ إن العبّارة الليلية تعود يوم الجمعة بعد ثلاث سنوات"),
    }
    assert max(sizes.values()) < 1.8 * min(sizes.values()), sizes
