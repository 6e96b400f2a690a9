"""A page of the manual as text for a terminal, as source of a man page, and as Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from monitor import __version__
from monitor.manual.page import Command, ManualPage, Paragraph, Section, Terms

_INDENT = "    "
_KEPT = "\u00a0"  # a space at which no line ends
_CODE = re.compile(r"`([^`]+)`")


def as_text(page: ManualPage, *, width: int = 80, bold: bool = False) -> str:
    """Return a page for a terminal of so many columns; ``bold``: with escapes for headings."""
    lines = [*_heading("Name", bold), *_wrapped(f"{page.command} - {page.summary}", width), ""]
    for section in page.sections:
        lines += [*_heading(section.title, bold), *_text_of(section, width)]
        if lines[-1]:
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _heading(title: str, bold: bool) -> list[str]:
    return [f"\x1b[1m{title.upper()}\x1b[0m" if bold else title.upper()]


def _wrapped(text: str, width: int, indent: str = _INDENT, hanging: str = "") -> list[str]:
    return textwrap.wrap(
        text, max(width, 40), initial_indent=indent, subsequent_indent=indent + hanging,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _whole(line: str) -> str:
    """Keep what stands in brackets on one line."""
    return re.sub(r"\[[^\]]*\]", lambda found: found[0].replace(" ", _KEPT), line)


def _text_of(section: Section, width: int) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Paragraph):
            yield from _wrapped(_CODE.sub(r"\1", block.text), width)
            yield ""
        elif isinstance(block, Terms):
            for term, text in block.rows:
                yield from _wrapped(term, width)
                yield from _wrapped(_CODE.sub(r"\1", text), width, _INDENT * 2)
        else:
            if block.tells:
                yield from _wrapped(block.tells, width)
            prompt = "$ " if block.tells else ""
            line = block.line if prompt else _whole(block.line)
            lines = _wrapped(f"{prompt}{line}", width, _INDENT * (2 if prompt else 1), _INDENT)
            yield from (line.replace(_KEPT, " ") for line in lines)
            yield ""


def as_roff(page: ManualPage) -> str:
    """Return the source of a man page (macros of man(7), section 1)."""
    head = f'.TH "{page.name.upper()}" 1 "" "news monitor {__version__}" "News monitor"'
    lines = [head, ".SH NAME", f"{_roff(page.name)} \\- {_roff(page.summary)}"]
    for section in page.sections:
        lines.append(f".SH {section.title.upper()}")
        for block in section.blocks:
            if isinstance(block, Paragraph):
                lines += [".PP", _roff(block.text)]
            elif isinstance(block, Terms):
                for term, text in block.rows:
                    lines += [".TP", f"\\fB{_roff(term)}\\fR", _roff(text) or "\\ "]
            else:
                if block.tells:
                    lines += [".PP", _roff(block.tells)]
                lines += [".RS 4", ".nf", _roff(block.line), ".fi", ".RE"]
    return "\n".join(lines) + "\n"


def _roff(text: str) -> str:
    """Escape what means something to roff; what stands in code marks becomes bold."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    text = _CODE.sub(r"\\fB\1\\fR", text)
    return f"\\&{text}" if text.startswith((".", "\\(aq")) else text


def as_markdown(page: ManualPage, *, of_all: ManualPage) -> str:
    """Return a page as Markdown, its name a heading of the second level.

    What ``of_all``, the page of the program, says already is said there only.
    """
    known = {
        (section.title, row)
        for section in of_all.sections
        for block in section.blocks
        if isinstance(block, Terms) and page.verb
        for row in block.rows
    }
    lines = [f"## {page.command}", "", page.summary, ""]
    for section in (_less(section, known) for section in page.sections):
        if section.title not in ("Synopsis", "Description") and section.blocks:
            lines += [f"**{section.title}**", ""]
        lines += [line for block in section.blocks for line in _markdown(block)]
    return "\n".join(lines).rstrip() + "\n"


def _less(section: Section, known: set[tuple[str, tuple[str, str]]]) -> Section:
    """Return a section without rows that are known."""
    blocks: list[Paragraph | Terms | Command] = []
    for block in section.blocks:
        if isinstance(block, Terms):
            left = tuple(row for row in block.rows if (section.title, row) not in known)
            if left:
                blocks.append(Terms(left))
        else:
            blocks.append(block)
    return Section(section.title, tuple(blocks))


def _markdown(block: Paragraph | Terms | Command) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from (plain(block.text), "")
    elif isinstance(block, Terms):
        yield from ("| | |", "|---|---|")
        for term, text in block.rows:
            yield f"| `{in_cell(term)}` | {in_cell(plain(text))} |"
        yield ""
    else:
        if block.tells:
            yield from (f"{plain(block.tells)}:", "")
        yield from ("```sh", block.line, "```", "")


def in_cell(term: str) -> str:
    """Return text that may stand in a cell of a Markdown table."""
    return term.replace("|", "\\|")


def plain(text: str) -> str:
    """Keep Markdown from taking what stands outside of code marks for a mark of its own."""
    parts = _CODE.split(text)
    return "".join(
        f"`{part}`" if number % 2 else re.sub(r"([*_<\[])", r"\\\1", part)
        for number, part in enumerate(parts)
    )
