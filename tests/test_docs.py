"""The documents keep up with the code: verbs, make targets, links, configuration, exit codes."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import monitor
from monitor import cli
from monitor.cli.verbs import VERBS
from monitor.config.load import load
from monitor.health import STATES, DaemonFacts, Health, Severity, overall
from pipeline.model import Outcome

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NOW = datetime(2026, 3, 1, tzinfo=UTC)

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def name(page):
    return page.relative_to(ROOT).as_posix()


def anchors(page):
    """The anchors of a page's headings, as forges make them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in found}


def code_rows(heading):
    """The first cells of the first table below a heading of the README."""
    part = README.partition(f"{heading}\n")[2]
    table = re.search(r"^\|.*?(?=\n\n)", part, re.MULTILINE | re.DOTALL)
    assert table is not None
    return [line.split("|")[1].strip() for line in table[0].splitlines()[2:]]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_in_the_readme(verb):
    assert re.search(rf"\bmonitor {verb}(?![\w-])", README)


def test_verbs_in_the_readme_exist():
    groups = {verb.split()[0] for verb in VERBS if " " in verb}
    for line in re.findall(r"^\$ monitor (.+)$", README, re.MULTILINE):
        words = line.split()
        verb = " ".join(words[:2]) if words[0] in groups else words[0]
        assert verb in VERBS or words[0] in VERBS, line


def test_every_make_target_named_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        named = set(re.findall(r"(?:^|`)make ([a-z]+)\b", text, re.MULTILINE))
        assert named <= targets, name(page)
    assert re.findall(r"^make (\w+)", README, re.MULTILINE) == ["demo", "run", "test"]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_relative_links_lead_somewhere(page):
    for link in _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_named_in_code_marks_exist(page):
    named = re.findall(
        r"`((?:pipeline|crawler|monitor|tests|docs|benchmarks)/[\w./]*)`",
        page.read_text(encoding="utf-8"),
    )
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_benchmarks_named_exist(page):
    for module in re.findall(r"python -m benchmarks\.(\w+)", page.read_text(encoding="utf-8")):
        place = ROOT / "benchmarks" / module
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module


def test_the_configuration_example_loads(tmp_path):
    found = re.findall(
        r"<!-- checked:[^\n]*-->\n```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL
    )
    assert len(found) == 1
    path = tmp_path / "config.yaml"
    path.write_text(found[0], encoding="utf-8")
    path.chmod(0o600)
    config = load(path, {"DESK_URL": "mailtos://user:secret@example.org"})
    assert config.notes.warnings == ()
    assert [source.id for source in config.sources] == ["sana-en", "syria-direct"]
    assert {feed.kind for feed in config.sources[0].feeds} == {"feed", "sitemap", "section"}


def test_exit_codes_are_those_of_the_command_line():
    told = {int(code) for code in code_rows("### Exit codes")}
    constants = {value for key, value in vars(cli).items() if key.startswith("EXIT_")}
    assert constants <= told

    def code(severity, *, running=True, beat=NOW):
        sources = [Health(source="a", state="dns", severity=severity, reason="")]
        others = [Health(source=s, state="working", severity=Severity.OK, reason="") for s in "bc"]
        everything = sources * 3 if severity is Severity.CRITICAL else sources
        return overall([*everything, *others], DaemonFacts(running=running, heartbeat_at=beat), NOW)

    checks = {
        code(Severity.DEGRADED),
        code(Severity.CRITICAL),
        code(Severity.OK, running=False),
    }
    assert checks == {10, 11, 12}
    assert told == {0, 128 + 15} | constants | checks


def test_every_state_and_every_outcome_is_explained():
    words = " ".join(code_rows("### monitor status"))
    states = re.findall(r"`(\w+)`", words)
    assert sorted(states) == sorted(STATES)
    section = README.partition("### monitor coverage\n")[2].partition("\n### ")[0]
    assert {outcome.value for outcome in Outcome} <= set(re.findall(r"`(\w+)`", section))


def test_every_table_of_the_schema_is_explained():
    from pipeline.store import migrations, pages

    created = re.findall(
        r"CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?(\w+)",
        Path(migrations.__file__).read_text() + Path(pages.__file__).read_text(),
    )
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = text.partition("## The store\n")[2].partition("\n## ")[0]
    assert set(created) <= set(re.findall(r"`(\w+)`", section))


def test_the_changelog_names_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## [{monitor.__version__}]" in changelog
    assert "\n## [Unreleased]" in changelog


def test_decisions_are_numbered_without_gaps():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
    for path in (ROOT / "docs/decisions").glob("*.md"):
        title = path.read_text(encoding="utf-8").splitlines()[0]
        assert title.startswith(f"# {int(path.name[:4])}. "), path.name
