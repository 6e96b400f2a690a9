"""The rules for an address that is known: the same text, an edit, or another story altogether."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.dedup.candidates import Candidates, Incoming
from pipeline.dedup.rolling import Issue, is_next_issue
from pipeline.dedup.telling import overlap
from pipeline.model import PageState, Relation, RelationKind, Verdict
from pipeline.text import title_key, word_count, words

# Share of the telling words (Jaccard) below which two texts are strangers.  Measured on made edits
# and live blogs it is never under 0.5, and in 99 of 100 unrelated pairs under 0.09 (titles: 0.14).
STRANGER = 0.1
# A teaser that was edited differs less in length; the whole text is more than so many times longer.
FULLER = 1.5
# Share of the known words, below which a text that is part of them is a stub.
STUB = 0.4
# Share of a stub's runs of three words that are from the known text; "read on in our app" is not.
TAKEN_OVER = 0.7
_LEFT = {
    PageState.PAYWALLED: "same address, where only the beginning is free now",
    PageState.STUB: "same address, where only part of the text is left",
}


def same_url(new: Incoming, candidates: Candidates) -> Relation | None:
    """UNCHANGED or REVISION of the article at the same address, unless the address was re-used."""
    known = candidates.same_url
    if known is None:
        return None
    scores: dict[str, float | int | str] = {}
    same_body = known.body_hash == new.body_hash
    same_title = title_key(_old_title(candidates)) == title_key(new.article.title)
    old_content = candidates.same_url_content_hash
    if (same_body and same_title) if old_content is None else old_content == new.content_hash:
        kind, reason = RelationKind.UNCHANGED, "same address, same text"
    elif is_reused(new, candidates):
        return None
    elif (left := what_is_left(new, candidates)) is not None:
        kind, reason = RelationKind.UNCHANGED, _LEFT[left]
        scores["page"] = left.value
    else:
        changed = "title" if same_body and not same_title else "text"
        if not same_body and not same_title:
            changed = "title and text"
        kind, reason = RelationKind.REVISION, f"same address, {changed} changed"
    return Relation(kind=kind, article=known.id, story=known.story, reason=reason, scores=scores)


def reused_url(new: Incoming, candidates: Candidates) -> Relation | None:
    """NEW for a story that stands at the address of a wholly different one."""
    if candidates.same_url is None or not is_reused(new, candidates):
        return None
    reason = f"address re-used: nothing in common with article {candidates.same_url.id}"
    return Relation(kind=RelationKind.NEW, reason=reason)


def is_reused(new: Incoming, candidates: Candidates) -> bool:
    """True if the address holds another story now.

    Title and text then share almost no telling words with what it held, or it is one at which a new
    text stands each day under the same title.
    """
    known, old_text = candidates.same_url, candidates.same_url_text
    if known is None or old_text is None:
        return False
    text = new.article.text
    strange = overlap(_old_title(candidates), new.article.title) < STRANGER
    if strange and overlap(old_text, text) < STRANGER:
        return True
    old = Issue(text=old_text, published_at=known.published_at)
    return is_next_issue(old, Issue(text=text, published_at=new.article.published_at))


def what_is_left(new: Incoming, candidates: Candidates) -> PageState | None:
    """PAYWALLED or STUB for a page that shows only part of what is known; the fuller text stays."""
    if is_cut_off(new, candidates):
        return PageState.PAYWALLED
    return PageState.STUB if is_stub(new, candidates) else None


def is_stub(new: Incoming, candidates: Candidates) -> bool:
    """True if the text shrunk to a fraction and all but a little of that is from the known one.

    A text that was rewritten to a shorter one has words of its own.
    """
    old_text = candidates.same_url_text
    if old_text is None:
        return False
    left, whole = words(new.article.text), words(old_text)
    if not left or len(left) >= STUB * len(whole):
        return False
    known = set(_in_threes(whole))
    threes = _in_threes(left)
    return sum(three in known for three in threes) >= TAKEN_OVER * len(threes)


def is_cut_off(new: Incoming, candidates: Candidates) -> bool:
    """True if a wall hides most of what was read before; what the known text has more stays."""
    walled = new.article.paywalled or new.article.verdict is Verdict.PARTIAL
    old_text = candidates.same_url_text
    if not walled or old_text is None:
        return False
    return word_count(new.article.text) * FULLER < word_count(old_text)


def _in_threes(found: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(found, found[1:], found[2:], strict=False)) or [tuple(found)]


def _old_title(candidates: Candidates) -> str:
    if candidates.same_url_title is not None:
        return candidates.same_url_title
    return candidates.same_url.title if candidates.same_url else ""
