"""The decision what a text is to those that are known: the first rule that answers has it."""

from __future__ import annotations

from pipeline.dedup.candidates import Candidates, Incoming, Rule
from pipeline.dedup.moved import moved
from pipeline.dedup.same_body import copy, moved_url
from pipeline.dedup.same_story import ENOUGH, contains, copy_in_part, related, shown_roundup
from pipeline.dedup.same_url import reused_url, same_url
from pipeline.model import Article, Relation, RelationKind

# In this order; a new rule is a function in a file of its own and a line here.
RULES: tuple[Rule, ...] = (
    same_url,  # UNCHANGED, REVISION
    moved_url,  # UNCHANGED
    moved,  # UNCHANGED
    copy,  # COPY
    contains,  # CONTAINS
    copy_in_part,  # COPY, REVISION beside the known article
    reused_url,  # NEW, with the reason
    shown_roundup,  # NEW, of a story that a stored round-up holds
    related,  # RELATED
)


def decide(
    article_url_key: str,
    source: str,
    article: Article,
    body_hash: str,
    content_hash: str,
    candidates: Candidates,
) -> Relation:
    """What the article is to the candidates, and why.

    ``source`` is the slug of its outlet; the hashes are those of `pipeline.text`.  NEW carries no
    article and no story: the store begins one.
    """
    new = Incoming(
        url_key=article_url_key,
        source=source,
        article=article,
        body_hash=body_hash,
        content_hash=content_hash,
    )
    for rule in RULES:
        relation = rule(new, candidates)
        if relation is not None:
            return relation
    own = candidates.own
    if own is not None and own.size < ENOUGH:
        return Relation(
            kind=RelationKind.NEW,
            reason=f"{own.size} words of its own, too few to be compared",
            scores={"own_words": own.size},
        )
    return Relation(kind=RelationKind.NEW, reason="no known article has this address or this text")
