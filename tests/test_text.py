"""Text: clean to show, equal when it should be equal, found when it is searched."""

import re
import sqlite3
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.errors import QueryError
from pipeline.text import (
    body_hash,
    clean_line,
    clean_paragraph,
    content_hash,
    excerpt,
    normalise,
    parse_query,
    search_text,
    title_key,
    word_count,
)

ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(" \n\t&;#<\x00\x1b[m\x9b\u200b\u200c\u200d\u202e\ufeff\ud800\u0301\u0308"),
        st.sampled_from("é'’-한국어北京カナกำلاเأًـِשלוֹıßﬁ"),
    ),
    max_size=60,
)  # fmt: skip


# --- clean lines ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  Peace\n\ttalks \u00a0\u3000 resume ", "Peace talks resume"),
        ("Fish &amp; Chips &#8211; caf&eacute;", "Fish & Chips – café"),
        ("AT&T, R&D and &nosuchthing;", "AT&T, R&D and &nosuchthing;"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("\x1b[31mred\x1b[0m \x1b]0;title\x07alert\x9b1m", "red alert"),
        ("\x1b[1mbold", "bold"),
        ("\x9b1mbold", "bold"),
        ("\x9d0;title\x9cbold", "bold"),
        ("می\u200c\u200d\u200cشود", "می\u200cشود"),
        ("a\x00b\x07c\x7fd\x85e\u2028f", "abcd e f"),
        ("\u202egnp.exe\u202c \u2066x\u2069 \u200ey\u200f", "gnp.exe x y"),
        ("zero\u200bwidth\ufeff so\u00adft\u2060", "zerowidth soft"),
        ("lone \ud83d half", "lone half"),
        ("cafe\u0301", "café"),
        ("می\u200cشود", "می\u200cشود"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d🚒 fire", "👩\u200d🚒 fire"),
        ("pay\u200dpal \u200cx\u200c", "paypal x"),
        ("&#x202e;&#0;x&#27;[1m", "\ufffdx[1m"),
        ("", ""),
    ],
)
def test_clean_line(raw, clean):
    assert clean_line(raw) == clean


def test_a_line_is_cut_between_words():
    assert clean_line("one two three four", 14) == "one two three…"
    assert clean_line("one two three four", 0) == "one two three four"
    assert clean_line("one two three four", 18) == "one two three four"
    assert clean_line("x" * 600) == "x" * 499 + "…"
    assert excerpt("北京举行和平会谈", 5) == "北京举行…"
    assert excerpt("One, two\nthree", 9) == "One, two…"
    assert excerpt("anything", 1) == "…"
    assert excerpt("anything", 0) == ""


@given(ANY_TEXT, st.integers(1, 30))
def test_lines_are_clean(text, limit):
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert line == " ".join(line.split())
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in line)
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    line.encode()


@given(ANY_TEXT.map(lambda text: text.replace("&", "")))
@example("e\u200d\u0301\u200d\u0905")
def test_cleaning_twice_changes_nothing(text):
    once = clean_paragraph(text)
    assert clean_paragraph(once) == once


@pytest.mark.parametrize(
    "filler", [" ", "\u200d", "\x1b]", "\x1b[", "&", "&#", "\u0301", "a\u200c", "\ud800"]
)
def test_long_rubbish_is_not_slow(filler):
    # Anything quadratic would take minutes here; the suite's time limit is the assertion.
    clean_line(filler * 300_000)
    normalise(filler * 300_000)
    search_text(filler * 100_000)
    word_count(filler * 300_000)
    excerpt(filler * 300_000, 200)


# --- comparing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“Don’t,” he said – twice", '"Don\'t", he said - twice'),
        ("STRASSE", "straße"),
        ("ﬁnance Ａ１", "finance a1"),
        ("cafe\u0301", "café"),
        ("м’ята", "мʼята"),
        ("so\u00adft zero\u200bwidth", "soft zerowidth"),
        ("مُحَمَّد", "محمد"),
        ("محـــمد", "محمد"),
        ("שָׁלוֹם", "שלום"),
        ("a_b", "a b"),
    ],
)
def test_what_is_equal_for_comparing(one, other):
    assert normalise(one) == normalise(other)
    assert title_key(one) == title_key(other)
    assert body_hash([one]) == body_hash([other])


