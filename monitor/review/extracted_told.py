"""An article as it was just taken out of a page, as JSON tells it."""

from __future__ import annotations

from typing import Any

from monitor.jobs import PageRead
from pipeline.times import to_iso


def article_json(read: PageRead) -> dict[str, Any]:
    """Return verdict, measures, text, fields with origin, and what each rule found."""
    assert read.prepared is not None
    article, origin = read.prepared.article, read.prepared.article.provenance
    sure = {
        "published_at": article.published_certainty,
        "modified_at": article.modified_certainty,
    }
    values: dict[str, Any] = {
        "title": article.title,
        "authors": list(article.authors),
        "agencies": list(article.agencies),
        "published_at": article.published_at,
        "modified_at": article.modified_at,
        "language": article.language,
        "section": article.section,
        "tags": list(article.tags),
        "site_name": article.site_name,
        "image": article.image,
        "canonical_url": article.canonical_url,
        "summary": article.summary,
    }
    return {
        "verdict": article.verdict.value,
        "reason": article.reason,
        "is_article": article.verdict.is_article,
        "extractor": article.extractor,
        "measures": dict(article.measures),
        "title": article.title,
        "words": read.prepared.word_count,
        "paragraphs": list(article.paragraphs),
        "rules": [
            {"field": name, "selector": selector, "found": found}
            for (name, selector), found in article.rule_hits.items()
        ],
        "fields": {
            name: {
                "value": to_iso(value) if hasattr(value, "tzinfo") else value,
                "origin": origin.get(name),
                **({"certainty": sure[name].value} if name in sure else {}),
            }
            for name, value in values.items()
            if value
        },
    }
