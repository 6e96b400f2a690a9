"""``monitor stories``, ``stories split|merge``, ``diff``, and what listings say of stories."""

import csv
import io
import json
import re
from datetime import UTC, timedelta
from html.parser import HTMLParser

import pytest

from monitor.cli import main
from monitor.cli.diff_shown import page
from monitor.review.diff_told import Side, compared
from pipeline.model import Certainty
from tests.storekit import (
    NOW,
    SqliteBench,
    at,
    bench_of,
    due_link,
    found_empty,
    one_file,
    prepared,
    run_story,
    settle,
)

PARAGRAPHS = (
    "Ferry crews and the harbour council signed a paper on Tuesday that ends nine weeks of strike.",
    "Forty boats leave from the northern pier again on Thursday, first for isles in the lagoon.",
    "Under its terms night shifts are paid double from May, which the council had ruled out.",
    "Widow Tamsin Orle, whose late husband steered the first boat, rang the bell at the signing.",
    "Fares rise by eight cents for visitors, while holders of yearly tickets pay what they paid.",
    "Both sides meet again in October, when divers will have looked at the piles of the old pier.",
)
ADDED = "Readers of this paper travel free on Sundays if they bring the coupon from page nine."
OTHER = (
    "Eleven days of rain have filled the upper reservoir, and the weir was opened twice at night.",
    "Forty families slept in the hall of the school, where the cook made soup of what there was.",
    "Nobody could say on Friday when the road along the river would be fit for carts and buses.",
)
OUTLETS = tuple(f"paper-{n:02}" for n in range(1, 15))
EVIL = "\x1b[31mred\x1b]0;owned\x07 \u202eback <script>alert(1)</script> & so"


def copies():
    """What each outlet made of the text; verbatim if nothing is said."""
    changed = PARAGRAPHS[4].replace("visitors", "strangers")
    return {
        "paper-02": (f"PORT ORRIN (AFP) – {PARAGRAPHS[0]} {PARAGRAPHS[1]}", *PARAGRAPHS[2:]),
        "paper-03": PARAGRAPHS[:4],
        "paper-04": (*PARAGRAPHS[:4], changed, PARAGRAPHS[5]),
        "paper-05": (*PARAGRAPHS, ADDED),
        "paper-06": (PARAGRAPHS[5], *PARAGRAPHS[:5]),
    }


