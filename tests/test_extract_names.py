"""Names of people out of bylines: what goes, what stays, and who answers for a text without."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.document import load
from pipeline.extract.metadata import Metadata, read
from pipeline.extract.names import collective, names

SITE = ["Daily Echo", "dailyecho.example", "dailyecho"]
URL = "https://www.dailyecho.example/news/1"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("By Ada Quill in Cairo", ("Ada Quill",)),
        ("Written by: Ada Quill and Ben Osei", ("Ada Quill", "Ben Osei")),
        ("Ada Quill ada.quill@dailyecho.example", ("Ada Quill",)),
        ("Ada Quill - Senior reporter", ("Ada Quill",)),
        ("Ada Quill, PhD", ("Ada Quill",)),
        ("Ada Quill, Daily Echo", ("Ada Quill",)),
        ("Daily Echo, Springfield", ()),
        ("Daily Echo Sports", ()),
        ("Daily Echoes Quill", ("Daily Echoes Quill",)),
        ("Ada Quill and dpa", ("Ada Quill",)),
        ("Agence France-Presse", ()),
        ("Ada Quill (https://dailyecho.example/ada)", ()),
        ("Redaktion: Ada Quill", ()),
        ("Foto: Ben Osei", ()),
        ("Twitter Facebook", ()),
        ("Miguel A. Quill", ("Miguel A. Quill",)),
        ("Ludwig van der Osei", ("Ludwig van der Osei",)),
        ("ADA QUILL", ("ADA QUILL",)),
        ("Автор: Ада Квилл", ("Ада Квилл",)),
        ("بقلم: آدا كويل", ("آدا كويل",)),
        ("記者 王小明／台北報導", ("王小明",)),
        ("홍길동 기자", ("홍길동",)),
        ("Von Ada Quill, Redakteurin", ("Ada Quill",)),
    ],
)
def test_names(claim: str, expected: tuple[str, ...]) -> None:
    assert names([claim], SITE) == expected


_PIECE = st.sampled_from(
    ["Ada Quill", "By ", "von ", "Daily Echo", "AFP", "a@b.example", " and ", ", ", "12 March",
     "www.x.example", "(aq)", "記者", "王小明", " in Cairo", "Staff", "|", "基督", "Ж", "O’Neil"]
)  # fmt: skip
_CLAIMS = st.lists(st.one_of(st.lists(_PIECE, max_size=6).map("".join), st.text(max_size=40)))


@settings(max_examples=300, deadline=None)
@given(_CLAIMS)
def test_names_of_names_are_the_same_names(claims: list[str]) -> None:
    once = names(claims, SITE)
    assert names(once, SITE) == once


@settings(max_examples=300, deadline=None)
@given(_CLAIMS)
def test_no_name_holds_a_digit_or_an_address(claims: list[str]) -> None:
    for name in names(claims, SITE):
        assert "@" not in name
        assert "www." not in name
        assert not any(map(str.isdigit, name))
        assert len(name) <= 60
        assert name == name.strip()


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Daily Echo", ("Daily Echo",)),
        ("Echo24 Redaktion", ("Echo24 Redaktion",)),
        ("desk@dailyecho.example", ()),
        ("https://dailyecho.example", ()),
        ("admin", ()),
        ("webadmin", ()),
        ("4711", ()),
        ("null", ()),
        ("", ()),
    ],
)
def test_collective(claim: str, expected: tuple[str, ...]) -> None:
    assert collective([claim], SITE) == expected


def page(head: str, body: str) -> Metadata:
    return read(load(f"<html><head>{head}</head><body>{body}</body></html>", URL))


def ld(author: str) -> str:
    return (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Rain is back", '
        f'"author": {author}}}</script>'
    )


DESK = '{"@type": "Organization", "name": "Daily Echo"}'
H1 = "<h1>Rain is back in the north</h1>"


@pytest.mark.parametrize(
    ("head", "body", "expected", "origin"),
    [
        # a person anywhere goes before whom the outlet calls responsible
        (ld(DESK), H1 + "<p>By Ada Quill</p>", ("Ada Quill",), "byline"),
        (ld(DESK), H1, ("Daily Echo",), "json-ld:author, collective"),
        # only a line that is marked or says "by" is a person's against a stated desk
        (ld(DESK), H1 + '<a href="/author/9">Ada Quill</a>', ("Daily Echo",), None),
        ("", H1 + '<a href="/author/9">Ada Quill</a>', ("Ada Quill",), "author link"),
        (ld(f'[{DESK}, {{"@type": "Person", "name": "Ada Quill"}}]'), "", ("Ada Quill",), None),
        (ld('[[{"@type": "Person", "givenName": "Ada", "familyName": "Quill"}]]'), "",
         ("Ada Quill",), "json-ld:author"),
        # author tags of whole sites name the publisher: they make nobody responsible
        ('<meta name="author" content="Daily Echo">', H1, (), None),
        ("", H1 + "<ul><li><strong>Author</strong> Ada Quill</li></ul>", ("Ada Quill",), "byline"),
        ("", H1 + "<p><strong>ADA QUILL</strong></p><p>Rain fell.</p>", ("ADA QUILL",),
         "bold line"),
        ("", H1 + '<div class="author">Ada Quill<br>Monday, 4 May 2026</div>', ("Ada Quill",),
         "byline"),
        # other stories, readers and footers have authors too
        ("", H1 + '<aside class="byline">By Ada Quill</aside>', (), None),
        ("", H1 + '<div class="related"><p class="author">Ada Quill</p></div>', (), None),
        ("", H1 + '<ol class="comments"><li class="comment-author">Ben Osei</ol>', (), None),
        # a sentence that begins with "by" or a name in the text is no byline
        ("", H1 + "<p>Rain fell.</p><p>By noon the roads were wet and the trams stood.</p>", (),
         None),
    ],
)  # fmt: skip
def test_who_wrote_it(head: str, body: str, expected: tuple[str, ...], origin: str | None) -> None:
    found = page(head, body)
    assert found.authors == expected
    if origin is not None:
        assert found.provenance["authors"] == origin


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # several authors side by side, each marked alone
        ('<p><a rel="author">Ada Quill</a> <a rel="author">Ben Osei</a></p>',
         ("Ada Quill", "Ben Osei")),
        # a role that runs into the name, which also stands alone
        ('<div class="byline"><b class="author">Ada Quill</b> <i>Chief Critic</i></div>',
         ("Ada Quill",)),
        ('<p class="author">By Associated Press 12:20pm Jan 7</p>', ("Associated Press",)),
    ],
)  # fmt: skip
def test_lines_with_more_than_a_name(body: str, expected: tuple[str, ...]) -> None:
    assert page("", H1 + body).authors == expected


def test_authors_of_listed_stories_are_not_joined() -> None:
    stories = "".join(
        f'<li><a href="/{n}">Story {n}</a> <a rel="author">Person Number{"abcdefghij"[n]}</a></li>'
        for n in range(10)
    )
    assert len(page("", f"{H1}<ul>{stories}</ul>").authors) < 2
    far = f"<main><article>{H1}<p>x</p></article></main><ul>{stories}</ul>"
    linked = far.replace(' rel="author"', ' href="/author/1"')
    assert page("", linked).authors == ()
