"""Finds the place of a text among those that are known, and puts it there.

Called by ``pipeline.ingest`` inside its transaction: it looks up what is known, asks the pure rules
in ``pipeline.dedup`` what the text is to it, and writes articles, stories and the index.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipeline.dedup import Candidates, decide
from pipeline.dedup.fingerprint import SCHEME
from pipeline.model import Known, Relation, RelationKind
from pipeline.relook import relook, without_roundup
from pipeline.store.protocol import Store
from pipeline.store.records import DueLink, NewArticle, Prepared
from pipeline.text import SEARCH_SCHEME, search_text
from pipeline.trace import Traced, enter, reenter, trace


def take(
    store: Store, source: str, url: str, made: Prepared, seen_at: datetime
) -> tuple[int, Relation]:
    """Store a text that came without a visit; returns its article and what it is to the others.

    A text that is a known article again (UNCHANGED, REVISION) leaves that as it is.
    """
    here = (store.articles.by_url_key(made.url_key),)
    relation, displaced, traced = _related(store, source, made, here, (), seen_at)
    if traced is None:
        if relation.article is None:
            raise AssertionError(f"a {relation.kind} without the article it belongs to")
        return relation.article, relation
    for known in displaced:
        store.articles.retire_url(known.id, seen_at)
    new = NewArticle(
        source=source,
        url=url,
        prepared=made,
        relation=relation,
        first_seen_at=seen_at,
        fetched_at=seen_at,
    )
    return add(store, new, traced), relation


# What a text is to the known ones, which of these it takes the address from, and, if it is to be
# an article of its own, what the index needs to know of it.
Found = tuple[Relation, tuple[Known, ...], Traced | None]


def relate(store: Store, link: DueLink, made: Prepared, now: datetime) -> Found:
    """Judge a page.

    The article this link led to before comes first: an outlet that gives all its pages one
    canonical address must not have each of them taken for the successor of the one before.
    """
    articles = store.articles
    before = store.ledger.article_of(link.id)
    here = (
        articles.by_id(before) if before is not None else None,
        articles.by_url_key(made.url_key),
    )
    elsewhere = articles.by_url_key(link.url_key) if link.url_key != made.url_key else None
    return _related(store, link.source, made, here, (elsewhere,), now)


def _related(
    store: Store,
    source: str,
    made: Prepared,
    here: tuple[Known | None, ...],
    elsewhere: tuple[Known | None, ...],
    now: datetime,
) -> Found:
    same_body = store.articles.by_body(made.body_hash, source)
    exact = Candidates(same_body=same_body)
    reused: Known | None = None  # the first whose address holds another story now
    found: Relation | None = None
    for known in dict.fromkeys((*here, *elsewhere)):
        if known is None:
            continue
        judged = _judge(store, source, made, known, exact)
        if not adds(judged):
            return judged, (), None
        if found is None:
            reused, found = known, judged
    # One that has moved on keeps the address where it is now.
    displaced = tuple(dict.fromkeys(k for k in here if k is not None and k.url_key == made.url_key))
    if found is None:
        found = _judge(store, source, made, None, exact)
        if not adds(found):
            return found, (), None
    article = made.article
    traced = trace(
        store, source, article.title, article.text, now,
        look=found.kind is not RelationKind.COPY,
    )  # fmt: skip
    if found.kind is not RelationKind.COPY:
        found = _judge(store, source, made, reused, replace(traced.candidates, same_body=same_body))
        if not adds(found):
            return found, (), None
    return found, displaced, traced


def adds(relation: Relation) -> bool:
    """True if a text with this relation is an article of its own."""
    if relation.kind is RelationKind.REVISION:
        return relation.apart
    return relation.kind is not RelationKind.UNCHANGED


def _judge(
    store: Store,
    source: str,
    made: Prepared,
    same_url: Known | None,
    candidates: Candidates,
) -> Relation:
    if same_url is not None:
        title, body, content = store.articles.text_of(same_url.id)
        unaided = made.unaided_hash or made.content_hash
        if content != made.content_hash and store.articles.unaided_hash(same_url.id) == unaided:
            # The page is the same; what is remembered of its site has changed since.
            content = made.content_hash
        candidates = replace(
            candidates,
            same_url=same_url,
            same_url_title=title,
            same_url_text=body,
            same_url_content_hash=content,
        )
    return decide(made.url_key, source, made.article, made.body_hash, made.content_hash, candidates)


def add(store: Store, new: NewArticle, traced: Traced) -> int:
    """Store an article with its place in the index, and what it shows about others."""
    relation = new.relation
    added = store.articles.add(replace(new, signature_scheme=SCHEME))
    story = store.articles.relation_of(added).story
    if story is None:
        raise AssertionError(f"article {added} has no story")
    enter(store, added, traced, story, new.first_seen_at)
    relook(store, added, traced)
    for article, shown in relation.shows:
        mover = article
        held = store.articles.relation_of(article).story
        if shown.story is not None:  # the whole story goes there, led by its first article
            mover = (store.articles.lead(held) if held is not None else None) or article
        alone = shown.kind is RelationKind.CONTAINS
        if shown.story is not None and store.articles.lead(shown.story) is None:
            continue  # what was looked at again has left nothing there
        if store.stories.may_move(mover, shown.story, alone=alone):
            store.remaking.relate(mover, shown)
            if shown.kind is RelationKind.CONTAINS and held is not None:
                without_roundup(store, held)
    return added


def rewrite(store: Store, made: Prepared, relation: Relation, now: datetime) -> int:
    """Write what was read again of a known article."""
    article = relation.article
    if article is None:
        raise AssertionError(f"a {relation.kind} without the article it belongs to")
    if relation.kind is RelationKind.REVISION:
        title, body, _ = store.articles.text_of(article)
        if store.articles.search_scheme(article) != SEARCH_SCHEME:
            raise AssertionError("the search index is of an older scheme; `monitor db migrate`")
        store.articles.revise(article, made, now, (search_text(title), search_text(body)))
        reenter(store, article, body)
    else:
        store.articles.touch(article, made.article, now)
    return article
