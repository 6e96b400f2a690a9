"""Brings stored articles to what the engine of today reads in the pages they are from.

A text can differ from the stored one because the outlet changed it or because we read better now.
Only the first is an edit.  So like is compared with like: the page that the stored text is from is
read anew, the article is written in place, and what is then still different is the outlet's doing.
Like ``pipeline.ingest``, all of this runs inside a transaction of the single writer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.dedup.same_body import LEAST_WORDS
from pipeline.dedup.telling import overlap
from pipeline.model import Known, Relation, RelationKind
from pipeline.store.protocol import Store
from pipeline.store.records import DueLink, KeptPage, Prepared, TextState, made_with
from pipeline.text import SEARCH_SCHEME, search_text, title_key
from pipeline.text.pieces import only_blocks_differ
from pipeline.trace import reenter

# Share of telling words that a copy has in common with its first article, below which it was none:
# both had been read wrongly (a cookie notice, a teaser).  Edits leave more than half (see
# ``dedup.same_url``), and clutter that only one outlet has dilutes it.
STILL_A_COPY = 0.3


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """The page that a stored text is from, as it was looked up, and what is made of it now."""

    article: int
    state: TextState
    page: KeptPage
    prepared: Prepared | None = None


def basis_of(store: Store, article: int) -> Basis | None:
    """The page that an article is from; None if none is kept."""
    state = store.remaking.state(article)
    page = store.pages.basis(store.remaking.links(article), state.page_hash, state.since)
    return None if page is None else Basis(article=article, state=state, page=page)


def basis_to_compare(store: Store, link: DueLink, made: Prepared) -> Basis | None:
    """The page to read again before this visit is judged: its text differs from the stored one."""
    article = store.ledger.article_of(link.id)
    if article is None or not made.article.verdict.is_article:
        return None
    if store.remaking.state(article).content_hash == made.content_hash:
        return None
    return basis_of(store, article)


def remake(store: Store, basis: Basis) -> bool:
    """Write an article anew, in place, from the page it is from.

    False, and nothing is written, when the page holds no article or when the article is no longer
    what it was as the page was looked up.
    """
    made, article = basis.prepared, basis.article
    if made is None or not made.article.verdict.is_article:
        return False
    if store.remaking.state(article) != basis.state:
        return False
    rewrite(store, article, made, basis.page.raw.sha256, newest=basis.page.newest)
    return True


def unless_read_otherwise(
    store: Store, relation: Relation, made: Prepared, page_hash: str
) -> Relation:
    """A revision, unless it is only our reading that changed since the stored text was written.

    For an article whose old page is not kept.  Whole paragraphs that came or went are then taken
    for our doing, and the article is written in place; a word that changed is an edit.
    """
    article = relation.article
    if relation.kind is not RelationKind.REVISION or relation.apart or article is None:
        return relation
    before = store.remaking.state(article).made_with
    now = made_with(made.article.extractor, made.article.rules)
    if before == now:
        return relation
    read = f"read by {made.article.extractor}, before by {before.partition(' ')[0]}"
    title, body, _ = store.articles.text_of(article)
    ours, theirs = title_key(title), title_key(made.article.title)
    same_title = ours in theirs or theirs in ours
    if same_title and only_blocks_differ(body.split("\n"), made.article.paragraphs):
        rewrite(store, article, made, page_hash, newest=True)
        reason = f"same address, only other paragraphs, {read}"
        return replace(relation, kind=RelationKind.UNCHANGED, reason=reason)
    return replace(relation, reason=f"{relation.reason}; {read}")


def rewrite(store: Store, article: int, made: Prepared, page_hash: str, *, newest: bool) -> None:
    """Write an article anew in place: no revision, whatever differs."""
    before = store.articles.by_id(article)
    if before is None:
        raise AssertionError(f"article {article} is not there")
    title, body, _ = store.articles.text_of(article)
    if store.articles.search_scheme(article) != SEARCH_SCHEME:
        raise AssertionError("the search index is of an older scheme; `monitor db migrate`")
    old_search = (search_text(title), search_text(body))
    store.remaking.rewrite(article, made, page_hash, old_search, newest=newest)
    if before.body_hash != made.body_hash:
        reenter(store, article, body)
        _part(store, before, made)
        if made.word_count >= LEAST_WORDS:
            _join(store, before, made)


def _part(store: Store, article: Known, made: Prepared) -> None:
    """Give a copy a story of its own when it has little in common with its first article now."""
    held = store.articles.relation_of(article.id)
    if held.kind is not RelationKind.COPY or held.article is None:
        return
    _, text, _ = store.articles.text_of(held.article)
    if overlap(text, made.article.text) < STILL_A_COPY and store.stories.may_move(article.id, None):
        reason = f"read again, it has little in common with article {held.article}"
        store.remaking.relate(article.id, Relation(kind=RelationKind.NEW, reason=reason))


def _join(store: Store, article: Known, made: Prepared) -> None:
    """Make the article, and later ones with the text it has now, copies of the first that had it.

    In whatever order articles are read again, the same ones are copies in the end.  That goes for
    two of one outlet too, which would not both have been stored had they been read alike.  What
    reviewers took apart or put together stays so.
    """
    known = store.articles.by_body(made.body_hash, article.source)
    first = min((article, *known), key=_age)
    for other in sorted((article, *(k for k in known if k.id != article.id)), key=_age):
        held = store.articles.relation_of(other.id)
        if other.id == first.id:
            continue
        if held.kind is RelationKind.COPY and held.article == first.id:
            continue
        lead = store.articles.relation_of(first.id)
        if not store.stories.may_move(other.id, lead.story):
            continue
        reason = f"the same text as article {first.id} of {first.source}, read again"
        copy = Relation(kind=RelationKind.COPY, article=first.id, story=lead.story, reason=reason)
        store.remaking.relate(other.id, copy)


def _age(article: Known) -> tuple[datetime, int]:
    return article.first_seen_at, article.id
