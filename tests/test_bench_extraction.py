"""The extraction benchmark: its figures by example and law, its files, its command line."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import cases, extraction, floors
from benchmarks.blocklabels import labels
from benchmarks.likeness import body_overlap, folded, is_unspaced, set_f1, shingles, units
from benchmarks.paired import difference
from benchmarks.scoring import figures, quantile, score_all
from pipeline.errors import MonitorError

ROOT = Path(__file__).parents[1]
TEXT = st.text(alphabet="abc dé.,\n漢字かな", max_size=80)
BODY = "\n".join(
    f"Paragraph {n} says that the bridge over the river {word} will be closed for repairs."
    for n, word in enumerate(("Alder", "Birch", "Cedar", "Doum", "Elm", "Fig"), start=1)
)


@pytest.fixture
def folder(tmp_path):
    return make_cases(tmp_path / "small")


def make_cases(folder: Path) -> Path:
    (folder / "pages").mkdir(parents=True)
    rows = []
    for n in range(3):
        paragraphs = "".join(f"<p>{line}</p>" for line in BODY.splitlines())
        page = (
            f"<html><head><title>Bridge {n} closed</title></head><body>"
            "<nav><a href=/>Home</a></nav>"
            f"<article><h1>Bridge {n} closed</h1>{paragraphs}</article></body></html>"
        )
        (folder / "pages" / f"case{n}.html.gz").write_bytes(gzip.compress(page.encode()))
        rows.append(
            {
                "id": f"case{n}",
                "url": f"https://www.outlet{n}.example.co.uk/2026/03/0{n + 1}/bridge",
                "body": BODY,
                "title": f"Bridge {n} closed",
                "authors": [],
                "published": f"2026-03-0{n + 1}T23:30:00-05:00",
            }
        )
    lines = "\n".join(json.dumps(row) for row in rows)
    (folder / "cases.jsonl").write_text(lines + "\n", "utf-8")
    return folder


# -- figures ----------------------------------------------------------------------------------


def test_shingles_are_counted_and_a_short_text_is_one():
    assert shingles(["a", "b", "c", "d", "e"]) == {("a", "b", "c", "d"): 1, ("b", "c", "d", "e"): 1}
    assert shingles(["a", "b"]) == {("a", "b"): 1}
    assert shingles([]) == {}


def test_body_overlap_by_hand():
    # five shingles found, four wanted, four in common
    found = body_overlap(
        "zero one two three four five six seven", "one two three four five six seven"
    )
    assert found.precision == pytest.approx(4 / 5)
    assert found.recall == 1.0
    assert found.f1 == pytest.approx(8 / 9)


def test_a_repetition_counts_once():
    once = "one two three four"
    assert body_overlap(f"{once} {once}", once).precision == pytest.approx(1 / 5)


def test_characters_stand_for_words_in_scripts_without_blanks():
    assert is_unspaced("今日は橋が閉鎖された。the")
    assert not is_unspaced("The bridge 橋 is closed")
    assert units("橋が 閉", unspaced=True) == ["橋", "が", "閉"]
    assert body_overlap("橋が閉鎖された", "橋が閉鎖され").recall == 1.0


def test_titles_and_names_are_folded():
    assert folded("Ｔhe “Bridge” — closed!") == folded("the bridge closed")
    assert set_f1(["Ada Quill"], ["ADA  QUILL"]) == 1.0
    assert set_f1([], []) == 1.0
    assert set_f1(["A"], []) == 0.0
    assert set_f1(["A", "B"], ["B", "C"]) == 0.5


@given(TEXT, TEXT)
def test_overlap_is_a_share_and_turning_it_round_swaps_its_sides(one, other):
    there = body_overlap(one, other)
    assert 0 <= there.precision <= 1
    assert 0 <= there.recall <= 1
    assert min(there.precision, there.recall) <= there.f1 + 1e-9
    assert there.f1 <= max(there.precision, there.recall) + 1e-9
    if is_unspaced(one) == is_unspaced(other):
        back = body_overlap(other, one)
        assert (back.precision, back.recall) == (there.recall, there.precision)


@given(TEXT)
def test_a_text_is_like_itself(text):
    assert body_overlap(text, text).f1 == 1.0


def test_quantiles():
    assert quantile([], 0.5) == 0.0
    assert quantile([1, 2, 3, 4], 0.5) == 3
    assert quantile([1, 2, 3, 4], 0.99) == 4


# -- comparing --------------------------------------------------------------------------------


def test_a_clear_difference_is_beyond_noise_and_none_is_not():
    sites = [f"s{n}" for n in range(30)]
    better = [0.9 + (n % 3) / 100 for n in range(30)]
    worse = [x - 0.05 for x in better]
    gap = difference(better, worse, sites)
    assert gap.beyond_noise
    assert gap.mean == pytest.approx(0.05)
    assert (gap.better, gap.worse) == (30, 0)
    assert not difference(better, better, sites).beyond_noise


def test_pages_of_one_site_are_one_draw():
    # Thirty pages of one outlet say no more than one: the interval cannot exclude the others.
    better = [1.0] * 30 + [0.5]
    worse = [0.5] * 30 + [1.0]
    assert not difference(better, worse, ["a"] * 30 + ["b"]).beyond_noise


def test_a_comparison_of_nothing_is_refused():
    with pytest.raises(ValueError, match="same pages"):
        difference([], [], [])


# -- labels -----------------------------------------------------------------------------------


def test_blocks_of_the_reference_are_told_from_teasers():
    first = "The bridge over the Alder will be closed for repairs until the end of June."
    second = "Ferries will run every ten minutes, the council said, and cost nothing."
    blocks = ["Home", "Bridge closed", first, "Advertisement", second, "Closed", first[:30]]
    assert labels(blocks, f"{first}\n{second}") == [0, 0, 1, 0, 1, 0, 0]


def test_a_short_line_of_the_reference_counts_between_its_neighbours():
    long = [f"Sentence number {n} of the story is long enough to be looked at." for n in range(4)]
    blocks = ["Moscow leads", long[0], "Moscow leads", long[1], long[2], long[3]]
    reference = "\n".join([long[0], "Moscow leads", *long[1:]])
    assert labels(blocks, reference)[2:] == [0, 1, 1, 1] or labels(blocks, reference)[0] == 1.0


# -- files ------------------------------------------------------------------------------------


def test_cases_are_read(folder):
    found = cases.load(folder)
    assert [case.id for case in found] == ["case0", "case1", "case2"]
    assert found[0].site == "example.co.uk"
    assert found[0].published.isoformat() == "2026-03-02T04:30:00+00:00"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: (f / "cases.jsonl").unlink(), "cases.jsonl: cannot be read"),
        (lambda f: (f / "cases.jsonl").write_text("{"), "cases.jsonl:1: JSONDecodeError"),
        (lambda f: (f / "cases.jsonl").write_text('{"id": "x"}'), "cases.jsonl:1: FileNotFound"),
        (lambda f: (f / "pages" / "case0.html.gz").write_bytes(b"no"), "cases.jsonl:1: BadGzip"),
    ],
)
def test_damaged_cases_are_told_with_file_and_line(folder, damage, said):
    damage(folder)
    with pytest.raises(MonitorError, match=said):
        cases.load(folder)


def test_an_extractor_that_crashes_is_counted_and_stops_nothing(folder):
    def crash(html, url):
        if "Bridge 1" in html:
            raise RuntimeError("no")
        return extraction.extractors.Found(text=BODY)

    scores = score_all(cases.load(folder), crash)
    told = figures(scores)
    assert (told["pages"], told["failed"], told["empty"]) == (3, 1, 1)
    assert told["body_f1"] == pytest.approx(2 / 3)
    assert told["title"] is None
    assert scores[1].hint == "failed: RuntimeError: no"


# -- command line -----------------------------------------------------------------------------


def test_the_script_prints_the_promised_json(folder):
    script = ROOT / "benchmarks" / "extraction.py"
    done = subprocess.run(
        [sys.executable, script, folder, "--json"],
        capture_output=True, text=True, timeout=100, check=True, cwd=folder,
    )  # fmt: skip
    told = json.loads(done.stdout)["sets"]["small"]
    assert set(told) == {
        "pages", "body_f1", "body_p", "body_r", "title", "authors", "date", "empty", "failed",
        "pages_per_cpu_s", "lxml_ratio", "p50_ms", "p99_ms",
    }  # fmt: skip
    assert (told["pages"], told["title"], told["authors"]) == (3, 1.0, 1.0)
    assert told["body_f1"] == 1.0


def test_two_engines_are_compared_and_one_with_a_file(folder, tmp_path, capsys):
    file = tmp_path / "before.json"
    assert extraction.main([str(folder), "--save", str(file)]) == 0
    assert extraction.main([str(folder), "--compare", "readability", str(file), "--json"]) == 0
    printed = capsys.readouterr().out
    told = json.loads(printed[printed.index('{\n "compare"') :])
    assert told["sets"]["small"]["f1"]["mean"] == 0.0
    assert extraction.main([str(folder), "--compare", "auto", "readability"]) == 0
    assert "may be noise" in capsys.readouterr().out


def test_an_unknown_extractor_is_said(folder, capsys):
    assert extraction.main([str(folder), "--extractor", "nonsense"]) == 1
    assert "no extractor 'nonsense'; known: auto, readability" in capsys.readouterr().err


def test_people_get_the_worst_pages(folder, capsys):
    (folder / "pages" / "case2.html.gz").write_bytes(
        gzip.compress(b"<html><body><p>Nothing is here but this one line.</body></html>")
    )
    assert extraction.main([str(folder)]) == 0
    told = capsys.readouterr().out
    assert "small: worst pages" in told
    assert "case2" in told
    assert "missing 6" in told


# -- floors -----------------------------------------------------------------------------------

MEASURED = {
    "body_f1": 0.98, "body_p": 0.98, "body_r": 0.98, "title": 0.9, "authors": None, "date": None,
    "empty": 0, "failed": 0, "lxml_ratio": 10.0,
}  # fmt: skip


def test_what_was_measured_is_above_the_floor_it_sets():
    assert floors.sunk("small", MEASURED, floors.floor_of(MEASURED)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body_f1": 0.97}, "small: body_f1 is 0.9700, less than 0.9770"),
        ({"title": None}, "small: title is gone, less than 0.8920"),
        ({"empty": 1}, "small: empty is 1, more than 0"),
        ({"lxml_ratio": 15.0}, "small: lxml_ratio is 15, more than 14"),
    ],
)
def test_a_figure_below_its_floor_is_said(change, said):
    floor = floors.floor_of(MEASURED)
    assert floors.sunk("small", {**MEASURED, **change}, floor) == [said]


def test_the_check_fails_when_a_figure_sinks(folder, tmp_path, monkeypatch, capsys):
    file = tmp_path / "floors.json"
    file.write_text("{}")
    monkeypatch.setattr(floors, "FILE", file)
    monkeypatch.setattr(floors, "SLOWER", 1e6)  # three small pages tell nothing of speed
    assert floors.main([str(folder), "--update"]) == 0
    assert floors.main([str(folder)]) == 0
    (folder / "pages" / "case2.html.gz").write_bytes(
        gzip.compress(b"<html><body><p>Nothing is here but this one line.</body></html>")
    )
    assert floors.main([str(folder)]) == 1
    assert "small: body_f1 is 0.6667" in capsys.readouterr().err


def test_the_floors_that_ship_are_for_figures_that_exist():
    for floor in json.loads(floors.FILE.read_text("utf-8")).values():
        assert set(floor) <= set(MEASURED)
