"""``monitor completion``: the script that makes a shell complete verbs and options."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from monitor.cli.output import put

VARIABLE = "_MONITOR_COMPLETE"  # by which the script asks us


class Shell(StrEnum):
    """The shells that are known."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def verb(shell: Annotated[Shell, typer.Argument(help="Which shell.")]) -> int:
    """Print the script for a shell; it asks `monitor` itself what fits.

    bash: eval "$(monitor completion bash)" in ~/.bashrc; zsh: the same in ~/.zshrc, behind
    compinit; fish: monitor completion fish > ~/.config/fish/completions/monitor.fish
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    put(get_completion_script(prog_name="monitor", complete_var=VARIABLE, shell=shell.value))
    return 0
