"""The rules of a source: selectors, what they give, what they leave to the engine."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract import Rules, extract
from pipeline.extract.rules import digest, holding
from pipeline.extract.selectors import compiled, names_elements
from pipeline.model import Certainty, Verdict

URL = "https://outlet.example/news/ferry"
FIRST = "The council agreed on Monday that the ferry shall run until midnight from spring onwards."
SECOND = "Its crews, who had asked for that since the bridge was closed, spoke of a late success."
THIRD = "How the additional boats are to be paid for is left to the meeting of next month."
NOISE = "Readers of this page also looked at the weather, the tides and the price of fish. "
PAGE = f"""<html lang="en"><head><title>Outlet | Ferry</title>
<meta property="og:title" content="Ferry: what is known">
<meta property="article:published_time" content="2026-03-05T10:00:00Z">
<meta name="kicker" content="Harbour"></head><body>
<h1>Outlet of the harbour</h1>
<div class="headline">Ferry to run until midnight</div>
<p class="who">By Ann Reed and Ole Brandt</p>
<p class="when">Published on March 3, 2026</p>
<time class="late" datetime="2026-03-04T08:30:00+02:00">
this morning</time>
<ul class="topics"><li>ferry</li><li>night</li></ul>
<img class="main" data-src="/pictures/boat.jpg">
<section class="half"><p>{FIRST}</p><div class="promo">Win a journey on the new ferry now.</div>
<p>{SECOND}</p></section>
<div class="more"><p>{NOISE * 20}</p></div>
<section class="half"><p>{THIRD}</p></section></body></html>"""


def read(html=PAGE, **rules):
    return extract(html, URL, rules=Rules(**rules))


def test_every_field_can_be_told_where_it_is():
    article = read(
        title=(".headline",),
        authors=(".who",),
        published=(".when",),
        modified=("time.late",),
        summary=(".half p",),
        section=("meta[name=kicker]::attr(content)",),
        tags=("//ul[@class='topics']/li/text()",),
        image=("img.main",),
        language=("html::attr(lang)",),
        body=("section.half",),
        remove=(".promo",),
    )
    assert article.title == "Ferry to run until midnight"
    assert article.authors == ("Ann Reed", "Ole Brandt")
    assert article.published_at == datetime(2026, 3, 3, tzinfo=UTC)
    assert article.published_certainty is Certainty.VISIBLE
    assert article.modified_at == datetime(2026, 3, 4, 6, 30, tzinfo=UTC)
    assert article.modified_certainty is Certainty.MACHINE
    assert article.summary == FIRST
    assert article.section == "Harbour"
    assert article.tags == ("ferry", "night")
    assert article.image == "https://outlet.example/pictures/boat.jpg"
    assert article.language == "en"
    assert article.paragraphs == (FIRST, SECOND, THIRD)
    assert len(article.shape) == 3
    assert article.verdict is Verdict.GOOD
    assert article.broken_rules == ()
    named = {"title", "authors", "published_at", "modified_at", "summary", "section", "tags"}
    named |= {"image", "body"}
    assert {name for name, origin in article.provenance.items() if origin == "rule"} >= named


def test_without_rules_the_page_is_read_as_ever():
    plain = extract(PAGE, URL)
    assert extract(PAGE, URL, rules=Rules()) == plain
    assert plain.rules == ""
    assert NOISE.strip() in plain.text


def test_a_rule_that_finds_nothing_leaves_the_guess_and_is_told():
    plain = extract(PAGE, URL)
    article = read(
        title=(".gone",), body=("div.gone", "img.main"), published=(".topics",), remove=(".none",)
    )
    assert article.paragraphs == plain.paragraphs
    assert article.title == plain.title
    assert article.published_at == plain.published_at
    assert article.provenance == plain.provenance
    assert article.broken_rules == (
        "title '.gone'",
        "published '.topics'",
        "remove '.none'",
        "body 'div.gone'",
        "body 'img.main'",
    )


def test_the_first_selector_with_a_value_counts_and_the_others_are_tried():
    article = read(title=(".gone", ".headline", "h1"))
    assert article.title == "Ferry to run until midnight"
    assert article.broken_rules == ("title '.gone'",)


def test_bodies_are_joined_in_the_order_of_the_page_each_text_once():
    article = read(body=("section.half:last-of-type", "section.half p", "section.half"))
    assert article.paragraphs[:1] == (FIRST,)
    assert article.paragraphs[-1:] == (THIRD,)
    assert article.text.count(THIRD) == 1
    assert article.broken_rules == ()


def test_a_short_line_in_nested_bodies_comes_once():
    html = PAGE.replace(f"<p>{THIRD}</p>", f"<p>{THIRD}</p><p>Yes.</p>")
    assert read(html, body=("section.half", "section.half p")).paragraphs.count("Yes.") == 1


def test_what_is_removed_does_not_come_back_by_a_second_look():
    # The engine parses the page anew when its first choice is short.
    html = f"<html><body><article><p>{FIRST}</p></article><div id=x><p>{NOISE * 9}</p></div></body>"
    assert NOISE.strip() in extract(html, URL).text
    article = extract(html, URL, rules=Rules(remove=("#x",)))
    assert "tides" not in article.text
    assert article.broken_rules == ()


def test_the_whole_page_is_never_removed():
    article = read(remove=("body", "html"))
    assert article.text == extract(PAGE, URL).text
    assert len(article.broken_rules) == 2


def test_times_without_a_zone_are_those_of_the_source():
    html = PAGE.replace("March 3, 2026", "3 March 2026 14:00")
    article = read(html, published=(".when",), zone="Asia/Damascus")
    assert article.published_at == datetime(2026, 3, 3, 11, tzinfo=UTC)


def test_tags_in_one_text_are_split_at_commas():
    html = PAGE.replace("<li>ferry</li><li>night</li>", "<li>ferry, night, ferry</li>")
    assert read(html, tags=(".topics li",)).tags == ("ferry", "night")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("div..x", "at 4"),
        ("a[", "at 2"),
        ("//div[contains(@class,]", "no XPath: Invalid expression at 22"),
        ("//x:y", "no XPath: Undefined namespace prefix"),
        ("h1::text", "::attr(name)"),
        ("a::nth(3)", "::attr(name)"),
        ("p:sometimes", "pseudo-class"),
        ("  ", "empty"),
        ("p" * 1001, "1,000"),
        (":not(" * 190, "no CSS selector"),
    ],
)
def test_selectors_that_are_none(text, said):
    with pytest.raises(ValueError, match=r"selector|XPath") as error:
        compiled(text)
    assert said in str(error.value)
    with pytest.raises(ValueError, match=r"selector|XPath"):
        extract(PAGE, URL, rules=Rules(title=(text,)))


def test_an_xpath_that_fails_on_the_page_finds_nothing():
    article = read(body=("//section[@class='half'][surprise()]",))
    assert article.broken_rules == ("body '//section[@class='half'][surprise()]'",)
    assert article.verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("div.post", True),
        ("a, p::attr(x)", False),
        ("//div[@class='x']", True),
        ("//div/@class", False),
        ("//div[text()]", True),
        ("//p/text()", False),
        ("//div[a/@href]/p", True),
    ],
)
def test_whether_a_selector_names_elements(text, expected):
    assert names_elements(text) is expected


def test_the_digest_is_of_what_is_read_not_of_when():
    one = Rules(body=(".a",), valid_from=date(2026, 1, 1), urls=("/live/",))
    assert digest(one) == digest(Rules(body=(".a",)))
    assert len({digest(Rules(**{f: (".a",)})) for f in ("body", "remove", "title")}) == 3
    assert digest(one) != digest(Rules(body=(".a",), zone="Asia/Damascus"))
    assert digest(None) == digest(Rules(urls=("x",))) == ""
    assert read(body=(".half",)).rules == digest(Rules(body=(".half",)))


days = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9))
sets = st.builds(
    Rules, valid_from=days, valid_until=days, urls=st.sampled_from([(), ("/live/",), ("x", "news")])
)


@given(st.lists(sets, max_size=4), st.dates(date(2026, 1, 1), date(2026, 1, 9)))
def test_the_first_set_that_holds_is_in_force(rules, day):
    found = holding(rules, URL, day)
    expected = [r for r in rules if r.holds(URL, day)]
    assert found is (expected[0] if expected else None)
    for one in rules:
        within = (one.valid_from or day) <= day <= (one.valid_until or day)
        assert one.holds(URL, day) == (within and one.urls != ("/live/",))


words = st.text("abcdefgh <>&.'\"=/é中", max_size=200)


@given(words, st.lists(st.sampled_from(["p", ".x", "//p", "p::attr(class)", "*", "div > p"])))
def test_no_page_and_no_rule_make_it_raise(noise, selectors):
    texts = tuple(selectors)
    html = f"<html><body><p class=x>{noise}</p><div><p>{FIRST}</p>{noise}</div></body></html>"
    boxes = tuple(text for text in texts if names_elements(text))
    rules = Rules(title=texts, published=texts, image=texts, tags=texts, body=boxes, remove=boxes)
    article = extract(html, URL, rules=rules)
    assert article.verdict in Verdict
    assert set(article.rule_hits) <= set(rules.selectors())
