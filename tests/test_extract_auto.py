"""The auto engine: how a page is cut, what the model sees, when readability has the last word."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from pipeline.extract import auto_engine, extract
from pipeline.extract.auto_engine import agreement, evidence
from pipeline.extract.boxes import cut
from pipeline.extract.boxflags import BY_TAG, POST, UNSEEN, flags_of_names
from pipeline.extract.clean import Block
from pipeline.extract.document import load, parse
from pipeline.extract.features import FEATURES, NAMES_OF_FLAGS
from pipeline.extract.metadata import read
from pipeline.extract.prune import strip_code
from pipeline.extract.votes import VOTE_FEATURES
from tests.test_extract import SENTENCES, URL, page, story


def blocks(body: str):
    return cut(parse(f"<html><body>{body}</body></html>").find(".//body")).blocks


def texts(body: str):
    return [block.text for block in blocks(body)]


# -- cutting ----------------------------------------------------------------------------------


def test_blocks_end_where_a_reader_sees_a_border():
    assert texts("<p>One <b>bold</b> line</p>loose<div>in a box<p>below</div>after") == [
        "One bold line", "loose", "in a box", "below", "after",
    ]  # fmt: skip


def test_one_line_break_is_a_blank_and_two_are_a_border():
    assert texts("<p>first<br>still first<br> <br>second") == ["first still first", "second"]


def test_a_block_in_a_link_is_all_link():
    found = blocks("<a href=/x><h3>A headline that is long and has a stop at its end.</h3></a>")
    assert [(b.kind, b.linked, len(b.text)) for b in found] == [("h3", 50, 50)]


def test_menu_entries_are_left_out_and_linked_sentences_are_not():
    assert texts(
        "<ul><li><a href=/>Home</a><li><a href=/s>Sport</a></ul><p><a href=/>Yes.</a>"
    ) == ["Yes."]


def test_what_is_in_bold_links_and_italics_is_counted():
    (block,) = blocks("<p>plain <b>bold</b> <i>it</i> <a href=/>link <b>both</b></a>")
    assert (block.strong, block.emphasis, block.linked, block.anchors) == (8, 2, 8, 1)


def test_a_paragraph_in_a_list_item_or_quote_is_what_holds_it():
    found = blocks("<ul><li><p>One</p></ul><blockquote><div>Two</div></blockquote><div><p>x</div>")
    assert [b.kind for b in found] == ["li", "blockquote", "p"]


def test_paths_are_shared_by_the_same_tags_and_classes():
    found = blocks("<div class=a><p>x<p>y</div><div class=a><p>z</div><div class=b><p>w</div>")
    x, y, z, w = (b.box.path for b in found)
    assert x == y == z != w


def test_boxes_know_what_is_in_them():
    page_cut = cut(parse("<body><div id=o><p>12345<p>678</div><p>9</body>").find(".//body"))
    whole, outer, *_ = page_cut.boxes
    assert (whole.size, outer.size) == (9, 8)
    assert [box.number for box in page_cut.boxes if outer.number <= box.number <= outer.last] == [
        1, 2, 3,
    ]  # fmt: skip


def test_names_and_attributes_become_flags():
    said = {
        name
        for n, name in enumerate(NAMES_OF_FLAGS)
        if flags_of_names("story-body authorBox") >> n & 1
    }
    assert {"n_positive", "n_bodyname", "n_author", "n_aside", "clutter"} <= said
    assert flags_of_names("x y") == 0
    assert flags_of_names("twitter-tweet") & POST
    (block,) = blocks("<div hidden><p>x")
    assert block.box.flags & UNSEEN
    assert BY_TAG["article"] != BY_TAG["main"]


# -- the model --------------------------------------------------------------------------------


def seen(html: str):
    document = load(html, URL)
    known = read(document)
    strip_code(document.tree)
    return evidence(document, known)


def test_the_model_that_ships_is_for_these_features():
    auto_engine.model()  # raises if not


def test_a_model_for_other_features_is_refused():
    with pytest.raises(ValueError, match="train it again"):
        auto_engine.load({"scheme": auto_engine.SCHEME, "features": ["size"]})


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ("<p>", "<div class=ad>", "<li>", "text, ", "文章。", "<a>", "</div>", "<br>", "<h2>",
             "<table><td>", "&lt;", "\u200b")
        ),
        max_size=25,
    )
)  # fmt: skip
def test_what_the_model_sees_is_finite_on_any_page(pieces):
    found = seen(f"<html><body>{''.join(pieces)}</body></html>")
    if found is None:
        return
    assert found.rows.shape == (len(found.page.blocks), len(FEATURES) + len(VOTE_FEATURES))
    assert np.isfinite(found.rows).all()
    likely = auto_engine.judge(found, auto_engine.model())
    assert ((likely >= 0) & (likely <= 1)).all()


def test_the_same_page_gives_the_same_article():
    html = page(f"<nav><a href=/>Home</a></nav><article><h1>Dam</h1>{story()}</article>")
    assert extract(html, URL) == extract(html, URL)


def test_readability_has_the_last_word_where_the_model_finds_nothing():
    found = seen(page(f"<article>{story()}</article>"))
    none = {"nodes": [], "leaves": [-9.0]}
    dead = auto_engine.Model(
        first=auto_engine.Forest([none], 0.0), second=auto_engine.Forest([none], 0.0)
    )
    known = read(load(page(""), URL))
    assert [b.text for b in auto_engine.choose(found, dead, known)] == list(SENTENCES)


def test_posts_go_with_the_text_around_them():
    post = "<blockquote class=twitter-tweet><p>The dam is a scandal.</p>— Ada (@ada)</blockquote>"
    other = "<blockquote class=twitter-tweet><p>Nothing to do with it.</p></blockquote>"
    half = len(SENTENCES) // 2
    html = page(
        f"<aside class=sidebar>{other}</aside>"
        f"<article>{story(SENTENCES[:half])}{post}{story(SENTENCES[half:])}</article>"
    )
    article = extract(html, URL)
    assert "The dam is a scandal." in article.paragraphs
    assert article.shape[article.paragraphs.index("The dam is a scandal.")] == "q"
    assert "Nothing to do with it." not in article.paragraphs


LINES = st.lists(st.text(alphabet="abcd ", min_size=1, max_size=12), max_size=6)


@given(LINES, LINES)
def test_agreement_is_a_symmetric_share(one, other):
    left, right = (
        [Block(text=text, linked=0.0, kind="p") for text in lines] for lines in (one, other)
    )
    assert 0 <= agreement(left, right) <= 1
    assert agreement(left, right) == pytest.approx(agreement(right, left))
    assert agreement(left, left) == pytest.approx(1.0) or len(left) != len({b.text for b in left})


# -- markup -----------------------------------------------------------------------------------

ALLOWED = {"p", "h2", "h3", "h4", "h5", "h6", "ul", "li", "blockquote", "a", "em", "strong", "code",
           "sub", "sup", "q", "cite", "s", "mark"}  # fmt: skip
HOSTILE = st.lists(
    st.sampled_from(
        (
            "<b>", "</b>", "<i>", "</i>", "<a href='javascript:alert(1)'>",
            "<a href='/ok?a=1&b=\"2'>", "</a>", "<img src=x onerror=alert(1)>",
            "&lt;script&gt;", "&amp;lt;b&amp;gt;", "\"'<>",
            "words of a sentence, ", "<p>", "</p>", "<span onclick=x()>", "</span>", "\u202e",
            "<a href='data:text/html,x'>", "<style>x</style>", "<svg/onload=alert(1)>",
        )
    ),
    max_size=20,
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(HOSTILE)
def test_markup_holds_nothing_but_what_is_allowed(pieces):
    html = page(f"<article>{story()}<p>{''.join(pieces)}</p>{story(SENTENCES[:2])}</article>")
    article = extract(html, URL, markup=True)
    tree = lxml_html.fragment_fromstring(article.html, create_parent="main")
    for element in tree.iterdescendants():
        assert element.tag in ALLOWED
        assert set(element.attrib) <= ({"href"} if element.tag == "a" else set())
        assert element.get("href", "https://").startswith(("https://", "http://"))
    assert "\u202e" not in article.html
    said = " ".join(tree.text_content().split())
    for paragraph in article.paragraphs:
        assert "".join(paragraph.split()) in "".join(said.split())


def test_markup_keeps_structure_links_and_emphasis():
    body = (
        f"<p>{SENTENCES[0]} <a href=/a>Read <b>it</b></a>.</p><h3>What is next</h3>"
        f"{story(SENTENCES[1:4])}<ul><li>{SENTENCES[4]}</li><li>{SENTENCES[5]}</li></ul>"
        f"{story(SENTENCES[6:])}"
    )
    article = extract(page(f"<article>{body}</article>"), URL, markup=True)
    assert article.shape == "phpppllpp"
    assert '<a href="https://example.org/a">Read <strong>it</strong></a>.</p>' in article.html
    assert "<h3>What is next</h3>" in article.html
    assert article.html.count("<ul>") == 1
    assert extract(page(f"<article>{body}</article>"), URL).html is None


def test_the_model_file_is_small_and_reviewable():
    path = auto_engine.files("pipeline.extract").joinpath(auto_engine.MODEL)
    text = path.read_text("utf-8")
    assert len(text) < 120_000
    assert set(json.loads(text)) == {"scheme", "features", "first", "second"}