@pytest.mark.parametrize(
    ("one", "other"), [("कि", "का"), ("resume", "résumé"), ("กำ", "กา"), ("1.5", "15")]
)
def test_what_differs_for_comparing(one, other):
    assert normalise(one) != normalise(other)
    assert body_hash([one]) != body_hash([other])


@given(ANY_TEXT)
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once


@given(
    st.lists(st.sampled_from(["Peace", "talks", "1", "2.5", "北京。", "über", "—"]), max_size=12),
    st.data(),
)
def test_paragraph_breaks_do_not_change_the_hash(pieces, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(pieces)), max_size=4)))
    bounds = [0, *cuts, len(pieces)]
    paragraphs = [" ".join(pieces[a:b]) for a, b in pairwise(bounds)]
    assert body_hash(paragraphs) == body_hash([" ".join(pieces)])
    assert content_hash("T", paragraphs) == content_hash("t!", [" ".join(pieces)])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("twelve people died", "thirteen people died"),
        ("a toll of 12", "a toll of 13"),
        ("worth 1.5 million", "worth 15 million"),
        ("worth $5 million", "worth €5 million"),
        ("up 5% in May", "up 5 in May"),
        ("it was -5 degrees", "it was 5 degrees"),
    ],
)
def test_content_changes_with_words_and_amounts(old, new):
    assert content_hash("T", [old]) != content_hash("T", [new])
    assert content_hash(old, ["x"]) != content_hash(new, ["x"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("“Peace”, he said…", '"Peace" , he said ...'),
        ("between 5–7 May", "between 5-7 May"),
        ("it was −5 degrees", "it was -5 degrees"),
        ("up 5 %", "up 5%"),
        ("A\u00a0B", "a b"),
    ],
)
def test_content_does_not_change_with_typography(old, new):
    assert content_hash("T", [old]) == content_hash("T", [new])


def test_title_and_body_are_not_mixed_up():
    assert content_hash("a b", ["c"]) != content_hash("a", ["b c"])
    assert len(body_hash([])) == 32


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Peace talks resume.", 3),
        ("don't 1,000.5 U.S. x-y", 5),
        ("l’été dernier", 2),
        ("北京举行和平会谈。", 8),
        ("東京のニュース", 7),
        ("สันติภาพ", 6),
        ("평화 회담이 열렸다", 3),
        ("हिन्दी में शांति", 3),
        ("G7 峰会", 3),
        ("— … !", 0),
    ],
)
def test_word_count(text, count):
    assert word_count(text) == count


# --- searching, on a real index ------------------------------------------------------------------

ARTICLES = {
    "en": (
        "Peace talks in Geneva resume",
        "Negotiators from Łódź met in Straße 5, İstanbul and Diyarbakır.",
    ),
    "zh": ("北京举行和平会谈", "各方代表出席了G7峰会。"),
    "ja": ("東京のニュース", "平和会談がジュネーブで再開した"),
    "th": ("การเจรจาสันติภาพ", "ที่เจนีวา"),
    "ko": ("평화 회담이 제네바에서 열렸다", "대표단이 도착했다"),
    "ar": ("مُحادثات السلام في جنيف", "رئيسة الوزراء وأحمد إلى القاهرة عام ٢٠٢٦"),
    "fa": ("گفتگوهای صلح برگزار می\u200cشود", "کتاب‌ها"),
    "he": ("שִׂיחוֹת שָׁלוֹם", "דובר צה״ל אמר"),
    "hi": ("शांति वार्ता", "हिन्दी में"),
    "ru": ("Мирные переговоры", "Ёлка и объём"),
}  # fmt: skip
TOKENIZERS = [
    "unicode61 remove_diacritics 2",
    "unicode61 remove_diacritics 2 categories 'L* N* Co M*'",
]


