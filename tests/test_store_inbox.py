"""The inbox against a slow reading of the same rules, whatever way SQL takes to its stories."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.model import FeedKind
from pipeline.store import inbox_where
from pipeline.store.inbox import beside_in_list, count, inbox, lines, story_ids
from pipeline.store.inbox_query import STATES, InboxQuery
from pipeline.store.reading import Reader
from pipeline.store.records import FeedSpec, SourceSpec
from pipeline.store.sqlite import open_store
from pipeline.text import SEARCH_SCHEME, parse_query
from pipeline.times import to_iso
from tests.dedupkit import NOW

OUTLETS = ("harbour", "post", "valley")
WORDS = ("dam", "ferry", "strike", "bells")
WHO = ("Anna", "Ben")


@dataclass
class Told:
    """An article as the reference knows it."""

    source: str
    minute: int
    words: tuple[str, ...]
    language: str | None
    agencies: tuple[str, ...]
    revised: int | None  # minute


@dataclass
class Decided:
    """A reviewer's decision on a story."""

    read: int | None = None  # minute
    dismissed: bool = False
    starred: bool = False
    tags: tuple[str, ...] = ()
    note: bool = False


@dataclass
class Place:
    """A story as the reference knows it."""

    articles: list[Told]
    reviews: dict[str, Decided] = field(default_factory=dict)
    topics: frozenset[str] = frozenset()

    @property
    def first(self) -> int:
        return min(article.minute for article in self.articles)


minutes = st.integers(0, 9)
articles = st.builds(
    Told,
    source=st.sampled_from(OUTLETS), minute=minutes,
    words=st.lists(st.sampled_from(WORDS), unique=True, max_size=3).map(tuple),
    language=st.sampled_from(["en", "ar", None]),
    agencies=st.sampled_from([(), (), ("AFP",), ("dpa", "AFP"), ("Reuters",)]),
    revised=st.none() | minutes,
)  # fmt: skip
decisions = st.builds(
    Decided,
    read=st.none() | minutes, dismissed=st.booleans(), starred=st.booleans(),
    tags=st.sampled_from([(), (), ("Water",), ("names", "water")]), note=st.booleans(),
)  # fmt: skip
places = st.builds(
    Place,
    articles=st.lists(articles, min_size=1, max_size=4),
    reviews=st.dictionaries(st.sampled_from(WHO), decisions, max_size=2),
    topics=st.frozensets(st.sampled_from(["t1", "t2"])),
)
maybe = st.sampled_from([False, False, False, True])
queries = st.builds(
    InboxQuery,
    reviewer=st.sampled_from(WHO), state=st.sampled_from(STATES), starred=maybe, noted=maybe,
    disputed=maybe, changed=maybe, edited=maybe,
    tag=st.sampled_from([None, None, "water", "NAMES"]),
    topic=st.sampled_from([None, None, "t1", "t3"]),
    sources=st.sampled_from([None, None, ("post",), ("post", "valley"), ()]),
    language=st.sampled_from([None, None, "ar"]),
    agency=st.sampled_from([None, None, "AFP", "afp", "Nobody"]),
    since=st.none() | minutes.map(lambda n: NOW + timedelta(minutes=n)),
    until=st.none() | minutes.map(lambda n: NOW + timedelta(minutes=n)),
    min_outlets=st.sampled_from([1, 1, 2]),
    match=st.sampled_from([None, "dam", "dam ferry", "bells OR strike", "dam -ferry", "fer*"]).map(
        lambda words: parse_query(words) if words else None
    ),
    limit=st.integers(1, 4),
)  # fmt: skip


def at(minute):
    return to_iso(NOW + timedelta(minutes=minute))


def fits(place, query):
    """Whether a story is what a query asks for."""
    mine = place.reviews.get(query.reviewer, Decided())
    some = place.articles
    read, dismissed = mine.read is not None, mine.dismissed
    state = {"all": True, "unread": not read and not dismissed, "dismissed": dismissed,
             "read": read and not dismissed}[query.state]  # fmt: skip
    found = {
        None: lambda _: True,
        parse_query("dam"): lambda w: "dam" in w,
        parse_query("dam ferry"): lambda w: {"dam", "ferry"} <= set(w),
        parse_query("bells OR strike"): lambda w: "bells" in w or "strike" in w,
        parse_query("dam -ferry"): lambda w: "dam" in w and "ferry" not in w,
        parse_query("fer*"): lambda w: "ferry" in w,
    }[query.match]
    everybody = place.reviews.values()
    return all((
        state,
        not query.starred or mine.starred,
        not query.noted or any(d.note for d in everybody),
        not query.disputed or (any(d.dismissed for d in everybody) and any(
            not d.dismissed and (d.starred or d.tags or d.note) for d in everybody)),
        not query.changed or (read and any(
            a.revised is not None and a.revised > mine.read for a in some)),
        not query.edited or any(a.revised is not None for a in some),
        query.tag is None or any(query.tag.lower() in (t.lower() for t in d.tags)
                                 for d in everybody),
        query.topic is None or query.topic in place.topics,
        query.sources is None or any(a.source in query.sources for a in some),
        query.language is None or any(a.language == query.language for a in some),
        query.agency is None or any(query.agency.lower() in (n.lower() for n in a.agencies)
                                    for a in some),
        query.since is None or at(place.first) >= to_iso(query.since),
        query.until is None or at(place.first) < to_iso(query.until),
        len({a.source for a in some}) >= query.min_outlets,
        any(found(a.words) for a in some),
    ))  # fmt: skip


