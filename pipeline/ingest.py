"""The last step of the path: a prepared page becomes an article, a revision or an outcome.

Everything here runs inside one transaction of the single writer: it reads what is known, asks the
pure rule in ``pipeline.dedup`` what the text is to it, and writes the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pipeline import afterwards, moving, remake
from pipeline.afterwards import NEVER, Looks
from pipeline.dedup import Candidates, decide
from pipeline.dedup.fingerprint import SCHEME
from pipeline.model import (
    Failure,
    FailureKind,
    Known,
    Outcome,
    Page,
    PageState,
    Relation,
    RelationKind,
    Verdict,
)
from pipeline.relook import relook, without_roundup
from pipeline.store.protocol import Store
from pipeline.store.records import DueLink, NewArticle, Prepared, RawPage, Settlement
from pipeline.text import SEARCH_SCHEME, search_text
from pipeline.trace import Traced, enter, reenter, trace

# What a page that holds no article says about its link.
_NO_ARTICLE: dict[Verdict, Outcome] = {
    Verdict.PAYWALLED: Outcome.PAYWALLED,
    Verdict.CONSENT: Outcome.NOT_ARTICLE,
    Verdict.SOFT_404: Outcome.NOT_ARTICLE,
    Verdict.BOT_BLOCK: Outcome.BLOCKED,
    Verdict.LINK_LIST: Outcome.NOT_ARTICLE,
    Verdict.TOO_SHORT: Outcome.NOT_ARTICLE,
    Verdict.ERROR: Outcome.EXTRACTION_FAILED,
}

# Pages that plainly are no articles say nothing about the rules for articles.
_SOMETHING_ELSE = frozenset((Verdict.SOFT_404, Verdict.BOT_BLOCK, Verdict.CONSENT, Verdict.ERROR))

# How a link ends whose page could not be had, once no further attempt is due.
_FAILED: dict[FailureKind, Outcome] = {
    FailureKind.GONE: Outcome.GONE,
    FailureKind.BLOCKED: Outcome.BLOCKED,
    FailureKind.ROBOTS: Outcome.ROBOTS,
    FailureKind.REFUSED: Outcome.REFUSED,
    FailureKind.BAD_URL: Outcome.REFUSED,
    FailureKind.NOT_HTML: Outcome.NOT_ARTICLE,
    FailureKind.EMPTY: Outcome.NOT_ARTICLE,
    FailureKind.EXTRACT_TIMEOUT: Outcome.EXTRACTION_FAILED,
    FailureKind.EXTRACT_CRASHED: Outcome.EXTRACTION_FAILED,
    FailureKind.HOSTILE: Outcome.EXTRACTION_FAILED,
    FailureKind.CRASHED: Outcome.CRASHED,
}

_RELATED: dict[RelationKind, Outcome] = {
    RelationKind.NEW: Outcome.STORED,
    RelationKind.CONTAINS: Outcome.STORED,
    RelationKind.RELATED: Outcome.STORED,
    RelationKind.COPY: Outcome.COPY,
    RelationKind.REVISION: Outcome.REVISED,
    RelationKind.UNCHANGED: Outcome.UNCHANGED,
}

Log = Callable[[str, dict[str, object]], None]


def outcome_of_failure(kind: FailureKind) -> Outcome:
    """Return how a link ends whose last attempt failed this way."""
    return _FAILED.get(kind, Outcome.FAILED)


def settle_failure(
    store: Store,
    link: DueLink,
    failure: Failure,
    now: datetime,
    retry_at: datetime | None,
    looks: Looks = NEVER,
) -> Settlement:
    """Write a failed visit: tried again at ``retry_at``, or ended.

    The text of an article that was stored before stays as it is; that its page is gone is written
    down once a second look says so too.
    """
    if failure.kind is FailureKind.GONE:
        retry_at = afterwards.missing(store, link, now, retry_at, looks, failure.message)
    final = retry_at is None and link.outcome is None
    done = Settlement(
        link=link,
        at=now,
        outcome=outcome_of_failure(failure.kind) if final else None,
        reason=f"{failure.kind.value}: {failure.message}"[:500],
        due_at=retry_at,
        failure=failure,
        visited=False,
    )
    store.ledger.settle(done)
    return done


def settle_unmodified(
    store: Store, link: DueLink, page: Page, now: datetime, next_visit: datetime | None
) -> Settlement:
    """Write a visit that met the very page we know: 304, or the same bytes."""
    afterwards.unmodified(store, link, now)
    done = Settlement(
        link=link,
        at=now,
        outcome=Outcome.UNCHANGED if link.outcome is None else None,
        due_at=next_visit,
        etag=page.headers.get("etag", link.etag),
        last_modified=page.headers.get("last-modified", link.last_modified),
        event="rechecked" if link.article is not None else None,
        unmodified=True,
    )
    store.ledger.settle(done)
    return done


def settle_page(
    store: Store,
    link: DueLink,
    page: Page,
    prepared: Prepared,
    raw: RawPage,
    now: datetime,
    next_visit: datetime | None,
    *,
    keep: bool = True,
    basis: remake.Basis | None = None,
    looks: Looks = NEVER,
) -> Settlement:
    """Write a visit that brought a page; returns what was written.

    A page whose verdict is not an article's ends the link without touching what is stored.  The
    raw page is kept unless ``keep`` is False.  ``basis`` is the page that the stored text is from,
    read anew: what differs from that is an edit, what does not is our own doing.  ``looks``: when
    to come again to a page that is not what it should be.
    """
    article = prepared.article
    if basis is not None and article.verdict.is_article:
        remake.remake(store, basis)
    if keep:
        store.pages.keep(link.id, raw)
    if link.visits == 0 and article.verdict not in _SOMETHING_ELSE:
        store.extract_rules.count(link.source, article.rule_hits, page.url, now)
    related: int | None = link.article
    due_at: datetime | None = next_visit
    event: str | None = "rechecked"
    standing = PageState.THERE
    holds_one = article.verdict.is_article and not afterwards.leads_home(link, prepared)
    if not holds_one:
        outcome = _NO_ARTICLE.get(article.verdict, Outcome.NOT_ARTICLE)
        reason = f"{article.verdict.value}: {article.reason}"
        standing, due_at = afterwards.no_article(store, link, prepared, now, next_visit, looks)
    else:
        relation, displaced, traced = _relate(store, link, prepared, now)
        relation = remake.unless_read_otherwise(store, relation, prepared, raw.sha256)
        if traced is None:
            relation = moving.follow(store, link, page, prepared, relation, raw.sha256)
            relation = afterwards.unless_noise(store, relation, prepared)
            before = afterwards.text_before(store, relation)
            related = _rewrite(store, prepared, relation, now)
            standing = afterwards.settled(store, related, before, relation, prepared, now)
        else:
            related = _take_address(store, link, page, prepared, relation, displaced, traced, now)
        if relation.kind is not RelationKind.UNCHANGED:
            store.remaking.stamp(related, article.rules, raw.sha256)
        outcome, reason = _outcome(relation), relation.reason or article.reason
        if relation.kind is RelationKind.REVISION and not relation.apart:
            event, due_at = "edited", looks.edited_at or next_visit
        elif afterwards.corrected(store, link, outcome, reason, related):
            event = None  # counted as if the article had been there from the start
    if link.article is None and not holds_one:
        event = None  # no article was looked at
    # Only the whole page may be what a later answer "not modified" speaks of.
    whole = standing is PageState.THERE and (holds_one or link.article is None)
    done = Settlement(
        link=link,
        at=now,
        outcome=outcome,
        reason=reason,
        due_at=due_at,
        article=related,
        etag=page.headers.get("etag") if whole else link.etag,
        last_modified=page.headers.get("last-modified") if whole else link.last_modified,
        page_hash=raw.sha256 if whole else None,
        event=event,
    )
    store.ledger.settle(done)
    return done


def _take_address(
    store: Store,
    link: DueLink,
    page: Page,
    made: Prepared,
    relation: Relation,
    displaced: tuple[Known, ...],
    traced: Traced,
    now: datetime,
) -> int:
    """Store a new article; another story than before may stand at its address now."""
    for known in displaced:
        store.articles.retire_url(known.id, now)
    new = NewArticle(
        source=link.source,
        url=page.url,
        prepared=made,
        relation=relation,
        first_seen_at=now,
        fetched_at=page.fetched_at,
    )
    return _add(store, new, traced)


def recover_page(store: Store, link: DueLink, raw: RawPage, prepared: Prepared) -> bool:
    """Store the article of a link that had ended without one, from its page as it was kept.

    Its outcome is corrected, not followed by another: the page held the article when it was
    fetched.  It changes nothing that is stored: where its article is known already, the link only
    leads there.  False, and nothing is written, when the link has moved on meanwhile or another
    story stands at the address now.
    """
    if link.outcome is None or link.article is not None:
        return False
    relation, displaced, traced = _relate(store, link, prepared, raw.fetched_at)
    article = relation.article
    if traced is not None:
        if displaced:
            return False
        new = NewArticle(
            source=link.source,
            url=raw.url,
            prepared=prepared,
            relation=relation,
            first_seen_at=raw.fetched_at,
            fetched_at=raw.fetched_at,
        )
        article = _add(store, new, traced)
        store.remaking.stamp(article, prepared.article.rules, raw.sha256)
        outcome = _outcome(relation)
    else:
        outcome = Outcome.UNCHANGED  # an old page is no edit of what was read since
    if article is None:
        raise AssertionError(f"a {relation.kind} without the article it belongs to")
    reason = f"read again by {prepared.article.extractor}: {relation.reason}"
    store.remaking.amend(link.id, outcome, reason, article)
    return True


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
    return _add(store, new, traced), relation


# What a text is to the known ones, which of these it takes the address from, and, if it is to be
# an article of its own, what the index needs to know of it.
_Found = tuple[Relation, tuple[Known, ...], Traced | None]


def _relate(store: Store, link: DueLink, made: Prepared, now: datetime) -> _Found:
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
) -> _Found:
    same_body = store.articles.by_body(made.body_hash, source)
    reused: Known | None = None
    for known in dict.fromkeys((*here, *elsewhere)):
        if known is None:
            continue
        found = _judge(store, source, made, known, Candidates(same_body=same_body))
        if not _adds(found):
            return found, (), None
        reused = reused or known
    displaced = tuple(dict.fromkeys(known for known in here if known is not None))
    found = _judge(store, source, made, reused, Candidates(same_body=same_body))
    if not _adds(found):
        return found, (), None
    article = made.article
    traced = trace(
        store, source, article.title, article.text, now,
        look=found.kind is not RelationKind.COPY,
    )  # fmt: skip
    if found.kind is not RelationKind.COPY:
        candidates = Candidates(
            same_body=same_body,
            similar=traced.similar,
            members=traced.members,
            outlets=traced.outlets,
            own=traced.own,
        )
        found = _judge(store, source, made, reused, candidates)
        if not _adds(found):
            return found, (), None
    return found, displaced, traced


def _adds(relation: Relation) -> bool:
    """True if a text with this relation is an article of its own."""
    if relation.kind is RelationKind.REVISION:
        return relation.apart
    return relation.kind is not RelationKind.UNCHANGED


def _outcome(relation: Relation) -> Outcome:
    return Outcome.STORED if relation.apart else _RELATED[relation.kind]


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


def _add(store: Store, new: NewArticle, traced: Traced) -> int:
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
        if store.stories.may_move(mover, shown.story):
            store.remaking.relate(mover, shown)
            if shown.kind is RelationKind.CONTAINS and held is not None:
                without_roundup(store, held)
    return added


def _rewrite(store: Store, made: Prepared, relation: Relation, now: datetime) -> int:
    """Write what was read again of a known article."""
    article = relation.article
    if article is None:
        raise AssertionError(f"a {relation.kind} without the article it belongs to")
    if relation.kind is RelationKind.REVISION:
        title, body, _ = store.articles.text_of(article)
        if store.articles.search_scheme(article) != SEARCH_SCHEME:
            raise AssertionError("the search index is of an older scheme; `monitor db migrate`")
        store.articles.revise(article, made, now, (search_text(title), search_text(body)))
        reenter(store, article)
    else:
        store.articles.touch(article, made.article, now)
    return article
