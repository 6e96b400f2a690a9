"""What went, what came and what was put differently between two texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import normalise
from pipeline.text.pieces import marked, only_blocks_differ, pieces

A = "The council agreed on Monday that the ferry shall run until midnight from spring onwards."
B = "Its crews, who had asked for that since the bridge was closed, spoke of a late success."
C = "How the additional boats are to be paid for is left to the meeting of next month."
AD = "Win two tickets: write to the editors what you would do on an island without a harbour."
EDITED = A.replace("Monday", "Tuesday")


def kinds(before, after):
    return [piece.kind for piece in pieces(before, after)]


def test_each_kind():
    assert kinds([A, B], [A, B]) == ["same", "same"]
    assert kinds([A, AD, B], [A, B]) == ["same", "gone", "same"]
    assert kinds([A, B], [A, AD, B]) == ["same", "new", "same"]
    assert kinds([A, B, C], [EDITED, C]) == ["edited", "gone", "same"]
    assert kinds([A.upper(), B], [A, B.replace("'", "’")]) == ["same", "same"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([A, B], [A, B, C], True),
        ([A, AD, B], [A, B], True),
        ([AD, A, B], [A, B, C], True),
        ([f"{A} {B}"], [A, B], True),  # cut otherwise
        ([A, f"{B} {C}"], [A, B, C, AD], False),  # cut and grown: nobody can tell
        ([A, B], [EDITED, B], False),
        ([A, B], [B, A], False),
        ([A, B, C], [C, EDITED], False),
        (["Goals: 3"], ["Goals: 4"], False),
    ],
)
def test_whether_only_blocks_differ(before, after, expected):
    assert only_blocks_differ(before, after) is expected


def test_words_are_marked():
    assert list(marked(A, EDITED)) == [
        ("same", "The council agreed on"),
        ("gone", "Monday"),
        ("new", "Tuesday"),
        ("same", A.partition("Monday ")[2]),
    ]
    assert list(marked("It re-opened at 5 %.", "It “re-opens” at 5 $.")) == [
        ("same", "It"), ("gone", "re-opened"), ("new", "“re-opens”"), ("same", "at 5"),
        ("gone", "%."), ("new", "$."),
    ]  # fmt: skip
    assert list(marked('"So be it" - he said.', "“So be it” – he said.")) == [
        ("same", "“So be it” – he said.")
    ]
    assert list(marked("港口昨天开放。", "港口今天开放。")) == [
        ("same", "港口"), ("gone", "昨"), ("new", "今"), ("same", "天开放。")
    ]  # fmt: skip
    long = "word " * 2000
    assert [kind for kind, _ in marked(long, f"{long} more")] == ["gone", "new"]


texts = st.lists(st.sampled_from([A, B, C, AD, EDITED, "Yes.", "中文字", ""]), max_size=7)


@given(texts, texts)
def test_nothing_is_lost_or_invented(before, after):
    found = pieces(before, after)
    left = "\n".join(p.before for p in found if p.before or p.kind in ("same", "gone"))
    right = "\n".join(p.after for p in found if p.after or p.kind in ("same", "new"))
    assert normalise(left) == normalise("\n".join(before))
    assert normalise(right) == normalise("\n".join(after))
    for piece in found:
        run = list(marked(piece.before, piece.after))
        assert (
            " ".join(t for k, t in run if k != "new").split()
            == (piece.after if [k for k, _ in run] == ["same"] else piece.before).split()
            or piece.kind == "same"
        )


@given(texts)
def test_a_text_is_itself(text):
    assert only_blocks_differ(text, text)
    assert all(piece.kind == "same" for piece in pieces(text, text))
