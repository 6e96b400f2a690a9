"""One story for people: header, origin, articles, and the paragraphs by outlets."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from monitor.cli.differences import put_line
from monitor.cli.moments import local
from monitor.cli.options import Shape, on_terminal
from monitor.cli.output import Column, Row, emit, put, put_prose, width_of
from monitor.cli.show_story import around
from monitor.review.diff_words import elided
from monitor.review.lengths import short
from pipeline.model import Certainty
from pipeline.text.clean import clean_line
from pipeline.text.compare import title_key
from pipeline.text.pieces import marked
from pipeline.times import from_iso

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_MARK = {"kept": "=", "changed": "~", "cut": "-", "added": "+", "absent": " "}
_STYLE = {"=": "same", "~": "edited", "-": "gone", "+": "new", "^": "edited"}
_LEGEND = "= kept  ^ moved  ~ changed  - cut  + added"
_ACROSS = 40  # marks in a row, so that a text of an 80-column terminal is left
_NARROW = 80
_WIDE = 120  # places of a terminal in which addresses are shown
_LONGEST = 600  # characters of an added text that are shown

_MEMBERS = (
    Column(key="column", title=" "),
    Column(key="id", kind="number"),
    Column(key="source", flexible=True),
    Column(key="seen"),
    Column(key="first_seen_at", kind="time", shown=False),
    Column(key="published_at", title="published"),
    Column(key="published_certainty", shown=False),
    Column(key="relation"),
    Column(key="share_of_origin", title="share", text=lambda row: _percent(row["share_of_origin"])),
    Column(key="share_of_own", shown=False),
    Column(key="word_count", title="words", kind="number"),
    Column(key="revisions", title="edits", text=lambda row: str(row["revisions"] or "")),
    Column(key="title", shown=False),
    Column(key="url", flexible=True),
)
_BESIDE = (
    Column(key="id", kind="number"),
    Column(key="story", kind="number"),
    Column(key="first_seen_at", title="seen", kind="time"),
    Column(key="source"),
    Column(key="relation"),
    Column(key="relation_to", title="of", kind="number"),
    Column(key="title", flexible=True),
)


def show(whole: Mapping[str, Any], shape: Shape) -> None:
    """Write a story as `story_told.told` gives it."""
    _head(whole, shape)
    letters = _columns(whole)
    put("")
    show_members(whole, shape, letters)
    _headlines(whole)
    if len(whole["members"]) > 1:
        _paragraphs(whole, letters, shape)
    if whole["beside"]:
        put("")
        put(around(whole["beside"]))
        emit(whole["beside"], _BESIDE, _listing(shape))
    if whole["points_at"]:
        put("")
        put("It has passages of:")
        emit(whole["points_at"], _BESIDE, _listing(shape))
    if whole["rulings"]:
        put("")
        put("Reviewers said:")
        for ruling in whole["rulings"]:
            said = "belong together" if ruling["together"] else "are two stories"
            note = f": {clean_line(ruling['note'])}" if ruling["note"] else ""
            put(f"  {local(ruling['at'], shape.zone)}  articles {ruling['article']} and "
                f"{ruling['other']} {said}{note}")  # fmt: skip


def _listing(shape: Shape) -> Shape:
    return Shape(form=shape.form, color=shape.color, zone=shape.zone)


def _head(whole: Mapping[str, Any], shape: Shape) -> None:
    put(clean_line(whole["title"]))
    outlets, articles = whole["outlets"], whole["articles"]
    count = f"{outlets} outlet{'' if outlets == 1 else 's'}"
    if articles != outlets:
        count += f", {articles} articles"
    first, last = (
        local(whole["first_seen_at"], shape.zone),
        local(whole["last_seen_at"], shape.zone),
    )
    when = first if articles == 1 else f"{first} to {last} ({short(whole['spread_s'])})"
    facts = [f"story {whole['id']}", count, when]
    if whole["agencies"]:
        facts.append("credits " + ", ".join(whole["agencies"]))
    facts.append(f"{whole['words']} words")
    if whole["edits"]:
        facts.append(f"{whole['edits']} edit{'' if whole['edits'] == 1 else 's'}")
    put_prose(clean_line(" · ".join(facts), 0))
    origin = whole["origin"]
    put_prose(clean_line(f"Likely origin ({origin['evidence']} evidence): {origin['words']}", 0))


def _columns(whole: Mapping[str, Any]) -> list[str]:
    """A letter for each article; those that made the same of each paragraph share one."""
    rows = whole["table"]["rows"]
    known: dict[tuple[Any, ...], str] = {}
    letters = []
    for n in range(len(whole["table"]["columns"])):
        cells = (row["cells"][n] for row in rows)
        key = tuple((c["kind"], c.get("text", ""), c.get("moved", False)) for c in cells)
        if key not in known:
            at, turn = len(known) % len(_LETTERS), len(known) // len(_LETTERS)
            known[key] = _LETTERS[at] * (turn + 1)
        letters.append(known[key])
    return letters


def show_members(
    whole: Mapping[str, Any], shape: Shape, letters: Sequence[str] | None = None
) -> None:
    """Write one line an article."""
    began = from_iso(whole["first_seen_at"])
    columns = letters or _columns(whole)
    rows: list[Row] = []
    for row, letter in zip(whole["members"], columns, strict=True):
        after = (from_iso(row["first_seen_at"]) - began).total_seconds()
        seen = f"+{short(after)}" if after >= 1 else "first"
        rows.append({**row, "column": letter, "seen": seen})
    told = (_dated(shape) if c.key == "published_at" and not shape.machine else c for c in _MEMBERS)
    narrow = on_terminal() and shutil.get_terminal_size().columns < _WIDE
    emit(rows, [c for c in told if not (narrow and c.key == "url")], shape)


def _dated(shape: Shape) -> Column:
    """The time of publication without its year, and a question mark if no program wrote it."""

    def text(row: Row) -> str:
        if row["published_at"] is None:
            return ""
        sure = row["published_certainty"] == Certainty.MACHINE
        return local(row["published_at"], shape.zone)[5:] + ("" if sure else " ?")

    return Column(key="published_at", title="published", text=text)


def _percent(share: float) -> str:
    """A share; only all of it is 100 %."""
    return f"{min(99, round(share * 100)) if share < 1 else 100} %"


def _headlines(whole: Mapping[str, Any]) -> None:
    """The headlines, where outlets wrote others of their own."""
    by_title: dict[str, list[Row]] = {}
    for row in whole["members"]:
        by_title.setdefault(title_key(row["title"]), []).append(row)
    if len(by_title) < 2:
        return
    put("")
    put("Headlines:")
    for rows in by_title.values():
        more = f" (+{len(rows) - 1})" if len(rows) > 1 else ""
        put_prose(clean_line(f"  {rows[0]['source']}{more}: {rows[0]['title']}", 0), "    ")


# -- the table ----------------------------------------------------------------------------------


def _paragraphs(whole: Mapping[str, Any], letters: Sequence[str], shape: Shape) -> None:
    rows = whole["table"]["rows"]
    shown = {letter: n for n, letter in reversed(list(enumerate(letters)))}
    order = sorted(shown.items(), key=lambda item: item[1])
    base = letters[whole["table"]["columns"].index(whole["table"]["origin"])]
    put("")
    if len(order) == 1:
        put("All have the same text, word for word.")
        return
    put(f"Paragraphs of {base} and what became of them:  {_LEGEND}")
    numbers = _numbers(rows)
    parts = iter(order)
    while part := list(islice(parts, _ACROSS)):
        _grid(rows, numbers, part, shape)
    _texts(rows, numbers, order, shape)


def _numbers(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What rows are called: 1, 2, … in the origin, and 2+1, 2+2 for what follows the second."""
    found: list[str] = []
    count = extra = 0
    for row in rows:
        if row["added"]:
            extra += 1
            found.append(f"{count}+{extra}")
        else:
            count, extra = count + 1, 0
            found.append(str(count))
    return found


