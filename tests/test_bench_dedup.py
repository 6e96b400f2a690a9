"""The benchmark of copies: its figures by example and law, its generator, its runs."""

import importlib.util
import itertools
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import dedup, dedup_baseline, dedup_scale, dedup_scores, dedup_store
from benchmarks.dedup_labels import Label, load
from benchmarks.dedupsets import making, operations
from benchmarks.dedupsets.facts import Facts, filled
from benchmarks.dedupsets.further_operations import OPERATIONS
from benchmarks.dedupsets.operations import COPYING, Desk
from benchmarks.dedupsets.phrasebook import phrasebook
from benchmarks.dedupsets.text import Text, sentences
from pipeline.errors import MonitorError

ROOT = Path(__file__).parents[1]
EVALUATOR = ROOT.parent / "shared" / "tools" / "dedup_evaluate.py"
# The true cluster of each document, and the one it was put into.
PARTITIONS = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 4)), min_size=2)


def labels_of(clusters, kind="copy"):
    return [Label(id=str(i), cluster=cluster, kind=kind) for i, cluster in enumerate(clusters)]


def roundup(number, *also):
    return Label(
        id=str(number),
        cluster=f"m{number}",
        also=frozenset(also),
        kind="roundup",
        relation="related",
    )


# -- figures ----------------------------------------------------------------------------------


def test_the_truth_itself_has_full_marks():
    figures = dedup_scores.figures(labels_of("aabbc"), [0, 0, 1, 1, 2])
    assert [figures[name] for name in ("pair_p", "pair_r", "pair_f1", "ari", "b3_f1")] == [1] * 5
    assert figures["false_pairs"] == figures["missed_pairs"] == 0


def test_figures_of_one_document_gone_astray():
    # a a a | b b, and the third a is put to the b: 1 of 3 pairs kept, 2 of 4 made are strange.
    figures = dedup_scores.figures(labels_of("aaabb"), [0, 0, 1, 1, 1])
    assert figures["pair_p"] == pytest.approx(2 / 4)
    assert figures["pair_r"] == pytest.approx(2 / 4)
    assert figures["false_pairs"] == 2
    assert figures["missed_pairs"] == 2
    assert figures["ari"] == pytest.approx((2 - 1.6) / (4 - 1.6))
    # B-cubed: a a 1; the stray 1/3; b b 2/3 each
    assert figures["b3_p"] == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert figures["b3_r"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)


def test_a_roundup_may_stand_with_its_own_stories_and_with_no_other():
    labels = [*labels_of("aab"), roundup(3, "a", "b")]
    alone = dedup_scores.figures(labels, [0, 0, 1, 2])
    with_one = dedup_scores.figures(labels, [0, 0, 1, 0])
    assert alone["pair_p"] == with_one["pair_p"] == 1
    assert (alone["roundups_linked"], with_one["roundups_linked"]) == (0, 1)
    strange = dedup_scores.figures([*labels_of("aac"), roundup(3, "a", "b")], [0, 0, 1, 1])
    assert strange["false_pairs"] == 1
    assert strange["stories_bridged"] == 0
    bridged = dedup_scores.figures(labels, [0, 0, 0, 0])
    assert bridged["stories_bridged"] == 1
    assert dedup_scores.figures(labels, [0, 0, 0, 1])["stories_bridged"] == 0


def test_recall_and_false_merges_are_told_by_what_was_done():
    labels = [
        Label(id="0", cluster="a", kind="story", relation="first"),
        Label(id="1", cluster="a", ops=("truncate",)),
        Label(id="2", cluster="a", ops=("truncate", "edit")),
        Label(id="3", cluster="t", kind="template", relation="first"),
    ]
    found = [0, 0, 1, 0]
    recall = dedup_scores.recall_by(labels, found)
    assert recall["op:truncate"] == (1, 2)
    assert recall["op:edit"] == (0, 1)
    assert "kind:story" not in recall
    assert dedup_scores.false_merges_by(labels, found)["template"] == (1, 1)
    told = [(m.id, m.what.split()[0]) for m in dedup_scores.mistakes(labels, found)]
    assert told == [("2", "MISSED"), ("3", "FALSE")]


