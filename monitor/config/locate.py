"""Finds the configuration file, and reads the two settings that quick verbs need."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.config.environment import Environment

NAMES = ("config.yaml", "monitor.yaml")


@dataclass(frozen=True, kw_only=True, slots=True)
class QuickSettings:
    """What ``monitor status`` needs: the database, and the zone to show times in."""

    db: Path  # absolute
    timezone: str  # a name; not checked


def find_config(explicit: str | None, env: Mapping[str, str], cwd: Path) -> Path | None:
    """The configuration file to use, or None when there is none.

    The first of: ``--config``, ``MONITOR_CONFIG``, ``config.yaml`` and ``monitor.yaml`` in the
    current folder, ``monitor/config.yaml`` in ``XDG_CONFIG_HOME`` (``~/.config``).  Raises
    ConfigError when the file that ``--config`` or ``MONITOR_CONFIG`` names is not there.
    """
    for origin, given in (("--config", explicit), ("MONITOR_CONFIG", env.get("MONITOR_CONFIG"))):
        if given:
            path = cwd / Path(given).expanduser()
            if not path.is_file():
                raise ConfigError(f"{given}: no such file (named by {origin})")
            return path
    candidates = [cwd / name for name in NAMES]
    home = env.get("XDG_CONFIG_HOME") or (f"{env['HOME']}/.config" if env.get("HOME") else None)
    if home:
        candidates.append(Path(home) / "monitor" / "config.yaml")
    return next((path for path in candidates if path.is_file()), None)


def quick_settings(path: Path, env: Mapping[str, str] | None = None) -> QuickSettings:
    """The database and zone named in a configuration file, nothing else of it checked.

    Stops reading as soon as both are known and does not import pydantic.  ``env`` is where
    ``${NAME}`` is looked up (the process's environment by default).  Raises ConfigError for a file
    that cannot be read; a wrong value gives the default: telling is the work of ``load``.
    """
    import yaml

    from monitor.config.environment import Environment, Missing
    from monitor.config.tree import events, read_text, syntax_problem

    shown = str(path)
    text = read_text(path, shown)
    environment = Environment(os.environ if env is None else env)
    found: dict[str, str] = {}
    try:
        for key, value, mark in _wanted(events(text)):
            if value is None:  # an alias or merge key: the short way does not do
                found = _slowly(text, shown, environment)
                break
            found[key] = environment.expand(value, mark)
            if len(found) == 2:
                break
    except yaml.YAMLError as error:
        raise ConfigError(syntax_problem(error, text).text(shown)) from error
    if any(isinstance(value, Missing) for value in found.values()):
        raise ConfigError(environment.problems[-1].text(shown))
    db = Path(found.get("storage.path") or "monitor.db").expanduser()
    return QuickSettings(
        db=(path.absolute().parent / db).absolute(), timezone=found.get("timezone") or "UTC"
    )


def _slowly(text: str, shown: str, environment: Environment) -> dict[str, str]:
    """The two settings from the whole tree, values elsewhere left as they are."""
    from monitor.config.tree import EmptyFileError, Map, read_tree

    try:
        root, _ = read_tree(text, shown)
    except EmptyFileError:
        return {}
    storage = root.get("storage")
    values = {"timezone": root.get("timezone")}
    if isinstance(storage, Map):
        values["storage.path"] = storage.get("path")
    return {
        key: environment.expand(value, root.start)
        for key, value in values.items()
        if isinstance(value, str)
    }


def _wanted(stream: Iterator[Any]) -> Iterator[tuple[str, str | None, Any]]:
    """The scalars at ``timezone`` and ``storage.path`` with their marks, as they come by.

    None in place of the text means that it stands elsewhere in the file.
    """
    import yaml

    keys: list[str | None] = []  # one for each open map or list: the key that waits for its value
    lists: list[bool] = []
    for event in stream:
        kind = type(event)
        if kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            keys.pop()
            lists.pop()
            if keys:
                keys[-1] = None
            continue
        if kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent):
            keys.append(None)
            lists.append(kind is yaml.SequenceStartEvent)
            continue
        if kind not in (yaml.ScalarEvent, yaml.AliasEvent) or not keys or lists[-1]:
            continue
        if keys[-1] is None:
            keys[-1] = event.value if kind is yaml.ScalarEvent else ""
            if keys in (["<<"], ["storage", "<<"]):
                yield "<<", None, event.start_mark
            continue
        name = ".".join(key or "" for key in keys)
        if name in ("timezone", "storage.path"):
            yield name, event.value if kind is yaml.ScalarEvent else None, event.start_mark
        elif kind is yaml.AliasEvent and name == "storage":
            yield name, None, event.start_mark
        keys[-1] = None
