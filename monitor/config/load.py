"""Reads the configuration file: a ``Config``, or every mistake in it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from monitor.config.crosscheck import crosscheck, warn
from monitor.config.environment import Environment, paths_from_outside
from monitor.config.explain import explain, places
from monitor.config.model import Config, Notes
from monitor.config.problems import ConfigProblems, Problem
from monitor.config.tree import EmptyFileError, Map, read_text, read_tree

__all__ = ["ConfigProblems", "load", "load_text"]


def load(path: Path, env: Mapping[str, str]) -> Config:
    """The configuration in a file; ``env`` is where ``${NAME}`` is looked up.

    Raises ConfigProblems with all mistakes.  What is allowed but hardly meant is in
    ``Config.notes.warnings``.
    """
    return load_text(read_text(path, shown(path)), path, env)


def load_text(text: str, path: Path, env: Mapping[str, str]) -> Config:
    """The configuration in a text that stands, or is to stand, in the file ``path``.

    Raises ConfigProblems with all mistakes.
    """
    name = shown(path)
    environment = Environment(env)
    try:
        root, problems = read_tree(text, name, environment.expand)
    except EmptyFileError:
        empty = Problem(message="is empty", hint="'monitor init' writes a commented one")
        raise ConfigProblems(name, [empty]) from None
    except ConfigProblems as error:
        raise ConfigProblems(name, [*error.problems, *environment.problems]) from error.__cause__
    folder = path.absolute().parent
    environment.read_secret_files(root, folder)
    # Defaults of paths start at the folder too, which they learn only when their group is checked.
    values = root if "storage" in root else {**root, "storage": {}}
    notes = Notes(
        file=path,
        warnings=tuple(warn(root, path)),
        secret_paths=frozenset(paths_from_outside(root)) if environment.values else frozenset(),
        secret_values=frozenset(environment.values),
    )
    problems += crosscheck(root)
    try:
        config = Config.model_validate(values, context={"folder": folder, "notes": notes})
    except ValidationError as error:
        problems += explain(error, root, Config)
        config = None
    problems += environment.problems
    if config is None or problems:
        raise ConfigProblems(name, _with_keys(problems, root))
    return config


def shown(path: Path) -> str:
    """A file's name as messages show it: without folder where it stands in the current one."""
    return path.name if path.absolute().parent == Path.cwd() else str(path)


def _with_keys(problems: list[Problem], root: Map) -> list[Problem]:
    """Name the key for problems that were found by their place only, and drop repetitions."""
    named = dict(places(root)) if any(not problem.key for problem in problems) else {}
    told: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        if not problem.key:
            key = named.get((problem.line or 0, problem.column or 0), "")
            problem = replace(problem, key=key)  # noqa: PLW2901
        told.setdefault((problem.line, problem.key, problem.message), problem)
    return list(told.values())