def test_relations_are_compared_one_by_one():
    labels = labels_of("aaa")
    said = ["first", "copy", "copy"]
    assert dedup_scores.relation_accuracy(labels, said) == pytest.approx(2 / 3)
    assert dedup_scores.confusion(labels, said) == {"copy as first": 1}


@given(PARTITIONS)
def test_pairs_are_what_counting_pairs_says(partition):
    labels = labels_of([cluster for cluster, _ in partition])
    found = [at for _, at in partition]
    pairs = list(itertools.combinations(range(len(found)), 2))
    true = {(i, j) for i, j in pairs if labels[i].cluster == labels[j].cluster}
    made = {(i, j) for i, j in pairs if found[i] == found[j]}
    figures = dedup_scores.figures(labels, found)
    assert figures["pair_p"] == pytest.approx(len(true & made) / len(made) if made else 1)
    assert figures["pair_r"] == pytest.approx(len(true & made) / len(true) if true else 1)
    assert figures["false_pairs"] == len(made - true)


@given(PARTITIONS)
def test_names_of_clusters_mean_nothing(partition):
    labels = labels_of([cluster for cluster, _ in partition])
    found = [at for _, at in partition]
    renamed = [f"cluster {4 - at}" for at in found]
    assert dedup_scores.figures(labels, found) == dedup_scores.figures(labels, renamed)
    assert dedup_scores.canonical(found) == dedup_scores.canonical(renamed)


@pytest.mark.skipif(not EVALUATOR.exists(), reason="the other evaluator is not here")
@given(PARTITIONS, st.sets(st.integers(0, 30), max_size=3))
def test_another_evaluator_has_the_same_figures(partition, roundups):
    other = _evaluator()
    rows = [
        {
            "id": str(i),
            "cluster": f"m{i}" if i in roundups else cluster,
            "also": ["a", "b"] if i in roundups else [],
            "kind": "roundup" if i in roundups else "copy",
            "relation": "copy",
            "ops": [],
        }
        for i, (cluster, _) in enumerate(partition)
    ]
    if sum(not row["also"] for row in rows) < 2:
        return  # it divides by the number of pairs
    found = [at for _, at in partition]
    labels = [Label(id=r["id"], cluster=r["cluster"], also=frozenset(r["also"])) for r in rows]
    theirs, ours = other.score(rows, found), dedup_scores.figures(labels, found)
    names = {"pair_P": "pair_p", "pair_R": "pair_r", "ARI": "ari", "B3_P": "b3_p", "B3_R": "b3_r"}
    names |= {"false_pairs": "false_pairs", "missed_pairs": "missed_pairs"}
    names |= {"roundups_linked": "roundups_linked", "pair_F1": "pair_f1", "B3_F1": "b3_f1"}
    for name, mine in names.items():
        assert ours[mine] == pytest.approx(theirs[name]), name


def _evaluator():
    spec = importlib.util.spec_from_file_location("another_evaluator", EVALUATOR)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# -- sets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", making.SETS)
def test_a_set_is_whole_and_true_to_its_labels(name, tmp_path):
    making.make(name, 3, tmp_path / name)
    data = load(tmp_path / name)
    kinds = {label.kind for label in data.labels}
    wanted = "story copy template followup quoter notice liveblog roundup revision"
    assert kinds == set(wanted.split())
    before: dict[str, set[str]] = {}
    for (_, outlet, title, text, _), label in zip(data.rows, data.labels, strict=True):
        assert title.strip()
        assert text.strip()
        assert "{" not in title + text, text
        outlets = before.setdefault(label.cluster, set())
        if label.relation == "first":
            assert not outlets
        if label.relation == "copy":
            assert outlets
            assert outlet not in outlets
        if label.relation == "revision":
            assert outlet in outlets
        outlets.add(outlet)
    clusters = {label.cluster for label in data.labels}
    assert all(label.also <= clusters for label in data.labels)


def test_a_seed_gives_the_same_set_again_and_another_one_another(tmp_path):
    first, again, other = (making.compose("uk", seed) for seed in (1, 1, 2))
    assert first == again
    assert [d.text for d in first] != [d.text for d in other]


