"""What a page teaches, and how the memory of its site settles what the page leaves open."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from lxml import html as lxml_html

from pipeline.extract import TimeHabit, extract, extract_with_lesson
from pipeline.extract.site_lesson import droppable, telling
from pipeline.extract.site_memory import SiteMemory
from pipeline.extract.site_outline import chain_key, line_key, outline
from pipeline.extract.site_record import SiteRecord
from pipeline.model import Certainty
from tests.sitepages import page, story, url

DAY = "2026-03-01"


def lesson_of(html, n=1):
    return extract_with_lesson(html, url(n))[1]


def record_of(*pages):
    record = SiteRecord(since=DAY)
    for n, html in enumerate(pages):
        record = record.learn(lesson_of(html, n), DAY)
    return record


def dated(n, shown, stated=""):
    head = f'<meta property="article:published_time" content="{stated}">' if stated else ""
    title, paragraphs = story(n)
    return page(title, paragraphs, head=head, byline=f'<p class="when">{shown}</p>', furniture="")


# -- the outline ------------------------------------------------------------------------------


def test_the_place_of_a_line_is_that_of_its_block():
    tree = lxml_html.document_fromstring(
        "<body><div class='a id-77'><section class='x77 story'><p class=lead>One <b>two</b></p>"
        "<ul><li>three<li>four</ul>five<br><br>six</section></div></body>"
    )
    lines = outline(tree).lines
    assert [line.block.text for line in lines] == ["One two", "three", "four", "five", "six"]
    assert [line.block.kind for line in lines] == ["p", "li", "li", "section", "section"]
    find = tree.find
    assert lines[0].chain == chain_key(find(".//p"))
    assert lines[1].chain == lines[2].chain == chain_key(find(".//li"))
    assert lines[3].chain == lines[4].chain == chain_key(find(".//section"))
    assert len({line.chain for line in lines}) == 3


def test_numbers_in_classes_do_not_tell_places_apart():
    one = "<body><div class='post-17 entry'><p>Text</p></div></body>"
    other = "<body><main><div class='post-18 entry'><p>Text</p></div></main></body>"
    keys = [chain_key(lxml_html.document_fromstring(t).find(".//p")) for t in (one, one, other)]
    assert keys[0] == keys[1] != keys[2]


def test_a_line_is_known_again_however_it_is_set():
    assert line_key("Read on — at 8!") == line_key("READ ON, at 8")
    assert line_key("Read on at 8") != line_key("Read on at 9")


def test_what_may_be_left_out():
    assert droppable("Follow our desk")
    assert not droppable("Yes. No!")
    assert not droppable("x" * 301)
    assert telling("The council met") & telling("A council of nine")
    assert not telling("of the and") & telling("in the and")
    assert telling("مباحثات السلام") & telling("السلام عليكم")


# -- the lesson -------------------------------------------------------------------------------


def test_places_of_title_byline_and_date():
    title, paragraphs = story(1)
    html = page(
        title,
        paragraphs,
        head='<meta name="author" content="Ida Karvel">'
        '<meta property="article:published_time" content="2026-03-04T10:00:00+00:00">',
        byline='<p class="by">By Ida Karvel</p><p class="when">4 March 2026, 13:00</p>',
        furniture="",
    )
    lesson = lesson_of(html)
    tree = lxml_html.document_fromstring(html)
    assert lesson.title_chain == chain_key(tree.find(".//h1"))
    assert lesson.byline_chain == chain_key(tree.find(".//p[@class='by']"))
    assert lesson.date_chain == chain_key(tree.find(".//p[@class='when']"))
    assert (lesson.title_origin, lesson.utc_offset) == ("h1", 180)
    bodies = [chain for chain, body, other in lesson.paths if body > other]
    assert bodies == [chain_key(tree.find(".//div[@class='story-text']/p"))]


@pytest.mark.parametrize(
    ("shown", "stated", "first"),
    [
        ("31/12/2025", "", True),
        ("12/31/2025", "", False),
        ("04/03/2026", "2026-03-04T10:00:00Z", True),
        ("03/04/2026", "2026-03-04T10:00:00Z", False),
        ("03/04/2026", "", None),
        ("04/04/2026", "2026-04-04T10:00:00Z", None),
        ("45/46/2026", "", None),
    ],
)
def test_day_and_month(shown, stated, first):
    assert lesson_of(dated(1, shown, stated)).day_first is first


@pytest.mark.parametrize(
    ("shown", "offset"),
    [
        ("4 March 2026, 15:30", 330),
        ("4 March 2026, 10:00", 0),
        ("4 March 2026 10:00 GMT", None),
        ("4 March 2026", None),
        ("4 March 2026, 10:07", None),
    ],
)
def test_the_zone_of_what_readers_see(shown, offset):
    assert lesson_of(dated(1, shown, "2026-03-04T10:00:00Z")).utc_offset == offset


def test_a_page_without_an_article_teaches_its_frame_only():
    lesson = lesson_of("<body><div class=a><p>Nothing much.</p></div></body>")
    assert not lesson.sound
    assert lesson.frame
    assert lesson.lines == ()
    assert extract_with_lesson("", url(1))[1].wall


# -- the memory at work -----------------------------------------------------------------------


def test_without_memory_nothing_changes():
    for n in range(3):
        html = dated(n, "4 March 2026")
        assert extract(html, url(n)) == extract_with_lesson(html, url(n))[0]
        assert extract(html, url(n), site=SiteMemory()) == extract(html, url(n))


def test_the_title_stands_where_it_always_stands():
    memory = record_of(*(page(*story(n)) for n in range(6))).memory()
    assert memory.title_origin == "h1"
    title, paragraphs = story(9)
    html = page(title, paragraphs).replace(
        f"<title>{title}", "<title>Harbour: all that is known about the council"
    )
    html = html.replace("</title>", '</title><meta property="og:title" content="Harbour council">')
    plain = extract(html, url(9))
    assert plain.title == "Harbour council"
    article = extract(html, url(9), site=memory)
    related = telling(plain.title) & telling(title)
    assert article.title == (title if related else "Harbour council")
    strange = extract(html.replace("Harbour council", "Nothing alike"), url(9), site=memory)
    assert strange.title == "Nothing alike"


def test_a_title_of_the_usual_origin_stays():
    memory = record_of(*(page(*story(n)) for n in range(6))).memory()
    memory = replace(memory, title_origin="meta:og:title")
    title, paragraphs = story(9)
    shared = f'<meta property="og:title" content="{title}, live">'
    html = page("Another word for it", paragraphs, head=shared).replace(
        'title">Another word for it', f'title">{title} in short'
    )
    plain = extract(html, url(9))
    assert plain.provenance["title"] == "meta:og:title"
    assert extract(html, url(9), site=memory).title == plain.title
    other = replace(memory, title_origin="json-ld:headline")
    assert extract(html, url(9), site=other).title == f"{title} in short"


def test_a_byline_is_read_where_bylines_stand():
    def signed(n, name, head=True):
        meta = f'<meta name="author" content="{name}">' if head else ""
        return page(*story(n), head=meta, byline=f'<p class="who">{name}</p>')

    names = ("Ida Karvel", "Jon Ash", "Mara Lind", "Per Holm", "Ida Karvel", "Una Reed")
    memory = record_of(*(signed(n, name) for n, name in enumerate(names))).memory()
    html = signed(8, "Tove Brandt", head=False)
    assert extract(html, url(8)).authors == ()
    article = extract(html, url(8), site=memory)
    assert article.authors == ("Tove Brandt",)
    assert article.provenance["authors"] == "site:byline"


def test_a_time_is_read_where_dates_stand_in_the_zone_of_the_site():
    pages = [
        dated(n, f"{n + 1} March 2026, 13:00", f"2026-03-0{n + 1}T10:00:00Z") for n in range(6)
    ]
    memory = record_of(*pages).memory()
    assert memory.utc_offset == timedelta(hours=3)
    html = dated(9, "9 March 2026, 20:15")
    assert extract(html, url(9)).published_at == datetime(2026, 3, 9, 20, 15, tzinfo=UTC)
    article = extract(html, url(9), site=memory)
    assert article.published_at == datetime(2026, 3, 9, 17, 15, tzinfo=UTC)
    assert article.published_certainty is Certainty.VISIBLE
    # What the configuration says of the zone is believed before what the pages taught.
    told = TimeHabit(zone=timezone(timedelta(hours=5)))
    article = extract(html, url(9), site=memory, times=told)
    assert article.published_at == datetime(2026, 3, 9, 15, 15, tzinfo=UTC)
    # What the page states itself is not touched.
    html = dated(9, "9 March 2026, 20:15", "2026-03-08T10:00:00Z")
    assert extract(html, url(9), site=memory) == extract(html, url(9))


def test_a_body_beside_its_usual_place_gives_way():
    def made(title, paragraphs, rival):
        html = page(title, paragraphs, furniture="").replace("article", "div")
        return html.replace("<footer", f'<div class="readers-say">{rival}</div><footer')

    memory = record_of(*(made(*story(n), "") for n in range(6))).memory()
    title, paragraphs = story(9, 2)
    rival = "".join(f"<p>{p}</p>" for p in story(30, 30)[1])
    html = made(title, paragraphs, rival)
    plain = extract(html, url(9))
    assert story(30, 30)[1][0] in plain.paragraphs
    article = extract(html, url(9), site=memory)
    assert list(article.paragraphs) == paragraphs
    assert article.provenance["body"] == "site:usual place"
    # A page of another kind, with hardly anything at the usual place, is left as it is.
    other = made(title, ["Just this."], rival)
    assert extract(other, url(9), site=memory) == extract(other, url(9))


def test_few_pages_prove_no_place():
    memory = record_of(*(page(*story(n)) for n in range(4))).memory()
    assert memory.body_paths == {}
    assert memory.title_chain is None


def test_a_memory_of_another_site_does_no_harm():
    memory = record_of(*(page(*story(n)) for n in range(6))).memory()
    html = page(*story(9), wrap="other", box="elsewhere", furniture="")
    assert extract(html, url(9), site=memory) == extract(html, url(9))
    assert replace(memory, recurring=frozenset()).pages == 6
