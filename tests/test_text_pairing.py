"""Two texts laid side by side: joined, split, moved and edited paragraphs, in every script."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import words
from pipeline.text.align import NOWHERE, align
from pipeline.text.pairing import Extra, pair
from pipeline.text.wordplaces import Words

ONE = "The harbour council met on Tuesday to hear how the new ferry line would be paid for."
TWO = "Nobody had expected an agreement, and yet by nightfall there was a paper with nine names."
THREE = "Whoever holds a permit keeps it for two years; others are drawn by lot each September."
FOUR = "The eastern pier stays closed until spring, when the divers have looked at its piles."
EXTRA = "Our weather desk adds that the fog over the lagoon may last until the end of the week."
HALVES = (ONE.partition(" how")[0], f"how{ONE.partition(' how')[2]}")
TEXT = (ONE, TWO, THREE, FOUR)


def laid(left, right):
    return pair(Words(left), Words(right))


def fates(left, right):
    return "".join(
        {"kept": "=", "changed": "~", "cut": "-"}[f.fate] for f in laid(left, right).fates
    )


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (TEXT, "===="),
        ((f"{ONE} {TWO}", f"{THREE} {FOUR}"), "===="),
        ((" ".join(TEXT),), "===="),
        ((*HALVES, TWO, THREE, FOUR), "===="),
        ((FOUR, THREE, TWO, ONE), "===="),
        ((ONE.upper(), TWO, THREE.replace(";", "—"), f"“{FOUR}”"), "===="),
        ((f"DAMASCUS (AFP) – {ONE}", TWO, THREE, FOUR), "===="),
        ((f"By Our Staff PORT ORRIN, March 3 (Reuters) - {ONE} {TWO}", THREE, FOUR), "===="),
        ((ONE, THREE, FOUR), "=-=="),
        ((ONE,), "=---"),
        ((), "----"),
        ((EXTRA,), "----"),
        ((ONE, TWO.replace("nine", "seven"), THREE, FOUR), "=~=="),
        ((f"{ONE} {TWO.replace('nine', 'seven')} {THREE} {FOUR}",), "=~=="),
        ((ONE, TWO, THREE, FOUR[:45]), "===~"),
        ((ONE, f"{TWO} It was read out twice.", THREE, FOUR), "=~=="),
        ((ONE, "By night they had an agreement with nine names nobody expected.", THREE), "=~=-"),
    ],
)  # fmt: skip
def test_what_became_of_each_paragraph(right, expected):
    assert fates(TEXT, right) == expected


def test_a_word_before_a_paragraph_that_was_cut_is_not_taken_for_another():
    three, four = THREE.replace("September", "other"), FOUR.replace("piles", "other")
    assert fates((three, four, ONE, TWO), (f"{three} {ONE}", TWO)) == "=-=="


def test_an_origin_with_a_dateline_is_the_same_without_it():
    assert fates((f"DAMASCUS (AFP) – {ONE}", TWO), (ONE, TWO)) == "=="
    assert fates((f"Nobody knows why {ONE}", TWO), (ONE, TWO)) == "~="


def test_what_was_moved_is_as_little_as_may_be():
    found = laid(TEXT, (TWO, THREE, FOUR, ONE)).fates
    assert [f.moved for f in found] == [True, False, False, False]
    assert not any(f.moved for f in laid(TEXT, (ONE, FOUR)).fates)


def test_changed_text_is_given_as_it_stands_even_from_within_a_block():
    changed = TWO.replace("nine names", "seven marks")
    for right in ((ONE, changed, THREE, FOUR), (f"{ONE} {changed} {THREE}", FOUR)):
        assert laid(TEXT, right).fates[1].text == changed
    split = laid(TEXT, (ONE, changed[:33], changed[33:], THREE, FOUR))
    assert split.fates[1].text.split() == changed.split()


@pytest.mark.parametrize(
    ("right", "after"),
    [
        ((EXTRA, *TEXT), -1),
        ((ONE, TWO, EXTRA, THREE, FOUR), 1),
        ((*TEXT, EXTRA), 3),
        ((f"{ONE} {TWO} {EXTRA} {THREE} {FOUR}",), 1),
        ((f"{ONE} {TWO}", f"{EXTRA} {THREE} {FOUR}"), 1),
    ],
)
def test_what_the_other_text_has_besides_follows_its_paragraph(right, after):
    found = laid(TEXT, right)
    assert found.extras == (Extra(after, EXTRA),)
    assert [f.fate for f in found.fates] == ["kept"] * 4
    assert found.share_of_left == 1
    own = len(words(EXTRA))
    assert found.share_of_right == pytest.approx(1 - own / len(words(" ".join(right))))


def test_a_sentence_in_the_place_of_another_one_is_a_change():
    text = (f"{ONE} {TWO}", THREE)
    assert fates(text, (f"{EXTRA} {TWO}", THREE)) == fates(text, (f"{ONE} {EXTRA}", THREE)) == "~="
    assert laid(text, (f"{EXTRA} {TWO}", THREE)).extras == ()
    assert laid(text, (f"{ONE} {EXTRA}", THREE)).extras == ()
    assert laid(text, (f"{EXTRA} {TWO}", THREE)).fates[0].text == f"{EXTRA} {TWO}"
    assert laid(text, (f"{ONE} {TWO} {EXTRA}", THREE)).extras == (Extra(0, EXTRA),)


def test_amounts_are_words_and_typography_is_none():
    assert fates(("It costs 5 % more than last year, they said.",),
                 ("It costs 5 $ more than last year, they said.",)) == "~"  # fmt: skip
    assert fates(("It costs “5 %” more — they said it in the re-opened hall.",),
                 ("It costs '5 %' more - they said it in the re-opened hall",)) == "="  # fmt: skip


HAN = (
    "港口委员会星期二开会听取新渡轮航线的筹资方案并讨论由谁经营",
    "没有人预料到会达成协议然而到了夜里桌上放着一份九人签名的文件",
    "东码头在春天之前保持关闭潜水员将先检查它的木桩和缆绳",
)


def test_scripts_without_blanks():
    assert fates(HAN, HAN) == "==="
    assert fates(HAN, ("。".join(HAN),)) == "==="
    assert fates(HAN, (HAN[2], HAN[0])) == "=-="
    assert fates(HAN, (HAN[0], HAN[1].replace("九人", "七人"), HAN[2])) == "=~="
    found = laid(HAN, (HAN[0], HAN[1].replace("九人", "七人"), HAN[2]))
    assert found.fates[1].text == HAN[1].replace("九人", "七人")
    assert fates(HAN, (f"（新华社大马士革电）{HAN[0]}", *HAN[1:])) == "==="


def test_arabic_without_its_vowel_signs_is_the_same():
    text = ("قَرَّرَ الوفدان مراجعة قوائم المحتجزين للمرة الثالثة في بلدة ليندمور.",)
    assert fates(text, ("قرر الوفدان مراجعة قوائم المحتجزين للمرة الثالثة في بلدة ليندمور",)) == "="


VOCABULARY = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in ("l", "m", "rt", "st", "nd")]


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 10**9))
def test_any_mix_of_breaks_orders_cuts_and_additions(seed):
    """Paragraphs that share no run of words are found again, however they are set."""
    rng = random.Random(seed)

    def paragraph(tag):
        body = " ".join(rng.choice(VOCABULARY) for _ in range(rng.randint(12, 40)))
        return f"{tag.title()} {body}."

    left = [paragraph(f"p{n}") for n in range(rng.randint(1, 9))]
    cut = {n for n in range(len(left)) if rng.random() < 0.25}
    kept = [n for n in range(len(left)) if n not in cut]
    if rng.random() < 0.3:
        rng.shuffle(kept)
    pieces = [left[n] for n in kept]
    added = []
    for at in sorted((rng.randint(0, len(pieces)) for _ in range(rng.randint(0, 2))), reverse=True):
        added.append(paragraph(f"q{at}{len(added)}"))
        pieces.insert(at, added[-1])
    right = []
    for piece in pieces:
        if right and rng.random() < 0.4:
            right[-1] += f" {piece}"
        else:
            right.append(piece)
    found = laid(left, right)
    assert {n for n, f in enumerate(found.fates) if f.fate == "cut"} == cut
    assert all(f.fate == "kept" for n, f in enumerate(found.fates) if n not in cut)
    # Two that follow each other in one block cannot be told apart.
    assert " ".join(sorted(" ".join(e.text for e in found.extras).split())) == " ".join(
        sorted(" ".join(added).split())
    )


texts = st.lists(
    st.sampled_from([*TEXT, EXTRA, *HAN, "Yes.", "* * *", "", "a a a a a a a"]), max_size=8
)


@settings(deadline=None)
@given(texts, texts)
def test_no_word_is_given_twice_and_all_are_accounted_for(left, right):
    ours, theirs = Words(left), Words(right)
    found = align(ours, theirs)
    places = [j for j in found if j != NOWHERE]
    assert len(places) == len(set(places))
    assert all(ours.keys[i] == theirs.keys[j] for i, j in enumerate(found) if j != NOWHERE)
    laid_out = pair(ours, theirs)
    assert len(laid_out.fates) == len(left)
    assert 0 <= laid_out.share_of_left <= 1
    assert 0 <= laid_out.share_of_right <= 1
    assert all(-1 <= extra.after < len(left) and extra.text for extra in laid_out.extras)


@settings(deadline=None)
@given(texts)
def test_a_text_beside_itself(text):
    found = pair(Words(text), Words(text))
    assert all(f.fate == "kept" and not f.moved for f in found.fates)
    assert found.extras == ()


def test_text_that_repeats_itself_takes_no_for_ever():
    """Steps are bounded; this would take minutes without."""
    left, right = Words(["ab cd " * 6000]), Words(["cd ab " * 5000 + "ef"])
    assert sum(j != NOWHERE for j in align(left, right)) > 9000


def test_words_lead_back_to_their_text():
    text = Words(["“Well,” she said — 5 % more.", "第二段。"])
    assert text.keys == ["well", "she", "said", "5", "%", "more", "第", "二", "段"]
    assert text.text(1, 2) == "she said"
    assert text.text(0, 8) == "“Well,” she said — 5 % more. 第二段。"
