"""Finds copies, revisions and look-alikes in labelled sets, through the real store, and scores it.

    python -m benchmarks.dedup [SET_DIR…] [--baseline containment] [--errors N] [--json FILE]
    python -m benchmarks.dedup --scale 1000000 [--json FILE]

Without a folder it makes sets of its own in all languages (see ``benchmarks.dedupsets``).  Besides
the figures of `benchmarks.dedup_scores` it looks whether the run is online (what comes later
changes nothing), and whether it survives being closed and opened again after a third and two
thirds.  Speed is documents per CPU second over the whole path from title and text to the stored
article; the control, in the same run, is hashing all three-word runs of the same texts.

``benchmarks.dedup:cluster`` takes a list of (id, outlet, title, text, published) and returns
(cluster, relation) for each, as other evaluators want it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import dedup_baseline, dedup_scores
from benchmarks.dedup_labels import LabelledSet, Row, load
from pipeline.errors import MonitorError

MEASURES = ("pair_p", "pair_r", "pair_f1", "ari", "b3_f1", "relations")


def cluster(docs: Sequence[Row]) -> list[tuple[int, str]]:
    """Story and relation of each document, through the real store in a temporary file."""
    from benchmarks import dedup_store

    return dedup_store.cluster(docs)


def measure(
    data: LabelledSet, baseline: str | None = None, *, checks: bool = True
) -> dict[str, Any]:
    """All figures of one set, by the store or by a control."""
    rows, labels = data.rows, data.labels
    result: dict[str, Any] = {"set": data.name, "clusterer": baseline or "store"}
    reasons: list[str] = [""] * len(rows)
    if baseline is None:
        from benchmarks import dedup_store

        taken = dedup_store.take_all(rows)
        found, reasons = taken.found, taken.reasons
        spent = taken.prepare_s + taken.take_s
        result["prepare_share"] = taken.prepare_s / spent if spent else 0.0
        result["index_bytes_per_doc"] = taken.index_bytes / len(rows)
        result["store_bytes_per_doc"] = taken.total_bytes / len(rows)
    else:
        began = time.process_time()
        found = dedup_baseline.cluster(rows)
        spent = time.process_time() - began
    control = dedup_baseline.hashing(rows)
    clusters = [at for at, _ in found]
    relations = [relation for _, relation in found]
    result |= dedup_scores.figures(labels, clusters)
    result["relations"] = dedup_scores.relation_accuracy(labels, relations)
    result["relations_mistaken"] = dedup_scores.confusion(labels, relations)
    result["docs_per_cpu_s"] = len(rows) / spent if spent else None
    result["hashing_ratio"] = spent / control if control else None
    result["recall_by"] = dedup_scores.recall_by(labels, clusters)
    result["false_merges_by"] = dedup_scores.false_merges_by(labels, clusters)
    result["mistakes"] = [
        {"id": m.id, "kind": m.kind, "what": m.what, "reason": reason}
        for m, reason in _reasoned(labels, clusters, reasons)
    ]
    if checks:
        result["online"], result["restart"] = _checks(rows, found, baseline)
    return result


def _reasoned(
    labels: Sequence[Any], clusters: Sequence[int], reasons: Sequence[str]
) -> Iterator[tuple[dedup_scores.Mistake, str]]:
    by_id = {label.id: reason for label, reason in zip(labels, reasons, strict=True)}
    for mistake in dedup_scores.mistakes(labels, clusters):
        yield mistake, by_id[mistake.id]


def _checks(
    rows: Sequence[Row], found: Sequence[tuple[int, str]], baseline: str | None
) -> tuple[bool, bool | None]:
    """Whether a prefix is judged as it was in the whole, and a restart changes nothing."""
    run = dedup_baseline.cluster if baseline else cluster
    cuts = (len(rows) // 3, 2 * len(rows) // 3)
    online = all(_same(run(rows[:cut]), found[:cut]) for cut in cuts)
    if baseline:
        return online, None
    from benchmarks import dedup_store

    return online, _same(dedup_store.take_all(rows, reopen_at=cuts).found, found)


def _same(one: Sequence[tuple[int, str]], other: Sequence[tuple[int, str]]) -> bool:
    left, right = ([at for at, _ in found] for found in (one, other))
    relations = [r for _, r in one] == [r for _, r in other]
    return relations and dedup_scores.canonical(left) == dedup_scores.canonical(right)


def print_result(result: dict[str, Any], errors: int) -> None:
    """Print the figures of a set for people."""
    print(f"\n{result['set']}: {result['docs']} documents by {result['clusterer']}")
    print("  " + "  ".join(f"{name} {result[name]:.4f}" for name in MEASURES))
    print(
        f"  false pairs {result['false_pairs']}  missed pairs {result['missed_pairs']}  round-ups "
        f"linked {result['roundups_linked']} of {result['roundups']}  stories bridged "
        f"{result['stories_bridged']}"
    )
    speed, ratio = result["docs_per_cpu_s"], result["hashing_ratio"]
    if speed and ratio:
        print(f"  {speed:.0f} documents per CPU second, {ratio:.1f} x hashing their word runs")
    if "index_bytes_per_doc" in result:
        print(
            f"  {result['prepare_share']:.0%} of it before the store; "
            f"{result['index_bytes_per_doc']:.0f} bytes of index per document"
        )
    if "online" in result:
        print(f"  online: {result['online']}  the same after restarts: {result['restart']}")
    missed = {k: f"{a}/{b}" for k, (a, b) in result["recall_by"].items() if a < b}
    wrong = {k: f"{a}/{b}" for k, (a, b) in result["false_merges_by"].items() if a}
    print(f"  joined their story (where not all): {_listed(missed)}")
    print(f"  joined a strange one: {_listed(wrong)}")
    print(f"  relations mistaken: {_listed(result['relations_mistaken'])}")
    for mistake in result["mistakes"][:errors]:
        print(f"    {mistake['id']} {mistake['kind']}: {mistake['what']}  [{mistake['reason']}]")


def _listed(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items()) or "none"


@contextmanager
def _folders(given: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """The sets to look at: those given, or new ones of our own."""
    if given:
        yield given
        return
    from benchmarks.dedupsets.making import LANGUAGES, make

    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / language for language in LANGUAGES]
        for language, folder in zip(LANGUAGES, folders, strict=True):
            make(language, 1, folder)
        yield folders


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET_DIR")
    parser.add_argument("--baseline", choices=("containment",), help="a control instead of ours")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show so many mistakes")
    parser.add_argument("--no-checks", action="store_true", help="one run, not four")
    parser.add_argument("--scale", type=int, metavar="N", help="only the index, with N documents")
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args()
    results: list[dict[str, Any]] = []
    if args.scale:
        from benchmarks import dedup_scale

        results.append(dedup_scale.run(args.scale))
    else:
        try:
            with _folders(args.sets) as folders:
                for folder in folders:
                    data = load(folder)
                    results.append(measure(data, args.baseline, checks=not args.no_checks))
                    print_result(results[-1], args.errors)
        except MonitorError as error:
            sys.exit(str(error))
    if args.json:
        args.json.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
