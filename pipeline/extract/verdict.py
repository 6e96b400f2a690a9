"""Judges what kind of page was extracted, with the reason, and holds the thresholds for it."""

from __future__ import annotations

from pipeline.extract.measures import BROKEN_WORDS, GONE_WORDS, WALL_WORDS, Measures
from pipeline.model import Verdict

# All thresholds were set on 218 real news pages, of which every one is an article, and on the pages
# of tests/pages/verdict/rules; those of tests/pages/verdict/kept were only counted at the end.  A
# page that is no article and passes is seen by people; an article that does not pass is lost, so
# each limit leans to GOOD.  Words are those of ``Measures.size``.
MIN_WORDS = 20  # below, nothing can be an article; the shortest real ones have about 40
SURE_WORDS = 60  # from here on a text is not too short whatever else speaks against it
STUB_WORDS = 60  # a text behind a paywall below this length is only the stub
PARTIAL_WORDS = 200  # below this, and paywalled by its own word, it is worth keeping but not whole
LINK_LIST_SHARE = 0.75  # of the visible text in links; the body must be short as well,
HARDLY_ANY = 0.03  # and this share of the text at most: real briefs stand among 95 % of clutter
TEASERS = 0.6  # share of the body below headlines of other pages
# Shares of sentences.  In articles about walls, a sentence or two of ten is from one.
MOSTLY = 0.34
MOSTLY_DECLARED = 0.6  # on a page that says that it is an article: consent for embedded posts
# Are enough where there is hardly a text; less so for what stands somewhere on many pages, a
# message for when something should go wrong, and not for a banner about cookies.
HARDLY, SOME = 0.02, 0.1


def judge(measures: Measures) -> tuple[Verdict, str]:
    """The verdict and its reason in words; a pure function of the measures."""
    found = _wall(measures) or _no_text(measures)
    if found is not None:
        return found
    m = measures
    if (m.paywalled and m.size < PARTIAL_WORDS) or m.cut_off:
        return Verdict.PARTIAL, f"the first {m.words} words of a paid article"
    return Verdict.GOOD, f"{m.words} words in {m.paragraphs} paragraphs"


def _wall(m: Measures) -> tuple[Verdict, str] | None:
    """What stands in the article's place, if something does."""
    in_words = f"in {m.words} words"
    mostly = MOSTLY_DECLARED if m.declared else MOSTLY
    anything = mostly if m.size >= MIN_WORDS else HARDLY
    some = mostly if m.size >= MIN_WORDS and m.title else SOME  # messages of servers have no title
    for share, enough, limit, verdict, reason in (
        (m.bot, anything, WALL_WORDS, Verdict.BOT_BLOCK, "a challenge for bots"),
        (m.abroad, anything, GONE_WORDS, Verdict.BOT_BLOCK, "not shown in our country"),
        (m.broken, some, BROKEN_WORDS, Verdict.ERROR, "the outlet says that it is out of order"),
        (m.gone, anything, GONE_WORDS, Verdict.SOFT_404, "says that nothing is here"),
        (m.consent, mostly, WALL_WORDS, Verdict.CONSENT, "asks for consent"),
    ):
        if m.size < limit and share >= enough:
            return verdict, f"{reason}, {in_words}"
    if m.bot_markup and m.size < MIN_WORDS:
        return Verdict.BOT_BLOCK, f"a challenge for bots, {in_words}"
    if m.size < STUB_WORDS and (m.paywalled or m.pay_signs or m.cut_off):
        return Verdict.PAYWALLED, f"only what is before the paywall, {in_words}"
    return None


def _no_text(m: Measures) -> tuple[Verdict, str] | None:
    """What a page is that has no text of its own, if it has none."""
    if not m.page and not m.words:
        return Verdict.ERROR, "empty: the page has no text"
    if m.size < MIN_WORDS and m.no_script:
        return Verdict.ERROR, "empty: the page builds itself by script"
    if m.teasers >= TEASERS:
        return Verdict.LINK_LIST, f"{m.teasers:.0%} of the text are teasers below headlines"
    if m.page_links > LINK_LIST_SHARE and (
        m.size < MIN_WORDS or (m.size < SURE_WORDS and m.body_share < HARDLY_ANY and not m.declared)
    ):
        share = f"{m.page_links:.0%}"
        return Verdict.LINK_LIST, f"{share} of the page is links, {m.words} words are not"
    if m.size < MIN_WORDS:
        return Verdict.TOO_SHORT, f"{m.words} words"
    return None
