"""The cleaning: which lines are paragraphs and which are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.clean import Block, blocks_of, clean_blocks
from pipeline.extract.document import parse
from pipeline.text.labels import is_label

LONG = (
    "The committee met for six hours and decided, against the advice of its chair, to "
    "wait for another year."
)


def cleaned(html: str, title: str = "", authors=()) -> list[str]:
    found = clean_blocks(blocks_of(parse(f"<div>{html}</div>")), title, authors)
    return [block.text for block in found]


def test_blocks_split_where_readers_see_a_break():
    html = (
        f"<p>{LONG}</p><div>One <b>bold</b> "
        f"line<p>Two</p>three</div><ul><li>Four</li><li><p>Five</p></li></ul>"
    )
    assert cleaned(html) == [LONG, "One bold line", "Two", "three", "Four", "Five"]


def test_one_line_break_is_a_blank_and_two_are_a_paragraph():
    assert cleaned("<p>first<br>still first<br> <br>second</p>") == ["first still first", "second"]


def test_tables_of_data_and_captions_are_left_out():
    html = (
        f"<p>{LONG}</p><table><tr><td>1</td><td>2</td></tr></table>"
        "<figure><img><figcaption>A photo</figcaption></figure><p>Behind it.</p>"
    )
    assert cleaned(html) == [LONG, "Behind it."]


def test_tables_that_lay_out_a_page_and_quoting_figures_are_kept():
    html = (
        f"<table><tr><td><p>{LONG}</p></td></tr></table><figure><blockquote>Said "
        f"she.</blockquote></figure>"
    )
    assert cleaned(html) == [LONG, "Said she."]


def test_lines_that_are_only_links_are_left_out_but_linked_sentences_stay():
    html = (
        f"<p>{LONG}</p><p><a href=/a>Another headline without a stop</a></p>"
        "<li><a href=/b>A list of links.</a></li>"
        "<p><a href=/c>A whole sentence with a link.</a></p>"
        "<p>A text with <a href=/d>a link</a> inside</p>"
    )
    assert cleaned(html) == [LONG, "A whole sentence with a link.", "A text with a link inside"]


def test_headline_byline_and_times_above_the_text_are_left_out():
    html = (
        "<h1>Some kicker: A Title!</h1><h2>A title</h2><p>By Ada Quill and Ben Osei</p>"
        f"<p>Published May 25, 2026</p><p>4 min read</p><p>{LONG}</p><p>{LONG[::-1]}</p>"
        "<p>Ada Quill, May 25, 2026</p>"
    )
    assert cleaned(html, "A title", ("Ada Quill", "Ben Osei")) == [
        LONG, LONG[::-1], "Ada Quill, May 25, 2026",
    ]  # fmt: skip


def test_a_line_with_numbers_above_the_text_is_no_dateline_if_it_is_a_sentence():
    html = f"<p>On 3 May 2026 the river rose.</p><p>{LONG}</p>"
    assert cleaned(html)[0] == "On 3 May 2026 the river rose."


def test_repeated_lines_come_once_but_short_ones_may_return():
    html = f"<p>{LONG}</p><blockquote>{LONG}</blockquote><p>Yes.</p><p>And you?</p><p>Yes.</p>"
    assert cleaned(html) == [LONG, "Yes.", "And you?", "Yes."]


def test_headings_at_the_end_go_with_what_they_introduced():
    assert cleaned(f"<h2>Kept</h2><p>{LONG}</p><h3>More stories</h3><h2>Read on</h2>") == [
        "Kept",
        LONG,
    ]


@pytest.mark.parametrize(
    "line",
    [
        "ADVERTISEMENT", "Advertisement:", "— Anzeige —", "Publicité", "РЕКЛАМА", "広告", "إعلان",
        "Share this article", "Teilen", "Read more", "JOIN OUR PULSE COMMUNITY!",
        "Unblock notifications in browser settings.",
        "Eyewitness? Submit your stories now via social or:",
        "Email: eyewitness@pulse.ng", "news@example.org", "© 2026 The Example. Some rights",
        "Copyright 2026 Example Media", "All rights reserved.", "Follow us on Facebook and X",
        "Sign up for our daily newsletter", "Subscribe to our newsletter for more",
        "Related: Why it rains",
        "Lire aussi : La pluie revient", "Lesen Sie auch: Der Regen kommt",
        "READ MORE | Rain is back",
        "Читайте также: Дождь вернулся", "関連記事：雨が戻る", "اقرأ أيضا: عودة المطر",
    ],
)  # fmt: skip
def test_labels_and_prompts(line):
    assert is_label(line)


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement spending fell by a tenth.", "Share prices rose.",
        "Related costs were not counted.",
        "More than 300 people came.", "Read the report, she said, and then talk.", "Email is dead.",
        "Watch him carefully, they were told.", "Follow the money.", "Copy right away, he said.",
        "Subscribers left in droves.", "Topics included trade and fish.",
        "Read-only access was granted.",
        "More-or-less everyone agreed.", LONG, "",
    ],
)  # fmt: skip
def test_sentences_are_no_labels(line):
    assert not is_label(line)


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [LONG, LONG[::-1], "Advertisement", "A title", "May 3, 2026", "By Ada Quill", "©"]
        ),
        st.text(alphabet="abc 12.:,é漢", max_size=130).map(lambda t: " ".join(t.split())),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_cleaning_twice_changes_nothing(lines):
    def blocks(texts):
        return [Block(text=text, linked=0.0, kind="p") for text in texts]

    once = clean_blocks(blocks(lines), "A title", ("Ada Quill",))
    assert clean_blocks(once, "A title", ("Ada Quill",)) == once
    assert {block.text for block in once} <= set(lines)
