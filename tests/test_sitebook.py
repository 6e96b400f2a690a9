"""Which visits teach something of a source, and what of a page counts as its own."""

import pytest

from monitor import sitebook
from pipeline.extract import extract, extract_with_lesson
from pipeline.extract.site_memory import Lesson, LessonLine
from pipeline.model import Verdict
from pipeline.store.reading import Reader
from tests import logstate
from tests.sitepages import page, story
from tests.storekit import (
    FILLER,
    NOW,
    at,
    bench_of,
    discover,
    due_link,
    key_of,
    link_to,
    one_file,
    prepared,
    settle,
    url_of,
)

LESSON = Lesson(
    sound=True,
    frame=(1, 2, 3),
    lines=(LessonLine(key=7, size=90, boxed=False, akin=False, text="A line"),),
)


@pytest.fixture
def bench(tmp_path):
    with bench_of(one_file, tmp_path) as made:
        yield made


def visited(bench, name, made, lesson=LESSON, now=NOW, next_visit=None, found=True):
    """Settle a visit and learn from it, in one transaction; returns what was learned."""

    def run(store):
        if found:
            discover(store, link_to(name), now=now)
        done = settle(store, due_link(store, name, now=now), made, now, next_visit)
        return sitebook.learn(store, made, lesson, done, now)

    return bench.do(run)


def pages(bench, table="site", column="pages"):
    bench.close()
    with Reader(bench.path) as reader:
        rows = reader.rows(f"SELECT {column} AS n FROM {table}")
    return rows[0]["n"] if rows else 0


def test_an_article_teaches_once(bench):
    first = visited(bench, "a", prepared("a"), next_visit=at(5))
    assert first.memory.pages == 1
    edited = prepared("a", f"{FILLER} Edited.")
    again = visited(bench, "a", edited, now=at(5), next_visit=at(9), found=False)
    assert again == sitebook.Learned()
    # Nor does a second address of it, at its first visit.
    other = visited(bench, "b", prepared("b", f"{FILLER} Edited.", key=key_of("a")), now=at(6))
    assert other == sitebook.Learned()
    # Nor its page when the article is no longer there.
    gone = prepared("a", verdict=Verdict.TOO_SHORT)
    assert visited(bench, "a", gone, now=at(9), found=False) == sitebook.Learned()
    assert pages(bench) == 1
    assert pages(bench, "quality") == 1
    assert pages(bench, "level") == 1


def test_a_page_without_an_article_counts_for_the_levels_only(bench):
    lesson = Lesson(sound=False, frame=(1, 2, 3))
    visited(bench, "a", prepared("a", "Hardly a word.", verdict=Verdict.TOO_SHORT), lesson)
    assert pages(bench) == 0
    assert (pages(bench, "quality"), pages(bench, "quality", "bodies")) == (1, 0)


def test_shared_text_is_told_from_the_article_before(bench):
    visited(bench, "a", prepared("a"))
    visited(bench, "b", prepared("b", f"{FILLER} More."), now=at(1))
    assert pages(bench, "quality", "overlap") == 1.0


def test_a_lesson_that_could_not_be_drawn_costs_neither_article_nor_levels(bench, monkeypatch):
    monkeypatch.setattr("pipeline.extract.site_study.site_lesson.draw", lambda *_: 1 / 0)
    html = page(*story(1), furniture="")
    article, lesson, _ = extract_with_lesson(html, url_of("a"))
    assert (article, lesson) == (extract(html, url_of("a")), None)
    with logstate.kept():
        learned = visited(bench, "a", prepared("a"), lesson)
    assert learned.memory is None
    assert pages(bench, "level") == 1


def test_what_the_feed_or_the_address_says_is_not_the_page(bench):
    def quality(**origins):
        made = prepared("a", authors=("Ida Karvel",), published_at=NOW, provenance=origins)
        seen = sitebook.quality(made)
        return seen.author, seen.date

    assert quality(authors="byline", published_at="json-ld:datePublished") == (True, True)
    assert quality(authors="feed", published_at="time") == (False, True)
    assert quality(authors="byline", published_at="feed") == (True, False)
    assert quality(authors="byline", published_at="url") == (True, False)
    bare = sitebook.quality(prepared("a", verdict=Verdict.LINK_LIST))
    assert (bare.body, bare.author, bare.date) == (False, False, False)


def test_forgetting_takes_all_of_it(bench):
    visited(bench, "a", prepared("a"))
    assert bench.do(lambda s: sitebook.memory_of(s, "harbour")).pages == 1
    assert bench.do(lambda s: sitebook.forget(s, "harbour", at(1))) is True
    assert bench.do(lambda s: sitebook.memory_of(s, "harbour")) is None
    assert bench.do(lambda s: sitebook.forget(s, "harbour", at(2))) is False
    assert (pages(bench), pages(bench, "level")) == (0, 0)
