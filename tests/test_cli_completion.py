"""What a shell is told when somebody presses the tabulator."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def completed(words, place):
    env = {**os.environ, "_MONITOR_COMPLETE": "complete_bash", "COMP_WORDS": words,
           "COMP_CWORD": str(place)}  # fmt: skip
    command = [sys.executable, "-m", "monitor"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "place", "found"),
    [
        ("monitor top", 1, {"topics"}),
        ("monitor topics te", 2, {"test"}),
        ("monitor topics test --sam", 3, {"--samples"}),
        ("monitor export --format wa", 3, {"warc"}),
    ],
)
def test_verbs_and_options_are_completed(words, place, found):
    assert set(completed(words, place)) == found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_us(shell, capsys):
    from monitor.cli import main

    assert main(["completion", shell]) == 0
    assert "_MONITOR_COMPLETE" in capsys.readouterr().out