def fill(store, world):
    """Write stories with ids from 1 in the order of the list."""
    conn = store.connection()
    with store.transaction():
        for table in ("topic_match", "review", "topic_due", "article", "story"):
            conn.execute(f"DELETE FROM {table}")
        conn.execute("INSERT INTO article_fts (article_fts) VALUES ('delete-all')")
        rows = [(s, a) for s, place in enumerate(world, 1) for a in place.articles]
        # Articles come in as time goes; what is found later may have a lower time all the same.
        rows.sort(key=lambda row: (row[1].minute // 4, row[0]))
        firsts = {}
        for number, (story, _) in enumerate(rows, 1):
            firsts.setdefault(story, number)
        for story, place in enumerate(world, 1):
            conn.execute(
                "INSERT INTO story (id, title, first_article, first_seen_at, last_seen_at, "
                "articles, outlets) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (story, f"Story {story}", firsts[story], at(place.first),
                 at(max(a.minute for a in place.articles)), len(place.articles),
                 len({a.source for a in place.articles})),
            )  # fmt: skip
        for number, (story, a) in enumerate(rows, 1):
            body = "A text of " + " and ".join(a.words)
            conn.execute(
                "INSERT INTO article (id, source, title, body, url, url_key, first_seen_at, "
                "fetched_at, language, word_count, quality, extractor, story, relation, body_hash, "
                "content_hash, search_scheme, agencies, revisions, revised_at) VALUES "
                "(?, ?, 'A title', ?, 'x', ?, ?, ?, ?, 9, 'good', 'auto/1', ?, 'new', ?, ?, ?, ?, "
                "?, ?)",
                (number, a.source, body, str(number), at(a.minute), at(a.minute), a.language, story,
                 str(number), str(number), SEARCH_SCHEME, json.dumps(list(a.agencies)),
                 int(a.revised is not None), None if a.revised is None else at(a.revised)),
            )  # fmt: skip
            conn.execute(
                "INSERT INTO article_fts (rowid, title, body) VALUES (?, 'A title', ?)",
                (number, body),
            )
        for story, place in enumerate(world, 1):
            for who, d in place.reviews.items():
                conn.execute(
                    "INSERT INTO review (reviewer, article, story, read_at, starred_at, "
                    "dismissed_at, tags, note, version, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, "
                    "?, 1, ?)",
                    (who, firsts[story], story, None if d.read is None else at(d.read),
                     at(0) if d.starred else None, at(0) if d.dismissed else None,
                     json.dumps(list(d.tags)), "a note" if d.note else None, at(0)),
                )  # fmt: skip
            for topic in place.topics:
                conn.execute(
                    "INSERT INTO topic_match VALUES (?, ?, ?, ?)",
                    (topic, firsts[story], story, at(place.first)),
                )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = open_store(tmp_path_factory.mktemp("inbox") / "monitor.db", NOW)
    specs = [SourceSpec(slug=slug, name=slug.title()) for slug in OUTLETS]
    with store.transaction():
        store.feeds.sync(
            specs,
            [FeedSpec(source=s, kind=FeedKind.FEED, url=s, schedule="auto") for s in OUTLETS],
            NOW,
        )
        for who in WHO:
            store.connection().execute(
                "INSERT INTO reviewer (name, added_at) VALUES (?, ?)", (who, at(0))
            )
        for topic in ("t1", "t2"):
            store.connection().execute(
                "INSERT INTO topic (id, name, query, changed_at) VALUES (?, ?, 'x', ?)",
                (topic, topic, at(0)),
            )
    yield store
    store.close()


def walked(reader, query):
    """The list page by page."""
    found = []
    while True:
        page = inbox(reader, query)
        assert len(page.stories) <= query.limit
        found += [story.story for story in page.stories]
        if page.next is None:
            return found
        assert page.stories
        query = replace(query, before=page.next)


@pytest.mark.parametrize("bounds", [(20_000, 2_000, 200), (2, 0, 1), (2, 1, 1), (1, 50, 50)])
def test_the_inbox_is_what_the_rules_say(store, bounds, monkeypatch):
    for name, bound in zip(("NEWEST", "_FEW", "_NEAR"), bounds, strict=True):
        monkeypatch.setattr(inbox_where, name, bound)

    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )  # fmt: skip
    @given(st.lists(places, max_size=7), st.lists(queries, min_size=1, max_size=12))
    def holds(world, asked):
        fill(store, world)
        order = sorted(range(1, len(world) + 1), key=lambda n: (world[n - 1].first, n))[::-1]
        with Reader(store.path) as reader:
            for query in asked:
                expected = [n for n in order if fits(world[n - 1], query)]
                assert walked(reader, query) == expected, query
                assert count(reader, query) == len(expected)
                assert count(reader, query, 1) == min(1, len(expected))
                assert story_ids(reader, query, 100) == expected
                assert inbox(reader, query, 100).total == len(expected)
                for n, story in enumerate(expected):
                    newer = expected[n - 1] if n else None
                    older = expected[n + 1] if n + 1 < len(expected) else None
                    assert beside_in_list(reader, query, story) == (newer, older)

    holds()


