"""The extractors that can be measured: our engines, and public tools where they are installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pipeline.errors import MonitorError


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What an extractor says of a page; None where it says nothing of that kind at all."""

    text: str
    title: str | None = None
    authors: tuple[str, ...] | None = None
    published: datetime | None = None
    dated: bool = False  # True if it looks for times
    failed: str | None = None  # why there is no result


Extractor = Callable[[str, str], Found]  # (html, url)


def names() -> Iterator[str]:
    """All that can be measured here."""
    from pipeline.extract.engines import ENGINES

    yield from ENGINES
    for name, (package, _) in _BASELINES.items():
        try:
            version(package)
        except PackageNotFoundError:
            continue
        yield name


def extractor(name: str) -> Extractor:
    """The extractor of that name.  Raises MonitorError for one that is unknown or not installed."""
    from pipeline.extract.engines import ENGINES

    if name in ENGINES:
        return _engine(name)
    if name not in _BASELINES:
        known = ", ".join((*ENGINES, *_BASELINES))
        raise MonitorError(f"no extractor {name!r}; known: {known}")
    package, make = _BASELINES[name]
    try:
        return make()
    except ImportError as error:
        raise MonitorError(f"{name} is not installed: pip install {package}") from error


def described(name: str) -> str:
    """The name with its version."""
    from pipeline.extract.engines import ENGINES

    if name in ENGINES:
        return f"{name} ({ENGINES[name][0]})"
    return f"{name} ({_BASELINES[name][0]} {version(_BASELINES[name][0])})"


def _engine(name: str) -> Extractor:
    from pipeline.extract import extract
    from pipeline.model import Verdict

    def run(html: str, url: str) -> Found:
        article = extract(html, url, engine=name)
        return Found(
            text=article.text,
            title=article.title,
            authors=article.authors,
            published=article.published_at,
            dated=True,
            failed=article.reason if article.verdict is Verdict.ERROR else None,
        )

    return run


def _trafilatura(**options: Any) -> Extractor:  # noqa: ANN401 - the library's own options
    traf: Any = import_module("trafilatura")

    def run(html: str, url: str) -> Found:
        got = traf.bare_extraction(html, url=url, with_metadata=True, **options)
        if got is None:
            return Found(text="", title="", authors=(), dated=True)
        authors = tuple(filter(None, (a.strip() for a in (got.author or "").split(";"))))
        return Found(
            text=got.text or "",
            title=got.title or "",
            authors=authors,
            published=_day(got.date),
            dated=True,
        )

    return run


def _stock_readability() -> Extractor:
    """readability-lxml as its readme uses it, its HTML made text by lxml."""
    lxml_html: Any = import_module("lxml.html")
    readability: Any = import_module("readability")

    def run(html: str, url: str) -> Found:
        document = readability.Document(html, url=url)
        tree = lxml_html.fromstring(document.summary(html_partial=True))
        for block in tree.iter("p", "div", "li", "br", "h1", "h2", "h3", "h4", "blockquote"):
            block.tail = f"\n{block.tail or ''}"
        lines = (" ".join(line.split()) for line in tree.text_content().splitlines())
        return Found(text="\n".join(filter(None, lines)), title=document.short_title())

    return run


def _day(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


# name -> (package to install, what makes it)
_BASELINES: dict[str, tuple[str, Callable[[], Extractor]]] = {
    "trafilatura": ("trafilatura", _trafilatura),
    "trafilatura-fast": ("trafilatura", lambda: _trafilatura(fast=True)),
    "readability-lxml": ("readability-lxml", _stock_readability),
}
