"""Text of every script: made clean to show, equal to compare, and ready to search."""

from pipeline.text.clean import clean_line, clean_paragraph, excerpt
from pipeline.text.compare import (
    body_hash,
    content_hash,
    normalise,
    title_key,
    word_count,
    words,
)
from pipeline.text.query import parse_query
from pipeline.text.search import SEARCH_SCHEME, search_text

__all__ = [
    "SEARCH_SCHEME",
    "body_hash",
    "clean_line",
    "clean_paragraph",
    "content_hash",
    "excerpt",
    "normalise",
    "parse_query",
    "search_text",
    "title_key",
    "word_count",
    "words",
]
