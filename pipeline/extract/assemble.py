"""Runs the steps of an extraction in order: parse, metadata, body, language, verdict."""

from __future__ import annotations

from pipeline.errors import HostileInputError
from pipeline.extract.document import load
from pipeline.extract.engines import Engine
from pipeline.extract.language import language
from pipeline.extract.measures import measure
from pipeline.extract.metadata import read
from pipeline.extract.pagesigns import observe, says_article, under_headlines
from pipeline.extract.prune import strip_code
from pipeline.extract.verdict import judge
from pipeline.model import Article, Verdict


def assemble(html: str, url: str, extractor: str, find: Engine) -> Article:
    """The article of a page; unlike ``extract`` it lets errors of its parts through."""
    try:
        document = load(html, url)
    except HostileInputError as error:
        return _nothing(url, extractor, str(error))
    except ValueError:
        return _nothing(url, extractor, "empty: nothing to parse")
    known = read(document)
    article_type = says_article(document.tree)
    strip_code(document.tree)
    signs = observe(document.tree, known.provenance, article_type=article_type)
    blocks = find(document, known)
    paragraphs = [block.text for block in blocks]
    body = "\n".join(paragraphs)
    tongue, origin = language(known.languages, body or signs.text)
    if tongue is not None:
        known.provenance["language"] = origin
    measures = measure(
        blocks,
        known.title,
        signs,
        html,
        lambda: under_headlines(document.fresh()),
        paywalled=known.paywalled,
    )
    verdict, reason = judge(measures)
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
        measures=measures.told(),
    )


def _nothing(url: str, extractor: str, reason: str) -> Article:
    return Article(
        url=url, title="", paragraphs=(), verdict=Verdict.ERROR, reason=reason, extractor=extractor
    )
