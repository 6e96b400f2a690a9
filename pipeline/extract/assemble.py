"""Runs the steps of an extraction in order: parse, metadata, rules, body, language, verdict."""

from __future__ import annotations

from pipeline.errors import HostileInputError
from pipeline.extract.agency import credited
from pipeline.extract.clean import Block
from pipeline.extract.document import Document, load
from pipeline.extract.engines import Engine
from pipeline.extract.guide import Guide
from pipeline.extract.language import language
from pipeline.extract.markup import body_html
from pipeline.extract.measures import measure
from pipeline.extract.metadata import Metadata, read
from pipeline.extract.override import Override
from pipeline.extract.pagesigns import observe, says_article, under_headlines
from pipeline.extract.prune import strip_code
from pipeline.extract.rules import digest
from pipeline.extract.site_study import Study
from pipeline.extract.verdict import judge
from pipeline.model import Article, Verdict


def assemble(
    html: str, url: str, extractor: str, find: Engine, guide: Guide, study: Study | None = None
) -> Article:
    """The article of a page; unlike ``extract`` it lets errors of its parts through.

    ``study`` looks on, and changes what the memory of the site knows better.
    """
    try:
        document = load(html, url, markup=guide.markup)
    except HostileInputError as error:
        return _nothing(url, extractor, str(error))
    except ValueError:
        return _nothing(url, extractor, "empty: nothing to parse")
    known = read(document, guide.habit)
    override = Override(guide.rules)
    override.fields(document, known)
    override.prune(document)
    article_type = says_article(document.tree)
    strip_code(document.tree)
    if study is not None:
        study.look(document.tree)
        study.amend(known)
    signs = observe(document.tree, known.provenance, article_type=article_type)
    blocks = _body(document, known, find, override, study)
    paragraphs = [block.text for block in blocks]
    body = "\n".join(paragraphs)
    tongue, origin = language(known.languages, body or signs.text, signs.text)
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
        agencies=known.agencies,
        published_at=known.published_at,
        modified_at=known.modified_at,
        published_certainty=known.published_certainty,
        modified_certainty=known.modified_certainty,
        language=tongue,
        summary=known.summary,
        image=known.image,
        section=known.section,
        tags=known.tags,
        site_name=known.site_name,
        paywalled=known.paywalled,
        provenance=dict(known.provenance),
        shape="".join(block.letter for block in blocks),
        html=body_html(blocks) if guide.markup else None,
        rules=digest(guide.rules),
        rule_hits=override.hits,
        measures=measures.told(),
    )


def _body(
    document: Document, known: Metadata, find: Engine, override: Override, study: Study | None
) -> list[Block]:
    """The paragraphs: what the configuration names, else what the engine finds."""
    told = override.body(document, known)
    blocks = told or find(document, known)
    # Before the site's memory is asked: a credit line recurs on every page.
    agencies, where = credited(known.credits, [block.text for block in blocks])
    if agencies:
        known.agencies = agencies
        known.provenance["agencies"] = where
    if study is None:
        return blocks
    return study.told(blocks) if told else study.body(blocks, known)


def _nothing(url: str, extractor: str, reason: str) -> Article:
    return Article(
        url=url, title="", paragraphs=(), verdict=Verdict.ERROR, reason=reason, extractor=extractor
    )