@pytest.mark.parametrize("name", making.LANGUAGES)
def test_no_two_stories_of_a_language_share_sentences(name):
    book = phrasebook(name)
    seen: dict[str, str] = {}
    for frame in book.stories:
        for paragraph in frame.paragraphs:
            for sentence in sentences(paragraph):
                if len(sentence) > 12:  # "Nobody was hurt." in Japanese is shorter
                    assert seen.setdefault(sentence.strip(), frame.name) == frame.name
    assert len(book.stories) >= 10


def test_bulletins_of_a_kind_have_the_same_words_and_other_facts():
    book = phrasebook("de")
    frame = book.templates[0]
    one, other = (filled(frame, Facts(book, random.Random(seed))) for seed in (1, 2))
    assert one.paragraphs != other.paragraphs
    shared = set(one.paragraphs[0].split()) & set(other.paragraphs[0].split())
    assert len(shared) >= len(one.paragraphs[0].split()) / 2


def test_a_fact_is_the_same_all_through_a_text():
    facts = Facts(phrasebook("en"), random.Random(1))
    name, number = facts.fill("{p1}|{n1:10-99}").split("|")
    again = facts.fill("{p1}|{l1}|{n1}").split("|")
    assert again == [name, name.split()[-1], number]
    with pytest.raises(ValueError, match="without bounds"):
        facts.fill("{n2}")


TEXT = Text(
    title="Bridge in Alder closed",
    paragraphs=(
        'The bridge in Alder is closed, and "nobody" knows why. It is 12 km to the next.',
        "It opened at 14:30, the mayor said; 25 people stood in the harbour in grey coats.",
        "Anna Birch, who lives there, spoke of 3 long years of waiting for 40,000 bolts.",
        "Repairs begin on Friday. The council voted for it by 21 to 12.",
        '"We are late," said Colin Elm, whose shop is near the bridge.',
    ),
    lead="Nobody may cross the bridge in Alder any more.",
)


def desk(seed=1, **changes):
    values = {
        "rng": random.Random(seed),
        "book": phrasebook("en"),
        "outlet": "The Post",
        "boilerplate": ("Follow The Post.", "Advertisement"),
        "strangers": ("A cat sat on a wall.", "It rained.", "The sun shone.", "Snow fell."),
    }
    return Desk(**(values | changes))


def test_what_operations_keep():
    whole = TEXT.paragraphs
    for seed in range(20):
        assert (
            operations.truncate(TEXT, desk(seed)).paragraphs
            == whole[: len(operations.truncate(TEXT, desk(seed)).paragraphs)]
        )
        assert sorted(operations.reorder(TEXT, desk(seed)).paragraphs) == sorted(whole)
        assert " ".join(operations.join(TEXT, desk(seed)).paragraphs) == " ".join(whole)
        assert set(whole) <= set(operations.boiler(TEXT, desk(seed)).paragraphs)
        assert operations.background(TEXT, desk(seed)).paragraphs[: len(whole)] == whole
        assert operations.rewrite(TEXT, desk(seed)).paragraphs == (TEXT.lead, *whole[1:])
        updated = "".join(operations.update(TEXT, desk(seed)).paragraphs)
        assert updated != "".join(whole)
        assert "14:30" in updated  # times are none of the numbers that grow


def test_further_operations_do_what_they_say():
    def done(name, seed=1):
        every = {**OPERATIONS["unseen"], **OPERATIONS["unseen2"]}
        return "\n".join(every[name][0](TEXT, desk(seed)).paragraphs)

    assert "7 miles" in done("units")
    assert 'is closed. "nobody"' not in done("split")
    marked = "".join(done("pictured", seed) for seed in range(100))
    assert "Anna Birch (pictured)" in marked
    assert "1" in done("numbered") or "•" in done("numbered")
    assert done("capitals").startswith("THE BRIDGE IN")
    assert "harbor" in done("spelling") or "harbour" in done("spelling")
    assert "14:30" not in done("zone")
    assert done("byline").startswith("By ")