def test_a_story_that_only_an_older_article_matches_is_not_passed_over(store, monkeypatch):
    """Ids go with time only roughly: the newest articles need not be of the newest stories."""
    monkeypatch.setattr(inbox_where, "NEWEST", 2)
    late = Place([Told("post", 7, ("dam",), "en", (), None)])
    early = [Place([Told("post", 6, ("dam",), "en", (), None)]) for _ in range(2)]
    fill(store, [late, *early])  # the story that came last has the lowest ids
    with Reader(store.path) as reader:
        query = InboxQuery(match=parse_query("dam"), limit=1)
        assert walked(reader, query) == [1, 3, 2]
        assert story_ids(reader, query, 1) == [1]


def test_a_story_with_two_decisions_of_one_reviewer_is_read_once(store):
    """As stories become when two that were read are put together."""
    one, two, three = (Told(s, n, (), None, (), None) for n, s in enumerate(OUTLETS))
    fill(store, [Place([one, two]), Place([three])])
    with store.transaction():
        for article, dismissed in ((1, None), (2, at(5))):
            store.connection().execute(
                "INSERT INTO review (reviewer, article, story, read_at, dismissed_at, version, "
                "updated_at) VALUES ('Anna', ?, 1, ?, ?, 1, ?)",
                (article, at(4), dismissed, at(4)),
            )
    with Reader(store.path) as reader:
        unread = InboxQuery(reviewer="Anna", state="unread")
        assert (count(reader, unread), walked(reader, unread)) == (1, [2])


@pytest.mark.parametrize(("revised", "changed"), [(4, False), (5, False), (6, True)])
def test_changed_is_what_was_edited_after_it_was_read(store, revised, changed):
    story = Place([Told("post", 1, (), None, (), revised)], {"Anna": Decided(read=5)})
    fill(store, [story])
    with Reader(store.path) as reader:
        assert walked(reader, InboxQuery(reviewer="Anna", changed=True)) == [1] * changed
        assert walked(reader, InboxQuery(reviewer="Ben", changed=True)) == []


def test_a_story_is_told_with_its_first_members_and_all_its_edits(store):
    many = [Told("post", n, ("dam",), "en", (), n if n % 2 else None) for n in range(25)]
    fill(store, [Place(many), Place([Told("valley", 3, ("ferry",), "en", ("AFP",), None)])])
    with Reader(store.path) as reader:
        one, other = lines(reader, [1, 2])
        assert [m.first_seen_at for m in one.members] == [at(n) for n in range(20)]
        assert (one.articles, one.edits, one.revised_at) == (25, 12, at(23))
        assert one.excerpt == "A text of dam"
        assert (other.edits, other.revised_at, other.agencies) == (0, None, ("AFP",))
        assert lines(reader, [99]) == ()


def test_a_search_shows_where_it_found_something(store):
    fill(store, [
        Place([Told("post", 1, ("ferry",), "en", (), None),
               Told("valley", 2, ("dam", "ferry"), "en", (), None)]),
        Place([Told("post", 3, ("bells",), "en", (), None)]),
    ])  # fmt: skip
    with Reader(store.path) as reader:
        (found,) = inbox(reader, InboxQuery(match=parse_query("dam"))).stories
        assert found.snippet == "A text of \x02dam\x03 and ferry"
        (found,) = inbox(reader, InboxQuery(match=parse_query("ferr*"))).stories
        assert found.snippet == "A text of \x02ferry\x03"
        found = inbox(reader, InboxQuery(match=parse_query("title:title"))).stories
        assert [story.snippet for story in found] == ["", ""]
        assert inbox(reader, InboxQuery()).stories[0].snippet == ""
