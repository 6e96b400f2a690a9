"""Search as people type it, on the real index, in the scripts that news is written in."""

import pytest

from pipeline.errors import QueryError
from pipeline.store.reading import Filter, Reader
from pipeline.text import parse_query
from tests.storekit import at, bench_of, due_link, one_file, prepared, run_story, settle, words_of

TEXTS = {
    "french": "L'Élysée évoque un cessez-le-feu; l'œuvre de Molière à Besançon.",
    "german": "Die Straße nach Köln bleibt wegen Überflutung gesperrt.",
    "polish": "Łódź i Gdańsk czekają na żołnierzy.",
    "turkish": "İstanbul'da ILIK bir gün; Diyarbakır'da görüşme.",
    "vietnamese": "Hà Nội đề nghị đối thoại hòa bình.",
    "arabic": "أعلنت الحكومة السورية عن مُحادثاتٍ جديدة في حلب، وقال المسؤولون إنّ ١٢ قتيلاً سقطوا.",
    "persian": "مذاکرات صلح سوریه در ژنو ادامه می‌یابد و کشورها گفتند.",
    "hebrew": 'שַׁלּוּם על ישראל; דו"ח צה"ל פורסם.',
    "chinese": "叙利亚和平谈判在日内瓦恢复举行。",
    "japanese": "シリア和平協議がジュネーブで再開された。ﾊﾝｶｸも。",
    "thai": "การเจรจาสันติภาพซีเรียเริ่มขึ้นอีกครั้ง",
    "korean": "시리아 평화회담이 제네바에서 재개됐다.",
    "hindi": "सीरिया में शांति वार्ता फिर शुरू हुई।",
    "russian": "Переговоры по Сирии возобновились в Женеве, сообщил Фёдор Ёлкин.",
    "greek": "Οι ειρηνευτικές συνομιλίες ξεκίνησαν στη Γενεύη.",
    "signs": "C++ and R&D cost $5.3bn (+12%); e-mail x@y.example, O'Brien said 100% of AT&T.",
}

# What is typed, and which texts it has to find; nothing else may be found.
FOUND = [
    ("elysee", {"french"}),
    ("ELYSÉE", {"french"}),
    ("cessez-le-feu", {"french"}),
    ("oeuvre", {"french"}),
    ("besancon", {"french"}),
    ("strasse", {"german"}),
    ("Straße koln", {"german"}),
    ("uberflut*", {"german"}),
    ("lodz gdansk", {"polish"}),
    ("zolnierzy", {"polish"}),
    ("istanbul", {"turkish"}),
    ("ILIK", {"turkish"}),
    ("diyarbakir", {"turkish"}),
    ("ha noi", {"vietnamese"}),
    ("đối thoại", {"vietnamese"}),
    ("محادثات", {"arabic"}),
    ("السوريه", {"arabic"}),
    ("اعلنت", {"arabic"}),
    ("12", {"arabic", "signs"}),
    ("ان", {"arabic"}),
    ("مي يابد", {"persian"}),
    ("می‌یابد", {"persian"}),
    ("کشورها", {"persian"}),
    ("شלום", set()),
    ("שלום", {"hebrew"}),
    ('דו"ח', {"hebrew"}),
    ('צה"ל', {"hebrew"}),
    ("和平", {"chinese", "japanese"}),
    ("日内瓦", {"chinese"}),
    ("瓦日", set()),
    ("利亚和", {"chinese"}),
    ("ジュネーブ", {"japanese"}),
    ("ハンカク", {"japanese"}),
    ("協議が", {"japanese"}),
    ("สันติภาพ", {"thai"}),
    ("ซีเรีย", {"thai"}),
    ("ภาพสันติ", set()),
    ("시리아", {"korean"}),
    ("평화회담", {"korean"}),
    ("शांति", {"hindi"}),
    ("शत", set()),
    ("शोति", set()),  # another vowel is another word
    ("женеве", {"russian"}),
    ("фёдор ЁЛКИН", {"russian"}),
    ("ΕΙΡΗΝΕΥΤΙΚΈς", {"greek"}),
    ('"c++"', {"signs"}),
    ("R&D", {"signs"}),
    ("5.3bn", {"signs"}),
    ("o'brien", {"signs"}),
    ("x@y.example", {"signs"}),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with bench_of(one_file, tmp_path_factory.mktemp("search")) as bench:
        names = {}
        for name, text in TEXTS.items():
            made = prepared(name, text, title=f"headline {name}")
            names[bench.do(lambda s, n=name, m=made: run_story(s, n, m)).article] = name
        bench.names = names
        yield bench


def found(bench, typed, **more):
    return {bench.names[i] for i in bench.search(typed, **more)}


@pytest.mark.parametrize(("typed", "wanted"), FOUND, ids=[t for t, _ in FOUND])
def test_words(archive, typed, wanted):
    assert found(archive, typed) == wanted


@pytest.mark.parametrize("name", TEXTS)
def test_every_word_of_a_text_finds_it(archive, name):
    for word in TEXTS[name].split():
        if any(map(str.isalnum, word)):
            assert name in found(archive, word), word


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("title:headline -title:thai -body:和平", set(TEXTS) - {"thai", "chinese", "japanese"}),
        ("koln OR lodz", {"german", "polish"}),
        ("(koln OR lodz) -gdansk", {"german"}),
        ('"nach koln"', {"german"}),
        ('"koln nach"', set()),
    ],
)
def test_operators(archive, typed, wanted):
    assert found(archive, typed) == wanted


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "a AND",
        "NOT x y",
        "NEAR(a b)",
        "title:",
        "a*b",
        "{a b}: c",
        "^x",
        "a:b:c",
        "%_",
        "';--",
    ],
)
def test_nothing_that_is_typed_is_a_syntax_error(archive, typed):
    try:
        parse_query(typed)
    except QueryError:
        return
    found(archive, typed)