def index_of(tokenizer):
    db = sqlite3.connect(":memory:")
    db.execute(f'CREATE VIRTUAL TABLE text_index USING fts5(title, body, tokenize="{tokenizer}")')
    for title, body in ARTICLES.values():
        db.execute("INSERT INTO text_index VALUES (?, ?)", (search_text(title), search_text(body)))
    return db


@pytest.fixture(scope="module", params=TOKENIZERS)
def index(request):
    db = index_of(request.param)
    yield db
    db.close()


def found(index, query):
    rows = index.execute(
        "SELECT rowid FROM text_index WHERE text_index MATCH ?", (parse_query(query).match,)
    )
    names = list(ARTICLES)
    return " ".join(names[row - 1] for (row,) in rows)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("peace", "en"),
        ("PEACE geneva", "en"),
        ("peace war", ""),
        ('"peace talks"', "en"),
        ('"talks peace"', ""),
        ('"talks in gen"*', "en"),
        ("negotiat*", "en"),
        ("negotiat", ""),
        ("peace -geneva", ""),
        ("peace NOT beijing", "en"),
        ("-beijing peace", "en"),
        ("title:peace", "en"),
        ("body:peace", ""),
        ("title:(peace OR war) body:negotiators", "en"),
        ('-title:"peace talks" (istanbul OR 北京)', "zh"),
        ('(astana OR geneva) AND ("peace talks" OR negotiat*)', "en"),
        ("astana OR geneva OR 北京", "en zh"),
        ("lodz strasse istanbul diyarbakir", "en"),
        ("Łódź STRASSE", "en"),
        ("和平", "zh"),
        ("平和", "ja"),
        ("会谈", "zh"),
        ("举行 -东京", "zh"),
        ("G7峰会", "zh"),
        ("ニュース", "ja"),
        ("ﾆｭｰｽ", "ja"),
        ("ジュネ*", "ja"),
        ("สันติภาพ", "th"),
        ("เจนีวา", "th"),
        ("평화", "ko"),
        ("회담", "ko"),
        ("제네바 대표단", "ko"),
        ("محادثات", "ar"),
        ("محادثـات", "ar"),
        ("واحمد الي القاهره", "ar"),
        ("2026", "ar"),
        ("می شود", "fa"),
        ("می\u200cشود", "fa"),
        ("كتاب", "fa"),
        ("שלום", "he"),
        ('צה"ל', "he"),
        ("שיחות", "he"),
        ("शांति", "hi"),
        ("переговоры", "ru"),
        ("“peace talks”", "en"),
        ("NEAR(peace, talks)", "en"),
        ("NEAR(geneva talks, 0)", ""),
        ("NEAR(peace, talks, 0)", "en"),
        ("geneva NEAR/2 peace", "en"),
        ("talks NEAR/0 peace", "en"),
        ("title:(talks NEAR peace)", "en"),
        ("peace NEAR(talks geneva, 2)", "en"),
        ("NOT NOT geneva", "en"),
        ("peace - talks ^geneva, – …", "en"),
    ],
)
def test_search(index, query, names):
    assert found(index, query) == names


def test_vowel_signs_count_when_the_index_keeps_marks():
    for tokenizer, names in zip(TOKENIZERS, ("hi", ""), strict=True):
        db = index_of(tokenizer)
        assert found(db, "शाति") == names
        db.close()


@pytest.mark.parametrize("query", ["", "  ", "!!!", "\x00", "– , -"])
def test_a_query_without_anything_to_look_for(query):
    with pytest.raises(QueryError, match="query is empty"):
        parse_query(query)


