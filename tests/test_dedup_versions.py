"""The table of paragraphs by outlets."""

import pytest

from pipeline.dedup.versions import Version, tabulate

ONE = "The harbour council met on Tuesday to hear how the new ferry line would be paid for."
TWO = "Nobody had expected an agreement, and yet by nightfall there was a paper with nine names."
THREE = "Whoever holds a permit keeps it for two years; others are drawn by lot each September."
CREDIT = "With reporting by our correspondents in Orrin and at the eastern pier."
FOG = "Our weather desk adds that the fog over the lagoon may last until the end of the week."
TEXT = (ONE, TWO, THREE)
MARKS = {"kept": "=", "changed": "~", "cut": "-", "added": "+", "absent": " "}


def table(*texts, origin=0):
    return tabulate(origin, [Version(article=n, paragraphs=tuple(t)) for n, t in enumerate(texts)])


def grid(found):
    return ["".join(MARKS[cell.kind] for cell in line.cells) for line in found.lines]


def test_one_line_a_paragraph_and_one_cell_an_article():
    found = table(
        TEXT,
        (f"PORT ORRIN (AFP) – {ONE} {TWO}", THREE),
        (ONE, TWO.replace("nine", "seven")),
        (ONE, FOG, TWO, THREE, CREDIT),
        (THREE, ONE, TWO, CREDIT),
    )
    assert grid(found) == ["=====", "   + ", "==~==", "==-==", "   ++"]
    assert [line.text for line in found.lines] == [ONE, FOG, TWO, THREE, CREDIT]
    assert [line.added for line in found.lines] == [False, True, False, False, True]
    assert [line.article for line in found.lines] == [0, 3, 0, 0, 3]
    assert found.lines[2].cells[2].text == TWO.replace("nine", "seven")
    assert [cell.moved for cell in found.lines[3].cells] == [False] * 4 + [True]
    assert [c.counts["moved"] for c in found.columns] == [0, 0, 0, 0, 1]
    assert found.columns[2].counts == {"kept": 1, "changed": 1, "cut": 1, "added": 0, "moved": 0}
    assert found.columns[0].share_of_origin == found.columns[0].share_of_own == 1
    assert found.columns[1].share_of_origin == 1 > found.columns[1].share_of_own
    assert found.columns[2].share_of_own > found.columns[2].share_of_origin > 0.6


def test_an_addition_of_several_is_one_line_though_they_word_it_differently():
    other = FOG.replace("the end of the week", "the weekend")
    found = table(TEXT, (ONE, FOG, TWO, THREE), (ONE, other, TWO, THREE), (*TEXT, CREDIT))
    assert grid(found) == ["====", " ++ ", "====", "====", "   +"]
    assert [cell.text for cell in found.lines[1].cells] == ["", "", other, ""]
    twice = table(TEXT, (ONE, FOG, TWO, FOG, THREE))
    assert grid(twice) == ["==", " +", "==", " +", "=="]


def test_any_article_can_be_the_one_that_others_are_held_to():
    found = table((ONE, TWO), TEXT, origin=1)
    assert (found.origin, grid(found)) == (1, ["==", "==", "-="])
    with pytest.raises(ValueError, match="not among"):
        table(TEXT, origin=7)


def test_articles_without_words():
    assert grid(table(TEXT, ("",), ("* * *",))) == ["=--", "=--", "=--"]
    assert grid(table(("",), TEXT)) == [" +"] * 3


def test_a_story_of_very_many_outlets():
    """Verbatim copies cost next to nothing, however many there are."""
    texts = [TEXT] * 400 + [(*TEXT, f"{CREDIT} Number {n}.") for n in range(100)]
    found = table(*texts)
    assert len(found.columns) == 500
    assert grid(found)[:3] == ["=" * 500] * 3
    # One credit with another number is one addition in other words.
    assert grid(found)[3:] == [" " * 400 + "+" * 100]
