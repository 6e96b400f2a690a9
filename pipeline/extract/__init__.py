"""Takes the article out of a page: title, paragraphs, authors, times, and a verdict."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from pipeline.extract.guide import Guide
from pipeline.extract.habit import NO_HABIT, TimeHabit
from pipeline.extract.rules import Rules
from pipeline.model import Article, Verdict

if TYPE_CHECKING:
    from pipeline.extract.site_memory import Lesson, SiteMemory
    from pipeline.extract.site_study import Study

__all__ = ["Guide", "Rules", "Taught", "TimeHabit", "extract", "extract_with_lesson"]

_PLAIN = Guide()


class Taught(NamedTuple):
    """An article, what its page teaches, and what it would be without the memory of its site."""

    article: Article
    lesson: Lesson | None  # None: drawing it met a bug, which the caller counts
    unaided: Article | None  # None: the same title and text


def extract(
    html: str,
    url: str,
    *,
    engine: str = "auto",
    rules: Rules | None = None,
    site: SiteMemory | None = None,
    times: TimeHabit = NO_HABIT,
    markup: bool = False,
) -> Article:
    """The article in the page ``html``, which came from ``url``.

    ``text`` of the result is its paragraphs joined by newlines; with ``markup`` its ``html`` is the
    body as sanitised HTML: paragraphs, sub-headlines, lists, quotes, links and emphasis.
    ``rules`` say where the parts of the article are on pages of its source; where they find
    nothing, the engine's own guess stands.  ``site`` is what is remembered of the source's pages,
    as ``SiteRecord.memory`` gives it; ``times`` is how the source writes times: their zone, and the
    order of day and month.

    Never raises, whatever ``html`` is: what cannot be read has the verdict ERROR and a reason.
    Only an unknown ``engine`` (see ``engines.ENGINES``) is a ValueError, and a selector that is
    none.  Pure, but hostile pages can keep it busy: run it where it can be killed.
    """
    guide = Guide(engine=engine, rules=rules, site=site, times=times, markup=markup)
    if site is None:
        return _extracted(html, url, guide, None)
    from pipeline.extract.site_study import Study

    return _extracted(html, url, guide, Study(site))


def extract_with_lesson(html: str, url: str, guide: Guide = _PLAIN) -> Taught:
    """The same article, and what the page teaches about its site (for ``SiteRecord.learn``)."""
    from pipeline.extract.site_study import Study

    study = Study(guide.site)
    article = _extracted(html, url, guide, study)
    lesson = None
    with suppress(Exception):  # one page must never stop the rest
        lesson = study.lesson(article)
    return Taught(article, lesson, study.unaided(article))


def _extracted(html: str, url: str, guide: Guide, study: Study | None) -> Article:
    from pipeline.extract.engines import engine as find_engine

    extractor, find = find_engine(guide.engine)
    from pipeline.extract.assemble import assemble
    from pipeline.extract.selectors import compiled

    for _, selector in guide.rules.selectors() if guide.rules else ():
        compiled(selector)
    try:
        return assemble(html, url, extractor, find, guide, study)
    except Exception as error:  # noqa: BLE001 - one page must never stop the rest
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return Article(
            url=url,
            title="",
            paragraphs=(),
            verdict=Verdict.ERROR,
            reason=reason,
            extractor=extractor,
        )
