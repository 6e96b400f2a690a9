"""Which news agencies a page credits, and which it only mentions."""

from __future__ import annotations

import json

import pytest

from pipeline.extract import extract
from pipeline.extract.agency import in_byline, in_credit, in_dateline, of_site
from pipeline.text.agency_names import named
from pipeline.text.agency_table import table


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("OSLO, Norway (AP) — The ferries stood still.", "AP"),
        ("(Reuters) - The ferries stood still.", "Reuters"),
        ("BEIJING, March 4 (Xinhua) -- The ferries stood still.", "Xinhua"),
        ("МОСКВА, 5 марта. /ТАСС/. Паромы стояли.", "TASS"),
        ("МОСКВА, 4 мар - РИА Новости. Паромы стояли.", "RIA Novosti"),
        ("Москва. 4 марта. INTERFAX.RU - Паромы стояли.", "Interfax"),
        ("Oldenburg (dpa/lni) - Die Fähren standen.", "dpa"),
        ("Zürich, SDA - Die Fähren standen.", "Keystone-SDA"),
        ("(ANSA) - ROMA, 04 MAR - I traghetti sono fermi.", "ANSA"),
        ("ANKARA (AA) - Feribotlar durdu.", "AA"),
        ("دمشق-سانا توقفت العبارات", "SANA"),
        ("القاهرة (أ ف ب) - توقفت العبارات", "AFP"),
        ("新华社北京3月4日电 轮渡停航", "Xinhua"),
        ("【東京共同】フェリーが止まった", "Kyodo"),
        ("(서울=연합뉴스) 여객선이 멈췄다", "Yonhap"),
    ],
)
def test_datelines(line: str, agency: str) -> None:
    assert in_dateline([line]) == (agency,)


@pytest.mark.parametrize(
    "line",
    [
        "He works for the group (AP) which says so.",
        "He runs the group (AP) - and more.",
        "The AP said that the ferries - all of them - stood still.",
        "Reuters, which first reported the deal, said so.",
        "Il ministro ha parlato - ha detto - Ansa e altri.",
        "The ferries (AFP) stood still.",
        "قال المتحدث باسم الشركة أمس (أ ف ب) إن العبارات توقفت",
        "",
    ],
)
def test_a_mention_is_no_dateline(line: str) -> None:
    assert in_dateline([line]) == ()


@pytest.mark.parametrize(
    ("line", "agencies"),
    [
        ("Source: Reuters", ("Reuters",)),
        ("Quelle: dpa/afp", ("dpa", "AFP")),
        ("© AFP", ("AFP",)),
        ("Copyright 2026 The Associated Press. All rights reserved.", ("AP",)),
        ("dpa-infocom, dpa:260304-99-900000/3", ("dpa",)),
        ("With inputs from PTI", ("PTI",)),
        ("Mit Material von dpa und AFP", ("dpa", "AFP")),
        ("المصدر: رويترز", ("Reuters",)),
        ("来源：新华社", ("Xinhua",)),
        ("ritzau", ("Ritzau",)),
        ("The ferries will sail again on Monday, the company said. (PTI)", ("PTI",)),
        ("Beta", ()),
        ("Read more on Reuters", ()),
        ("“We spoke to Reuters and to nobody else,” he said.", ()),
    ],
)
def test_credit_lines(line: str, agencies: tuple[str, ...]) -> None:
    assert in_credit(["The ferries stood still.", line]) == agencies


@pytest.mark.parametrize(
    ("claims", "agencies"),
    [
        (["Ada Quill und dpa"], ("dpa",)),
        (["Le Courrier et AFP"], ("AFP",)),
        (["Ada Quill (Reuters)"], ("Reuters",)),
        (["By Ada Quill, Associated Press"], ("AP",)),
        (["AA"], ("AA",)),
        (["aa"], ()),
        (["Pa Salt"], ()),
        # the initials on an author's picture
        (["Petra Adler", "PA"], ()),
    ],
)
def test_bylines(claims: list[str], agencies: tuple[str, ...]) -> None:
    assert in_byline(claims) == agencies


def test_every_agency_is_known_by_its_short_name_and_no_spelling_means_two() -> None:
    seen: dict[str, str] = {}
    for short, spellings, _ in table():
        for spelling in spellings:
            assert named(spelling) == short, spelling
            assert seen.setdefault(spelling.casefold(), short) == short
    assert len(table()) > 90


def test_own_sites() -> None:
    assert of_site("https://www.tass.com/world/1") == "TASS"
    assert of_site("https://nottass.com/world/1") is None
    assert of_site("http://[::1") is None


def article(structured: object = None, body: str = "", url: str = "https://echo.example/a") -> str:
    text = "<p>The mediators met again in the border town and spoke for hours, said Reuters.</p>"
    script = f'<script type="application/ld+json">{json.dumps(structured)}</script>'
    page = f"<html><head>{script}</head><body><h1>Talks</h1><article>{body}{text * 6}</article>"
    found = extract(page, url)
    return " ".join([*found.agencies, found.provenance.get("agencies", "-")])


def test_where_an_article_credits() -> None:
    assert article() == "-"
    person = {"@type": "NewsArticle", "author": {"@type": "Person", "name": "Ada Quill"}}
    assert article({**person, "creditText": "AFP"}) == "AFP json-ld:creditText"
    assert article({**person, "sourceOrganization": {"name": "Reuters"}}) == (
        "Reuters json-ld:sourceOrganization"
    )
    assert article(person, "<p>BRUSSELS (dpa) - The talks have begun, officials said.</p>") == (
        "dpa dateline"
    )
    assert article(person, '<span class="source">Source: EFE</span>') == "EFE credit"
    assert article(person, '<div class="photo-source">AFP</div>') == "-"
    assert article({"@type": "Article", "author": "dpa"}) == "dpa byline"
    assert article(person, url="https://apnews.com/article/1") == "AP site"
