"""Which lists and posts go with the text around them."""

import pytest

from pipeline.extract.boxes import cut
from pipeline.extract.document import parse
from pipeline.extract.followers import follow

TEXT = "A paragraph of the article, long enough to be taken for one by anybody."


def followed(body: str, likely: float = 0.0) -> list[str]:
    """The blocks that are chosen when at first those are that hold ``TEXT``."""
    blocks = cut(parse(f"<html><body>{body}</body></html>").find(".//body")).blocks
    chosen = [TEXT in block.text for block in blocks]
    follow(blocks, chosen, [1.0 if took else likely for took in chosen])
    return [block.text for block, took in zip(blocks, chosen, strict=True) if took]


def test_a_list_between_two_paragraphs_of_a_box_is_taken_whole():
    body = f"<div><p>{TEXT}</p><ul><li>Salt</li><li>Two lemons</li></ul><p>{TEXT}</p></div>"
    assert followed(body) == [TEXT, "Salt", "Two lemons", TEXT]


@pytest.mark.parametrize(
    "middle",
    [
        "<ul class=related><li>Salt</li></ul>",
        "<aside><ul><li>Salt</li></ul></aside>",
        "<ul><li><a href=/x>A story of ours about salt.</a></li></ul>",
    ],
)
def test_a_list_of_its_own_kind_is_not(middle):
    assert followed(f"<div><p>{TEXT}</p>{middle}<p>{TEXT}</p></div>") == [TEXT, TEXT]


def test_a_list_between_the_article_and_something_else_is_not():
    body = f"<div><p>{TEXT}</p></div><ul><li>Salt</li></ul><div><p>{TEXT}</p></div>"
    assert followed(body) == [TEXT, TEXT]


@pytest.mark.parametrize(("likely", "taken"), [(0.3, ["Salt"]), (0.01, [])])
def test_a_list_that_ends_the_box_needs_to_be_likely(likely, taken):
    body = f"<div><p>{TEXT}</p><ul><li>Salt</li></ul></div><p>Something else altogether.</p>"
    assert followed(body, likely) == [TEXT, *taken]


def test_a_post_alone_is_taken_out():
    post = f"<blockquote class=twitter-tweet><p>{TEXT}</p></blockquote>"
    assert followed(f"<p>Teaser</p>{post}<p>Teaser</p>") == []
    assert followed(f"<p>{TEXT}</p>{post}<p>{TEXT}</p>") == [TEXT] * 3
    assert followed(f"<p>{TEXT}</p>{post}<p>Teaser</p>") == [TEXT]


def test_a_notice_that_stands_between_paragraphs_twice_is_taken_out():
    gate = f"<div class=gate><p>{TEXT} Notice.</p></div>"
    story = "".join(f"<p>{TEXT} No {n}.</p>" for n in range(3))
    left = followed(f"<div>{story}{gate}{story.replace('No', 'Nr')}{gate}</div>")
    assert left == [f"{TEXT} {word} {n}." for word in ("No", "Nr") for n in range(3)]


def test_an_article_that_is_there_twice_is_kept():
    story = "".join(f"<p>{TEXT} No {n}.</p>" for n in range(3))
    assert len(followed(f"<main>{story}</main><div hidden>{story}</div>")) >= 3
