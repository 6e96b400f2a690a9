"""What the memory of a site does to bodies, and what learning it costs.

    python -m benchmarks.sites CASES_DIR...

Takes folders of cases (cases.jsonl with id, url, body; pages/ID.html.gz).  A single page of a site
teaches nothing, so each page gets six made siblings: the same page with the words of its reference
body exchanged for words of other articles, and another title.  What is no body recurs on all of
them, captions and related headlines of that one page too, so the gain is an upper bound.  The other
figure is the opposite: all pages of a folder taken for one site, where nothing recurs and every
changed body is harm.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pickle
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import lxml.html

from pipeline.extract import Guide, extract, extract_with_lesson
from pipeline.extract.clean import fold
from pipeline.extract.site_json import from_json, to_json
from pipeline.extract.site_memory import Lesson
from pipeline.extract.site_record import SiteRecord

SIBLINGS = 6
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Case:
    """One page with the body that a person took out of it."""

    id: str
    url: str
    body: str
    title: str
    html: str


def load(folder: Path) -> list[Case]:
    """The cases of a folder."""
    cases = []
    for line in (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        with gzip.open(folder / "pages" / f"{case['id']}.html.gz", "rt", encoding="utf-8") as file:
            html = file.read()
        title = case.get("title") or extract(html, case["url"]).title
        cases.append(Case(case["id"], case["url"], case["body"], title, html))
    return cases


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    if len(words) < 4:
        return Counter([tuple(words)] if words else [])
    return Counter(tuple(words[i : i + 4]) for i in range(len(words) - 3))


def score(found: str, wanted: str) -> tuple[float, float, float]:
    """F1, precision and recall over 4-word shingles."""
    one, other = _shingles(found), _shingles(wanted)
    common = (one & other).total()
    precision = common / one.total() if one else 0.0
    recall = common / other.total() if other else 0.0
    whole = precision + recall
    return (2 * precision * recall / whole if whole else 0.0), precision, recall


def sibling(case: Case, words: list[str], rng: random.Random) -> str:
    """The page of ``case`` with another text and title."""
    start = rng.randrange(len(words) - 20)
    html = case.html
    if case.title:
        html = html.replace(case.title, " ".join(words[start : start + 9]))
    parser = lxml.html.HTMLParser(encoding="utf-8")
    tree = lxml.html.document_fromstring(html.encode(), parser=parser)
    reference = fold(case.body)

    def other(text: str) -> str:
        key, length = fold(text), len(text.split())
        if len(key) < 4 or key not in reference:
            return text
        at = rng.randrange(max(1, len(words) - length))
        return " ".join(words[at : at + length])

    for element in tree.iter():
        if element.tag not in ("script", "style"):
            if element.text and element.text.strip():
                element.text = other(element.text)
            if element.tail and element.tail.strip():
                element.tail = other(element.tail)
    return str(lxml.html.tostring(tree, encoding="unicode"))


def _lesson(html: str, url: str, record: SiteRecord) -> Lesson:
    _, lesson, _ = extract_with_lesson(html, url, Guide(site=record.memory()))
    assert lesson is not None
    return lesson


def gain(cases: list[Case]) -> None:
    """Print the scores of all pages without and with a memory made of their siblings."""
    texts = [words for case in cases if len(words := case.body.split()) > 400]
    without, with_memory, changed = [], [], Counter[str]()
    for case in cases:
        rng = random.Random(case.id)
        record = SiteRecord(since="")
        for n in range(SIBLINGS):
            html = sibling(case, rng.choice(texts), rng)
            lesson = _lesson(html, f"{case.url}#{n}", record)
            record = record.learn(lesson, "")
        before = score(extract(case.html, case.url).text, case.body)
        after = score(extract(case.html, case.url, site=record.memory()).text, case.body)
        without.append(before)
        with_memory.append(after)
        changed["better" if after > before else "worse" if after < before else "same"] += 1
    for name, rows in (("without memory", without), ("with memory", with_memory)):
        f1, precision, recall = (sum(column) / len(rows) for column in zip(*rows, strict=True))
        print(f"  {name:<16} F1 {f1:.4f}  P {precision:.4f}  R {recall:.4f}")
    print(f"  pages            {dict(changed)}")


def harm(cases: list[Case]) -> None:
    """Print how many pages change when all of them are taken for one site."""
    record = SiteRecord(since="")
    changed = 0
    for case in cases:
        article = extract(case.html, case.url, site=record.memory())
        changed += article.paragraphs != extract(case.html, case.url).paragraphs
        lesson = _lesson(case.html, case.url, record)
        record = record.learn(replace(lesson, frame=(1,)), "")  # no layout is a new one
    print(f"  strangers        {changed} of {len(cases)} bodies changed")


def cost(cases: list[Case]) -> None:
    """Print what learning costs, beside a bare parse of the same pages."""
    parse = _best(lambda: [lxml.html.document_fromstring(c.html.encode()) for c in cases])
    plain = _best(lambda: [extract(c.html, c.url) for c in cases])
    taught = _best(lambda: [extract_with_lesson(c.html, c.url) for c in cases])
    lessons = [_lesson(c.html, c.url, SiteRecord(since="")) for c in cases]
    lessons = [replace(lesson, frame=lessons[0].frame) for lesson in lessons]
    packed = [pickle.dumps(lesson) for lesson in lessons]
    record = SiteRecord(since="")
    for lesson in lessons:
        record = record.learn(lesson, "")
    n, text = len(cases), to_json(record)
    print(f"  worker           extraction {plain / parse:.1f} parses, with lesson "
          f"{taught / parse:.1f}; a parse {1000 * parse / n:.2f} ms")  # fmt: skip
    for name, each in (
        ("lesson unpacked", _best(lambda: [pickle.loads(p) for p in packed]) / n),
        ("learned", _best(lambda: [record.learn(lesson, "") for lesson in lessons]) / n),
        ("memory drawn", _best(lambda: [record.memory() for _ in range(50)]) / 50),
        ("record written", _best(lambda: [to_json(record) for _ in range(50)]) / 50),
        ("record read", _best(lambda: [from_json(text) for _ in range(50)]) / 50),
    ):
        print(f"  {name:<16} {1e6 * each:6.0f} us")
    print(f"  sizes            lesson {sum(map(len, packed)) // n} bytes, record "
          f"{len(text.encode())} bytes")  # fmt: skip


def _best(run: Callable[[], object], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        run()
        best = min(best, time.process_time() - began)
    return best


def main() -> None:
    """Measure each folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="CASES_DIR")
    for folder in parser.parse_args().folders:
        cases = load(folder)
        print(f"{folder.name}: {len(cases)} pages")
        gain(cases)
        harm(cases)
        cost(cases)


if __name__ == "__main__":
    main()
