"""Selectors: ids, globs and tags; what selects nothing is an error with a hint."""

import json

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.select import chosen, select

SOURCES = [
    {"slug": "bbc-world", "tags": ["state", "UK"]},
    {"slug": "bbc-arabic", "tags": json.dumps(["state", "syria"])},
    {"slug": "sana-en", "tags": ("syria",)},
    {"slug": "odd-one", "tags": None},
]


@pytest.mark.parametrize(
    ("selectors", "slugs"),
    [
        (["sana-en"], ("sana-en",)),
        (["bbc-*"], ("bbc-world", "bbc-arabic")),
        (["*-[we]*", "sana-en"], ("bbc-world", "sana-en")),
        (["@syria"], ("bbc-arabic", "sana-en")),
        (["@uk"], ("bbc-world",)),
        (["@s*"], ("bbc-world", "bbc-arabic", "sana-en")),
        (["sana-en", "bbc-world", "bbc-*"], ("bbc-world", "bbc-arabic", "sana-en")),
        (["*"], tuple(source["slug"] for source in SOURCES)),
    ],
)
def test_selected_in_the_order_of_the_sources_and_once(selectors, slugs):
    assert select(selectors, SOURCES) == slugs


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("sana", "there is no source 'sana' (did you mean 'sana-en'?)"),
        ("BBC-World", "did you mean 'bbc-world'?"),
        ("@siria", "no source has the tag 'siria' (did you mean '@syria'?)"),
        ("@", "no source has the tag ''"),
        ("cnn-*", "no source matches 'cnn-*'"),
        ("completely-else", "`monitor sources list` names all"),
    ],
)
def test_unknown_selectors_are_told_with_a_hint(selector, message):
    with pytest.raises(typer.BadParameter, match="no source") as raised:
        select(["sana-en", selector], SOURCES)
    assert message in str(raised.value)


def test_no_selector_means_all():
    assert chosen(None, SOURCES) is None
    assert chosen([], SOURCES) is None


@given(st.lists(st.text(max_size=10), min_size=1, max_size=4))
def test_any_text_selects_known_slugs_or_is_refused(selectors):
    try:
        found = select(selectors, SOURCES)
    except typer.BadParameter:
        return
    assert found
    assert set(found) <= {source["slug"] for source in SOURCES}
