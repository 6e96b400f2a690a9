"""Runs the steps of an extraction in order: parse, metadata, body, language, verdict."""

from __future__ import annotations

from pipeline.errors import HostileInputError
from pipeline.extract.document import Element, load, xpath
from pipeline.extract.engines import Engine
from pipeline.extract.language import language
from pipeline.extract.metadata import read
from pipeline.extract.prune import strip_code
from pipeline.extract.site_study import Study
from pipeline.extract.verdict import Signals, judge
from pipeline.model import Article, Verdict

_PAGE_TEXT = 4_000  # characters of the page that the verdict looks at
_HEAD = 20_000  # characters of markup looked at for traces of bot walls

_VISIBLE = xpath("descendant::text()[normalize-space()]")
_LINKED = xpath("descendant::a//text()[normalize-space()]")


def assemble(
    html: str, url: str, extractor: str, find: Engine, study: Study | None = None
) -> Article:
    """The article of a page; unlike ``extract`` it lets errors of its parts through.

    ``study`` looks on, and changes what the memory of the site knows better.
    """
    try:
        document = load(html, url)
    except HostileInputError as error:
        return _nothing(url, extractor, str(error))
    except ValueError:
        return _nothing(url, extractor, "empty: nothing to parse")
    known = read(document)
    strip_code(document.tree)
    if study is not None:
        study.look(document.tree)
        study.amend(known)
    page_text, page_links = _visible(document.tree)
    blocks = find(document, known)
    if study is not None:
        blocks = study.body(blocks, known)
    paragraphs = [block.text for block in blocks]
    body = "\n".join(paragraphs)
    tongue, origin = language(known.languages, body or page_text)
    if tongue is not None:
        known.provenance["language"] = origin
    verdict, reason = judge(
        Signals(
            title=known.title,
            paragraphs=paragraphs,
            page_text=page_text,
            page_links=page_links,
            html_head=html[:_HEAD],
            paywalled=known.paywalled,
        )
    )
    return Article(
        url=url,
        title=known.title,
        paragraphs=tuple(paragraphs),
        verdict=verdict,
        reason=reason,
        extractor=extractor,
        canonical_url=known.canonical_url,
        authors=known.authors,
        published_at=known.published_at,
        modified_at=known.modified_at,
        language=tongue,
        summary=known.summary,
        image=known.image,
        section=known.section,
        tags=known.tags,
        site_name=known.site_name,
        paywalled=known.paywalled,
        provenance=dict(known.provenance),
        shape="".join(block.letter for block in blocks),
    )


def _nothing(url: str, extractor: str, reason: str) -> Article:
    return Article(
        url=url, title="", paragraphs=(), verdict=Verdict.ERROR, reason=reason, extractor=extractor
    )


def _visible(tree: Element) -> tuple[str, float]:
    """The beginning of the page's text, and the share of all of it that is in links."""
    body = tree.find(".//body")
    if body is None:
        return "", 0.0
    texts = _VISIBLE(body)
    whole = sum(map(len, texts))
    linked = sum(map(len, _LINKED(body)))
    return " ".join(" ".join(texts[:200]).split())[:_PAGE_TEXT], linked / max(whole, 1)
