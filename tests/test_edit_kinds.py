"""What an edit is called, how material it is, and what is said of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from difflib import SequenceMatcher
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup import changes as changes_module
from pipeline.dedup import pages_told
from pipeline.dedup.changes import changes
from pipeline.dedup.edits import WEIGHTS, classify
from pipeline.model import EditKind, PageState, State
from pipeline.text.wording import distance, plain, wording

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BASE = (
    "Twelve crews met at the harbour on Tuesday to hear how the ferry line would be paid for.",
    "The fire killed 12 people and destroyed the eastern pier, the council said in the evening.",
    "Mayor Anna Berg said: “We will not close the school before autumn.”",
    "Nobody expected an agreement before nightfall, yet nine signatures were there.",
)


def edit(old="", new="", *, base=BASE, title=("Ferry crews meet", "Ferry crews meet"), lang="en",
         after=None, **more):  # fmt: skip
    assert not old or any(old in p for p in base), old
    rows = tuple(p.replace(old, new) for p in base) if after is None else after
    return classify(
        State(title=title[0], paragraphs=base, language=lang, **more),
        State(title=title[1], paragraphs=rows, language=lang, **more),
    )


def kinds(*words, **more):
    return " ".join(kind.value for kind in edit(*words, **more).kinds)


CASES = [
    ("12", "21", "number"),
    ("Twelve", "Thirteen", "number"),
    ("Tuesday", "Thursday", "number"),
    ("killed 12 people", "killed people", "number"),
    ("Anna Berg", "Karl Lund", "name"),
    ("Berg", "Bergh", "name"),
    ("will not close", "will close", "negation quote"),
    ("school", "library", "quote"),
    ("destroyed", "damaged", "rewording"),
    ("expected an agreement", "thought that there would be an agreement", "rewording"),
    ("harbour", "harbuor", "typo"),
    ("agreement", "agreemment", "typo"),
    ("to hear", "to to hear", "typo"),
    ("nightfall", "night fall", "typo"),
    ("met", "did not meet", "negation"),
    ("paid", "laid", "rewording"),  # another word, and no slip of the hand
    (
        "in the evening.",
        "in the evening. It will rebuild the pier with stone from the old quarry next year.",
        "rewording",
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_words(old, new, expected):
    assert kinds(old, new) == expected


FAR = [
    ("de", "Der Rat sprach mit Karl Lund über das Boot.", "Karl Lund", "Otto Hahn", "name"),
    ("de", "Der Rat sprach am Ende über das Boot.", "Boot", "Schiff", "rewording"),
    ("de", "Der Rat stimmte nach drei Stunden zu.", "drei", "vier", "number"),
    ("de", "Der Rat stimmte dem Plan nicht zu.", "nicht ", "", "negation"),
    ("ru", "Пожар унёс жизни людей, заявил мэр Иван Петров.", "Петров", "Сидоров", "name"),
    ("ru", "Совет не согласился с планом.", "не ", "", "negation"),
    ("el", "Η φωτιά σκότωσε 12 ανθρώπους στο λιμάνι.", "12", "21", "number"),
    ("ar", "قال المجلس إن الحريق قتل تسعة أشخاص.", "تسعة", "سبعة", "number"),
    ("ar", "قال المجلس إنه لن يغلق الرصيف.", "لن ", "", "negation"),
    ("zh", "议会表示不会关闭东码头。", "不会", "将会", "negation"),
    ("ja", "市は桟橋を閉鎖しないと発表した。", "しない", "する", "negation"),
    ("ja", "火災で三人が負傷した。", "三", "五", "number"),
    ("ko", "시는 부두를 닫지 않는다고 말했다.", "닫지 않는다고", "닫는다고", "negation"),
    ("th", "ไฟไหม้ทำให้มีผู้เสียชีวิต ๑๒ คน", "๑๒", "๒๑", "number"),
]


@pytest.mark.parametrize(("lang", "text", "old", "new", "expected"), FAR)
def test_words_of_other_languages(lang, text, old, new, expected):
    assert kinds(old, new, base=(text,), lang=lang) == expected


def test_a_headline_and_what_changed_in_it():
    assert kinds(title=("Ferry crews meet", "Ferry crews agree")) == "headline"
    assert kinds(title=("12 dead in fire", "21 dead in fire")) == "number headline"
    assert kinds(title=("Ferry crews mete", "Ferry crews meet")) == "headline typo"
    # In a headline that capitalises all its words only a name of the text is one.
    new = "Anna Berg Meets Ferry Crews"
    assert kinds(title=("Big Mayor Meets Ferry Crews", new)) == "name headline"
    assert kinds(title=("Big Mayor Meets Ferry Crews", "Big Mayor Greets Ferry Crews")) == (
        "headline"
    )


def test_paragraphs():
    more = "A second meeting was held behind closed doors and settled the landing."
    assert kinds(after=(*BASE[:2], more, *BASE[2:])) == "paragraph_added"
    assert kinds(after=BASE[:3]) == "paragraph_removed"
    assert kinds(after=(BASE[0], more, *BASE[2:])) == "paragraph_removed paragraph_added"
    assert kinds(after=(BASE[1], BASE[0], *BASE[2:])) == "rewording"
    # Cut in two with a figure changed is one figure changed.
    cut = (f"{BASE[0]} {BASE[1]}".replace("12", "21"), *BASE[2:])
    assert kinds(after=cut) == "number"


def test_words_that_moved_are_no_other_figures():
    moved = (
        "On Tuesday twelve crews met at the harbour to hear how the ferry line would be paid for."
    )
    assert kinds(after=(moved, *BASE[1:])) == "rewording"


def test_a_note_makes_an_edit_that_is_owned_up_to():
    silent = edit("12", "21")
    note = "Correction: an earlier version of this article gave a wrong number."
    noted = edit(after=(*(p.replace("12", "21") for p in BASE), note))
    assert (silent.silent, noted.silent) == (True, False)
    assert [k.value for k in noted.kinds] == ["number", "correction"]
    assert noted.facts["notes"] == [note]
    inside = edit("in the evening.", f"in the evening. {note}")
    assert [k.value for k in inside.kinds] == ["correction"]
    gone = edit(base=(*BASE, note), after=BASE)
    assert [k.value for k in gone.kinds] == ["paragraph_removed"]
    assert gone.facts["note_removed"]
    assert gone.silent


def test_a_later_time_alone_owns_up_to_nothing():
    rows = tuple(p.replace("12", "21") for p in BASE)
    found = classify(
        State(title="A", paragraphs=BASE, modified_at=NOON),
        State(title="A", paragraphs=rows, modified_at=NOON.replace(hour=14)),
    )
    assert found.silent
    assert found.facts["modified_at"] == ["2026-03-01T12:00:00.000Z", "2026-03-01T14:00:00.000Z"]


def test_a_wall_that_fell_is_no_edit_of_the_outlet():
    cut = (BASE[0], f"{BASE[1][:40]}…")

    def told(after):
        before = State(title="A", paragraphs=cut, partial=True)
        return classify(before, State(title="A", paragraphs=after))

    whole = told(BASE)
    assert ([k.value for k in whole.kinds], whole.silent) == (["back"], False)
    other = told((BASE[0].replace("Twelve", "Nine"), *BASE[1:]))
    assert [k.value for k in other.kinds] == ["number", "back"]
    assert other.silent


def test_a_live_blog_is_one_thing_a_visit():
    rows = ("14:20 The harbour is closed for 3 days.", "14:10 A tree fell.", *BASE)
    found = edit(after=rows, title=("Live: storm", "Live: storm"))
    assert [k.value for k in found.kinds] == ["live_update"]
    assert not found.silent
    assert found.weight < WEIGHTS[EditKind.NUMBER]
    assert "added" in found.summary


def test_what_is_more_material_weighs_more():
    weights = [
        edit(*words).weight
        for words in (("harbour", "harbuor"), ("destroyed", "damaged"), ("12", "21"), ("not ", ""))
    ]
    assert weights == sorted(weights)
    assert edit(after=BASE[:1]).weight > edit(after=BASE[:3]).weight
    assert edit("Berg", "Bergh").weight < edit("Anna Berg", "Karl Lund").weight


def test_the_summary_has_the_essential_words():
    assert edit("12", "21").summary == '"12 people" became "21 people"'
    assert edit("not ", "").summary == '"will not close" became "will close"'
    assert edit("school", "library").summary == '"the school before" became "the library before"'
    long = "Dam release brings water back to {} villages below Harrow for the first time{}"
    found = edit(title=(long.format("fourteen", ""), long.format("nine", ", Council says")))
    assert found.summary == (
        'headline: "fourteen villages" became "nine villages", "time" became "time, Council says"'
    )
    assert edit(after=BASE[:3]).summary.startswith('removed: "Nobody expected an agreement')
    both = edit(after=(BASE[0].replace("Tuesday", "Monday"), BASE[1].replace("12", "21"), BASE[3]))
    assert both.summary.endswith("; and 1 more change")


def test_one_word_changed_everywhere_is_said_once():
    base = tuple(f"{p} Anna Berg was there." for p in BASE)
    found = edit("Berg", "Lund", base=base)
    assert found.summary.count("Lund was") == 1


def test_pages():
    gone = pages_told.gone("one two three", "HTTP 410")
    assert (gone.kinds, gone.silent, gone.weight) == ((EditKind.GONE,), True, 95)
    stub = pages_told.shrunk(PageState.STUB, ("A", "one two three four"), ("B", "one"))
    assert "1 of 4 words" in stub.summary
    assert stub.facts["headline"] == ["A", "B"]
    back = pages_told.back(PageState.GONE, NOON, NOON.replace(hour=14))
    assert back.summary.endswith("it was gone for 2 h")


_TEXTS = st.lists(st.text(max_size=60), max_size=6).map(tuple)


@settings(deadline=None)
@given(_TEXTS, _TEXTS, st.text(max_size=30), st.text(max_size=30),
       st.sampled_from([None, "en", "de", "ja", "xx"]))  # fmt: skip
def test_any_two_texts_have_an_edit(before, after, old, new, lang):
    found = classify(
        State(title=old, paragraphs=before, language=lang),
        State(title=new, paragraphs=after, language=lang),
    )
    assert found.kinds
    assert 0 <= found.weight <= 100
    assert found.summary
    assert "\n" not in found.summary
    json.dumps(dict(found.facts))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_words_stand_where_they_say(text):
    clean = plain(text)
    words = wording(clean)
    assert all(0 <= w.start < w.end <= len(clean) for w in words)
    assert all(a.end <= b.start for a, b in pairwise(words))


@settings(deadline=None)
@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance(one, other):
    near = distance(one, other, 9)
    assert (near == 0) == (one == other)
    assert near == distance(other, one, 9)
    assert near <= max(len(one), len(other))
    assert min(near, 3) == distance(one, other, 2)
    assert distance("recieve", "receive", 2) == 1


# -- long pages ---------------------------------------------------------------------------------


@pytest.fixture
def work(monkeypatch):
    """Counts what is normalised, and the rows that difflib walks along; stops at too much."""
    done = {"normalised": 0, "walked": 0}
    longest, normal = SequenceMatcher.find_longest_match, changes_module.normalise

    def find(self, alo=0, ahi=None, blo=0, bhi=None):
        done["walked"] += (len(self.a) if ahi is None else ahi) - alo
        assert done["walked"] < 200_000
        return longest(self, alo, ahi, blo, bhi)

    def normalise(text):
        done["normalised"] += 1
        assert done["normalised"] < 30_000
        return normal(text)

    monkeypatch.setattr(SequenceMatcher, "find_longest_match", find)
    monkeypatch.setattr(changes_module, "normalise", normalise)
    return done


LONG = [f"a{n} b{n} c{n} of the day" for n in range(2000)]


def test_paragraphs_in_another_order_are_found_in_one_go(work):
    found = changes(("a", "a"), LONG, LONG[::-1])
    assert (found.added, found.removed, found.runs) == ((), (), ())
    assert len(found.moved) == 1999


def test_a_line_that_returns_hides_no_change(work):
    old = ["Share" if n % 2 else p for n, p in enumerate(LONG)]
    new = [p.replace(" of", " at") for p in old]
    found = changes(("a", "a"), old, new)
    assert len(found.runs) == 1000
    assert (found.added, found.removed, found.moved) == ((), (), ())
    assert {(r.before[0].key, r.after[0].key) for r in found.runs} == {("of", "at")}


def test_the_same_words_again_and_again(work):
    old = " ".join("ab"[n * n % 7 % 2] for n in range(900))
    (run,) = changes(("a", "a"), [old], [f"{old} no"]).runs
    assert [w.key for w in run.after] == ["no"]
    assert changes((old * 3, old * 3 + "no"), [], []).title
