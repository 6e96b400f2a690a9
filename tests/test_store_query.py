"""The query language against a slow reference: the same articles, whoever looks for them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.store.inbox import inbox
from pipeline.store.inbox_query import InboxQuery
from pipeline.store.reading import Filter, Reader
from pipeline.store.sqlite import open_store
from pipeline.store.topics import TopicSpec
from pipeline.text import SEARCH_SCHEME, parse_query, search_text
from pipeline.times import to_iso
from tests.queryref import Cutter, holds
from tests.storekit import NOW

TAGS = {"post": ["State", "syria"], "valley": [], "sana-ar": ["state"]}
WORDS = [
    "peace", "talks", "Geneva", "negotiators", "negotiations", "a", "b", "the", "café", "12",
    "محادثات", "السلام", "جنيف", "أستانا", "שלום", "שיחות", 'צה"ל', "мирные", "переговоры",
    "和平会谈", "会谈", "平和", "평화회담을", "สันติภาพ",
]  # fmt: skip
words = st.sampled_from(WORDS)
texts = st.lists(words, min_size=1, max_size=14).map(" ".join)
articles = st.fixed_dictionaries(
    {
        "source": st.sampled_from(list(TAGS)),
        "title": texts,
        "body": texts,
        "language": st.sampled_from([None, "en", "ar", "zh-hant"]),
        "agencies": st.sampled_from(["[]", '["AFP"]', '["Reuters", "SANA"]']),
        "tags": st.sampled_from(["[]", '["Human Rights"]', '["Сирия", "syria"]', '["سوريا"]']),
    }
)
phrases = st.lists(words, min_size=1, max_size=3).map(lambda some: f'"{" ".join(some)}"')
begins = st.sampled_from(["nego*", "pea*", "محاد*", "пер*", "ge*", "12*"])
terms = words | phrases.filter(lambda text: text.count('"') == 2) | begins
values = st.sampled_from([
    "lang:ar", "lang:zh", "lang:(en OR ar)", "source:post", "source:(sana* OR valley)",
    "source:@state", "agency:AFP", 'agency:"Agence France-Presse"', "agency:reu*",
    'tag:"human rights"', "tag:СИРИЯ", "tag:syr*", "tag:سوريا", "-lang:en", "source:*", "source:@*",
])  # fmt: skip
nears = st.one_of(
    st.tuples(st.lists(terms, min_size=2, max_size=3), st.integers(0, 6)).map(
        lambda p: f"NEAR({' '.join(p[0])}, {p[1]})"
    ),
    st.tuples(terms, st.integers(0, 4), terms).map(lambda p: f"({p[0]} NEAR/{p[1]} {p[2]})"),
)
inside = st.recursive(
    terms | nears,
    lambda part: st.lists(part, min_size=2, max_size=3).map(lambda p: f"({' OR '.join(p)})"),
    max_leaves=4,
)
leaves = st.one_of(terms, terms, nears, values, inside.map("title:{}".format),
                   inside.map("body:{}".format))  # fmt: skip
queries = st.recursive(
    leaves,
    lambda part: st.one_of(
        st.lists(part, min_size=2, max_size=3).map(lambda p: f"({' '.join(p)})"),
        st.lists(part, min_size=2, max_size=3).map(lambda p: f"({' OR '.join(p)})"),
        part.map("NOT {}".format),
        st.tuples(part, part).map(lambda p: f"({p[0]} AND NOT {p[1]})"),
    ),
    max_leaves=7,
)


def fill(store, world):
    """Each article a story of its own."""
    conn = store.connection()
    with store.transaction():
        for table in ("topic_match", "topic_due", "article", "story"):
            conn.execute(f"DELETE FROM {table}")
        conn.execute("INSERT INTO article_fts (article_fts) VALUES ('delete-all')")
        for n, article in enumerate(world, 1):
            at = to_iso(NOW + timedelta(minutes=n))
            conn.execute(
                "INSERT INTO story (id, title, first_article, first_seen_at, last_seen_at) "
                "VALUES (?, 'x', ?, ?, ?)", (n, n, at, at),
            )  # fmt: skip
            conn.execute(
                "INSERT INTO article (id, source, title, body, url, url_key, first_seen_at, "
                "fetched_at, language, word_count, quality, extractor, story, relation, body_hash, "
                "content_hash, search_scheme, agencies, tags) VALUES (?, ?, ?, ?, 'x', ?, ?, ?, ?, "
                "9, 'good', 'auto/1', ?, 'new', ?, ?, ?, ?, ?)",
                (n, article["source"], article["title"], article["body"], str(n), at, at,
                 article["language"], n, str(n), str(n), SEARCH_SCHEME, article["agencies"],
                 article["tags"]),
            )  # fmt: skip
            conn.execute(
                "INSERT INTO article_fts (rowid, title, body) VALUES (?, ?, ?)",
                (n, search_text(article["title"]), search_text(article["body"])),
            )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = open_store(tmp_path_factory.mktemp("query") / "monitor.db", NOW)
    with opened.transaction():
        for slug, tags in TAGS.items():
            opened.connection().execute(
                "INSERT INTO source (slug, name, url, tags, added_at) VALUES (?, ?, 'x', ?, ?)",
                (slug, slug, json.dumps(tags), to_iso(NOW)),
            )
    yield opened
    opened.close()


def everywhere(store, query, path):
    """What search, inbox and topics find; they must agree."""
    with Reader(path) as reader:
        listed = {row["id"] for row in reader.articles(Filter(match=query[1]))}
        grouped = {row["id"] for row in reader.articles(Filter(match=query[1], group=True))}
        shown = {s.story for s in inbox(reader, InboxQuery(match=query[1], limit=50)).stories}
    with store.transaction():
        store.topics.sync([], NOW)
        assert store.topics.sync([TopicSpec(id="t", name="t", query=query[0])], NOW) == []
        while store.topics.match_some(NOW):
            pass
    matched = {row[0] for row in store.connection().execute("SELECT article FROM topic_match")}
    assert listed == grouped == shown == matched
    return listed


CUT = Cutter()


@settings(max_examples=150)
@given(world=st.lists(articles, min_size=1, max_size=6), typed=queries)
def test_a_query_finds_what_the_reference_finds(store, world, typed):
    query = parse_query(typed)
    fill(store, world)
    expected = {n for n, a in enumerate(world, 1) if holds(CUT, query.tree, a, TAGS)}
    assert everywhere(store, (typed, query), store.path) == expected


ARTICLE = {
    "source": "sana-ar",
    "title": "استئناف محادثات السلام في جنيف",
    "body": "قال الوفد إن محادثات حول سوريا تبدأ اليوم، والسلام قريب.",
    "language": "ar",
    "agencies": '["SANA"]',
    "tags": '["سوريا"]',
}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("محادثات", True),
        ("مُحادثات", True),
        ('"محادثات السلام"', True),
        ("محادثات NEAR/1 جنيف", False),
        ("محادثات NEAR/2 جنيف lang:ar", True),
        ("NEAR(محادثات، جنيف، 2) source:sana*", True),
        ("title:سوريا", False),
        ("tag:سوريا -tag:syria", True),
        ("agency:سانا", True),
        ("source:@state NOT lang:en", True),
        ("source:@state lang:en", False),
    ],
)
def test_arabic(store, typed, found):
    fill(store, [ARTICLE])
    assert everywhere(store, (typed, parse_query(typed)), store.path) == ({1} if found else set())


def test_a_field_that_changes_asks_the_topics_again(store):
    fill(store, [ARTICLE, {**ARTICLE, "source": "valley", "agencies": "[]"}])
    conn = store.connection()

    def matches(queries):
        with store.transaction():
            specs = [TopicSpec(id=f"t{n}", name="t", query=q) for n, q in enumerate(queries)]
            store.topics.sync(specs, NOW)
            while store.topics.match_some(NOW):
                pass
        rows = conn.execute("SELECT topic, article FROM topic_match ORDER BY 1, 2")
        return [tuple(row) for row in rows]

    asked = ["agency:AFP", "source:@state"]
    assert matches(asked) == [("t1", 1)]
    with store.transaction():
        conn.execute("""UPDATE article SET agencies = '["AFP"]' WHERE id = 2""")
    assert matches(asked) == [("t0", 2), ("t1", 1)]
    try:
        with store.transaction():
            conn.execute("""UPDATE source SET tags = '["STATE"]' WHERE slug = 'valley'""")
        assert matches(asked) == [("t0", 2), ("t1", 1), ("t1", 2)]
    finally:
        with store.transaction():
            conn.execute("UPDATE source SET tags = '[]' WHERE slug = 'valley'")
