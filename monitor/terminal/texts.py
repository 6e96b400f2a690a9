"""Stories as text for a terminal: one clean line where one is meant, nothing read as markup."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from rich.text import Text

from monitor.review.diff_told import Comparison
from monitor.review.lengths import short
from pipeline.store.inbox_query import InboxStory
from pipeline.store.review_records import StoryReview
from pipeline.text.clean import clean_line
from pipeline.text.pieces import marked, spaced
from pipeline.times import from_iso

GONE, NEW, SOFT, STRONG, MARK = "red strike", "green underline", "dim", "bold", "yellow"
_SIGNS = {"kept": "=", "changed": "~", "cut": "-", "added": "+", "absent": " "}
_STYLES = {"=": SOFT, "~": "blue", "-": "red", "+": "green", "^": "magenta", " ": ""}


def clock(value: str | None, zone: tzinfo) -> str:
    """Return a time for people: 2026-03-01 14:05."""
    return from_iso(value).astimezone(zone).strftime("%Y-%m-%d %H:%M") if value else ""


def row(
    story: InboxStory, reviewer: str, names: Mapping[str, str], topics: Mapping[str, str],
    zone: tzinfo, *, chosen: bool = False,
) -> Text:  # fmt: skip
    """Return two lines: the headline, and what there is to know of it."""
    mine = story.review_of(reviewer)
    done = bool(mine.read_at or mine.dismissed_at)
    text = Text(no_wrap=True, overflow="ellipsis", end="")
    text.append("[x] " if chosen else "", MARK)
    text.append("* " if mine.starred_at else "", MARK)
    text.append(clean_line(story.title, 300), SOFT if done else STRONG)
    text.append("\n    ")
    text.append(clock(story.first_seen_at, zone), SOFT)
    # What was decided and edited first: on a narrow terminal the rest of the line is cut off.
    for label, style in _marks(story, mine):
        text.append(f"  {clean_line(label, 60)}", style)
    outlets = story.outlet_names(names)
    shown = ", ".join(clean_line(name, 40) for name in outlets[:2])
    parts = [shown + (f" +{story.outlets - 2}" if story.outlets > 2 else "")]
    parts += [", ".join(story.agencies)] if story.agencies else []
    text.append("  " + clean_line(" · ".join(parts), 200), SOFT)
    for topic in story.topics:
        text.append(f"  {clean_line(topics.get(topic, topic), 60)}", "magenta")
    return text


def _marks(story: InboxStory, mine: StoryReview) -> list[tuple[str, str]]:
    marks = []
    if story.edits:
        marks.append(
            ("silently edited" if story.silent else "edited", "red" if story.silent else "blue")
        )
    if mine.read_at and story.revised_at and story.revised_at > mine.read_at:
        marks.append(("changed since you read it", "red"))
    marks += [(f"#{tag}", "green") for tag in story.tags]
    marks += [(f"note by {r.reviewer}", MARK) for r in story.reviews if r.note]
    marks += [(f"dismissed by {r.reviewer}", SOFT) for r in story.reviews if r.dismissed_at]
    if story.disputed:
        marks.append(("disputed", MARK))
    return marks


def story_text(
    whole: Mapping[str, Any], line: InboxStory, reviewer: str, names: Mapping[str, str],
    zone: tzinfo,
) -> Text:  # fmt: skip
    """Return the clean article with who ran it, who changed it, and what was decided."""
    article = whole["text"]
    text = Text()
    text.append(clean_line(article["title"], 500) + "\n", STRONG)
    facts = [names.get(article["source"], article["source"]), *article["authors"],
             *article["agencies"]]  # fmt: skip
    if article["published_at"]:
        facts.append(f"published {clock(article['published_at'], zone)}")
    facts += [f"seen {clock(article['first_seen_at'], zone)}", f"{article['word_count']} words"]
    text.append(clean_line(" · ".join(facts), 500) + "\n", SOFT)
    text.append(clean_line(article["url"], 500) + "\n\n", SOFT)
    _decided(text, line, reviewer)
    shape = article["shape"] or ""
    for n, paragraph in enumerate(article["body"].split("\n")):
        kind = shape[n] if n < len(shape) else "p"
        lead = {"l": "  - ", "q": "  | "}.get(kind, "")
        text.append(lead + clean_line(paragraph, 0) + "\n\n", STRONG if kind == "h" else "")
    _outlets(text, whole, zone)
    if whole["all_edits"]:
        text.append("Changed after publishing\n", STRONG)
        for edit in whole["all_edits"]:
            kinds = ", ".join([*edit["kinds"], *(["silent"] if edit["silent"] else [])])
            text.append(
                f"  {clock(edit['at'], zone)}  {kinds}\n", "red" if edit["silent"] else "blue"
            )
            text.append(f"    {clean_line(edit['summary'], 400)}\n")
        text.append("  D shows what changed\n\n", SOFT)
    for label, key in (("Stands beside it", "beside"), ("It has passages of", "points_at")):
        if whole[key]:
            text.append(f"{label}\n", STRONG)
            for one in whole[key]:
                text.append(f"  {one['relation']}: {clean_line(one['title'], 200)}\n")
            text.append("\n")
    return text


def _decided(text: Text, line: InboxStory, reviewer: str) -> None:
    for review in line.reviews:
        parts = [
            "read" * bool(review.read_at), "starred" * bool(review.starred_at),
            _dismissed(review),
            " ".join(f"#{clean_line(tag, 60)}" for tag in review.tags),
        ]  # fmt: skip
        said = ", ".join(part.strip() for part in parts if part)
        if not said and not review.note:
            continue
        who = "You" if review.reviewer == reviewer else clean_line(review.reviewer, 60)
        text.append(f"{who}: {said}\n", MARK)
        for part in (review.note or "").split("\n") if review.note else ():
            text.append(f"  {clean_line(part, 0)}\n", MARK)
        text.append("\n")


def _dismissed(review: StoryReview) -> str:
    reason = clean_line(review.dismiss_reason or "", 100)
    return f"dismissed {reason}" if review.dismissed_at else ""


def _outlets(text: Text, whole: Mapping[str, Any], zone: tzinfo) -> None:
    if len(whole["members"]) < 2:
        return
    text.append(f"Who ran it ({whole['outlets']} outlets; c shows the paragraphs)\n", STRONG)
    first = from_iso(whole["members"][0]["first_seen_at"])
    for member in whole["members"]:
        late = (from_iso(member["first_seen_at"]) - first).total_seconds()
        text.append(
            f"  {clock(member['first_seen_at'], zone)} {'+' + short(late) if late else '':>7}  "
            f"{member['relation']:<9} {_share(member['share_of_origin']):>4}  "
        )
        text.append(clean_line(member["outlet"], 60) + "\n", STRONG if not late else "")
    text.append(f"  {clean_line(whole['origin']['words'], 300)}\n\n", SOFT)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def table_text(whole: Mapping[str, Any]) -> Text:
    """Return the paragraphs of a story by outlet."""
    text = Text()
    text.append("Paragraph by outlet   = kept  ^ moved  ~ changed  - cut  + added\n\n", STRONG)
    outlets = {member["id"]: member["outlet"] for member in whole["members"]}
    if len(whole["table"]["columns"]) < len(outlets):
        text.append(f"The first of {len(outlets)} articles\n\n", SOFT)
    for n, article in enumerate(whole["table"]["columns"]):
        text.append(f"  {n + 1:>2}  {clean_line(outlets[article], 60)}\n", SOFT)
    text.append("\n")
    for line in whole["table"]["rows"]:
        for cell in line["cells"]:
            sign = "^" if cell.get("moved") and cell["kind"] == "kept" else _SIGNS[cell["kind"]]
            text.append(sign, _STYLES[sign])
        text.append("  " + clean_line(line["text"], 400) + "\n")
        for n, cell in enumerate(line["cells"]):
            if cell["kind"] == "changed" and cell.get("text"):
                text.append(f"      {n + 1}: ", SOFT)
                _words(text, line["text"], cell["text"])
                text.append("\n")
        text.append("\n")
    return text


def diff_text(found: Comparison, zone: tzinfo) -> Text:
    """Return what an edit changed, paragraphs that did not change left out."""
    text = Text()
    text.append(
        f"What changed: {clock(found.left.at, zone)} to {clock(found.right.at, zone)}\n\n", STRONG
    )
    if not found.same_title:
        _words(text, found.left.title, found.right.title)
        text.append("\n\n")
    for part in found.parts:
        if part.kind == "same":
            continue
        if part.kind == "edited":
            _words(text, part.before, part.after)
        else:
            style, body = (GONE, part.before) if part.kind == "gone" else (NEW, part.after)
            text.append(clean_line(body, 0), style)
        text.append("\n\n")
    return text


def _words(text: Text, before: str, after: str) -> None:
    """Signs stand around words too, for terminals without colours."""
    for kind, piece in spaced(marked(clean_line(before, 0), clean_line(after, 0))):
        if kind == "gone":
            text.append(f"[-{piece}-]", GONE)
        elif kind == "new":
            text.append(f"{{+{piece}+}}", NEW)
        else:
            text.append(piece)


__all__ = ["clock", "diff_text", "row", "story_text", "table_text"]
