"""Judges what kind of page was extracted, with the reason, and holds the thresholds for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract.walls import BOT, BOT_MARKUP, CONSENT, CUT_OFF, NOT_FOUND, PAYWALL
from pipeline.model import Verdict
from pipeline.text import word_count

# All thresholds were set on 218 real news pages, of which every one is an article; the shortest
# have about 40 words (a sports result, an agency flash).  A page that is no article and passes is
# seen by people; an article that does not pass is lost, so each limit leans to GOOD.
MIN_WORDS = 20  # of body text; below, nothing can be an article
SURE_WORDS = 60  # from here on a text is not too short whatever else speaks against it
LINK_LIST_SHARE = 0.75  # of the visible text in links; the body must be short as well
WALL_WORDS = 250  # consent and bot walls say little; longer texts that mention cookies are articles
NOT_FOUND_WORDS = 120
STUB_WORDS = 60  # a text behind a paywall below this length is only the stub
PARTIAL_WORDS = 200  # below this, and paywalled by its own word, it is worth keeping but not whole
_GLIMPSE = 2_000  # characters of the page that stand for a body that was not found


@dataclass(frozen=True, slots=True)
class Signals:
    """What the judgement looks at."""

    title: str
    paragraphs: Sequence[str]
    page_text: str  # all visible text of the page, cut at some thousand characters
    page_links: float  # share of the visible text in links
    html_head: str  # the beginning of the markup, for traces of bot walls
    paywalled: bool  # as the page states about itself


def judge(signals: Signals) -> tuple[Verdict, str]:
    """The verdict and its reason in words."""
    body = " ".join(signals.paragraphs)
    words = word_count(body)
    if not signals.page_text and words == 0:
        return Verdict.ERROR, "empty: the page has no text"
    said = f"{signals.title}\n{body or signals.page_text[:_GLIMPSE]}"
    for found, verdict, reason in (
        (_is_bot_wall(signals, said, words), Verdict.BOT_BLOCK, "a challenge for bots"),
        (_is_soft_404(signals, said, words), Verdict.SOFT_404, "says that nothing is here"),
        (_is_consent(signals, words), Verdict.CONSENT, "asks for consent"),
        (_is_stub(signals, body, words), Verdict.PAYWALLED, "only what is before the paywall"),
    ):
        if found:
            return verdict, f"{reason}, in {words} words"
    if words < SURE_WORDS and signals.page_links > LINK_LIST_SHARE:
        share = f"{signals.page_links:.0%}"
        return Verdict.LINK_LIST, f"{share} of the page is links, {words} words are not"
    if words < MIN_WORDS:
        return Verdict.TOO_SHORT, f"{words} words"
    if (signals.paywalled and words < PARTIAL_WORDS) or CUT_OFF.search(body[-300:]):
        return Verdict.PARTIAL, f"the first {words} words of a paid article"
    return Verdict.GOOD, f"{words} words in {len(signals.paragraphs)} paragraphs"


def _is_bot_wall(signals: Signals, said: str, words: int) -> bool:
    if words >= SURE_WORDS:
        return words < WALL_WORDS and BOT.search(signals.title) is not None
    return BOT.search(said) is not None or (
        words < MIN_WORDS and BOT_MARKUP.search(signals.html_head) is not None
    )


def _is_soft_404(signals: Signals, said: str, words: int) -> bool:
    if words >= NOT_FOUND_WORDS:
        return False
    where = said if words < SURE_WORDS else signals.title
    return NOT_FOUND.search(where) is not None


def _is_consent(signals: Signals, words: int) -> bool:
    if words >= WALL_WORDS:
        return False
    return _mostly(CONSENT, signals.paragraphs or [signals.page_text[:_GLIMPSE]])


def _is_stub(signals: Signals, body: str, words: int) -> bool:
    if words >= STUB_WORDS:
        return False
    if signals.paywalled:
        return True
    return PAYWALL.search(f"{body}\n{signals.page_text}") is not None


def _mostly(pattern: re.Pattern[str], paragraphs: Sequence[str]) -> bool:
    """True if paragraphs that match ``pattern`` hold a third of the text."""
    whole = sum(map(len, paragraphs))
    matching = sum(len(paragraph) for paragraph in paragraphs if pattern.search(paragraph))
    return whole > 0 and matching * 3 >= whole
