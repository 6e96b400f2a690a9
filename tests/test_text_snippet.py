"""Where a search found something: the words around it, the hits marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import parse_query
from pipeline.text.snippet import BEGIN, END, WIDTH, Snippets, folded


def shown(query, text):
    return Snippets(parse_query(query))(text).replace(BEGIN, "[").replace(END, "]")


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("ferry", "The Ferry runs; ferryman.", "The [Ferry] runs; ferryman."),
        ("ferry*", "The Ferry runs; ferryman.", "The [Ferry] runs; [ferryman]."),
        ("senor", "El Señor habló.", "El [Señor] habló."),
        ("señor", "El Senor hablo.", "El [Senor] hablo."),
        ('"two words"', "Of two,\nwords and two words", "Of [two, words] and [two words]"),
        ("bridge -toll", "A bridge without.", "A [bridge] without."),
        ("title:bridge", "A bridge.", "A [bridge]."),
        ("мост", "Новый МОСТ открыт.", "Новый [МОСТ] открыт."),
        ("港口", "昨天港口开放。", "昨天[港口]开放。"),
        ("مياه", "جدول مياه البحيرة", "جدول [مياه] البحيرة"),
        ("서울", "서울에서 열린", "[서울에서] 열린"),
        ("nothing", "Quite another text.", ""),
        ("a.b", "what a.b and a-b mean", "what [a.b] and [a-b] mean"),
    ],
)
def test_hits_are_marked(query, text, expected):
    assert shown(query, text) == expected


def test_of_a_long_text_the_part_with_the_first_hit_is_shown():
    text = "one " * 500 + "bridge " + "two " * 500
    found = shown("bridge", text)
    assert found.startswith("…one")
    assert found.endswith("two…")
    assert "[bridge]" in found
    assert len(found) <= WIDTH + 10


def test_marks_that_a_text_brings_are_none():
    assert shown("bridge", "a \x02bridge\x03 b \x02evil") == "a [bridge] b evil"


letters = st.text(st.sampled_from("aeß éİ港口من.-\n\x02"), max_size=400)


@given(letters, st.sampled_from(["a", "ae*", '"a e"', "港", "من", "ss", "i"]))
def test_nothing_but_marks_is_added(text, query):
    found = Snippets(parse_query(query))(text)
    assert found.count(BEGIN) == found.count(END)
    bare = found.replace(BEGIN, "").replace(END, "").strip("…")
    assert bare in " ".join(text.replace("\x02", " ").split())
    assert not found or BEGIN in found


@given(st.text(max_size=200))
def test_folding_keeps_places(text):
    assert len(folded(text)) == len(text)
