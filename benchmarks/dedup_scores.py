"""Figures of a clustering against the truth: pairs, ARI, B-cubed, recall and false merges by cause.

A round-up, which holds the texts of several stories, may join any of them or none: it is left out
of the sums, but each document of a strange story that it is put together with is a false pair.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.dedup_labels import Label


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """One document that was put where it does not belong, or not where it does."""

    id: str
    kind: str
    what: str  # in words


def figures(labels: Sequence[Label], found: Sequence[Hashable]) -> dict[str, Any]:
    """All figures of a partition; ``found`` is the cluster of each document."""
    plain = [(label.cluster, at) for label, at in zip(labels, found, strict=True) if not label.also]
    both = Counter(plain)
    true_sizes = Counter(cluster for cluster, _ in plain)
    found_sizes = Counter(at for _, at in plain)
    right = _pairs(both)
    in_truth, in_found = _pairs(true_sizes), _pairs(found_sizes)
    linked, bridged = _roundups(labels, found)
    precision = _share(right, in_found + bridged)
    recall = _share(right, in_truth)
    b3_p = _mean([count * count / found_sizes[at] for (_, at), count in both.items()], len(plain))
    b3_r = _mean(
        [count * count / true_sizes[cluster] for (cluster, _), count in both.items()], len(plain)
    )
    return {
        "docs": len(labels),
        "true_clusters": len(true_sizes),
        "found_clusters": len(found_sizes),
        "pair_p": precision,
        "pair_r": recall,
        "pair_f1": harmonic(precision, recall),
        "ari": _ari(right, in_truth, in_found, len(plain)),
        "b3_p": b3_p,
        "b3_r": b3_r,
        "b3_f1": harmonic(b3_p, b3_r),
        "false_pairs": in_found - right + bridged,
        "missed_pairs": in_truth - right,
        "roundups": sum(bool(label.also) for label in labels),
        "roundups_linked": linked,
        "stories_bridged": _bridges(labels, found),
    }


def harmonic(one: float, other: float) -> float:
    """F1 of precision and recall."""
    return 2 * one * other / (one + other) if one + other else 0.0


def _pairs(sizes: Counter[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _mean(values: Sequence[float], count: int) -> float:
    return sum(values) / count if count else 1.0


def _ari(right: int, in_truth: int, in_found: int, count: int) -> float:
    possible = count * (count - 1) // 2
    by_chance = in_truth * in_found / possible if possible else 0.0
    most = (in_truth + in_found) / 2
    return (right - by_chance) / (most - by_chance) if most != by_chance else 1.0


def _roundups(labels: Sequence[Label], found: Sequence[Hashable]) -> tuple[int, int]:
    """How many round-ups stand in company, and in how many pairs with a story not theirs."""
    members = _members(found)
    linked = bridged = 0
    for at, label in enumerate(labels):
        if label.also:
            others = [labels[i].cluster for i in members[found[at]] if i != at]
            linked += bool(others)
            bridged += sum(cluster not in label.also for cluster in others)
    return linked, bridged


def _bridges(labels: Sequence[Label], found: Sequence[Hashable]) -> int:
    """How many found clusters hold a round-up and two or more true stories."""
    count = 0
    for at in _members(found).values():
        stories = {labels[i].cluster for i in at if not labels[i].also}
        count += any(labels[i].also for i in at) and len(stories) > 1
    return count


def _members(found: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    members: dict[Hashable, list[int]] = defaultdict(list)
    for i, at in enumerate(found):
        members[at].append(i)
    return members


def recall_by(labels: Sequence[Label], found: Sequence[Hashable]) -> dict[str, tuple[int, int]]:
    """By relation, kind and operation: how many joined some earlier document of their story."""
    homes: dict[str, set[Hashable]] = defaultdict(set)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for label, at in zip(labels, found, strict=True):
        if homes[label.cluster]:
            joined = at in homes[label.cluster]
            names = {f"relation:{label.relation}", f"kind:{label.kind}"}
            for name in names | {f"op:{op}" for op in label.ops}:
                counts[name][0] += joined
                counts[name][1] += 1
        homes[label.cluster].add(at)
    return {name: (joined, of) for name, (joined, of) in sorted(counts.items())}


def false_merges_by(
    labels: Sequence[Label], found: Sequence[Hashable]
) -> dict[str, tuple[int, int]]:
    """By kind: how many joined a cluster that held only strange stories, of how many."""
    wrong, of = Counter[str](), Counter(label.kind for label in labels)
    for label, strange, _ in _strangers(labels, found):
        wrong[label.kind] += strange
    return {kind: (wrong[kind], of[kind]) for kind in sorted(of)}


def _strangers(
    labels: Sequence[Label], found: Sequence[Hashable]
) -> list[tuple[Label, bool, frozenset[str]]]:
    """For each document whether its cluster held strange stories alone, and which stories."""
    held: dict[Hashable, set[str]] = defaultdict(set)
    result = []
    for label, at in zip(labels, found, strict=True):
        before = held[at]
        own = bool(label.also) and before <= label.also
        result.append((label, bool(before) and label.cluster not in before and not own, before))
        if not label.also:
            held[at] = before | {label.cluster}
    return [(label, strange, frozenset(before)) for label, strange, before in result]


def relation_accuracy(labels: Sequence[Label], relations: Sequence[str]) -> float:
    """Share of documents whose relation is the true one."""
    right = sum(a.relation == b for a, b in zip(labels, relations, strict=True))
    return right / len(labels) if labels else 1.0


def confusion(labels: Sequence[Label], relations: Sequence[str]) -> dict[str, int]:
    """How often which relation was taken for which other, most often first."""
    pairs = Counter(
        f"{label.relation} as {said}"
        for label, said in zip(labels, relations, strict=True)
        if label.relation != said
    )
    return dict(pairs.most_common())


def mistakes(labels: Sequence[Label], found: Sequence[Hashable]) -> list[Mistake]:
    """Each document that joined a strange story or missed its own, in order of arrival."""
    homes: dict[str, set[Hashable]] = defaultdict(set)
    result = []
    for (label, strange, before), at in zip(_strangers(labels, found), found, strict=True):
        ops = "+".join(label.ops)
        if strange:
            what = f"FALSE {label.cluster} {ops} joined {', '.join(sorted(before)[:3])}"
            result.append(Mistake(id=label.id, kind=label.kind, what=what))
        elif homes[label.cluster] and at not in homes[label.cluster] and not label.also:
            what = f"MISSED {label.cluster} {ops}"
            result.append(Mistake(id=label.id, kind=label.kind, what=what))
        homes[label.cluster].add(at)
    return result


def canonical(found: Sequence[Hashable]) -> list[int]:
    """The partition with clusters numbered as they appear: equal for equal partitions."""
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(at, len(numbers)) for at in found]
