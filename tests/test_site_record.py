"""What is learned of a site: recurring lines, usual places, layouts; and how it is stored."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract import Guide, extract, extract_with_lesson
from pipeline.extract.site_json import from_json, to_json
from pipeline.extract.site_memory import Lesson, LessonLine
from pipeline.extract.site_outline import line_key
from pipeline.extract.site_record import STRANGE_RUN, SiteRecord
from tests.sitepages import RUNNING, page, story, url

DAY = "2026-03-01"
PROMO = "Read the Lindmoor Post every morning with your first cup of tea."
NEW = SiteRecord(since=DAY)

# The one that takes whole boxes, and so has more to be left out.
ENGINE = "readability"


def learned(record, *pages):
    for n, html in enumerate(pages):
        _, lesson, _ = extract_with_lesson(html, url(n), Guide(engine=ENGINE, site=record.memory()))
        assert lesson is not None
        record = record.learn(lesson, DAY)
    return record


def texts(record):
    return {seen.text for seen in record.recurring().values()}


def numbered(n, *more, **how):
    title, paragraphs = story(n)
    return page(title, [*paragraphs, *more], **how)


def test_a_line_in_a_box_recurs_from_the_third_article_on():
    two = learned(NEW, *(numbered(n) for n in range(2)))
    assert two.recurring() == {}
    three = learned(two, numbered(2))
    assert texts(three) == {PROMO[:60]}
    title, paragraphs = story(3)
    html = page(title, paragraphs)
    assert PROMO in extract(html, url(3)).paragraphs
    article = extract(html, url(3), site=three.memory())
    assert list(article.paragraphs) == paragraphs
    assert article.provenance["left_out"] == "1 lines that recur on the site"


def test_a_line_that_is_left_out_stays_known():
    record = learned(NEW, *(numbered(n) for n in range(12)))
    assert record.articles == 12
    assert [seen.articles for seen in record.recurring().values()] == [12]


def test_the_same_story_does_not_count_again():
    title, paragraphs = story(1)
    edited = [*paragraphs[:4], story(77)[1][0]]
    record = learned(NEW, page(title, paragraphs), page(title, edited), page(title, paragraphs))
    assert record.recurring() == {}
    # Under another headline at another address it is the same story still.
    other = page("Quite another headline about it", edited)
    assert learned(record, other).recurring() == {}
    assert texts(learned(record, other, numbered(2), numbered(3))) == {PROMO[:60]}


def test_the_third_article_must_be_another_one_too():
    two = learned(NEW, numbered(1), numbered(2))
    assert learned(two, numbered(2), numbered(1), numbered(2)).recurring() == {}
    assert texts(learned(two, numbered(2), numbered(3))) == {PROMO[:60]}


def test_long_text_is_never_left_out():
    statement = " ".join(story(50)[1])[:310]
    assert len(statement) > 300
    record = learned(NEW, *(numbered(n, statement) for n in range(6)))
    assert texts(record) == {PROMO[:60]}
    article = extract(numbered(9, statement), url(9), site=record.memory())
    assert article.paragraphs[-1] == statement


def test_a_line_in_the_running_text_needs_a_share_of_the_articles():
    often = learned(NEW, *(numbered(n, RUNNING, furniture="") for n in range(4)))
    assert texts(often) == {RUNNING[:60]}
    seldom = learned(
        NEW,
        *(numbered(n, *[RUNNING] * (n % 9 == 0), furniture="") for n in range(36)),
    )
    assert max(seen.articles for seen in seldom.lines.values()) == 4
    assert seldom.recurring() == {}


def test_a_line_in_a_box_may_be_rare():
    seldom = learned(NEW, *(numbered(n, **{} if n % 9 == 0 else {"furniture": ""})
                            for n in range(36)))  # fmt: skip
    assert texts(seldom) == {PROMO[:60]}


def test_background_that_belongs_to_its_subject_stays():
    background = "The Karvel tunnel was begun nine years ago and has flooded twice since then."
    titles = ("Karvel tunnel closes early", "A new owner for the Karvel line",
              "Minister visits Karvel engineers", "Karvel fares to rise")  # fmt: skip
    pages = [
        page(title, [*story(n)[1], background], furniture="") for n, title in enumerate(titles)
    ]
    record = learned(NEW, *pages)
    assert record.recurring() == {}
    assert extract(pages[3], url(3), site=record.memory()).paragraphs[-1] == background


def test_a_recurring_heading_stays_with_its_text():
    def made(n, text):
        title, paragraphs = story(n)
        tail = f'<h2 class="box">What happened before</h2><p class="box">{text}</p>'
        return page(title, paragraphs, furniture="", after=tail)

    record = learned(NEW, *(made(n, story(100 + n)[1][0]) for n in range(4)))
    assert texts(record) == {"What happened before"}
    own = story(200)[1][0]
    kept = extract(made(5, own), url(5), engine=ENGINE, site=record.memory()).paragraphs
    assert kept[-2:] == ("What happened before", own)
    # With nothing but furniture below it, it introduces nothing.
    record = learned(record, *(made(n, PROMO) for n in range(6, 10)))
    paragraphs = story(11)[1]
    article = extract(made(11, PROMO), url(11), engine=ENGINE, site=record.memory())
    assert list(article.paragraphs) == paragraphs


def test_a_heading_whose_text_is_left_out_goes_with_it():
    record = learned(NEW, *(numbered(n) for n in range(4)))
    title, paragraphs = story(11)
    tail = f'<h2>Only today</h2><p class="tea">{PROMO}</p>'
    html = page(title, paragraphs, furniture="", after=tail)
    plain = extract(html, url(11), engine=ENGINE)
    assert "Only today" in plain.paragraphs
    article = extract(html, url(11), engine=ENGINE, site=record.memory())
    assert list(article.paragraphs) == paragraphs


def test_a_body_that_recurs_for_the_most_part_is_kept_whole():
    line = '<p class="x">{}</p>'
    tides = [f"High water at gauge {name}, as foretold" for name in ("one", "two", "three", "four")]

    def report(n):
        return page(story(n)[0], story(n)[1][:1], furniture="".join(map(line.format, tides * 1)))

    record = SiteRecord(since=DAY)
    for n in range(4):
        lines = tuple(
            LessonLine(key=line_key(t), size=len(t), boxed=True, akin=False, text=t) for t in tides
        )
        title = frozenset({n})
        record = record.learn(Lesson(sound=True, lines=lines, title=title, frame=(1, 2)), DAY)
    assert len(record.recurring()) == 4
    short = page("Tides tomorrow at noon", [], furniture="".join(map(line.format, tides)) * 1)
    with_memory = extract(short, url(1), site=record.memory())
    assert with_memory.paragraphs == extract(short, url(1)).paragraphs
    assert len(extract(report(9), url(9), site=record.memory()).paragraphs) == 1


def test_a_new_layout_starts_a_new_version():
    record = learned(NEW, *(numbered(n) for n in range(8)))
    assert (record.version, record.articles) == (1, 8)
    new = [numbered(n, wrap="modern", box="modern-text") for n in range(20, 20 + STRANGE_RUN)]
    before = learned(record, *new[:-1])
    assert (before.version, before.strange) == (1, STRANGE_RUN - 1)
    after = learned(before, new[-1])
    assert (after.version, after.articles, after.strange) == (2, 1, 0)
    assert after.recurring() == {}


def test_pages_without_an_article_show_a_new_layout_too():
    record = learned(NEW, *(numbered(n) for n in range(8)))
    frame = tuple(range(900, 910))
    for _ in range(STRANGE_RUN):
        record = record.learn(Lesson(sound=False, wall=True, frame=frame), DAY)
    assert record.version == 1, "a wall is no layout"
    for _ in range(STRANGE_RUN):
        record = record.learn(Lesson(sound=False, frame=frame), "2026-03-09")
    assert (record.version, record.since, record.articles) == (2, "2026-03-09", 0)


def test_a_second_template_is_no_new_layout():
    record = NEW
    for n in range(60):
        how = {"wrap": "gallery", "box": "gallery-text"} if n % 3 == 2 else {}
        record = learned(record, numbered(n, **how))
    assert record.version == 1
    run = [numbered(n, wrap="gallery", box="gallery-text") for n in range(70, 85)]
    assert learned(record, *run).version == 1


def test_pages_of_a_template_that_was_met_between_others_are_not_strange():
    def gallery(n):
        return numbered(n, wrap="gallery", box="gallery-text")

    record = learned(NEW, *(numbered(n) for n in range(8)), *(gallery(n) for n in range(8, 11)))
    assert record.strange == 3
    record = learned(record, numbered(11), *(gallery(n) for n in range(12, 24)))
    assert (record.version, record.strange) == (1, 0)


def test_the_same_text_again_proves_no_place():
    record = learned(NEW, *[numbered(1)] * 8)
    assert (record.articles, record.stories_seen) == (8, 1)
    assert record.memory().usual_places == frozenset()
    different = learned(NEW, *(numbered(n) for n in range(5)))
    assert len(different.memory().usual_places) == 2  # text, and furniture among it
    # Nor does a place where few bodies stood, though they were enough by number.
    others = (numbered(n, box="other-text") for n in range(10, 24))
    mixed = learned(different, *others).memory()
    assert len(mixed.usual_places) == 2
    assert mixed.usual_places != different.memory().usual_places


def test_habits_need_agreement():
    record = NEW
    for n in range(20):
        origin = "h1" if n % 10 else "title"
        lesson = Lesson(sound=True, title=frozenset({n}), title_origin=origin, day_first=n % 2 == 0)
        record = record.learn(lesson, DAY)
    memory = record.memory()
    assert memory.title_origin == "h1"
    assert memory.day_first is None


lines = st.builds(
    LessonLine,
    key=st.integers(0, 2**40 - 1),
    size=st.integers(8, 300),
    boxed=st.booleans(),
    akin=st.booleans(),
    text=st.text(min_size=8, max_size=60),
)
lessons = st.builds(
    Lesson,
    sound=st.booleans(),
    wall=st.booleans(),
    frame=st.lists(st.integers(0, 2**32 - 1), max_size=48).map(tuple),
    lines=st.lists(lines, max_size=80).map(tuple),
    title=st.frozensets(st.integers(0, 65535), max_size=12),
    paths=st.lists(
        st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 9000), st.integers(0, 9000)),
        max_size=30,
    ).map(tuple),
    title_origin=st.sampled_from((None, "h1", "json-ld:headline", "meta:og:title")),
    title_chain=st.none() | st.integers(0, 2**32 - 1),
    byline_chain=st.none() | st.integers(0, 2**32 - 1),
    date_chain=st.none() | st.integers(0, 2**32 - 1),
    day_first=st.none() | st.booleans(),
    utc_offset=st.none() | st.sampled_from((0, 60, 180, -300)),
)


@given(st.lists(lessons, max_size=12))
def test_a_record_comes_back_as_it_went_in(taught):
    record = NEW
    for lesson in taught:
        record = record.learn(lesson, DAY)
    rounded = {
        k: p._replace(body=float(round(p.body)), other=float(round(p.other)))
        for k, p in record.paths.items()
    }
    assert from_json(to_json(record)) == replace(record, paths=rounded)


@given(lessons)
def test_one_article_never_makes_a_line_recur(lesson):
    record = NEW
    for _ in range(8):
        record = record.learn(lesson, DAY)
    # Lines in boxes are no text by which a story is known again, so there must be other lines.
    if any(not line.boxed for line in lesson.lines[:20]):
        assert record.recurring() == {}


def test_the_stored_form_stays_small():
    record = NEW
    for n in range(400):
        taught = tuple(
            LessonLine(key=line_key(f"{n} {i}" if i % 2 else f"always {i}"), size=280,
                       boxed=i % 4 == 0, akin=False, text=f"{'x' * 50} {i}")
            for i in range(60)
        )  # fmt: skip
        record = record.learn(
            Lesson(
                sound=True,
                frame=tuple(range(n % 50, n % 50 + 48)),
                lines=taught,
                title=frozenset(range(20 * n % 60000, 20 * n % 60000 + 12)),
                paths=tuple((2**31 + i + n, 900, 100) for i in range(30)),
                title_origin=f"meta:name-{n % 9}",
                title_chain=2**31 + n % 9,
                byline_chain=2**31 + n % 9,
                date_chain=2**31 + n % 9,
            ),
            DAY,
        )
    assert len(record.recurring()) == 30
    assert len(to_json(record).encode()) <= 20_000


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"since": 1}', to_json(NEW).replace('"lines":{}', '"lines":3')],
)
def test_what_is_no_record_is_said_to_be_none(text):
    with pytest.raises(ValueError):
        from_json(text)
