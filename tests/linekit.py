"""Reads a command line of the documentation as its verb would, without running it."""

from __future__ import annotations

import re
import shlex

from monitor.cli.lazy import command_of
from monitor.cli.verbs import VERBS


def parsed(line):
    """Let the verb of a line read its options; fails where the verb would."""
    line = re.split(r" [<>|] | \|\| ", line.removeprefix('eval "$(').removesuffix(')"'))[0]
    program, *given = shlex.split(line)
    assert program == "monitor"
    while given and given[0].startswith("--"):
        given = given[2:]  # a global option and its value
    size = 2 if " ".join(given[:2]) in VERBS else 1
    verb = " ".join(given[:size])
    assert verb in VERBS, line
    command_of(verb).make_context(verb, given[size:], obj=None)
    return verb
