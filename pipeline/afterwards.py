"""What becomes of an article after it was stored: edits, and how its page stands.

Like ``pipeline.ingest``, all of this runs inside a transaction of the single writer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.dedup import pages_told
from pipeline.dedup.edits import classify
from pipeline.dedup.noise import only_noise, same_line_again
from pipeline.dedup.telling import overlap
from pipeline.model import Outcome, PageState, Relation, RelationKind, State, Verdict
from pipeline.store.protocol import Store
from pipeline.store.records import DueLink, Prepared

# Share of telling words in common from which on two titles are those of one article.
_SAME_TITLE = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Looks:
    """When to look again at what turns out not to be as it was; None: no other time than usual."""

    confirm_at: datetime | None = None  # a stored article whose page seems to be gone
    second_at: datetime | None = None  # a page that holds no article, but may yet; None: never
    edited_at: datetime | None = None  # an article that was edited


NEVER = Looks()


def state_of(made: Prepared) -> State:
    """The state of an article as a visit found it."""
    article = made.article
    return State(
        title=article.title,
        paragraphs=article.paragraphs,
        shape=article.shape,
        authors=article.authors,
        modified_at=article.modified_at,
        language=article.language,
        url=article.url,
        partial=article.verdict is Verdict.PARTIAL,
    )


def unless_noise(store: Store, relation: Relation, made: Prepared) -> Relation:
    """A revision, unless nothing but noise is different."""
    if relation.kind is not RelationKind.REVISION or relation.article is None:
        return relation
    states = store.edits.earlier(relation.article)
    after = state_of(made)
    reason = only_noise(states[-1], after)
    if not reason and same_line_again(states, after):
        reason = "only a line changed that changes at each visit"
    if not reason:
        return relation
    return replace(relation, kind=RelationKind.UNCHANGED, reason=f"same address, {reason}")


def text_before(store: Store, relation: Relation) -> State | None:
    """The text that a revision puts an end to; None if the relation is no revision."""
    if relation.kind is not RelationKind.REVISION or relation.article is None:
        return None
    return store.edits.earlier(relation.article)[-1]


def settled(
    store: Store, article: int, before: State | None, relation: Relation, made: Prepared,
    now: datetime,
) -> PageState:  # fmt: skip
    """Write what a visit found of a known article: the edit, and how its page stands now.

    ``before`` is what `text_before` gave ahead of the revision.
    """
    if before is not None:
        store.edits.add(article, classify(before, state_of(made)), now, revised=True)
    state = PageState(str(relation.scores.get("page", PageState.THERE.value)))
    if relation.kind in (RelationKind.REVISION, RelationKind.UNCHANGED):
        _stands(store, article, state, now, made)
    return state


def no_article(
    store: Store, link: DueLink, made: Prepared, now: datetime, due: datetime | None, looks: Looks
) -> tuple[PageState, datetime | None]:
    """Write what it means that the page of a link holds no article; returns when to come again."""
    article = store.ledger.article_of(link.id)
    verdict = made.article.verdict
    if article is None:
        hopeful = verdict in (Verdict.TOO_SHORT, Verdict.PAYWALLED)
        return PageState.THERE, looks.second_at if hopeful else None
    if verdict is Verdict.SOFT_404 or leads_home(link, made):
        said = (
            "says that nothing is here" if verdict is Verdict.SOFT_404 else "leads to the home page"
        )
        return PageState.GONE, missing(store, link, now, due, looks, said)
    state = store.edits.standing(article).state
    if verdict is Verdict.PAYWALLED:
        state = PageState.PAYWALLED
    elif verdict is Verdict.TOO_SHORT and _same_title(store, article, made):
        state = PageState.STUB
    else:
        return state, due  # a wall or a fault, which says nothing of the article
    _stands(store, article, state, now, made)
    return state, due


def missing(
    store: Store, link: DueLink, now: datetime, due: datetime | None, looks: Looks, said: str
) -> datetime | None:
    """Write that the page of a stored article was not there; returns when to come again.

    At the first time it is only noted: a server that is being restarted says so, too.  ``said`` is
    what the server answered, in words.
    """
    article = store.ledger.article_of(link.id)
    if article is None or store.edits.lives_elsewhere(article, link.id):
        return due
    standing = store.edits.standing(article)
    if standing.state is PageState.GONE:
        return due
    if standing.doubted_at is None:
        store.edits.doubt(article, now)
        return min((at for at in (due, looks.confirm_at) if at is not None), default=None)
    _, body, _ = store.articles.text_of(article)
    edit = pages_told.gone(body, said)
    store.edits.set_state(article, PageState.GONE, now)
    store.edits.add(article, edit, now, revised=False)
    return due


def unmodified(store: Store, link: DueLink, now: datetime) -> None:
    """Write that the page of a link is the very one that its text is from."""
    # What was a wall, a stub or no page at all is never taken for the page we know.
    article = store.ledger.article_of(link.id)
    if article is not None:
        _stands(store, article, PageState.THERE, now, None)


def corrected(
    store: Store, link: DueLink, outcome: Outcome, reason: str, article: int
) -> bool:  # fmt: skip
    """Put right the outcome of a link whose page held no article at first; False if it did."""
    held = store.ledger.link(link.id)
    if held is None or held.outcome is None or held.article is not None:
        return False
    first = held.outcome.value
    store.remaking.amend(link.id, outcome, f"looked at again, was {first}: {reason}", article)
    return True


def _stands(
    store: Store, article: int, state: PageState, now: datetime, made: Prepared | None
) -> None:
    """Write how a page stands, and an edit if it stood otherwise before."""
    standing = store.edits.standing(article)
    if standing.state is state:
        if standing.doubted_at is not None:
            store.edits.doubt(article, None)
        return
    store.edits.set_state(article, state, now)
    if state is PageState.THERE:
        edit = pages_told.back(standing.state, standing.since, now)
    else:
        title, body, _ = store.articles.text_of(article)
        left = made.article if made is not None else None
        edit = pages_told.shrunk(
            state, (title, body), (left.title, left.text) if left is not None else ("", "")
        )
    store.edits.add(article, edit, now, revised=False)


def leads_home(link: DueLink, made: Prepared) -> bool:
    """True if the front page came for a stored article: so outlets answer for what is no more."""
    if link.article is None:
        return False
    return urlsplit(link.url).path.strip("/") != "" == urlsplit(made.article.url).path.strip("/")


def _same_title(store: Store, article: int, made: Prepared) -> bool:
    title, _, _ = store.articles.text_of(article)
    return overlap(title, made.article.title) >= _SAME_TITLE
