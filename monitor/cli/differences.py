"""Shows how an article reads before and after: fields, and paragraphs with what became of each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from monitor.cli.moments import local
from monitor.cli.options import Shape, on_terminal
from monitor.cli.output import put
from monitor.review.diff_words import worded
from pipeline.text.clean import clean_line
from pipeline.text.pieces import Piece, marked, pieces

if TYPE_CHECKING:
    from rich.text import Text

_SIGN = {"gone": "-", "new": "+", "edited": "~", "same": " "}
_STYLE = {"gone": "red", "new": "green", "edited": "yellow", "same": "dim"}
_LISTS = ("authors", "tags", "agencies")


def counted(before: str, after: str) -> dict[str, int]:
    """Return how many paragraphs are gone, new, edited and the same."""
    kinds = [piece.kind for piece in pieces(_paragraphs(before), _paragraphs(after))]
    return {name: kinds.count(name) for name in ("gone", "new", "edited", "same")}


def told(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the difference of visible columns as JSON tells it; ``after`` has what changed."""
    fields = {
        name: {"before": _plain(name, before[name]), "after": _plain(name, value)}
        for name, value in after.items()
        if name != "body"
    }
    if "body" not in after:
        return {"fields": fields, "paragraphs": []}
    found = pieces(_paragraphs(before["body"]), _paragraphs(after["body"]))
    return {
        "fields": fields,
        "paragraphs": [{"kind": p.kind, "before": p.before, "after": p.after} for p in found],
    }


def tell(before: Mapping[str, Any], after: Mapping[str, Any], shape: Shape) -> None:
    """Show a difference of visible columns, in colours on a terminal."""
    for name, value in after.items():
        if name == "body":
            continue
        old, new = _shown(name, before[name], shape), _shown(name, value, shape)
        put_line([("plain", f"  {name}: "), ("gone", old or "nothing"), ("plain", " -> "),
                  ("new", new or "nothing")], shape)  # fmt: skip
    if "body" in after:
        tell_pieces(pieces(_paragraphs(before["body"]), _paragraphs(after["body"])), shape)


def tell_pieces(found: Sequence[Piece], shape: Shape) -> None:
    """Show paragraphs that are gone (-), new (+) and edited (~); of the others only how many."""
    same = 0
    for piece in [*found, None]:
        if piece is not None and piece.kind == "same":
            same += 1
            continue
        if same:
            what = "paragraph" if same == 1 else "paragraphs"
            put_line([("same", f"    {same} {what} as before")], shape)
            same = 0
        if piece is None:
            return
        head = (piece.kind, f"  {_SIGN[piece.kind]} ")
        if piece.kind != "edited":
            put_line([head, (piece.kind, clean_line(piece.before or piece.after, 0))], shape)
            continue
        put_line([head, *_words(piece)], shape)


def _words(piece: Piece) -> list[tuple[str, str]]:
    return worded(marked(clean_line(piece.before, 0), clean_line(piece.after, 0)))


def put_line(parts: Sequence[tuple[str, str]], shape: Shape) -> None:
    """Write a line of (kind, text), coloured on a terminal that may show colours."""
    if not (shape.color and on_terminal()):
        put("".join(text for _, text in parts))
        return
    from monitor.cli.tables import console

    console(shape).print(_styled(parts), soft_wrap=False)


def _styled(parts: Sequence[tuple[str, str]]) -> Text:
    from rich.text import Text

    line = Text()
    for kind, text in parts:
        line.append(text, style=_STYLE.get(kind, ""))
    return line


def _paragraphs(body: str) -> list[str]:
    return body.split("\n") if body else []


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401  a column of the store, as JSON has it
    return json.loads(value) if name in _LISTS else value


def _shown(name: str, value: Any, shape: Shape) -> str:  # noqa: ANN401  a column of the store
    if value is None:
        return ""
    if name in _LISTS:
        return clean_line(", ".join(json.loads(value)))
    if name.endswith("_at"):
        return local(value, shape.zone)
    if name == "paywalled":
        return "yes" if value else "no"
    return clean_line(str(value), 200)
