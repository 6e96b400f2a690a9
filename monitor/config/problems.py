"""What is wrong with a configuration file: where, at which key, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.errors import ConfigError

Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One mistake; ``line`` and ``column`` count from 1, None where no place can be named."""

    message: str
    key: str = ""  # "sources[2].feeds[0].kind"; empty for the file as a whole
    line: int | None = None
    column: int | None = None
    hint: str | None = None  # "did you mean 'feed'?"

    def text(self, file: str) -> str:
        """The problem as one line for people, ``file`` being the name shown for the file."""
        place = file if self.line is None else f"{file}:{self.line}"
        key = f"{self.key}: " if self.key else ""
        hint = f" ({self.hint})" if self.hint else ""
        return " ".join(f"{place}: {key}{self.message}{hint}".split())


class ConfigProblems(ConfigError):  # noqa: N818  it is several
    """Every mistake found in a configuration file, in the order of its lines."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = tuple(sorted(problems, key=_place))
        super().__init__("\n".join(problem.text(file) for problem in self.problems))


def _place(problem: Problem) -> tuple[int, int, str]:
    return (problem.line or 0, problem.column or 0, problem.key)


def key_text(path: Path) -> str:
    """A path as people write it: ``("sources", 2, "url")`` is ``sources[2].url``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
