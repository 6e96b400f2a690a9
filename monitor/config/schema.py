"""The configuration's JSON Schema, for editors that complete and check while one types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from monitor.config.model import Config
from monitor.config.render import text_of
from monitor.config.timing import When

# Wherever a value is not simply text, a reference to the environment may stand for it.
_REFERENCE = {"type": "string", "pattern": r"\$\{[A-Za-z_]"}
_ASIDE = ("description", "default", "title")


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of what ``load`` accepts, each key with its description.

    Editors find it by ``# yaml-language-server: $schema=FILE`` in the first line of a file.
    Numbers and truth values in quotes, which ``load`` takes too, are left to be marked.
    """
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of the news monitor",
    }
    generated = Config.model_json_schema(mode="validation", schema_generator=_Generator)
    return {**described, **_clean(generated)}


class _Generator(GenerateJsonSchema):
    """Writes defaults as one would write them in the file."""

    def encode_default(self, dft: Any) -> Any:  # noqa: ANN401  pydantic's signature
        if isinstance(dft, (timedelta, When)):
            return str(text_of(dft))
        if isinstance(dft, tuple) and dft and isinstance(dft[0], timedelta):
            return text_of(dft)
        return super().encode_default(dft)


def _clean(node: Any) -> Any:  # noqa: ANN401  a JSON value
    """The schema without what tells nothing, and open for ``${NAME}``."""
    if isinstance(node, list):
        return [_clean(item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {}
    for key, value in node.items():
        # Titles made of names fill the editor; but a property may itself be called title.
        if key == "title" and isinstance(value, str):
            continue
        if key == "default" and value is None:
            continue
        if key in ("properties", "$defs"):
            result[key] = {name: _clean(item) for name, item in value.items()}
        elif key in ("default", "examples", "enum", "const"):
            result[key] = value
        else:
            result[key] = _clean(value)
    return _open(result)


def _open(node: dict[str, Any]) -> dict[str, Any]:
    if not _is_narrow(node):
        return node
    aside = {key: node[key] for key in _ASIDE if key in node}
    value = {key: item for key, item in node.items() if key not in aside}
    return {"anyOf": [value, _REFERENCE], **aside}


def _is_narrow(node: Mapping[str, Any]) -> bool:
    return "enum" in node or "pattern" in node or node.get("type") in ("integer", "boolean")
