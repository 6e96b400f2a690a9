"""Looks again at what was decided before an outlet had repeated itself.

The first article of an outlet that has a long passage of its template in it may have been taken for
a copy of another outlet's, or the other way round.  With the second such article the passage is
known for what it is (see ``dedup.standing``), and what hangs on it alone is undone.  So the stories
are the same in whatever order articles come.  Runs inside a transaction of the single writer.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.dedup import decide
from pipeline.dedup.same_story import SHARE
from pipeline.dedup.standing import OFTEN
from pipeline.model import Article, Known, Relation, RelationKind, Verdict
from pipeline.store.protocol import Store
from pipeline.text import content_hash
from pipeline.trace import Traced, trace

_HANGING = (RelationKind.COPY, RelationKind.REVISION)
_FOLLOWERS = 50  # of one article that are looked at
_NEWS = OFTEN  # articles that have the passage, up to which it is news that they have it
_KNOWN_LONG = 2 * OFTEN  # articles that have the passage, from which on nothing hangs on it
_TURNS = 3  # one finding may be what another lacked
_MOST = 60  # articles that one new one makes us judge again; each takes some milliseconds


class _Left:
    """How many more may be judged again, and which have been without any change since."""

    def __init__(self) -> None:
        self.count = _MOST
        self.settled: set[int] = set()

    def take(self, article: int) -> bool:
        """True if an article may be judged."""
        if self.count <= 0 or article in self.settled:
            return False
        self.count -= 1
        self.settled.add(article)
        return True


def relook(store: Store, article: int, traced: Traced) -> None:
    """Judge again the articles of an outlet that have a passage which it has repeated now.

    Call it when the article that was traced has been stored.
    """
    if not 0 < len(traced.repeated) <= _KNOWN_LONG:
        return
    left = _Left()
    for _ in range(_TURNS):
        left.settled.clear()
        if not _turn(store, traced, left):
            return
        _judge_again(store, article, left)  # what was no evidence for it may be one now
        for akin in traced.repeated:  # what did not agree with all that had been joined to it
            for other in store.stories.beside(akin.known.id, _FOLLOWERS):
                _judge_again(store, other, left, only_to_join=True)


def _turn(store: Store, traced: Traced, left: _Left) -> bool:
    """Judge each of them once; returns whether one has another relation now."""
    changed = False
    for akin in traced.repeated:
        other = akin.known.id
        for follower in store.stories.followers(other, _FOLLOWERS):
            changed |= _judge_again(store, follower, left)
        if store.articles.relation_of(other).kind in (*_HANGING, RelationKind.CONTAINS):
            changed |= _judge_again(store, other, left)
        elif len(traced.repeated) <= _NEWS:
            # The passage may have hidden what it is a copy of.
            changed |= _judge_again(store, other, left, only_to_join=True)
    return changed


def without_roundup(store: Store, story: int) -> None:
    """Judge again what leads a story now that the round-up which led it has left.

    Another story may have the same text: it was no copy of the round-up, nor of what was one of it.
    """
    lead = store.articles.lead(story)
    if lead is not None:
        _judge_again(store, lead, _Left(), only_to_join=True)


def _judge_again(store: Store, article: int, left: _Left, *, only_to_join: bool = False) -> bool:
    """Give an article the relation that it would have had, had the passage been known.

    Returns whether it is another one.
    """
    if not left.take(article):
        return False
    known, body = store.articles.known_text(article)
    held = store.articles.relation_of(article)
    if held.article is not None and _same_body(store, known, held.article):
        return False
    # Of many that came since, the index names the newest.
    traced = trace(
        store, known.source, known.title, body, known.first_seen_at,
        skip=article, also=held.article,
    )  # fmt: skip
    if held.kind is RelationKind.CONTAINS and _judge(known, body, traced).kind is held.kind:
        return False  # whatever the template adds, it holds two stories
    age = known.first_seen_at, known.id
    earlier = tuple(
        akin for akin in traced.similar if (akin.known.first_seen_at, akin.known.id) < age
    )
    found = _judge(known, body, replace(traced, similar=earlier))
    if found.kind is RelationKind.UNCHANGED or _same(found, held):
        return False
    if only_to_join and found.kind not in _HANGING:
        return False
    followers = store.stories.followers(article, _FOLLOWERS)
    if not store.stories.may_move(article, found.story):
        return False
    store.remaking.relate(article, found)
    _take_along(store, article, followers)
    if held.kind is RelationKind.CONTAINS:  # what had been taken for parts of it
        for akin in traced.similar:
            if akin.known.id > article and akin.likeness.share >= SHARE:
                _judge_again(store, akin.known.id, left)
    return True


def _judge(known: Known, body: str, traced: Traced) -> Relation:
    read = Article(
        url=known.url_key,
        title=known.title,
        paragraphs=tuple(body.split("\n")),
        verdict=Verdict.GOOD,
        reason="",
        extractor="",
        published_at=known.published_at,
    )
    content = content_hash(known.title, read.paragraphs)
    return decide(known.url_key, known.source, read, known.body_hash, content, traced.candidates)


def _same_body(store: Store, known: Known, other: int) -> bool:
    there = store.articles.by_id(other)
    return there is not None and there.body_hash == known.body_hash


def _same(found: Relation, held: Relation) -> bool:
    if found.kind in _HANGING:
        return held.story == found.story
    return found.kind is held.kind


def _take_along(store: Store, article: int, followers: tuple[int, ...]) -> None:
    """Take what hangs on an article to the story in which it is now."""
    story = store.articles.relation_of(article).story
    waiting = [(follower, article) for follower in followers]
    while waiting:
        follower, leader = waiting.pop()
        held = store.articles.relation_of(follower)
        if held.story == story or not store.stories.may_move(follower, story):
            continue
        waiting += [(f, follower) for f in store.stories.followers(follower, _FOLLOWERS)]
        moved = Relation(kind=held.kind, article=leader, story=story, reason=held.reason)
        store.remaking.relate(follower, moved)
