"""Golden pages: a directory for each case, read by every engine, known failures marked in the data.

``expected.json`` holds what a reader would call the article.  ``known_failures`` names, by engine
(``*``: each), the fields that are not right yet; ``pytest -rX`` lists those that have become right.
"""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from pipeline.extract import extract
from pipeline.extract.engines import ENGINES
from pipeline.model import Outcome

PAGES = Path(__file__).parent / "pages" / "extract"
CASES = sorted(path.parent.name for path in PAGES.glob("*/expected.json"))
FIELDS = ("title", "authors", "paragraphs", "shape", "verdict", "language")


@cache
def expected(case: str):
    return json.loads((PAGES / case / "expected.json").read_text("utf-8"))


@cache
def extracted(case: str, engine: str):
    html = (PAGES / case / "page.html").read_text("utf-8")
    return extract(html, expected(case)["url"], engine=engine)


def checks():
    for case in CASES:
        known = expected(case).get("known_failures", {})
        for engine in ENGINES:
            for field in FIELDS:
                failing = field in known.get(engine, ()) or field in known.get("*", ())
                marks = [pytest.mark.xfail(strict=False, reason="known")] if failing else []
                yield pytest.param(case, engine, field, marks=marks)


@pytest.mark.parametrize(("case", "engine", "field"), list(checks()))
def test_page(case, engine, field):
    found = getattr(extracted(case, engine), field)
    wanted = expected(case)[field]
    assert (list(found) if isinstance(found, tuple) else found) == wanted, expected(case)["about"]


@pytest.mark.parametrize("case", CASES)
def test_no_page_gives_an_empty_body(case):
    for engine in ENGINES:
        assert extracted(case, engine).text


@pytest.mark.parametrize("case", CASES)
def test_expectations_are_well_formed(case):
    told = expected(case)
    assert len(told["shape"]) == len(told["paragraphs"])
    assert set(told["shape"]) <= set("phlq")
    assert set(told.get("known_failures", {})) <= {*ENGINES, "*"}
    assert set().union(*told.get("known_failures", {}).values()) <= set(FIELDS)


def test_each_page_has_a_stated_treatment():
    stated = (PAGES.parents[2] / "docs" / "text-of-an-article.md").read_text("utf-8")
    assert len(CASES) >= 48
    assert [case for case in CASES if f"`{case}`" not in stated] == []
    assert set(re.findall(r"`(\w+)`(?=[^|\n]*\|$)", stated, re.MULTILINE)) - {
        *CASES, *(outcome.value for outcome in Outcome)} == set()  # fmt: skip
