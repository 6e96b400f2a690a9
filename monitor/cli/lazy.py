"""A typer group whose verbs are imported when they are called, not when help lists them."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from monitor.cli import output
from monitor.cli.options import (
    GLOBAL_OPTIONS,
    SHAPE_OPTIONS,
    Given,
    Shape,
    given_from,
    shape_from,
)
from monitor.cli.verbs import GROUPS, VERBS, Verb

_DEFAULTS: dict[str, object] = {
    "verbose_": 0, "quiet_": False, "no_color_": False, "json_": False, "jsonl_": False,
    "csv_": False, "table_": False,
}  # fmt: skip
_SETTINGS = {"help_option_names": ["-h", "--help"]}


class OutputClosedError(Exception):
    """Whoever read our output went away."""


class QuickCommand(TyperCommand):
    """A command whose texts and flags do not go through pydantic."""

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401  typer's own types
        """See typer."""
        return _spared(super().get_params(ctx))


class VerbGroup(TyperGroup):
    """Replaces the placeholder of a verb by the verb itself the moment it is called."""

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401  typer's own types
        """See typer."""
        return _spared(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  typer's own types
        """See typer."""
        alone = self.name in GROUPS and self.name in VERBS
        if alone and (not args or args[0] not in self.commands):
            args = ["", *args]  # the group itself is the verb
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  typer's own types
        """See typer."""
        group = self.name if self.name in GROUPS else ""
        name = f"{group} {args[0]}".strip()
        if name in VERBS and (group or name not in GROUPS):
            self.commands[args[0]] = _command(args[0], VERBS[name])
        return super().resolve_command(ctx, args)


def application(root: Callable[..., None]) -> Any:  # noqa: ANN401  typer's own types
    """Return the whole command; ``root`` takes the global options before the verb."""
    app = _typer(name="monitor")
    app.callback()(_with_options(root))
    groups = {name: _typer(name=name, help=text) for name, text in GROUPS.items()}
    for name, verb in VERBS.items():
        group, _, word = name.rpartition(" ")
        if name not in GROUPS:
            (groups[group] if group else app).command(word, help=verb.help)(_placeholder)
    for group_app in groups.values():
        app.add_typer(group_app)
    command = typer.main.get_command(app)
    command.name = "monitor"
    return command


def _typer(**more: str) -> typer.Typer:
    return typer.Typer(
        cls=VerbGroup,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings=_SETTINGS,
        **more,  # type: ignore[arg-type]
    )


def _placeholder() -> None:
    """Stand in the list of verbs."""


def command_of(verb: str) -> Any:  # noqa: ANN401  typer's own types
    """Return the command behind a verb ("topics test").  Raises KeyError."""
    return _command(verb.rpartition(" ")[2], VERBS[verb])


def _command(name: str, verb: Verb) -> Any:  # noqa: ANN401  typer's own types
    function = getattr(import_module(f"monitor.cli.{verb.module}"), verb.function)
    one = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    one.command(name, cls=QuickCommand, context_settings=_SETTINGS)(_with_options(function))
    return typer.main.get_command(one)


def _spared(parameters: Any) -> Any:  # noqa: ANN401  typer's own types
    """Let texts, counts and flags through as they are.

    typer has pydantic look at every value, which costs `monitor status` half of its time.  Should
    typer work otherwise one day, this does nothing.
    """
    for parameter in parameters:
        if not parameter.required and "process_value" not in vars(parameter):
            parameter.process_value = _quick(parameter, parameter.process_value)
    return parameters


def _quick(
    parameter: Any,  # noqa: ANN401  typer's own types
    slow: Callable[[Any, Any], Any],
) -> Callable[[Any, Any], Any]:
    several = parameter.nargs == -1 or parameter.multiple
    kind = parameter.type_descriptor.annotation
    text = kind in (str, list[str])
    number = kind is int and parameter.min in (None, 0) and parameter.max is None

    def process(context: Any, value: Any) -> Any:  # noqa: ANN401  whatever was typed
        if number and isinstance(value, str) and value.isdecimal():
            value = int(value)
        whole = isinstance(value, str) or (several and isinstance(value, tuple | list))
        if not (value is None or isinstance(value, int) or (text and whole)):
            return slow(context, value)
        if value is None and several:
            value = ()
        return parameter.callback(context, parameter, value) if parameter.callback else value

    return process


def _with_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with the shared options in its signature in place of Given and Shape."""
    hints = typing.get_type_hints(function, include_extras=True)
    own = {
        name: parameter.replace(annotation=hints[name])
        for name, parameter in inspect.signature(function).parameters.items()
    }
    given_name = next((n for n in own if hints[n] is Given), None)
    shape_name = next((n for n in own if hints[n] is Shape), None)
    shared = {**(SHAPE_OPTIONS if shape_name else {}), **GLOBAL_OPTIONS}
    by_name = inspect.Parameter.KEYWORD_ONLY
    context = inspect.Parameter("context_", by_name, annotation=typer.Context)
    replaced = (given_name, shape_name)
    parameters = [
        context,
        *(p.replace(kind=by_name) for name, p in own.items() if name not in replaced),
        *(
            inspect.Parameter(name, by_name, annotation=kind, default=_DEFAULTS.get(name))
            for name, kind in shared.items()
        ),
    ]

    def called(**values: Any) -> Any:  # noqa: ANN401  whatever the verb takes and returns
        context: typer.Context = values.pop("context_")
        told = {name: values.pop(name) for name in shared}
        before = context.find_object(Given) or Given()
        given = before.merged(given_from(told))
        # The root's context carries them, so that errors know how much to tell.
        context.find_root().obj = given
        output.hush(quiet=given.quiet)
        if given_name:
            values[given_name] = given
        if shape_name:
            values[shape_name] = shape_from(given, told)
        try:
            return function(**values)
        except BrokenPipeError as error:
            raise OutputClosedError from error  # typer would make a failure of it

    called.__doc__ = _flowed(function.__doc__ or "")
    called.__name__ = function.__name__
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {p.name: p.annotation for p in parameters}
    return called


def _flowed(text: str) -> str:
    """Return a docstring with each paragraph on one line: help breaks it for the terminal."""
    return "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n"))
