"""What went, what came and what was put differently between two texts."""

from difflib import SequenceMatcher

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.text import normalise
from pipeline.text import pieces as pieces_module
from pipeline.text.pieces import marked, only_blocks_differ, pieces, spaced, stretches

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


def test_words_beside_each_other_have_blanks_between_where_their_script_has_them():
    def line(before, after):
        return "".join(text for _, text in spaced(marked(before, after)))

    assert line(A, EDITED).startswith("The council agreed on Monday Tuesday ")
    assert line("港口昨天开放。", "港口今天开放。") == "港口昨今天开放。"
    assert list(spaced([("gone", "ten"), ("new", "nine")])) == [
        ("gone", "ten"), ("same", " "), ("new", "nine")
    ]  # fmt: skip
    assert spaced([]) == []


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


# -- long pages ---------------------------------------------------------------------------------

_ROWS = st.lists(st.sampled_from("abcdefgh"), max_size=30)


def is_an_alignment(left, right):
    a = c = 0
    before = None
    for i, j, k, m, same in stretches(left, right):
        assert (i, k) == (a, c)
        assert same is not before
        assert (left[i:j] == right[k:m]) is same
        a, c, before = j, m, same
    return (a, c) == (len(left), len(right))


@given(_ROWS, _ROWS, st.sampled_from([1, 30, 40_000]))
@example(list("aacba"), list("caacbb"), 1)
def test_stretches_cover_both_rows(left, right, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces_module, "_MOST_PAIRS", most)
        assert is_an_alignment(left, right)


def test_rows_of_any_length_are_matched_by_what_stands_once():
    old = [
        f"old {n}" if n % 3 == 0 else "Share" if n % 3 == 1 else f"same {n}" for n in range(2000)
    ]
    new = [row.replace("old", "new") for row in ["first", *old]]
    assert is_an_alignment(old, new)
    changed = [(a, b, c, d) for a, b, c, d, same in stretches(old, new) if not same]
    assert changed == [(0, 1, 0, 2), *((n, n + 1, n + 1, n + 2) for n in range(3, 2000, 3))]


@pytest.fixture
def counted(monkeypatch):
    """Lets no more than so much be compared."""

    def limit(rows, akin=0):
        left = {"rows": rows, "akin": akin}
        longest, alike = SequenceMatcher.find_longest_match, pieces_module._akin

        def spend(what, n):
            left[what] -= n
            assert left[what] >= 0, f"too much is compared: {what}"

        def find(self, alo=0, ahi=None, blo=0, bhi=None):
            spend("rows", (len(self.a) if ahi is None else ahi) - alo)
            return longest(self, alo, ahi, blo, bhi)

        def akin_now(one, other):
            spend("akin", 1)
            return alike(one, other)

        monkeypatch.setattr(SequenceMatcher, "find_longest_match", find)
        monkeypatch.setattr(pieces_module, "_akin", akin_now)

    return limit


def lines(word, size=2000):
    return [f"{word}{n} {word}{n + size} {word}{n + 2 * size}" for n in range(size)]


def test_a_line_that_returns_all_the_time_costs_no_more(counted):
    old, new = (["Share" if n % 2 else p for n, p in enumerate(lines(w))] for w in ("a", "b"))
    counted(rows=20_000, akin=2_000)
    found = kinds(old, new)
    assert (found.count("same"), found.count("gone"), found.count("new")) == (1000, 1000, 1000)


def test_two_long_texts_with_nothing_in_common_cost_no_more(counted):
    counted(rows=20_000, akin=90_000)
    assert len(kinds(lines("a"), lines("b"))) == 4000
    assert not only_blocks_differ(["x", *lines("a")], ["y", *lines("b")])
