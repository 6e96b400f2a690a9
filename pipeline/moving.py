"""Keeps an article one when its address changes: moved, migrated, all of an outlet's at once.

An article is read at one address.  It follows to another one when a link that is new leads to it
(the outlet lists it there now) and when its own address leads on.  Its older links stay in the
ledger and go on leading to it, but what their pages say is no longer news: an outlet may serve both
for years, and set them in different templates.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline import remake
from pipeline.dedup.moved import is_edit
from pipeline.dedup.same_url import FULLER
from pipeline.model import Known, Page, Relation, RelationKind
from pipeline.store.protocol import Store
from pipeline.store.records import DueLink, Prepared
from pipeline.text import word_count


def follow(
    store: Store,
    link: DueLink,
    page: Page,
    made: Prepared,
    relation: Relation,
    page_hash: str,
) -> Relation:
    """Let a known article follow to the address that a visit found it at.

    Returns what the visit comes to: a revision only if words of the article changed, or its
    headline; nothing where an older address was visited.  Runs inside a transaction.
    """
    article = relation.article
    known = store.articles.by_id(article) if article is not None else None
    if known is None or known.source != link.source or known.url_key == made.url_key:
        return relation
    if relation.kind not in (RelationKind.UNCHANGED, RelationKind.REVISION):
        return relation
    led_there = store.ledger.article_of(link.id) == known.id
    leads_on = link.url_key == known.url_key
    if led_there and not leads_on:
        return _at_older_address(store, link, known, relation)
    if not store.articles.move(known.id, page.url, made.url_key, made.canonical_url):
        return relation  # another article stands there
    if relation.scores.get("page"):
        return relation  # a wall or a stub: the fuller text stays
    return _moved(store, known, made, relation, page_hash)


def _at_older_address(store: Store, link: DueLink, known: Known, relation: Relation) -> Relation:
    if relation.kind is RelationKind.REVISION and store.ledger.followed(link.id, known.id):
        reason = f"an older address of article {known.id}, which is read at another one now"
        return replace(relation, kind=RelationKind.UNCHANGED, reason=reason)
    return relation


def _moved(
    store: Store, known: Known, made: Prepared, relation: Relation, page_hash: str
) -> Relation:
    title, body, content_hash = store.articles.text_of(known.id)
    reason = f"article {known.id} moved here"
    if content_hash == made.content_hash:
        return replace(relation, kind=RelationKind.UNCHANGED, reason=reason)
    if is_edit(title, body, made.article):
        reason += "; its text or title changed"
        return replace(relation, kind=RelationKind.REVISION, reason=reason)
    if made.word_count * FULLER >= word_count(body):
        # Or the next visit would take what the new template adds for an edit.
        remake.rewrite(store, known.id, made, page_hash, newest=True)
    return replace(relation, kind=RelationKind.UNCHANGED, reason=f"{reason}, in another template")
