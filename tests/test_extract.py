"""Whole pages through ``extract``: full expectations, failures of readability, hostile input."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract import extract
from pipeline.extract.engines import ENGINES
from pipeline.model import Article, Verdict

PAGES = Path(__file__).parent / "pages" / "extract"
BENCH = Path(os.environ.get("MONITOR_BENCH", Path(__file__).parents[2] / "shared" / "bench"))
SEED = BENCH.parent / "seed"
URL = "https://example.org/news/a-story"

SENTENCES = (
    (
        "The council approved the plan on Monday, ending months of argument over who should "
        "pay for it."
    ),
    (
        "Engineers had warned in spring that the dam, built ninety years ago, would not "
        "stand another flood."
    ),
    (
        "Farmers below the valley, who lost two harvests, said that the decision came late "
        "but not too late."
    ),
    (
        "Work is to begin in June, as soon as the water is low enough, and will last for "
        "three summers."
    ),
    (
        "The opposition called the cost a scandal, although its own proposal had been the "
        "dearer of the two."
    ),
    "A spokesman for the ministry declined to say whether the money had already been set aside.",
    (
        "Similar dams in the region, most of them older, are to be looked at before the end "
        "of the year."
    ),
    (
        "Until then the lake will be kept a metre lower, which the fishing clubs have "
        "accepted, if grudgingly."
    ),
)


def page(body: str, head: str = "", title: str = "Valley dam to be rebuilt") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def story(sentences=SENTENCES) -> str:
    return "".join(f"<p>{sentence}</p>" for sentence in sentences)


def test_page_with_full_expectations():
    expected = json.loads((PAGES / "harbour.json").read_text("utf-8"))
    article = extract((PAGES / "harbour.html").read_text("utf-8"), expected["url"])
    assert article.title == expected["title"]
    assert list(article.paragraphs) == expected["paragraphs"]
    assert list(article.authors) == expected["authors"]
    assert article.published_at.isoformat() == expected["published_at"]
    assert article.modified_at.isoformat() == expected["modified_at"]
    for name in ("language", "summary", "image", "section", "site_name", "canonical_url"):
        assert getattr(article, name) == expected[name], name
    assert list(article.tags) == expected["tags"]
    assert dict(article.provenance) == expected["provenance"]
    assert article.verdict is Verdict.GOOD
    assert not article.paywalled
    assert article.extractor == "auto/1"


@pytest.mark.skipif(not (SEED / "page.html").is_file(), reason="the seed page is not here")
def test_seed_page():
    expected = json.loads((SEED / "expected.json").read_text("utf-8"))
    article = extract((SEED / "page.html").read_text("utf-8"), expected["url"])
    assert article.title == expected["title"]
    assert list(article.paragraphs) == expected["body"]
    assert article.site_name == expected["site"]
    assert article.language == expected["language"]
    assert article.verdict is Verdict.GOOD


def test_unknown_engine_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match=r"unknown engine 'nonsense'.*readability"):
        extract("<p>x</p>", URL, engine="nonsense")


def test_every_engine_names_itself_and_works():
    for name, (extractor, _) in ENGINES.items():
        article = extract(page(f"<article>{story()}</article>"), URL, engine=name)
        assert article.paragraphs == SENTENCES
        assert article.extractor == extractor


def test_import_is_light():
    code = (
        "import sys, pipeline.extract\n"
        "heavy = {'lxml', 'readability', 'py3langid', 'numpy', 'chardet', 'dateutil'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.strip() == "[]"


def test_identifier_is_not_loaded_for_a_plain_page():
    code = (
        "import sys\nfrom pipeline.extract import extract\n"
        "text = 'The ministers said that the talks with the others had failed. ' * 9\n"
        "assert extract(f'<p>{text}</p>', 'https://a.test/').language == 'en'\n"
        "assert extract(f'<html lang=de><p>{text}</p>', 'https://a.test/').language == 'de'\n"
        "print('py3langid' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.strip() == "False"


def test_body_cut_into_sibling_containers_is_whole():
    pieces = "".join(
        f'<section class="row"><div class="cell"><p>{one}</p></div></section>'
        '<div class="ad-wrapper"><p>Advertisement</p></div>'
        for one in SENTENCES
    )
    article = extract(page(f"<h1>Valley dam to be rebuilt</h1><div id=x>{pieces}</div>"), URL)
    assert article.paragraphs == SENTENCES


def test_box_beside_a_scattered_body_does_not_win():
    box = "".join(f"<p>{n}: a figure, with a comma, that stands in a box</p>" for n in range(5))
    pieces = "".join(f'<div class="cell"><div><p>{one}</p></div></div>' for one in SENTENCES)
    article = extract(
        page(f"<div>{pieces}</div><section><div class=facts>{box}</div></section>"), URL
    )
    assert set(SENTENCES) <= set(article.paragraphs)


def test_next_story_below_the_headline_s_own_does_not_win():
    other = "".join(
        f"<p>Another story, part {n}, which is longer, and has more commas, by far, "
        f"than the first one, so that it scores, and scores, and scores.</p>"
        for n in range(30)
    )
    body = (
        f"<main><article><h1>Valley dam to be rebuilt</h1><div>{story()}</div></article>"
        f"<article><h1>Something else</h1><div>{other}</div></article></main>"
    )
    assert extract(page(body), URL).paragraphs == SENTENCES


def test_consent_box_longer_than_the_article_does_not_win():
    legal = "".join(
        f"<p>We and our {n} partners store, read, and use cookies, identifiers, and other data, "
        "for purposes such as measurement, advertising, research, and development.</p>"
        for n in range(40)
    )
    body = f'<div id="onetrust-consent-sdk"><div>{legal}</div></div><div class=text>{story()}</div>'
    assert extract(page(body), URL).paragraphs == SENTENCES


def test_text_that_waits_for_a_script_is_found():
    article = extract(page(f'<p>Loading</p><div hidden class="x">{story()}</div>'), URL)
    assert article.paragraphs == SENTENCES


def test_hidden_copy_of_a_visible_text_is_left_out():
    hidden = "".join(f"<p>{n} hidden and never to be seen, whatever it says.</p>" for n in range(6))
    body = f'<article>{story()}<div style="display: none">{hidden}</div></article>'
    assert extract(page(body), URL).paragraphs == SENTENCES


def test_body_wrapped_in_a_box_with_a_bad_name_is_kept():
    body = (
        f'<div class="sidebar-grid has-share-bar"><div class="social-content">{story()}</div></div>'
    )
    assert extract(page(body), URL).paragraphs == SENTENCES


def test_small_boxes_with_bad_names_are_left_out():
    boxes = "".join(
        f'<div class="{name}"><p>A line of clutter in a box named {name}, long enough.</p></div>'
        for name in ("related-links", "newsletter", "SocialShare", "js-promo", "authorBio")
    )
    article = extract(
        page(f"<article>{story(SENTENCES[:4])}{boxes}{story(SENTENCES[4:])}</article>"), URL
    )
    assert article.paragraphs == SENTENCES


def test_text_of_a_page_built_by_script_comes_from_its_json_ld():
    data = json.dumps(
        {"@type": "NewsArticle", "headline": "H", "articleBody": "\n".join(SENTENCES)}
    )
    head = f'<script type="application/ld+json">{data}</script>'
    assert extract(page("<div id=root></div>", head), URL).paragraphs == SENTENCES


def test_paragraphs_made_of_line_breaks():
    body = f"<div class=text>{'<br><br>'.join(SENTENCES)}</div>"
    assert extract(page(body), URL).paragraphs == SENTENCES


def test_text_written_without_blanks():
    lines = (
        "東京都は二十四日、来年度から新しい防災計画を実施すると発表した。予算は約三十億円になる見通しだ。",
        "計画では、川沿いの住宅地を中心に避難所を増やし、夜間でも安全に移動できる道を整備する。",
        "担当者は「三年前の水害を忘れてはならない」と話し、住民にも訓練への参加を呼びかけている。",
    )
    body = "".join(f"<p>{line}</p>" for line in lines)
    article = extract(
        page(f"<article><h1>新しい防災計画</h1>{body}</article>", title="新しい防災計画"), URL
    )
    assert article.paragraphs == lines
    assert article.verdict is Verdict.GOOD
    assert article.language == "ja"


def test_unclosed_comment_does_not_swallow_the_article():
    assert extract(page(f"<div><!-- {story()}</div>"), URL).paragraphs == SENTENCES


def test_markup_in_titles_is_text():
    article = extract(
        page(story(), title="&lt;script&gt;alert(1)&lt;/script&gt; \x1b[31mDam\n rebuilt"), URL
    )
    assert "\x1b" not in article.title
    assert "\n" not in article.title


HOSTILE = {
    "deep": "<div>" * 100_000 + "x",
    "wide": "<b></b>" * 500_000,
    "attributes": "<div " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x",
    "quoted attributes": "<div " + " ".join(f'a{n}=">"' for n in range(50_000)) + ">x",
    "long": "<p>" + "x" * 4_100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_too_complex_never_reaches_readability(name):
    before = time.process_time()
    article = extract(HOSTILE[name], URL)
    assert time.process_time() - before < 2  # minutes without the check
    assert article.verdict is Verdict.ERROR
    assert article.reason.startswith("too complex")


@pytest.mark.parametrize(
    "html",
    [
        "",
        " \n",
        "\0" * 10,
        "<",
        "<!--",
        "\ud800",
        "<title>" + " " * 50_000,
        "<table><tr><td>" * 3_000 + "x",
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        "<meta property='article:published_time' content='" + "1" * 200_000 + "'>",
        "<p>" + " " * 1_000_000 + "x",
    ],
)
def test_odd_pages_are_quick_and_no_articles(html):
    before = time.process_time()
    article = extract(html, URL)
    assert time.process_time() - before < 2
    assert not article.verdict.is_article
    assert article.reason


def test_json_ld_beyond_reason_leaves_the_article():
    for data in (
        "[" * 100_000,
        '{"@type": ["NewsArticle", 3], "headline": {"a": [1]}, "author": [[1], 5]}',
    ):
        head = f'<script type="application/ld+json">{data}</script>'
        article = extract(page(f"<h1>Valley dam to be rebuilt</h1>{story()}", head), URL)
        assert article.paragraphs == SENTENCES
        assert article.title == "Valley dam to be rebuilt"


FRAGMENTS = st.sampled_from(
    [
        "<p>", "</p>", "<div class='share ad'>", "</div>", "<article>", "<h1>", "<br><br>",
        "<table>",
        "<li>", "<a href='//[bad'>", "<!--", "-->", "<title>", "<time datetime='0000-00-00'>",
        "<script type='application/ld+json'>{\"@type\":\"Article\",\"author\":", "]}</script>",
        "<meta property='og:title' content='x'>", "<html lang='zz-'>", "<figure>", "<blockquote>",
        "A sentence, with a comma, that is long enough to count as a paragraph.",
        "&#0;&#xD800;&bogus;", "\x0c", "&#12;", "&#x1;", "&#xFFFE;", "&#65535;", "&#11", "<p/>0",
    ]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300), st.lists(st.one_of(FRAGMENTS, st.text(max_size=20))).map("".join)
    )
)
def test_any_text_gives_an_article_value(html):
    article = extract(html, URL)
    assert isinstance(article, Article)
    assert article.verdict in Verdict
    for line in (article.title, *article.paragraphs, *article.authors):
        assert "\n" not in line
        assert "\x00" not in line
    assert "Error" not in article.reason  # a bug that was turned into a verdict


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_any_address_is_fine(url):
    assert extract(page(story()), url).paragraphs == SENTENCES