def _grid(
    rows: Sequence[Mapping[str, Any]],
    numbers: Sequence[str],
    columns: Sequence[tuple[str, int]],
    shape: Shape,
) -> None:
    wide = max(map(len, numbers), default=1)
    put(f"{'':>{wide}}  {''.join(letter[-1] for letter, _ in columns)}")
    width = shutil.get_terminal_size().columns if on_terminal() else _NARROW
    left = max(20, width - wide - len(columns) - 4)
    for number, row in zip(numbers, rows, strict=True):
        marks = [_mark(row["cells"][n]) for _, n in columns]
        if not any(mark.strip() for mark in marks):
            continue  # an addition of columns in another part
        parts = [("same" if row["added"] else "plain", f"{number:>{wide}}  ")]
        parts += [(_STYLE.get(mark, "plain"), mark) for mark in marks]
        text = _cut(clean_line(row["text"], 0), left)
        put_line([*parts, ("same" if row["added"] else "plain", f"  {text}")], shape)


def _mark(cell: Mapping[str, Any]) -> str:
    return "^" if cell["kind"] == "kept" and cell.get("moved") else _MARK[cell["kind"]]


def _cut(text: str, places: int) -> str:
    if width_of(text) <= places:
        return text
    while text and width_of(text) >= places:
        text = text[: -max(1, (width_of(text) - places) // 2)]
    return text.rstrip() + "…"


def _texts(
    rows: Sequence[Mapping[str, Any]],
    numbers: Sequence[str],
    columns: Sequence[tuple[str, int]],
    shape: Shape,
) -> None:
    """The changed paragraphs word by word, and what was added."""
    for heading, kind in (("Changed:", "changed"), ("Added:", "added")):
        lines = list(_told(rows, numbers, columns, kind))
        if lines:
            put("")
            put(heading)
        for line in lines:
            put_line(line, shape)


def _told(
    rows: Sequence[Mapping[str, Any]],
    numbers: Sequence[str],
    columns: Sequence[tuple[str, int]],
    kind: str,
) -> Iterator[list[tuple[str, str]]]:
    for number, row in zip(numbers, rows, strict=True):
        by_text: dict[str, list[str]] = {}
        for letter, n in columns:
            cell = row["cells"][n]
            if cell["kind"] == kind:
                by_text.setdefault(cell.get("text") or row["text"], []).append(letter)
        before = clean_line(row["text"], 0)
        for at, (text, letters) in enumerate(by_text.items()):
            head = [("plain", f"  {number} "), ("edited", " ".join(letters)), ("plain", ": ")]
            if kind == "changed" or at:
                yield [*head, *elided(marked(before, clean_line(text, 0)))]
            else:
                yield [*head, ("new", clean_line(text, _LONGEST))]
