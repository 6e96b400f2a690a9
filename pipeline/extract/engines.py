"""The engines that find the body of an article; a new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from pipeline.extract.clean import Block
from pipeline.extract.document import Document
from pipeline.extract.metadata import Metadata

# Takes the page (whose tree it may use up) and what the metadata says; gives clean paragraphs.
Engine = Callable[[Document, Metadata], list[Block]]

# name -> (extractor and version that articles carry, "module:function"), imported when first used
ENGINES: dict[str, tuple[str, str]] = {
    "auto": ("auto/1", "pipeline.extract.auto_engine:paragraphs"),
    "readability": ("readability/1", "pipeline.extract.readability_engine:paragraphs"),
}


def engine(name: str) -> tuple[str, Engine]:
    """The extractor's name and version, and the engine itself.  ValueError if unknown."""
    try:
        extractor, where = ENGINES[name]
    except KeyError:
        raise ValueError(f"unknown engine {name!r}; known: {', '.join(ENGINES)}") from None
    module, function = where.split(":")
    return extractor, cast("Engine", getattr(import_module(module), function))
