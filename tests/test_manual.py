"""The manual: every verb has its page, and what the page says is so."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import typer

from monitor.cli import main
from monitor.cli.lazy import command_of
from monitor.cli.verbs import GROUPS, VERBS
from monitor.manual.page import Command, Terms, names, page, words
from monitor.manual.rendered import as_roff, as_text
from tests.linekit import parsed

TITLES = ("Synopsis", "Description", "Exit status", "Environment", "Files")


def section(verb, title):
    return next((s for s in page(verb).sections if s.title == title), None)


def terms(verb, title):
    found = section(verb, title)
    return dict(row for b in found.blocks if isinstance(b, Terms) for row in b.rows)


@pytest.mark.parametrize("verb", names(), ids=lambda v: v or "monitor")
def test_a_page_is_whole(verb):
    titles = [s.title for s in page(verb).sections]
    assert [t for t in titles if t in TITLES] == list(TITLES)
    assert len(titles) == len(set(titles))
    for found in page(verb).sections:
        assert found.blocks
        for block in found.blocks:
            if isinstance(block, Terms):
                assert all(term and text.strip() for term, text in block.rows), found.title
    if verb in VERBS:
        assert section(verb, "Examples"), "an example says more than a list of options"


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_option_and_argument_is_on_the_page(verb):
    command = command_of(verb)
    text = as_text(page(verb), width=10_000)
    for parameter in command.get_params(typer.Context(command)):
        if parameter.param_type_name == "option":
            for flag in (*parameter.opts, *parameter.secondary_opts):
                assert re.search(rf"^    .*{re.escape(flag)}\b", text, re.MULTILINE), flag
        else:
            assert parameter.help in text


@pytest.mark.parametrize(
    ("verb", "line"),
    [
        (verb, block.line)
        for verb in names()
        if (found := section(verb, "Examples"))
        for block in found.blocks
        if isinstance(block, Command)
    ],
)
def test_examples_can_be_typed(verb, line):
    named = parsed(line)
    assert verb in {"", named}


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_exit_codes_of_the_help_are_on_the_page(verb):
    told = re.findall(r"[Ee]xits? with (\d+)|, with (\d+) when", command_of(verb).help or "")
    codes = {code for pair in told for code in pair if code}
    assert codes <= set(terms(verb, "Exit status"))


def test_words_speak_of_verbs_that_exist():
    for verb, told in words()["verbs"].items():
        assert verb in names()
        assert set(told) <= {"exit", "environment", "files", "examples", "also"}
        assert set(told.get("also", ())) <= set(names()), verb
    assert set(words()["verbs"]) >= set(VERBS)


@pytest.mark.parametrize("width", [40, 80])
def test_text_fits(width):
    for verb in names():
        for line in as_text(page(verb), width=width).splitlines():
            words_ = line.strip()
            assert len(line) <= width or " " not in words_ or words_.startswith("[--")


def test_unknown_pages_are_refused():
    with pytest.raises(KeyError):
        page("sing")


def test_shown(capsys):
    assert main(["manual", "topics", "test"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("NAME\n    monitor topics test - ")
    assert "--samples N" in out
    assert main(["manual"]) == 0
    assert "coverage" in capsys.readouterr().out
    assert main(["manual", "topics"]) == 0
    assert "backfill" in capsys.readouterr().out


def test_what_there_is_not_is_told(capsys, tmp_path):
    assert main(["manual", "topics", "tset"]) == 2
    assert "topics test" in capsys.readouterr().err
    assert main(["manual", "list", "--to", str(tmp_path)]) == 2


def test_man_pages(tmp_path, capsys):
    assert main(["manual", "--to", str(tmp_path)]) == 0
    found = {path.name for path in (tmp_path / "man1").iterdir()}
    assert "monitor.1" in found
    assert {f"monitor-{verb.replace(' ', '-')}.1" for verb in (*VERBS, *GROUPS)} <= found
    assert str(len(found)) in capsys.readouterr().err


def test_roff_keeps_what_means_something_to_it():
    made = as_roff(page("sources test"))
    assert ".promo" in made
    assert not re.search(r"^\.(?!TH|SH|PP|TP|RS|RE|nf|fi)", made, re.MULTILINE)
    assert "\\-\\-remove" in made


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_groff_has_nothing_to_say_against_them():
    made = "".join(as_roff(page(verb)) for verb in names())
    done = subprocess.run(
        ["groff", "-K", "utf8", "-man", "-ww", "-Tutf8", "-z"],
        input=made,
        text=True,
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
