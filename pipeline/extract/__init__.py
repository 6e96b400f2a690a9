"""Takes the article out of a page: title, paragraphs, authors, times, and a verdict."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from pipeline.model import Article, Verdict

if TYPE_CHECKING:
    from pipeline.extract.site_memory import Lesson, SiteMemory
    from pipeline.extract.site_study import Study

__all__ = ["Taught", "extract", "extract_with_lesson"]


class Taught(NamedTuple):
    """An article, what its page teaches, and what it would be without the memory of its site."""

    article: Article
    lesson: Lesson | None  # None: drawing it met a bug, which the caller counts
    unaided: Article | None  # None: the same title and text


def extract(
    html: str, url: str, *, engine: str = "auto", site: SiteMemory | None = None
) -> Article:
    """The article in the page ``html``, which came from ``url``.

    ``site`` is what is remembered of the source's pages, as ``SiteRecord.memory`` gives it.

    Never raises, whatever ``html`` is: what cannot be read has the verdict ERROR and a reason.
    Only an unknown ``engine`` (see ``engines.ENGINES``) is a ValueError.  Pure, but hostile pages
    can keep it busy: run it where it can be killed.
    """
    if site is None:
        return _extracted(html, url, engine, None)
    from pipeline.extract.site_study import Study

    return _extracted(html, url, engine, Study(site))


def extract_with_lesson(
    html: str, url: str, *, engine: str = "auto", site: SiteMemory | None = None
) -> Taught:
    """The same article, and what the page teaches about its site (for ``SiteRecord.learn``)."""
    from pipeline.extract.site_study import Study

    study = Study(site)
    article = _extracted(html, url, engine, study)
    lesson = None
    with suppress(Exception):  # one page must never stop the rest
        lesson = study.lesson(article)
    return Taught(article, lesson, study.unaided(article))


def _extracted(html: str, url: str, engine: str, study: Study | None) -> Article:
    from pipeline.extract.engines import engine as find_engine

    extractor, find = find_engine(engine)
    from pipeline.extract.assemble import assemble

    try:
        return assemble(html, url, extractor, find, study)
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
