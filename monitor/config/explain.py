"""What pydantic says about a configuration, told with line, key and a did-you-mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from monitor.config.environment import FromOutside, Missing
from monitor.config.mask import mask_text
from monitor.config.problems import Path, Problem, key_text
from monitor.config.suggest import did_you_mean
from monitor.config.tree import Map, Node, Seq

_PLAIN = {
    "missing": "is required",
    "extra_forbidden": "unknown key",
    "model_type": "must hold keys and values",
    "dict_type": "must hold keys and values",
    "tuple_type": "must be a list",
    "string_type": "must be text",
    "string_too_short": "is empty",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "date_type": "must be a day such as 2026-01-31",
    "date_parsing": "must be a day such as 2026-01-31",
    "date_from_datetime_parsing": "must be a day such as 2026-01-31",
    "date_from_datetime_inexact": "must be a day such as 2026-01-31",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "must be at least {}"),
    "greater_than": ("gt", "must be more than {}"),
    "less_than_equal": ("le", "must be at most {}"),
    "less_than": ("lt", "must be less than {}"),
    "string_too_long": ("max_length", "has more than {} characters"),
}
_SPELLINGS = {
    "id": "must be small letters, digits and hyphens, at most 64",
    "language": "must be a language code such as en or ar",
}


def explain(error: ValidationError, root: Map, model: type[BaseModel]) -> Iterator[Problem]:
    """One problem for each of pydantic's errors, except where a missing variable is the cause."""
    for item in error.errors(include_url=False):
        path, mark, value = find(root, _keys(item["loc"]))
        if isinstance(value, Missing):
            continue
        message, hint = _say(item, path, model)
        if isinstance(value, FromOutside) and len(value) > 0:
            # What came from the environment may be a secret, and is not to be repeated.
            message = message.replace(str(value), "***")
            hint = None if hint and str(value) in hint else hint
        yield Problem(
            message=mask_text(message),
            key=key_text(path),
            line=mark.line + 1,
            column=mark.column + 1,
            hint=hint,
        )


def _keys(loc: Iterable[int | str]) -> Path:
    return tuple(part for part in loc if part != "[key]")


def find(root: Map, path: Path) -> tuple[Path, Node, Node]:
    """The path as it is in the file, the mark nearest to it, and the value if it is all there.

    A key's mark is where the key stands, an item's where the item starts.  A number that meets no
    list is left out: some keys take one value or a list of them.
    """
    node: Any = root
    mark: Any = root.start
    real: list[str | int] = []
    lost = False
    for part in path:
        if isinstance(node, Seq) and isinstance(part, int) and part < len(node):
            mark, node = node.at[part][0], node[part]
        elif isinstance(part, int) and not isinstance(node, Seq):
            continue
        elif isinstance(node, Map) and part in node.at:
            mark, node = node.at[str(part)][0], node[str(part)]
        else:
            lost, node = True, None
        real.append(part)
    return tuple(real), mark, None if lost else node


def places(node: Node, path: Path = ()) -> Iterator[tuple[tuple[int, int], str]]:
    """Line and column of every value below a node, with its key as people write it."""
    if isinstance(node, Map):
        for key, value in node.items():
            mark = node.at[key][1]
            yield (mark.line + 1, mark.column + 1), key_text((*path, key))
            yield from places(value, (*path, key))
    elif isinstance(node, Seq):
        for index, value in enumerate(node):
            mark = node.at[index][0]
            yield (mark.line + 1, mark.column + 1), key_text((*path, index))
            yield from places(value, (*path, index))


def _say(item: Node, path: Path, model: type[BaseModel]) -> tuple[str, str | None]:
    kind, context, value = item["type"], item.get("ctx", {}), item.get("input")
    if kind == "value_error":
        message, _, advice = str(context.get("error", item["msg"])).partition("|")
        return message, advice or None
    if kind == "enum":
        known = re.findall(r"'([^']*)'", context.get("expected", ""))
        wanted = ", ".join(known[:-1]) + f" or {known[-1]}"
        return f"must be {wanted}{_not(value)}", did_you_mean(str(value), known)
    if kind == "extra_forbidden":
        return _PLAIN[kind], _known_key(str(path[-1]), path, model)
    if kind == "string_pattern_mismatch":
        name = str(path[-1]) if path else ""
        return _SPELLINGS.get(name, item["msg"]) + _not(value), _spelled(name, value)
    if kind in _BOUNDS:
        bound, message = _BOUNDS[kind]
        return message.format(context.get(bound)) + _not(value), None
    if kind in _PLAIN:
        hint = "write [] for none" if kind == "tuple_type" and value is None else None
        return _PLAIN[kind] + ("" if kind in ("missing", "string_too_short") else _not(value)), hint
    return str(item["msg"]), None


def _not(value: object) -> str:
    """What was found instead, in words."""
    if value is None:
        return ", but has no value"
    if isinstance(value, dict):
        return ", not keys and values"
    if isinstance(value, list):
        return ", not a list"
    return f", not '{str(value)[:60]}'"


def _spelled(name: str, value: object) -> str | None:
    if name != "id" or not isinstance(value, str):
        return None
    slug = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:64]
    return f"did you mean '{slug}'?" if slug else None


def _known_key(name: str, path: Path, model: type[BaseModel]) -> str | None:
    """Where an unknown key may have been meant to stand."""
    owner = model_at(path[:-1], model)
    if owner is None:
        return None
    for field, child in _children(owner):
        if name in child.model_fields:
            return f"'{name}' belongs under '{field}'"
    near = did_you_mean(name, owner.model_fields)
    if near:
        return near
    if name in model.model_fields:
        return f"'{name}' belongs at the top of the file"
    for field, child in _children(model):
        if name in child.model_fields:
            return f"'{name}' belongs under '{field}'"
    return "known here: " + ", ".join(owner.model_fields)


def model_at(path: Path, model: type[BaseModel]) -> type[BaseModel] | None:
    """The model whose keys stand at a path of the file, or None."""
    owner: type[BaseModel] | None = model
    skip = False
    for part in path:
        if isinstance(part, int):
            continue
        if skip:  # the name of a channel: any text
            skip = False
            continue
        field = owner.model_fields.get(part) if owner is not None else None
        if field is None:
            return None
        owner = next(_models(field.annotation), None)
        skip = str(field.annotation).startswith("dict")
    return owner


def _children(owner: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in owner.model_fields.items():
        for child in _models(field.annotation):
            yield name, child


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  any type form
    """The models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
