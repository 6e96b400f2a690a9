"""Words, shingles, fingerprints, and how much two texts share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedup.appeals import without_appeals
from pipeline.dedup.facts import same_facts
from pipeline.dedup.fingerprint import LEAST, fingerprint
from pipeline.dedup.furniture import LONG, furniture_hashes, without_furniture
from pipeline.dedup.likeness import likeness
from pipeline.dedup.reading import read
from pipeline.dedup.titles import title_in, titles_alike, titles_differ, titles_equal
from pipeline.text.tokens import tokens
from tests.dedupkit import BACKGROUND, DAM, STRIKE, weather

TEXT = "\n".join(DAM)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Solm’s “report” – 2,300 people", "solms report 2300 PEOPLE"),
        ("the U.S. fleet", "the US fleet"),
        ("co\xadop\u200ber\xa0ation now", "cooper ation now"),
        ("ﬁnal oﬀer", "final offer"),
        ("٢٥ كِتَابًا", "25 كتابا"),
        ("Die Straße", "die strasse"),
    ],
)
def test_typography_is_no_difference(one, other):
    assert tokens(one).words == tokens(other).words


def test_facts_are_numbers_and_names_within_sentences():
    found = tokens("He met Anna Kern in 2019. Later “Peter” said: Nobody knew. It was 3.5 or 1,200")
    assert [found.words[i] for i in found.facts] == ["anna", "kern", "2019", "35", "1200"]


def test_letters_count_where_there_are_no_blanks():
    found = tokens("港口25日重新开放，渔船可以出海。")
    assert found.words[:4] == ["港", "口", "25", "日"]
    assert found.letters == len(found.words) - 1
    reading = read("港口25日重新开放，渔船可以出海。" * 3)
    assert reading.letters
    assert reading.size < len(reading)
    assert not read(TEXT).letters


@given(st.text())
def test_any_text_can_be_read(text):
    reading = read(text)
    assert len(reading) == len(reading.words) == len(reading.ids)
    assert len(reading.shingles) == max(0, len(reading) - reading.width + 1)
    assert all(0 <= place < len(reading) for place in reading.facts.tolist())
    assert all(-(2**31) <= value < 2**31 for value in fingerprint(reading))
    without_appeals(text)


def test_a_text_is_wholly_in_itself_and_an_other_is_not():
    same = likeness(read(TEXT), read(TEXT.upper()))
    assert same.share_of_new == same.share_of_old == 1.0
    assert same.other == 0
    none = likeness(read(TEXT), read("\n".join(STRIKE)))
    assert none.share < 0.05


def test_shares_are_counted_both_ways():
    cut = likeness(read("\n".join(DAM[:2])), read(TEXT))
    assert cut.share_of_new == 1.0
    assert 0.3 < cut.share_of_old < 0.5
    back = likeness(read(TEXT), read("\n".join(DAM[:2])))
    assert (back.share_of_new, back.share_of_old) == (cut.share_of_old, cut.share_of_new)


@given(st.permutations(DAM), st.integers(0, 5))
def test_order_and_what_is_added_take_nothing_away(order, cut):
    new = read("\n".join((*order[cut:], *BACKGROUND)))
    like = likeness(new, read(TEXT))
    kept = sum(len(p.split()) for p in order[cut:])
    added = sum(len(p.split()) for p in BACKGROUND)
    # a shingle may begin in one paragraph and end in the next
    assert like.share_of_new == pytest.approx(kept / (kept + added), abs=0.06)
    assert like.other <= 1


def test_facts_at_the_same_place_are_held_against_each_other():
    one = read("\n".join(weather("Harwell", "Monday", 14, 3, 22, 40)))
    other = read("\n".join(weather("Thornby", "Friday", 19, 8, 31, 75)))
    like = likeness(one, other)
    assert like.share > 0.7
    assert like.other >= 5
    assert ("22", "31") in {tuple(sorted(pair)) for pair in like.differing}
    assert same_facts(like, "Weather for Harwell", "Weather for Thornby") < 0.1
    update = likeness(read(TEXT.replace("2,300", "2,900")), read(TEXT))
    assert (update.other, update.differing) == (1, (("2300", "2900"),))
    assert same_facts(update, "Dam opened", "Dam opened") > 0.9


def test_what_stands_in_one_text_only_is_no_contradiction():
    like = likeness(read("\n".join((DAM[0], BACKGROUND[0], *DAM[1:]))), read(TEXT))
    assert like.other == 0


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_part_of_a_text_is_found_by_the_fingerprint_of_the_whole(cut):
    whole = set(fingerprint(read(TEXT)))
    assert len(whole & set(fingerprint(read("\n".join(DAM[:cut]))))) >= 3


def test_a_fingerprint_is_short_and_the_same_each_time():
    long = "\n".join(f"{line} {n}" for n in range(20) for line in DAM)
    assert LEAST <= len(fingerprint(read(TEXT))) < 60
    assert len(fingerprint(read(long))) < len(read(long)) / 8
    assert fingerprint(read("one two three four five six")) == fingerprint(
        read("ONE two, three four – five six")
    )
    assert fingerprint(read("one two")) == ()


@pytest.mark.parametrize(
    "appeal",
    [
        "Subscribe now to continue reading, or log in if you have an account.",
        "Jetzt abonnieren und im Konto anmelden, um weiterzulesen.",
        "Подпишитесь на рассылку и войдите в аккаунт, чтобы читать дальше.",
        "اشترك في النشرة وسجل الدخول إلى حسابك لمتابعة القراءة.",
        "Get our newsletter on WhatsApp and Facebook.",
    ],
)
def test_what_speaks_to_the_reader_is_no_text(appeal):
    assert (
        without_appeals(f"{DAM[0]} {appeal}\n{DAM[1]}").words == read(f"{DAM[0]}\n{DAM[1]}").words
    )
    assert len(without_appeals(appeal)) == 0


def test_news_about_subscribers_stays():
    text = "The paper lost 400 subscribers last year. Its account at the bank was closed in May."
    assert without_appeals(text).words == read(text).words


def test_appeals_in_scripts_without_blanks_go():
    news = "港口25日重新开放，渔船可以出海。市长说，修理花了三个月。"
    assert (
        without_appeals(f"{news}\n登录后可阅读全文，订阅会员享受优惠。").words == read(news).words
    )


def test_furniture_is_by_outlet_and_by_line():
    text = "Short line.\n" + "x" * 500
    (one, long), (other, _) = furniture_hashes("post", text), furniture_hashes("echo", text)
    assert long is None
    assert one != other
    assert furniture_hashes("post", "short   LINE.")[0] == one
    assert 0 <= one < 2**35
    assert without_furniture(text, (one, long), {one}) == "x" * 500
    assert without_furniture(text, (one, long), set()) == text


def test_a_long_text_is_not_all_furniture():
    text = "\n".join(f"Paragraph number {n} with some words of its own in it." for n in range(30))
    hashes = furniture_hashes("post", text)
    assert len(text) > LONG
    assert without_furniture(text, hashes, set(hashes)) == text
    assert without_furniture(text, hashes, set(hashes[:10])).startswith("Paragraph number 10 ")


def test_titles():
    assert titles_equal("Dam gates opened | Valley Courier", "Dam Gates Opened – The Echo")
    assert not titles_equal("Dam gates opened", "Dam gates closed")
    assert not titles_equal("", "")
    assert titles_alike("Dam gates opened", "Lenz: dam gates opened wide") == 1.0
    assert titles_differ("Weather for Harwell: dry", "Weather for Thornby: dry") == 0.25
    assert titles_differ("Gates of Lenz dam opened", "Thousands told to sleep elsewhere") == 0.0
    assert titles_differ("Dam gates opened", "Dam gates opened") == 0.0
    assert title_in("Dam gates opened", read(TEXT).words) == 1.0
    assert title_in("Local elections", read(TEXT).words) == 0.0


@given(st.text(max_size=60), st.text(max_size=60))
def test_titles_are_compared_the_same_from_both_sides(one, other):
    for rule in (titles_alike, titles_differ, titles_equal):
        assert rule(one, other) == rule(other, one)
        assert 0.0 <= float(rule(one, other)) <= 1.0