@pytest.mark.parametrize(
    ("query", "at", "said"),
    [
        ('""', 0, "nothing to look for"),
        ("peace ()", 6, "nothing between"),
        ("peace AND", 9, "must follow"),
        ("OR geneva", 0, "OR stands between words"),
        ("a AND OR b", 6, "OR stands between words"),
        ("peace NOT", 9, "must follow"),
        ("peace) talks", 5, "never opened"),
        ("(peace (talks)", 0, "never closed"),
        ('x "peace talks', 2, "never closed"),
        ("x f*", 2, "two letters"),
        ("pe*ce", 2, "end of a word"),
        ("titel:x", 0, "did you mean title:"),
        ("اخبار foo:x", 6, "there is no field foo:"),
        ("title: x", 0, "right before"),
        ("title:(body:x)", 7, "stands within title:"),
        ("title:-x", 6, "minus stands before the field"),
        ("lang:a*", 5, "takes a code"),
        ("NEAR(a)", 0, "two words"),
        ("NEAR(a b, 5000)", 0, "at most 1000"),
        ("NEAR(a (b c))", 7, "only words and phrases"),
        ("NEAR(a b", 4, "never closed"),
        ("(a b) NEAR c", 0, "between words or phrases"),
        ("lang:ar NEAR c", 0, "between words or phrases"),
        ("title:a NEAR body:b", 0, "not across"),
        ("a NEAR/2 b NEAR/3 c", 11, "one distance"),
        ("NEAR/2 b", 0, "NEAR stands between words"),
        ("(" * 9 + "a" + ")" * 9, 8, "brackets are more than"),
        ("a " * 101, 200, "more than 100 words"),
        ("a" * 10_001, 10_000, "longer than"),
    ],
)
def test_an_error_points_at_the_character(query, at, said):
    with pytest.raises(QueryError, match=re.escape(said)) as caught:
        parse_query(query)
    assert caught.value.at == at
    assert f"at character {at + 1}" in str(caught.value)


ODD_WORDS = r"""
peace 北京 평화 שלום " ( ) * - ^ : + { } , . ' ; -- AND OR NOT NEAR title: body: title:x -(
"a b" "c"* foo:bar a* -a 5 % _ \
"""
ODD_CHARACTERS = ["\x00", "\ud800", "\u202e", "\uff02", "\u0301", "\U0010ffff", "\ue000", ""]
QUERIES = st.lists(
    st.sampled_from([*ODD_WORDS.split(), *ODD_CHARACTERS]) | st.text(max_size=5), max_size=25
)


@settings(max_examples=300)
@given(QUERIES, st.sampled_from(["", " "]))
def test_no_query_is_a_syntax_error(index, words, glue):
    typed = glue.join(words)
    try:
        match = parse_query(typed).match
    except QueryError as error:
        if not 0 <= error.at <= len(typed):
            raise
        return
    if match is None:
        return
    index.execute("SELECT count(*) FROM text_index WHERE text_index MATCH ?", (match,)).fetchone()


def deepest(depth):
    return "a" if depth == 0 else f"(b -(c OR NEAR(d e)) OR title:{deepest(depth - 1)} f)"


@pytest.mark.parametrize("query", [deepest(4), "(" * 8 + "a" + ")" * 8, "北" * 9999, "a " * 100])
def test_the_largest_query_is_not_too_much(index, query):
    match = parse_query(query).match
    index.execute("SELECT count(*) FROM text_index WHERE text_index MATCH ?", (match,)).fetchone()


@pytest.mark.parametrize(
    "query",
    ["(" * 5000 + "a", "(a OR (b " * 500, "-(" * 500 + "a", '"' * 9999 + "a", "NOT " * 2400],
)
def test_what_is_too_much_is_an_error(query):
    with pytest.raises(QueryError):
        parse_query(query)


@given(ANY_TEXT)
def test_search_text_of_search_text_is_the_same(text):
    once = search_text(text)
    assert search_text(once).split() == once.split()
    once.encode()


@pytest.mark.parametrize(("stored", "typed"), [("Фёдор", "Федор"), ("Αθήνα", "Αθηνα")])
def test_search_folds_letters_that_people_leave_out(stored: str, typed: str) -> None:
    assert search_text(stored) == search_text(typed)


def test_no_mark_is_overlooked():
    from pipeline.text.scripts import marks

    listed = marks()
    found = {
        code
        for first, last in zip(listed[::3], listed[2::3], strict=True)
        for code in range(ord(first), ord(last) + 1)
    }
    assert found == {
        code for code in range(0x300, 0x20000) if unicodedata.category(chr(code))[0] == "M"
    }