def test_newest_first_one_of_each_story_and_a_limit(tmp_path):
    with bench_of(one_file, tmp_path) as bench:
        for n, outlet in enumerate(("harbour", "orrin", "valley")):
            bench.do(lambda s, o=outlet, n=n: run_story(s, f"wire{n}", outlet=o, now=at(n)))
        for n in range(3, 7):
            own = prepared(f"own{n}", f"The ferry {words_of(str(n))}")
            bench.do(lambda s, n=n, m=own: run_story(s, f"own{n}", m, now=at(n)))
        # An edit does not make an article newer.
        old, new = (prepared("z", f"The ferry {words_of('7')} {end}") for end in "zy")
        bench.do(lambda s: run_story(s, "z", old, now=at(7), next_visit=at(8)))
        bench.do(lambda s: settle(s, due_link(s, "z", now=at(8)), new, at(8)))

        def listed(**wanted):
            with Reader(bench.path) as reader:
                return [row["id"] for row in reader.articles(Filter(**wanted))]

        match = parse_query("ferry")
        for same in ({}, {"match": match}):
            assert listed(**same) == [8, 7, 6, 5, 4, 3, 2, 1]
            assert listed(**same, limit=3) == [8, 7, 6]
            # The first article stands for its story, in its own place, unless it does not match.
            assert listed(**same, group=True) == [8, 7, 6, 5, 4, 1]
            assert listed(**same, group=True, since=at(0.5)) == [8, 7, 6, 5, 4, 3]
            assert listed(**same, group=True, sources=("orrin", "valley")) == [3]
            assert listed(**same, group=True, until=at(2.5)) == [1]
            assert listed(**same, group=True, limit=2) == [8, 7]
            assert listed(**same, group=True, sources=("harbour",)) == [8, 7, 6, 5, 4, 1]
            assert listed(**same, group=True, sources=("orrin",), limit=9) == [2]
            assert listed(**same, since=at(1), until=at(5)) == [5, 4, 3, 2]
            assert listed(**same, relation="copy", group=True) == [3]
            assert listed(**same, revised=True) == [8]
            assert listed(**same, sources=()) == []
        assert listed(match=parse_query("z")) == []


def test_what_is_indexed_is_indexed_once(tmp_path):
    with bench_of(one_file, tmp_path) as bench:
        bench.do(lambda s: run_story(s, "a"))
        conn = bench.open().connection()
        before = conn.total_changes
        bench.do(lambda s: s.ledger.pending())
        assert conn.total_changes == before
