"""Decisions of reviewers, their log, kept filters and topics: what any store has to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.errors import NotFoundError, ReviewConflictError
from pipeline.store.inbox import lines
from pipeline.store.reading import Reader
from pipeline.store.review_reading import last_event, reviews_of, saved_filters
from pipeline.store.review_records import Decision, clean_name, clean_tag
from pipeline.store.sqlite import open_store
from pipeline.store.topics import TopicSpec
from tests.dedupkit import DAM, NOW, STRIKE, Wire

AT = NOW + timedelta(hours=1)


@pytest.fixture
def here(tmp_path):
    """A store with three stories: the dam at two outlets, the strike, a text of its own."""
    store = open_store(tmp_path / "monitor.db", NOW)
    wire = Wire(store)
    with store.transaction():
        wire.publish("post", "The dam", DAM)
        wire.publish("echo", "The dam", DAM)
        wire.publish("echo", "The strike", STRIKE)
    yield store
    store.close()


def decide(store, decision, *, who="Anna", at=AT, **what):
    with store.transaction():
        return store.reviews.decide(who, decision, at, **what)


def review(store, story, who="Anna"):
    with Reader(store.path) as reader:
        found = reviews_of(reader, [story]).get(story, ())
    return next((one for one in found if one.reviewer == who), None)


def story_of(store, article):
    return store.articles.relation_of(article).story


def test_a_decision_holds_and_says_nothing_of_others(here):
    done = decide(here, Decision(read=True, starred=True, add_tags=("water",)), stories=[1])
    assert done.stories == (1,)
    mine = review(here, 1)
    assert mine.read_at
    assert mine.starred_at
    assert mine.tags == ("water",)
    assert review(here, 1, "Ben") is None
    assert review(here, story_of(here, 3)) is None


def test_an_article_names_its_story(here):
    decide(here, Decision(note="see the second"), articles=[2])
    assert review(here, 1).note == "see the second"


def test_dismissed_is_read_and_unread_is_not_dismissed(here):
    decide(here, Decision(dismissed=True, reason="off topic"), stories=[1])
    assert review(here, 1).read_at
    assert review(here, 1).dismiss_reason == "off topic"
    decide(here, Decision(read=False), stories=[1])
    assert review(here, 1).dismissed_at is None


def test_what_changes_nothing_is_no_event(here):
    assert decide(here, Decision(starred=False), stories=[1]).event is None
    assert decide(here, Decision(starred=True), stories=[1]).event
    assert decide(here, Decision(starred=True), stories=[1]).event is None


def test_tags_are_the_same_in_any_case(here):
    decide(here, Decision(add_tags=("Water", "Élan")), stories=[1])
    decide(here, Decision(add_tags=("water",), remove_tags=("ÉLAN",)), stories=[1])
    assert review(here, 1).tags == ("Water",)


def test_undo_puts_back_what_was_before(here):
    decide(here, Decision(add_tags=("a",), note="first"), stories=[1])
    before = review(here, 1)
    decide(here, Decision(dismissed=True, note="second", remove_tags=("a",)), stories=[1, 2])
    with here.transaction():
        done = here.reviews.undo("Anna", AT)
    assert set(done.stories) == {1, 2}
    after = review(here, 1)
    assert (after.tags, after.note, after.dismissed_at) == (before.tags, before.note, None)
    assert after.version > before.version  # whoever held the state between is told
    with here.transaction():
        here.reviews.undo("Anna", AT)
        with pytest.raises(NotFoundError):
            here.reviews.undo("Anna", AT)
    with Reader(here.path) as reader:
        assert last_event(reader, "Anna") is None


def test_undo_of_an_older_event_is_refused_where_it_was_changed_again(here):
    first = decide(here, Decision(note="one"), stories=[1])
    decide(here, Decision(note="two"), stories=[1])
    with here.transaction(), pytest.raises(ReviewConflictError, match="again"):
        here.reviews.undo("Anna", AT, first.event)
    assert review(here, 1).note == "two"


def test_others_events_are_not_ours_to_undo(here):
    theirs = decide(here, Decision(read=True), who="Ben", stories=[1])
    with here.transaction(), pytest.raises(NotFoundError):
        here.reviews.undo("Anna", AT, theirs.event)


def test_a_change_made_up_on_an_older_version_is_refused_whole(here):
    decide(here, Decision(note="mine"), stories=[1])
    seen = review(here, 1).version
    decide(here, Decision(note="mine, elsewhere"), stories=[1])
    with pytest.raises(ReviewConflictError):
        decide(here, Decision(note="late"), stories=[2, 1], seen={1: seen})
    assert review(here, 1).note == "mine, elsewhere"
    assert review(here, 2) is None
    decide(here, Decision(note="both"), stories=[1], seen={1: review(here, 1).version})
    assert review(here, 1).note == "both"


def test_nothing_is_decided_on_what_is_not_there(here):
    for what in ({"stories": [99]}, {"articles": [99]}, {"stories": [1, 99]}):
        with pytest.raises(NotFoundError):
            decide(here, Decision(read=True), **what)
    assert review(here, 1) is None


def test_decisions_come_along_when_stories_are_put_together(here):
    other = story_of(here, 3)
    decide(here, Decision(starred=True, add_tags=("a",), note="on the dam"), stories=[1])
    decide(here, Decision(read=True, add_tags=("A", "b"), note="on the strike"), stories=[other])
    with here.transaction():
        kept = here.stories.merge([1, other], AT)
    mine = review(here, kept)
    assert mine.starred_at
    assert mine.read_at
    assert mine.tags == ("a", "b")
    assert mine.note == "on the dam\n\non the strike"
    # The next change makes one row of them, and undo makes two again.
    decide(here, Decision(add_tags=("c",)), stories=[kept])
    assert review(here, kept).tags == ("a", "b", "c")
    with here.transaction():
        here.reviews.undo("Anna", AT)
    assert review(here, kept).tags == ("a", "b")


def test_a_part_that_is_split_off_takes_along_what_was_decided_on_it(here):
    decide(here, Decision(note="on the copy"), articles=[2])
    decide(here, Decision(starred=True), who="Ben", stories=[1])
    with here.transaction():
        own = here.stories.split(1, [2], AT)
    assert review(here, own).note == "on the copy"
    assert review(here, 1) is None
    assert review(here, 1, "Ben").starred_at
    assert review(here, own, "Ben") is None


def test_a_look_begins_anew_after_a_pause(here):
    def looked_at(at, **more):
        with here.transaction():
            here.reviews.looked("Anna", at, **more)
        rows = here.connection().execute("SELECT looked_at FROM reviewer").fetchone()
        return rows[0]

    assert looked_at(AT) is None
    assert looked_at(AT + timedelta(minutes=20)) is None  # still the same look
    later = AT + timedelta(hours=5)
    assert looked_at(later).startswith((AT + timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M"))
    assert looked_at(later, all_seen=True).startswith(later.strftime("%Y-%m-%dT%H:%M"))


def test_filters_are_kept_by_name_and_replaced(here):
    with here.transaction():
        number = here.reviews.save_filter("Water", "tag=water", "Anna", AT)
        assert here.reviews.save_filter("water", "tag=dam", "Ben", AT) == number
    with Reader(here.path) as reader:
        (kept,) = saved_filters(reader)
    assert (kept["query"], kept["reviewer"]) == ("tag=dam", "Ben")
    with here.transaction():
        here.reviews.drop_filter(number)
        with pytest.raises(NotFoundError):
            here.reviews.drop_filter(number)


@pytest.mark.parametrize("bad", ["", "  ", "\u200b\u202e", "x" * 61, "\n"])
def test_names_and_tags_that_say_nothing_are_refused(bad):
    for clean in (clean_name, clean_tag):
        with pytest.raises(ValueError, match="at"):
            clean(bad)


def test_names_are_one_clean_line():
    assert clean_name("  Änna\u202e \x1b[31m Ö\n") == "Änna [31m Ö"
    assert clean_tag("#a, b") == "a b"


def match(store):
    more = True
    while more:
        with store.transaction():
            more = store.topics.match_some(NOW)
    rows = store.connection().execute("SELECT topic, article, story FROM topic_match ORDER BY 1, 2")
    return [tuple(row) for row in rows]


def sync(store, **topics):
    specs = [TopicSpec(id=name, name=name, query=query) for name, query in topics.items()]
    with store.transaction():
        return store.topics.sync(specs, AT)


def test_topics_match_stored_and_new_articles_and_follow_their_query(here):
    sync(here, dam="dam OR gates", none="zeppelin")
    assert match(here) == [("dam", 1, 1), ("dam", 2, 1)]
    wire = Wire(here, AT)
    with here.transaction():
        wire.publish("gazette", "Another dam", ("A dam of another kind was built by beavers.",))
    assert [row[1] for row in match(here)] == [1, 2, 4]
    sync(here, dam="trams", none="zeppelin")
    assert [row[1] for row in match(here)] == [3]
    sync(here, none="zeppelin")
    assert match(here) == []
    assert sync(here, empty="( )") == ["empty"]
    assert match(here) == []


def test_matches_follow_their_article_to_another_story(here):
    sync(here, dam="dam")
    match(here)
    with here.transaction():
        own = here.stories.split(1, [2], AT)
    assert match(here) == [("dam", 1, 1), ("dam", 2, own)]
    with Reader(here.path) as reader:
        assert lines(reader, [own])[0].topics == ("dam",)