@pytest.mark.parametrize("name", [*COPYING, *OPERATIONS["unseen"], *OPERATIONS["unseen2"]])
def test_operations_leave_a_short_text_standing(name):
    operation = {**COPYING, **OPERATIONS["unseen"], **OPERATIONS["unseen2"]}[name][0]
    short = Text(title="Fog", paragraphs=("Fog.", "It is foggy."))
    for seed in range(10):
        made = operation(short, desk(seed))
        assert made.title
        assert made.paragraphs


def test_files_that_are_no_set_are_named(tmp_path):
    making.make("en", 1, tmp_path)
    labels = tmp_path / "labels.jsonl"
    lines = labels.read_text().splitlines()
    labels.write_text("\n".join(lines[1:]))
    with pytest.raises(MonitorError, match="not of the same documents"):
        load(tmp_path)
    labels.write_text("{")
    with pytest.raises(MonitorError, match=r"labels\.jsonl:1"):
        load(tmp_path)
    labels.unlink()
    with pytest.raises(MonitorError, match="cannot be read"):
        load(tmp_path)


# -- runs -------------------------------------------------------------------------------------

BODY = "\n".join(TEXT.paragraphs)
OTHER = (
    "A museum in Birch shows the work of a glass painter whose name nobody remembered.\n"
    "Her windows were found in 31 crates below a brewery, says curator Helen Oak.\n"
    "The show runs until August and then travels to Cedar, where one window is left."
)
ROWS = [
    ("1", "Post", "Bridge in Alder closed", BODY, "2026-03-02T05:00:00Z"),
    ("2", "Herald", "Glass painter found again", OTHER, None),
    ("3", "Herald", "Bridge in Alder closed", BODY + "\nMore to follow.", "2026-03-02T06:00:00Z"),
    ("4", "Post", "Bridge in Alder closed", BODY.replace("25 people", "29 people"), None),
    ("5", "Gazette", "A notice", "Please sign in.", "2026-03-02T07:00:00Z"),
]


def test_the_control_finds_copies_and_tells_states_of_one_outlet():
    assert dedup_baseline.cluster(ROWS[:4]) == [
        (0, "first"),
        (1, "first"),
        (0, "copy"),
        (0, "revision"),
    ]
    assert dedup_baseline.hashing(ROWS) >= 0


def test_the_store_takes_documents_as_pages_would_come():
    found = dedup.cluster(ROWS)
    assert [relation for _, relation in found] == [
        "first",
        "first",
        "copy",
        "revision",
        "unrelated",
    ]
    assert dedup_scores.canonical([at for at, _ in found]) == [0, 1, 0, 0, 2]


def test_a_store_that_is_opened_again_goes_on_as_before():
    whole = dedup_store.take_all(ROWS)
    assert dedup_store.take_all(ROWS, reopen_at=(1, 3)).found == whole.found
    assert len(whole.reasons) == len(ROWS)
    assert 0 < whole.index_bytes < whole.total_bytes


def test_documents_without_a_time_come_after_those_before_them():
    times = dedup_store.arrivals(ROWS)
    assert times == sorted(times)
    assert times[1] == times[0]


def test_outlets_of_any_script_are_told_apart():
    rows = [(str(i), f"Приморский {w}", "т", BODY, None) for i, w in enumerate(("вестник", "лист"))]
    assert [relation for _, relation in dedup.cluster(rows)] == ["first", "copy"]


def test_the_command_prints_and_writes_its_figures(tmp_path):
    making.make("en", 1, tmp_path / "set")
    out = tmp_path / "out.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.dedup", tmp_path / "set", "--baseline", "containment",
         "--errors", "2", "--json", out],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "documents by containment" in done.stdout
    result = json.loads(out.read_text())[0]
    assert result["online"] is True
    assert 0 < result["pair_f1"] <= 1
    assert result["docs_per_cpu_s"] > 0


def test_a_folder_without_a_set_is_an_error(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.dedup", tmp_path],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "docs.jsonl: cannot be read" in done.stderr


def test_the_scale_run_finds_originals_and_weighs_the_index(capsys):
    result = dedup_scale.run(600)
    last = result["windows"][-1]
    assert last["documents"] == 600
    assert last["found"] > 0.9
    assert 0 < result["index_bytes_per_doc"] < 2000
    assert "bytes of index per document" in capsys.readouterr().out
