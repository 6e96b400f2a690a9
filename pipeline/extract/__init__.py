"""Takes the article out of a page: title, paragraphs, authors, times, and a verdict."""

from __future__ import annotations

from pipeline.extract.habit import NO_HABIT, TimeHabit
from pipeline.extract.rules import Rules
from pipeline.model import Article, Verdict

__all__ = ["Rules", "TimeHabit", "extract"]


def extract(
    html: str,
    url: str,
    *,
    engine: str = "auto",
    rules: Rules | None = None,
    times: TimeHabit = NO_HABIT,
    markup: bool = False,
) -> Article:
    """The article in the page ``html``, which came from ``url``.

    ``text`` of the result is its paragraphs joined by newlines; with ``markup`` its ``html`` is the
    body as sanitised HTML: paragraphs, sub-headlines, lists, quotes, links and emphasis.
    ``rules`` say where the parts of the article are on pages of its source; where they find
    nothing, the engine's own guess stands.  ``times`` is how its source writes times: their zone,
    and the order of day and month.

    Never raises, whatever ``html`` is: what cannot be read has the verdict ERROR and a reason.
    Only an unknown ``engine`` (see ``engines.ENGINES``) is a ValueError, and a
    selector that is none.  Pure, but hostile pages
    can keep it busy: run it where it can be killed.
    """
    from pipeline.extract.engines import engine as find_engine

    extractor, find = find_engine(engine)
    from pipeline.extract.assemble import assemble
    from pipeline.extract.selectors import compiled

    for _, selector in rules.selectors() if rules else ():
        compiled(selector)
    try:
        return assemble(html, url, extractor, find, rules=rules, times=times, markup=markup)
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
