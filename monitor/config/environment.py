"""Values from outside the file: ``${NAME}`` from the environment and ``*_file`` from secret files.

``${NAME}`` is the variable's value, ``${NAME:-text}`` has a text for when it is unset or empty, and
``$${`` stands for a plain ``${``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from monitor.config.problems import Path as KeyPath
from monitor.config.problems import Problem, key_text
from monitor.config.tree import Map, Node, Seq, problem_at

_REFERENCE = re.compile(r"\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?(\}))?")
_MAX_SECRET = 64_000


class FromOutside(str):
    """Text that holds something from the environment or a secret file."""

    __slots__ = ()


class Missing(str):
    """Stands for a text that could not be had; the reason is told already."""

    __slots__ = ()


class Environment:
    """Replaces references in scalars; remembers what was missing and which values came in."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self.values: set[str] = set()
        self._env = env

    def expand(self, text: str, mark: Node) -> str:
        """The text with its references replaced; called by ``tree.read_tree`` for each scalar."""
        missing = outside = False

        def value(match: re.Match[str]) -> str:
            nonlocal missing, outside
            name, default, closed = match.groups()
            if match[0] == "$${":
                return "${"
            if not closed:
                missing = True
                hint = "write ${NAME}, or $${ for the characters themselves"
                self.problems.append(problem_at(mark, "'${' is not closed or no name", hint=hint))
                return ""
            found = self._env.get(name)
            if default is not None and not found:
                return str(default)
            if found is None:
                missing = True
                message = f"the environment variable {name} is not set"
                hint = f"set it, or write ${{{name}:-some default}}"
                self.problems.append(problem_at(mark, message, hint=hint))
                return ""
            outside = True
            if found:
                self.values.add(found)
            return found

        replaced = _REFERENCE.sub(value, text)
        if missing:
            return Missing(replaced)
        return FromOutside(replaced) if outside else replaced

    def read_secret_files(self, root: Map, folder: Path) -> None:
        """Put the content of ``notify.*.url_file`` in the place of ``url``; ``web`` alike."""
        channels = root.get("notify")
        for name, channel in channels.items() if isinstance(channels, Map) else ():
            for secret in ("url", "secret"):
                self._from_file(channel, ("notify", name), secret, folder)
        for name in ("password_hash", "token"):
            self._from_file(root.get("web"), ("web",), name, folder)

    def _from_file(self, part: Node, path: KeyPath, name: str, folder: Path) -> None:
        file = f"{name}_file"
        if not isinstance(part, Map) or not isinstance(part.get(file), str):
            return
        key = key_text((*path, file))
        mark = part.at[file][0]
        if name in part:
            message = f"cannot stand beside '{name}'; choose one"
            self.problems.append(problem_at(mark, message, key=key))
            return
        if isinstance(part[file], Missing):
            return
        part[name] = self._secret(folder / part[file], mark, key)
        part.at[name] = part.at[file]  # where a complaint about it belongs

    def _secret(self, path: Path, mark: Node, key: str) -> str:
        try:
            with path.expanduser().open(encoding="utf-8") as file:
                text = file.read(_MAX_SECRET).strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "no UTF-8 text"
            self.problems.append(problem_at(mark, f"cannot be read: {reason.lower()}", key=key))
            return Missing()
        if not text:
            self.problems.append(problem_at(mark, "the file is empty", key=key))
            return Missing()
        self.values.add(text)
        return FromOutside(text)


def paths_from_outside(node: Node, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The paths of all values that hold something from outside the file."""
    if isinstance(node, FromOutside):
        yield path
    elif isinstance(node, Map):
        for key, value in node.items():
            yield from paths_from_outside(value, (*path, key))
    elif isinstance(node, Seq):
        for index, value in enumerate(node):
            yield from paths_from_outside(value, (*path, index))
