"""The decision what a text is to those that are known: the first rule that answers has it."""

from __future__ import annotations

from pipeline.dedup.candidates import Candidates, Incoming, Rule
from pipeline.dedup.same_body import copy, moved_url
from pipeline.dedup.same_url import reused_url, same_url
from pipeline.model import Article, Relation, RelationKind

# In this order; a new rule is a function in a file of its own and a line here.
RULES: tuple[Rule, ...] = (
    same_url,  # UNCHANGED, REVISION
    moved_url,  # UNCHANGED
    copy,  # COPY
    reused_url,  # NEW, with the reason
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
    return Relation(kind=RelationKind.NEW, reason="no known article has this address or this text")
