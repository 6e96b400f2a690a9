"""Patterns that may take for ever are refused, and those people write for addresses are not."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.patterns import check_css, check_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"\?p=\d+", r"/20\d\d/\d{1,2}/", r"^https://[^/]+/(?:en|ar)/.*\.html$", r"(?:/[^/]+)+",
        r"(?:-\w{3})+", r"([a-z]+-)*[a-z]+$", r"(?:news|nation|sport)+", r"(\w+\s+)+x",
        r"(?i)(?:[a-z0-9]+(?:-[a-z0-9]+)*/)+", r"(?:/\w+/?)+", r"(?:-(?:a+|b))+", r"(?>a+)+",
        r"(?:a++)+", r"(a|ab)*c", r"/(?:sports?|video)/", r"(?<!x)y(?=z)", r"(a)?(?(1)b|c)",
    ],
)  # fmt: skip
def test_usual_patterns_pass(pattern):
    assert check_pattern(pattern) == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$", r"(\w*,?)*", r"(.*)*", r"(?:.*/)+x", r"(x+x+)+y", r"(?:a+|b)+", r"(a|aa)+$",
        r"(a{1,30}){1,30}", r"(?:(?:ab)+)+", r"(?:a|b|ab)+", r"(?:\d{1,3}\.?)+", r"(\d|\w\w)+",
        r"(?=(a+)+)b", r"x(?:y|(?:z+)+)", r"(a?){30}a{30}", r"(?i)(?:[a-z]+[A-Z]*)+$",
        r"([^/]+|[a-z]+)*!",
    ],
)  # fmt: skip
def test_exponential_patterns_are_refused(pattern):
    with pytest.raises(ValueError, match="forever"):
        check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["", "[", "(", "a{99999999999}", "(?P<x>a)(?P<x>b)", "x" * 1001]
)
def test_no_patterns(pattern):
    with pytest.raises(ValueError):
        check_pattern(pattern)


@given(st.text(alphabet="ab*+?()|[]{}\\dw.,^$1", max_size=12))
def test_whatever_is_written_is_judged(pattern):
    with contextlib.suppress(ValueError):
        assert check_pattern(pattern) == pattern


@pytest.mark.parametrize(
    "css", ["div.post-content", "article > p:not(.ad)", "[itemprop=articleBody]"]
)
def test_selectors(css):
    assert check_css(css) == css


@pytest.mark.parametrize("css", ["", "div..x", "a[", "p::first-line:nope(", "::before", "p:hover("])
def test_no_selectors(css):
    with pytest.raises(ValueError):
        check_css(css)
