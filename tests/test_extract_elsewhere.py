"""Which of the places outside the tree an article's text is taken from."""

import json
import time

from pipeline.extract import extract
from pipeline.extract.document import Document, load
from pipeline.extract.elsewhere import SUSPICIOUS, elsewhere, instead, size
from pipeline.extract.metadata import read

URL = "https://example.org/a"
TITLE = "Old pier is to be moved by hand"
LINES = (
    "The old pier of Hamn is to be moved by hand, plank by plank, to the other side of the bay.",
    "The harbour board decided so on Monday, after three firms had said that it could not be done.",
    "Two hundred people have put their names on a list that hangs in the bakery, the board said.",
    "Work begins when the herring has left, and ends when it comes back.",
)
MARKUP = "".join(f"<p>{line}</p>" for line in LINES)
HEAD = f"<title>{TITLE}</title>"


def described(**fields) -> str:
    data = {"@type": "NewsArticle", "headline": TITLE, **fields}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def state(lines=LINES) -> str:
    data = {"story": {"title": TITLE, "paragraphs": [{"type": "p", "text": x} for x in lines]}}
    return f"<script>window.__STATE__ = {json.dumps(data)}</script>"


def texts(body: str, head: str = "") -> tuple[str, ...]:
    document = load(f"<html><head>{HEAD}{head}</head><body>{body}</body></html>", URL)
    return tuple(block.text for block in elsewhere(document, read(document)))


def test_paragraphs_of_the_state_are_preferred_to_a_text_in_one_piece():
    one = described(articleBody=" ".join(LINES))
    assert texts(state(), one) == LINES
    assert texts("", one) == (" ".join(LINES),)


def test_text_of_the_description_is_preferred_to_a_teaser_in_the_state():
    assert texts(state(LINES[:2]), described(articleBody="\n".join(LINES))) == LINES


def test_markup_in_the_description():
    assert texts("", described(articleBody=MARKUP)) == LINES


def test_text_for_browsers_without_scripts():
    assert texts(f"<noscript><h1>{TITLE}</h1>{MARKUP}</noscript>") == LINES
    assert texts("<noscript><p>Please enable JavaScript to read this page.</p></noscript>") == ()
    assert texts(f"<noscript><img src=/pixel.gif></noscript><NOSCRIPT>{MARKUP}</NOSCRIPT>") == LINES


def test_shadow_roots_and_frames():
    assert texts(f"<x-y><template shadowrootmode=open>{MARKUP}</template></x-y>") == LINES
    assert texts(f'<iframe srcdoc="{MARKUP}"></iframe>') == LINES


def test_what_is_found_must_be_clearly_more():
    document = load(f"<html><head>{HEAD}</head><body>{state()}</body></html>", URL)
    known = read(document)
    whole = elsewhere(document, known)
    assert instead([], document, known) == whole
    assert instead(whole[:1], document, known) == whole
    nearly = whole[:3]
    assert size(nearly) >= SUSPICIOUS
    assert instead(nearly, document, known) is nearly


def test_an_ordinary_page_is_not_even_looked_at():
    document = Document(html=None, url=URL, tree=None)  # type: ignore[arg-type]
    known = read(load(f"<html><head>{HEAD}</head></html>", URL))
    found = elsewhere(load(f"<html><head>{HEAD}</head><body>{state()}</body></html>", URL), known)
    assert instead(found, document, known) is found


def test_posts_of_a_live_blog():
    posts = [{"headline": f"Post {n} has a headline", "articleBody": line}
             for n, line in enumerate(LINES)]  # fmt: skip
    got = texts("", described(**{"@type": "LiveBlogPosting", "liveBlogUpdate": posts}))
    assert got == tuple(x for post in posts for x in post.values())
    assert texts("", described(liveBlogUpdate={"articleBody": MARKUP})) == LINES
    assert texts("", described(liveBlogUpdate=[1, None, "x", [], {"headline": 4}])) == ()


def test_hostile_descriptions_end():
    before = time.process_time()
    for body in ("<p>" * 500_000, "<p " + "a=1 " * 300_000, "x" * 900_000, "<" * 900_000):
        extract(f"<html><head>{HEAD}{described(articleBody=body)}</head><body></body></html>", URL)
        extract(f'<html><body><iframe srcdoc="{body}"></iframe></body></html>', URL)
    assert time.process_time() - before < 10  # about two seconds
