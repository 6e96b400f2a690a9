"""What the manual says of a verb, taken from the verb itself and from ``words.yaml``."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typer
import yaml

from monitor.cli.lazy import command_of
from monitor.cli.verbs import GROUPS, VERBS

_KINDS: dict[object, str] = {int: "N", float: "N", Path: "FILE"}
OWN, OUTPUT, GLOBAL = "Options", "Output", "Global options"


@dataclass(frozen=True, slots=True)
class Argument:
    """What stands behind a verb without a name."""

    name: str
    help: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its flags, what it takes and what it does."""

    flags: tuple[str, ...]
    value: str  # "" for a switch
    help: str
    group: str
    repeated: bool = False

    @property
    def written(self) -> str:
        """All its flags with the value, as one would type them."""
        return ", ".join(self.flags) + (f" {self.value}" if self.value else "")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Words, each with what it means."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A line to type, with what it does before it."""

    tells: str
    line: str


Block = Paragraph | Terms | Command


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a page."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ManualPage:
    """The page of one verb; ``verb`` is empty for the program as a whole."""

    verb: str
    summary: str
    sections: tuple[Section, ...]

    @property
    def name(self) -> str:
        """The name of the man page: ``monitor-topics-test``."""
        return "-".join(("monitor", *self.verb.split()))

    @property
    def command(self) -> str:
        """As it is typed: ``monitor topics test``."""
        return f"monitor {self.verb}".strip()


def names() -> list[str]:
    """Return all verbs and groups that have a page, "" for the program first."""
    return ["", *sorted({*VERBS, *GROUPS})]


def page(verb: str) -> ManualPage:
    """Return the page of a verb or group, of the program if ``verb`` is "".  Raises KeyError."""
    if verb in VERBS:
        return _verb_page(verb)
    if verb == "" or verb in GROUPS:
        return _group_page(verb)
    raise KeyError(verb)


def _verb_page(verb: str) -> ManualPage:
    command = command_of(verb)
    context = typer.Context(command, info_name=f"monitor {verb}")
    parameters = command.get_params(context)
    arguments = tuple(_arguments(parameters))
    options = tuple(_options(parameters))
    told = words()["verbs"].get(verb) or {}
    summary = VERBS[verb].help
    sections = [
        Section("Synopsis", (Command("", _synopsis(verb, arguments, options)),)),
        Section("Description", tuple(Paragraph(p) for p in (command.help or "").split("\n\n"))),
    ]
    if verb in GROUPS:
        sections.append(Section("Verbs", (_verbs_of(verb),)))
    if arguments:
        rows = tuple((a.name, a.help) for a in arguments)
        sections.append(Section("Arguments", (Terms(rows),)))
    own_groups = dict.fromkeys(o.group for o in options if o.group not in (OUTPUT, GLOBAL))
    for group in (*own_groups, OUTPUT, GLOBAL):
        rows = tuple((o.written, o.help) for o in options if o.group == group)
        if rows:
            sections.append(Section(group, (Terms(rows),)))
    sections += _common(told)
    return ManualPage(verb, summary, tuple(sections))


def _group_page(group: str) -> ManualPage:
    told = words()["verbs"].get(group) or {}
    name = f"monitor {group}".strip()
    summary = GROUPS[group] if group else str(words()["summary"])
    if group:
        text: tuple[Paragraph, ...] = (
            Paragraph(f"{summary} `{name} VERB --help` tells the options of one."),
        )
    else:
        text = tuple(Paragraph(p) for p in words()["description"])
    line = f"{name} [GLOBAL OPTIONS] VERB [OPTIONS] [ARGUMENTS]"
    sections = [
        Section("Synopsis", (Command("", line),)),
        Section("Description", text),
        Section("Verbs", (_verbs_of(group),)),
    ]
    if not group:
        options = _options(command_of("status").get_params(typer.Context(command_of("status"))))
        rows = tuple((o.written, o.help) for o in options if o.group == GLOBAL)
        sections.append(Section(GLOBAL, (Terms((*rows, ("--version", "Show the version."))),)))
    sections += _common(told)
    return ManualPage(group, summary, tuple(sections))


def _verbs_of(group: str) -> Terms:
    rows = []
    for verb in names()[1:]:
        above, _, word = verb.rpartition(" ")
        if above == group and verb != group:
            rows.append((word, VERBS[verb].help if verb in VERBS else GROUPS[verb]))
    return Terms(tuple(rows))


def _common(told: Mapping[str, Any]) -> Iterator[Section]:
    """Yield what every page ends with."""
    shared = words()
    codes = {**shared["exit"], **(told.get("exit") or {})}
    rows = tuple((str(code), text) for code, text in sorted(codes.items()) if text)
    yield Section("Exit status", (Terms(rows),))
    for title, key in (("Environment", "environment"), ("Files", "files")):
        found = {**shared[key], **(told.get(key) or {})}
        yield Section(title, (Terms(tuple(found.items())),))
    examples = told.get("examples") or {}
    if examples:
        lines = tuple(Command(tells, line) for line, tells in examples.items())
        yield Section("Examples", lines)
    also = tuple(told.get("also") or ())
    if also:
        yield Section("See also", (Paragraph(", ".join(f"monitor {verb}" for verb in also)),))


def _arguments(parameters: list[Any]) -> Iterator[Argument]:
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            name = parameter.metavar or str(parameter.name).upper()
            yield Argument(name, parameter.help or "", bool(parameter.required))


def _options(parameters: list[Any]) -> Iterator[Option]:
    for parameter in parameters:
        if parameter.param_type_name == "option" and not parameter.hidden:
            switch = parameter.is_flag or parameter.count
            flags = (*parameter.opts, *parameter.secondary_opts)
            text = parameter.help or ""
            default = _default(parameter)
            yield Option(
                tuple(sorted(flags, key=lambda flag: not flag.startswith("--"))),
                "" if switch else _value(parameter),
                f"{text} Default: {default}." if default else text,
                getattr(parameter, "rich_help_panel", None) or OWN,
                bool(parameter.multiple),
            )


def _value(parameter: Any) -> str:  # noqa: ANN401  typer's own type
    if parameter.metavar:
        return str(parameter.metavar)
    kind = parameter.type_descriptor.annotation
    kind = next(iter(typing.get_args(kind)), kind)  # of a list, or of what may be None
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(choice.value) for choice in kind)
    return _KINDS.get(kind, "TEXT")


def _default(parameter: Any) -> str:  # noqa: ANN401  typer's own type
    value = parameter.default
    if (
        parameter.is_flag
        or parameter.count
        or value is None
        or callable(value)
        or value in ("", ())
    ):
        return ""
    return str(getattr(value, "value", value))


def _synopsis(verb: str, arguments: tuple[Argument, ...], options: tuple[Option, ...]) -> str:
    parts = ["monitor", verb]
    for option in options:
        if option.group not in (OUTPUT, GLOBAL) and "--help" not in option.flags:
            short = option.flags[0] + (f" {option.value}" if option.value else "")
            parts.append(f"[{short}]" + ("..." if option.repeated else ""))
    if any(option.group == OUTPUT for option in options):
        parts.append("[OUTPUT OPTIONS]")
    parts += [a.name if a.needed or a.name.startswith("[") else f"[{a.name}]" for a in arguments]
    return " ".join(parts)


@cache
def words() -> dict[str, Any]:
    """Return what only people can say: examples, exit codes, what belongs together."""
    text = (files("monitor.manual") / "words.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
