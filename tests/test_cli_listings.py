"""What the listings say: every form, nothing that a terminal or a spreadsheet would obey."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli import main
from monitor.cli.output import Column, csv_cell, width_of
from monitor.cli.tables import fitted
from pipeline.model import Outcome
from tests.smalldb import SmallDb

HOSTILE = ("\x1b", "\x07", "\u202e")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return SmallDb(tmp_path_factory.mktemp("small"))


@pytest.fixture(autouse=True)
def _there(made, monkeypatch):
    monkeypatch.chdir(made.folder)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def told(capsys):
    def run(*words, code=0):
        assert main(list(words)) == code, capsys.readouterr().err
        return capsys.readouterr().out

    return run


LISTINGS = (
    ["list"], ["list", "--no-group"], ["search", "council"], ["coverage"],
    ["coverage", "--by", "source"], ["coverage", "--by", "day"], ["coverage", "--links", "gone"],
    ["sources", "list"], ["status"],
)  # fmt: skip


@pytest.mark.parametrize("words", LISTINGS, ids=" ".join)
def test_every_listing_has_every_form_with_the_same_rows(words, told):
    lines = told(*words, "--jsonl").splitlines()
    rows = [json.loads(line) for line in lines]
    assert rows
    table = list(csv.DictReader(io.StringIO(told(*words, "--csv"))))
    assert [list(row) for row in table] == [list(row) for row in rows]
    if words != ["status"]:  # whose JSON is one object
        assert json.loads(told(*words, "--json")) == rows
    for form in ([], ["-t"]):
        text = told(*words, *form)
        assert "\t" not in text
        assert not any(char in text for char in HOSTILE)
    one = next(iter(rows[0]))
    narrow = told(*words, "--jsonl", "--columns", one).splitlines()
    assert [list(json.loads(line)) for line in narrow] == [[one]] * len(rows)
    assert len(told(*words, "--jsonl", "--limit", "1").splitlines()) == 1


def test_copies_are_one_line_unless_told_otherwise(told):
    grouped = json.loads(told("list", "--json"))
    assert [row["id"] for row in grouped] == [2, 1]
    story = grouped[1]
    assert (story["outlets"], story["story_articles"], story["others"]) == (2, 2, ["paper"])
    assert grouped[0]["others"] == []
    assert "Ferry crews and council agree (+1 outlet, 1 edit)" in told("list")
    only = json.loads(told("list", "--json", "--source", "paper"))
    assert [(row["id"], row["others"]) for row in only] == [(3, ["agency"])]
    single = told("list", "--no-group")
    assert len(json.loads(told("list", "--no-group", "--json"))) == 3
    assert "+1 outlet" not in single
    assert "Ferry crews and council agree (1 edit)" in single


def test_filters_choose(told):
    def ids(*words):
        return {row["id"] for row in json.loads(told("list", "--no-group", "--json", *words))}

    assert ids("--source", "paper") == {3}
    assert ids("--source", "@wire") == {1, 2}
    assert ids("-s", "pa*", "-s", "agency") == {1, 2, 3}
    assert ids("--revised") == {1}
    assert ids("--lang", "ar") == set()
    assert ids("--since", "1h") == set()
    assert ids("--until", "1h") == {1, 2, 3}
    assert {r["id"] for r in json.loads(told("search", "harbour", "--json", "--no-group"))} == {
        1, 2, 3
    }  # fmt: skip


def test_tables_show_local_time_and_machines_utc(told, made):
    row = json.loads(told("list", "--json"))[0]
    assert row["first_seen_at"].endswith("Z")
    assert row["first_seen_at"][11:16] not in told("list").splitlines()[1]  # Damascus is UTC+3


def test_the_ledger_adds_up_and_says_so(capsys):
    assert main(["coverage", "--by", "source", "--json"]) == 0
    out, err = capsys.readouterr()
    rows = json.loads(out)
    for row in rows:
        parts = [row[outcome.value] for outcome in Outcome] + [row["pending"]]
        assert row["discovered"] == sum(parts)
    assert sum(row["discovered"] for row in rows) == 5
    assert "adds up: 5 discovered = 4 with an outcome + 1 pending" in err
    assert main(["coverage", "--links", "pending", "--jsonl"]) == 0
    assert json.loads(capsys.readouterr().out)["url"].endswith("/a/later")


def test_show_tells_origin_revisions_and_copies(told):
    text = told("show", "1")
    for part in ("h1", "Earlier states", "The same text 1 more time", "1 other outlet", "paper"):
        assert part in text
    whole = json.loads(told("show", "http://agency.example/a/1?utm_source=x", "--json"))
    assert whole["schema"] == 1
    assert whole["provenance"]["title"] == "h1"
    assert whole["measures"]["words"] == whole["word_count"]
    assert f"words {whole['word_count']}, " in told("show", "1", "-v")
    assert "page_links" not in text
    assert [row["n"] for row in whole["earlier"]] == [1]
    assert [row["id"] for row in whole["copies"]] == [3]
    assert whole["links"][0]["outcome"] == "stored"
    assert told("show", "1", "--text").startswith("Ferry crews and council agree\n\nEdited. ")
    assert "First. The harbour" in told("show", "1", "--text", "--revision", "1")
    assert not any(char in told("show", "2") for char in HOSTILE)


def test_show_raw_gives_the_bytes_that_came(capfdbinary):
    assert main(["show", "3", "--raw"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"<!doctype html><html lang=en>")


def test_exports_hold_whole_articles(told, made, tmp_path):
    rows = [json.loads(line) for line in told("export").splitlines()]
    assert len(rows) == 3
    assert all(row["body"].count("\n") == 7 for row in rows)
    assert json.loads(told("export", "--format", "json")) == rows
    target = tmp_path / "out.csv"
    told("export", str(target))
    with target.open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert [row["url"] for row in table] == [row["url"] for row in rows]
    assert next(row for row in table if row["id"] == "2")["title"].startswith("'=HYPERLINK")
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert len(told("export", "--group").splitlines()) == 2
    assert len(told("export", "--query", "tickets", "--limit", "5").splitlines()) == 1


def test_rss_is_xml_that_a_reader_takes(told):
    text = told("export", "--format", "rss")
    channel = ET.fromstring(text).find("channel")
    assert channel.find("title").text
    assert channel.find("link").text
    assert channel.find("description").text
    items = channel.findall("item")
    assert len(items) == 3
    assert len({item.find("guid").text for item in items}) == 3
    for item in items:
        assert item.find("pubDate").text.endswith("+0000")
        content = item.find("{http://purl.org/rss/1.0/modules/content/}encoded").text
        assert content.count("<p>") == 8
    import feedparser

    read = feedparser.parse(text)
    assert not read.bozo
    assert read.entries[0].link.startswith("http://")


def test_source_listing_joins_configuration_and_database(told):
    rows = json.loads(told("sources", "list", "--json"))
    assert [row["id"] for row in rows] == ["agency", "paper", "broken"]
    assert rows[2]["state"] == "dns"
    text = told("sources", "show", "broken")
    assert "no such host" in text
    assert not any(char in text for char in HOSTILE)
    whole = json.loads(told("sources", "show", "broken", "--json"))
    assert whole["feeds"][0]["last_error"] == "dns"


def test_pause_and_resume(tmp_path, monkeypatch, told):
    SmallDb(tmp_path)
    monkeypatch.chdir(tmp_path)
    done = told("sources", "pause", "paper", "--for", "6h", "--reason", "x")
    assert "paper: paused until" in done
    rows = {row["id"]: row for row in json.loads(told("status", "--json"))["sources"]}
    assert rows["paper"]["state"] == "paused"
    assert rows["paper"]["reason"].startswith("x, until ")
    assert rows["paper"]["next_poll_at"] is None
    assert "paper: resumed" in told("sources", "resume", "paper")
    assert "agency: was not paused" in told("sources", "resume", "@wire")


@given(st.text(max_size=40))
def test_no_cell_of_a_csv_is_a_formula(text):
    out = io.StringIO()
    csv.writer(out).writerow([csv_cell(text), "end"])
    (row,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert row[1] == "end"
    assert not row[0].lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert row[0].lstrip("'").endswith(text.replace("\x00", "").lstrip("'"))


def test_numbers_stay_numbers_in_csv():
    assert csv_cell(-5) == -5
    assert csv_cell(True) == 1
    assert csv_cell(None) == ""
    assert csv_cell(["a", "-b"]) == "a; -b"


_A_COLUMN = st.tuples(
    st.integers(1, 200), st.sampled_from(["text", "number", "time"]), st.booleans()
)


@given(st.lists(_A_COLUMN, min_size=1, max_size=8), st.integers(20, 200))
def test_a_table_fits_or_has_nothing_left_to_give(wanted, width):
    columns = [Column(key=str(i), kind=kind, flexible=flexible and kind == "text")
               for i, (_, kind, flexible) in enumerate(wanted)]  # fmt: skip
    widest = [places for places, _, _ in wanted]
    places = fitted(widest, columns, width)
    for got, was, column in zip(places, widest, columns, strict=True):
        assert got == was if column.kind != "text" else min(12, was) <= got <= was
    if sum(places) + 2 * len(places) > width:
        assert all(got <= 12 for got, c in zip(places, columns, strict=True) if c.kind == "text")


def test_wide_letters_take_two_places():
    assert width_of("abc") == 3
    assert width_of("和平") == 4
    assert width_of("e\u0301") == 1
