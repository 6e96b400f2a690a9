"""A comparison of two texts for people: on a terminal, as plain text, as a page of HTML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from html import escape

from monitor.cli.differences import put_line
from monitor.cli.moments import local
from monitor.cli.options import Shape
from monitor.cli.output import put
from monitor.review.diff_told import Comparison, Part, Side
from monitor.review.diff_words import elided, worded
from pipeline.text.clean import clean_line
from pipeline.text.pieces import Kind, marked, spaced

_COUNTED: tuple[tuple[Kind, str], ...] = (
    ("edited", "changed"), ("gone", "cut"), ("new", "added"), ("same", "kept"),
)  # fmt: skip
_SIGN = {"same": " ", "gone": "-", "new": "+", "edited": "~"}


def show(found: Comparison, shape: Shape, *, whole: bool = False) -> None:
    """Write a comparison: changes with a few words around them, or all of both texts."""
    put_line([("gone", f"--- {_named(found.left, shape.zone)}")], shape)
    put_line([("new", f"+++ {_named(found.right, shape.zone)}")], shape)
    put("")
    runs = marked(clean_line(found.left.title), clean_line(found.right.title))
    title = [("same", clean_line(found.right.title))]
    put_line(title if found.same_title else worded(runs), shape)
    put("")
    same = 0
    for part in [*found.parts, None]:
        if part is not None and part.kind == "same" and not part.moved and not whole:
            same += 1
            continue
        if same:
            put_line([("same", f"    {same} paragraph{'' if same == 1 else 's'} the same")], shape)
            same = 0
        if part is not None:
            put_line(list(_line(part, whole=whole)), shape)
    put("")
    put(summed_up(found))


def _line(part: Part, *, whole: bool) -> Iterator[tuple[str, str]]:
    yield part.kind, f"  {'^' if part.moved and part.kind == 'same' else _SIGN[part.kind]} "
    if part.kind == "edited":
        runs = marked(clean_line(part.before, 0), clean_line(part.after, 0))
        yield from worded(runs) if whole else elided(runs)
    else:
        text = clean_line(part.before if part.kind == "gone" else part.after, 0)
        yield part.kind, text
    if part.moved:
        yield "same", "  (moved)"


def _named(side: Side, zone: tzinfo) -> str:
    state = "" if side.state is None else f" state {side.state},"
    return f"{side.source} {side.article},{state} {local(side.at, zone)}, {side.words} words"


def summed_up(found: Comparison) -> str:
    """Return what differs in one line."""
    if found.same:
        moved = any(part.moved for part in found.parts)
        return "the same text, word for word" + (", in another order" if moved else "")
    counts = [f"{n} {what}" for kind, what in _COUNTED if (n := found.count(kind))]
    shares = (
        f"{_percent(found.share_of_left)} of the first text stands in the second, "
        f"{_percent(found.share_of_right)} of the second in the first"
    )
    return f"paragraphs: {', '.join(counts)}; {shares}"


def _percent(share: float) -> str:
    return f"{min(99, round(share * 100)) if share < 1 else 100} %"


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 serif; }}
header, footer {{ font: .85rem/1.5 sans-serif; color: #555; }}
p {{ border-left: .25rem solid transparent; padding-left: .75rem; }}
p.gone {{ border-color: #c33; }} p.new {{ border-color: #292; }} p.edited {{ border-color: #b80; }}
del {{ background: #fdd; color: #900; }} ins {{ background: #dfd; color: #060; }}
ins {{ text-decoration: none; }}
@media (prefers-color-scheme: dark) {{
  body {{ background: #151515; color: #ddd; }} header, footer {{ color: #aaa; }}
  del {{ background: #411; color: #f99; }} ins {{ background: #131; color: #9e9; }}
}}
</style>
</head>
<body>
<header>
{heads}
</header>
<h1 dir="auto">{headline}</h1>
{paragraphs}
<footer>{summary}</footer>
</body>
</html>"""


def page(found: Comparison, zone: tzinfo) -> str:
    """Return a comparison as one page of HTML that needs nothing else."""
    heads = "\n".join(
        f"<div><{tag}>{escape(clean_line(_named(side, zone)))}</{tag}> "
        f"{escape(clean_line(side.url, 0))}</div>"
        for tag, side in (("del", found.left), ("ins", found.right))
    )
    title = clean_line(found.right.title)
    headline = escape(title) if found.same_title else _marked(found.left.title, title)
    return _PAGE.format(
        title=escape(title),
        heads=heads,
        headline=headline,
        paragraphs="\n".join(map(_paragraph, found.parts)),
        summary=escape(summed_up(found)),
    )


def _paragraph(part: Part) -> str:
    if part.kind == "edited":
        inside = _marked(part.before, part.after)
    elif part.kind == "same":
        inside = escape(clean_line(part.after, 0))
    else:
        tag, text = ("del", part.before) if part.kind == "gone" else ("ins", part.after)
        inside = f"<{tag}>{escape(clean_line(text, 0))}</{tag}>"
    moved = " <small>(moved)</small>" if part.moved else ""
    return f'<p class="{part.kind}" dir="auto">{inside}{moved}</p>'


def _marked(before: str, after: str) -> str:
    tags = {"gone": "<del>{}</del>", "new": "<ins>{}</ins>", "same": "{}"}
    runs = spaced(marked(clean_line(before, 0), clean_line(after, 0)))
    return "".join(tags.get(kind, "{}").format(escape(text)) for kind, text in runs)
