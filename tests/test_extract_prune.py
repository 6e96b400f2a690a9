"""What is taken out of a page by name before the article is looked for, and what is not."""

import pytest

from pipeline.extract import extract
from pipeline.extract.boxnames import is_clutter
from pipeline.extract.document import flat, parse
from pipeline.extract.prune import strip_clutter, strip_code, strip_unseen, suspects

LINE = "A sentence of the story, with a comma, that is long enough to count as a paragraph. "


def left(body: str, also=lambda names: False) -> str:
    tree = parse(f"<html><body>{body}</body></html>")
    strip_code(tree)
    found = suspects(tree, also)
    strip_unseen(tree, found)
    strip_clutter(tree, found)
    return flat(tree)


@pytest.mark.parametrize(
    "names",
    ["ad-slot", "js-related", "RelatedLinks", "newsletter_box", "socialShare", "read-more"],
)
def test_names_of_clutter(names):
    assert is_clutter(names)


@pytest.mark.parametrize("names", ["shareholders", "header", "adaptive", "tagline", "article"])
def test_names_that_only_look_alike(names):
    assert not is_clutter(names)


def test_small_box_goes_and_its_tail_stays():
    assert left(f"<p>{LINE * 9}</p><div class=promo>Buy</div> tail") == f"{LINE * 9}tail"


def test_box_with_much_of_the_text_stays():
    assert left(f"<p>{LINE * 4}</p><div class=social><p>{LINE * 9}</p></div>").count("story") == 13


def test_boxes_of_one_name_with_much_of_the_text_stay_together():
    pieces = "".join(f'<div class="sidebar-grid"><p>{LINE * 2}</p></div>' for _ in range(8))
    assert left(f"<p>{LINE * 9}</p>{pieces}").count("story") == 25


def test_box_with_the_headline_stays():
    assert "Title" in left(f"<div class=share><h1>Title</h1></div><p>{LINE * 9}</p>")


def test_hidden_text_goes_unless_it_is_most_of_the_page():
    assert left(f"<p>{LINE}</p><div hidden><p>{LINE}</p></div>").count("story") == 1
    assert left(f"<p>{LINE}</p><div hidden><p>{LINE * 3}</p></div>").count("story") == 4
    assert left(f'<p>{LINE}</p><div style="DISPLAY : none"><p>{LINE}</p></div>').count("story") == 1


def test_consent_wall_goes_however_long():
    wall = "We use cookies. " * 99
    assert left(f"<p>{LINE}</p><div id=onetrust-sdk><p>{wall}</p></div>") == LINE.strip()


def test_other_names_are_asked_about():
    body = f"<p>{LINE * 9}</p><div class=zzz>Box</div>"
    assert left(body) == f"{LINE * 9}Box"
    assert left(body, also="zzz ".__eq__) == (LINE * 9).strip()


def test_lead_that_stands_outside_of_the_text_comes_first():
    lead = "Two years after the flood the valley still argues about who should pay for its dam."
    html = (
        f'<html><head><meta name="description" content="{lead[:70]}…"></head><body><header><div>'
        f"<span>{lead}</span></div></header><div><p>{LINE}</p><p>{LINE[::-1]}</p></div></body></html>"
    )
    article = extract(html, "https://example.org/a")
    assert article.paragraphs == (lead, LINE.strip(), LINE[::-1].strip())


def test_description_that_the_page_does_not_show_is_no_lead():
    html = f'<meta name="description" content="{"Not on the page at all. " * 3}"><p>{LINE}</p>'
    assert extract(html, "https://example.org/a").paragraphs == (LINE.strip(),)