def fill(bench: SqliteBench) -> None:
    bench.do(lambda s: found_empty(s, (*OUTLETS, "harbour", "orrin")))
    for n, outlet in enumerate(OUTLETS):
        text = copies().get(outlet, PARAGRAPHS)
        made = prepared(
            "ferry", *text, outlet=outlet, key=f"https://{outlet}.example/ferry",
            title="Harbour ferry crews end strike" if n == 3 else "Ferry strike ends",
            published_at=at(n * 10 - 3), published_certainty=Certainty.MACHINE,
            agencies=("AFP",) if outlet in ("paper-02", "paper-03", "paper-07") else (),
            language="en",
        )  # fmt: skip
        bench.do(
            lambda s, m=made, o=outlet, n=n: run_story(
                s, "ferry", m, outlet=o, now=at(n * 10), next_visit=at(999)
            )
        )
    for n, outlet in enumerate(("harbour", "orrin")):
        rain = prepared("rain", *OTHER, outlet=outlet, title="Weir opened", language="en")
        bench.do(
            lambda s, m=rain, o=outlet, n=n: run_story(s, "rain", m, outlet=o, now=at(300 + n))
        )
    edited = prepared(
        "ferry", *PARAGRAPHS[:5], f"{PARAGRAPHS[5]} {EVIL}", outlet="paper-14",
        title="Ferry strike ends", key="https://paper-14.example/ferry",
    )  # fmt: skip
    link = bench.do(lambda s: due_link(s, "ferry", "paper-14", at(1000)))
    bench.do(lambda s: settle(s, link, edited, at(1000)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("stories")
    with bench_of(one_file, where) as bench:
        fill(bench)
    return where


@pytest.fixture
def own(tmp_path, folder):
    """A copy of the database, to be changed."""
    (tmp_path / "monitor.db").write_bytes((folder / "monitor.db").read_bytes())
    (tmp_path / "pages.db").write_bytes((folder / "pages.db").read_bytes())
    return tmp_path


@pytest.fixture(autouse=True)
def _there(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def told(capsys):
    def run(*words, code=0):
        assert main(list(words)) == code, capsys.readouterr().err
        return capsys.readouterr().out

    return run


def ids(text):
    return [row["id"] for row in json.loads(text)]


def test_stories_of_several_outlets_the_latest_first(told):
    rain, ferry = json.loads(told("stories", "--json"))
    assert (ferry["outlets"], ferry["articles"], ferry["edits"]) == (14, 14, 1)
    assert ferry["spread_s"] == 130 * 60
    assert ferry["agencies"] == ["AFP"]
    assert ferry["sources"] == list(OUTLETS)
    assert ferry["title"] == "Ferry strike ends"
    assert ferry["words"] == max(len(" ".join(t).split()) for t in copies().values())
    assert (rain["outlets"], rain["sources"]) == (2, ["harbour", "orrin"])
    lines = told("stories")
    assert "Ferry strike ends (1 edit)" in lines
    assert "130m" in lines or "2h" in lines
    assert list(csv.DictReader(io.StringIO(told("stories", "--csv"))))[1]["id"] == str(ferry["id"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), ["Weir opened", "Ferry strike ends"]),
        (("--sort", "outlets"), ["Ferry strike ends", "Weir opened"]),
        (("--sort", "spread"), ["Ferry strike ends", "Weir opened"]),
        (("--source", "paper-0*"), ["Ferry strike ends"]),
        (("--source", "orrin"), ["Weir opened"]),
        (("--agency", "agence france-presse"), ["Ferry strike ends"]),
        (("--lang", "de"), []),
        (("--min-outlets", "3"), ["Ferry strike ends"]),
        (("--since", "2026-03-01T16:00"), ["Weir opened"]),
        (("--until", "2026-03-01T16:00"), ["Ferry strike ends"]),
        (("--limit", "1"), ["Weir opened"]),
    ],
)
def test_stories_can_be_chosen_and_ordered(told, words, expected):
    assert [row["title"] for row in json.loads(told("stories", "--json", *words))] == expected


def test_one_story_has_its_origin_its_articles_and_its_table(told):
    story = ids(told("stories", "--json"))[1]
    whole = json.loads(told("stories", str(story), "--json"))
    assert whole["origin"]["source"] == "paper-01"
    assert whole["origin"]["wire"] == "AFP"
    assert whole["origin"]["words"] == (
        "wire of AFP, first at Paper-01: published 11:57, 10 min before the next; seen first too; "
        "its text is shorter than the fullest (99 of 115 words); 3 others credit AFP"
    )
    by = {row["source"]: row for row in whole["members"]}
    assert list(by) == list(OUTLETS)
    assert by["paper-01"]["relation"] == "first"
    assert {by[o]["relation"] for o in OUTLETS[1:]} == {"copy"}
    assert by["paper-02"]["paragraphs"] == {
        "kept": 6, "changed": 0, "cut": 0, "added": 0, "moved": 0
    }  # fmt: skip
    assert by["paper-03"]["share_of_own"] == 1 > by["paper-03"]["share_of_origin"]
    marks = {"kept": "=", "changed": "~", "cut": "-", "added": "+", "absent": " "}
    rows = ["".join(marks[cell["kind"]] for cell in row["cells"]) for row in whole["table"]["rows"]]
    assert rows == [
        "==============", "==============", "==============", "==============",
        "==-~==========", "==-===========", "    +         ", "             +",
    ]  # fmt: skip
    assert whole["table"]["rows"][5]["cells"][5] == {"kind": "kept", "moved": True}
    assert whole["table"]["rows"][6]["text"] == ADDED
    assert whole["beside"] == whole["points_at"] == whole["rulings"] == []


def test_a_story_for_people_fits_80_columns(told, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = told("stories", str(ids(told("stories", "--json"))[1]))
    grid = text.partition("Paragraphs of a")[2].partition("Changed:")[0].splitlines()[1:]
    # Outlets that made the same of each paragraph share a letter.
    assert grid[0].split() == ["abcdef"]
    assert [line[:13].rstrip() for line in grid[1:8]] == [
        "  1  ======", "  2  ======", "  3  ======", "  4  ======", "  5  =-~===", "  6  =-==^=",
        "6+1     +",
    ]  # fmt: skip
    assert max(map(len, grid)) <= 80
    assert "5 c: Fares rise by eight cents for [-visitors,-] {+strangers,+} while holders" in text
    assert f"6+1 d: {ADDED}" in text
    assert "paper-04: Harbour ferry crews end strike" in text
    assert re.search(r"^a +\d+ +paper-01 +first +03-01 11:57 +first +100 % ", text, re.MULTILINE)
    assert not any(char in text for char in ("\x1b", "\x07", "\u202e"))


def test_another_article_can_be_held_against(told):
    story = ids(told("stories", "--json"))[1]
    whole = json.loads(told("stories", str(story), "--json"))
    short = whole["members"][2]["id"]
    against = json.loads(told("stories", str(story), "--against", str(short), "--json"))
    assert against["table"]["origin"] == short
    assert sum(row["added"] for row in against["table"]["rows"]) >= 3
    told("stories", str(story), "--against", "9999", code=1)
    told("stories", "--against", "3", code=2)
    told("stories", "4711", code=1)
    told("stories", "--sort", "size", code=2)


def test_listings_count_a_story_once_by_its_first_article(told):
    rows = json.loads(told("list", "--json"))
    assert [row["source"] for row in rows] == ["harbour", "paper-01"]
    assert rows[1]["outlets"] == rows[1]["story_articles"] == 14
    assert rows[1]["others"] == list(OUTLETS[1:])
    assert "Ferry strike ends (+13 outlets)" in told("list")
    found = json.loads(told("search", "ferry", "--json"))
    assert [row["source"] for row in found] == ["paper-01"]
    only = json.loads(told("search", "coupon", "--json"))  # which the first article has not
    assert [row["source"] for row in only] == ["paper-05"]
    assert "(+13 outlets)" in told("search", "coupon")


def test_show_tells_story_and_relation(told):
    whole = json.loads(told("show", "3", "--json"))
    assert len(whole["copies"]) == 13
    assert whole["relation_scores"]["share_of_new"] == 1
    text = told("show", "3")
    assert "100 % of it in article" in text
    assert "judged by   100 % of the numbers and names agree" in text
    assert "The same text 13 more times, at 13 other outlets (`monitor stories 1`):" in text


def test_round_ups_are_told_on_both_sides(own, told):
    import sqlite3

    with sqlite3.connect(own / "monitor.db") as conn:
        conn.execute(
            "UPDATE article SET relation = 'contains', relation_to = 1, relation_scores = ? "
            "WHERE id = 15",
            ('{"other": 16}',),
        )
    conn.close()
    db = ("--db", str(own / "monitor.db"))
    assert [row["id"] for row in json.loads(told(*db, "stories", "1", "--json"))["beside"]] == [15]
    assert "Round-ups that contain it" in told(*db, "stories", "1")
    assert "Round-ups that contain it" in told(*db, "show", "1")
    assert [r["id"] for r in json.loads(told(*db, "show", "15", "--json"))["points_at"]] == [1, 16]
    assert [row["id"] for row in json.loads(told(*db, "show", "16", "--json"))["beside"]] == [15]


def test_reviewers_split_and_merge(own, told):
    db = ("--db", str(own / "monitor.db"))
    out = told(*db, "stories", "split", "1", "4", "--note", "it was rewritten")
    new = int(re.match(r"story (\d+): 1 article of 1 outlet, taken out of story 1\n", out)[1])
    assert "story 1: 13 articles of 13 outlets" in out
    assert json.loads(told(*db, "stories", "1", "--json"))["outlets"] == 13
    assert "are two stories: it was rewritten" in told(*db, "stories", "1")
    article = json.loads(told(*db, "show", "4", "--json"))
    assert (article["story"], article["relation"]) == (new, "new")
    out = told(*db, "stories", "merge", "1", str(new))
    assert f"story 1: 14 articles of 14 outlets, with those of {new}" in out
    assert json.loads(told(*db, "stories", "1", "--json"))["outlets"] == 14
    for words in (["split", "1", "15"], ["split", "1", "999"], ["merge", "1", "77"]):
        told(*db, "stories", *words, code=1)
    told(*db, "stories", "merge", "1", "1", code=2)
    told(*db, "db", "check")


# -- diff ---------------------------------------------------------------------------------------


def test_two_articles_by_paragraph_and_word(told):
    found = json.loads(told("diff", "1", "4", "--json"))
    assert [part["kind"] for part in found["paragraphs"]] == ["same"] * 4 + ["edited", "same"]
    words = [(w["kind"], w["text"]) for w in found["paragraphs"][4]["words"]]
    assert words[1:3] == [("gone", "visitors,"), ("new", "strangers,")]
    title = [(w["kind"], w["text"]) for w in found["title"]]
    assert title == [
        ("new", "Harbour"), ("same", "ferry"), ("new", "crews end"), ("same", "strike"),
        ("gone", "ends"),
    ]  # fmt: skip
    assert found["counts"] == {"same": 5, "edited": 1, "gone": 0, "new": 0, "moved": 0}
    assert (found["left"]["article"], found["right"]["article"], found["same"]) == (1, 4, False)
    text = told("diff", "1", "https://paper-04.example/ferry")
    assert "    4 paragraphs the same\n" in text
    assert "[-visitors,-] {+strangers,+}" in text
    whole = told("diff", "1", "4", "--text")
    assert PARAGRAPHS[0] in whole
    assert "the same text, word for word" in told("diff", "1", "2")
    assert "the same text, word for word, in another order" in told("diff", "1", "6")


def test_an_article_alone_is_its_last_edit(told):
    for words in (("14",), ("14", "1..2"), ("14", "1.."), ("14", "..2"), ("14", "..")):
        found = json.loads(told("diff", *words, "--json"))
        assert (found["left"]["state"], found["right"]["state"]) == (1, 2)
        assert [p["kind"] for p in found["paragraphs"]] == ["same"] * 6 + ["new"]
    back = json.loads(told("diff", "14", "2..1", "--json"))
    assert (back["left"]["state"], back["right"]["state"]) == (2, 1)
    told("diff", "1", code=1)  # was never edited
    told("diff", "14", "1..3", code=1)
    told("diff", "14", "2..2", code=2)
    told("diff", "14", "4711", code=1)
    told("diff", "14", "--json", "--html", code=2)


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "onload", "onerror"}

    def handle_data(self, data):
        self.texts.append(data)


def test_the_page_needs_nothing_and_runs_nothing(told):
    html = told("diff", "14", "--html")
    page = Page()
    page.feed(html)
    assert "script" not in page.tags
    assert {"ins", "p", "h1"} <= set(page.tags)
    assert "<script>alert(1)</script> & so" in "".join(page.texts)
    assert "default-src 'none'" in html
    assert not any(char in html for char in ("\x1b", "\x07", "\u202e"))


def test_whatever_outlets_write_is_text_in_a_page():
    """In the paragraphs that stay, change, come and go, in titles and addresses."""

    def side(*paragraphs):
        return Side(
            article=1, source=EVIL, url=EVIL, state=None, at="2026-03-01T12:00:00.000Z",
            title=f"{paragraphs[0][:20]} {EVIL}", paragraphs=paragraphs, words=9,
        )  # fmt: skip

    evil = [f"{text} {EVIL}" for text in PARAGRAPHS]
    found = compared(
        side(evil[0], evil[1], f"<script>{PARAGRAPHS[2]}"),
        side(evil[0], evil[1].replace("Forty", f"Fifty {EVIL}"), f"<script>{OTHER[0]}"),
    )
    assert {part.kind for part in found.parts} == {"same", "edited", "gone", "new"}
    html = page(found, UTC)
    read = Page()
    read.feed(html)
    assert "script" not in read.tags
    assert not any(char in html for char in ("\x1b", "\x07", "\u202e"))


def test_terminals_get_no_codes_of_others(told):
    for words in (("diff", "14"), ("diff", "14", "--text"), ("stories", "1")):
        assert not any(char in told(*words) for char in ("\x1b", "\x07", "\u202e"))


def test_a_spread_is_between_first_and_last(told):
    (row,) = json.loads(told("stories", "--json", "--source", "orrin"))
    assert timedelta(seconds=row["spread_s"]) == timedelta(minutes=1)
    assert row["first_seen_at"].startswith(f"{NOW:%Y-%m-%d}")
