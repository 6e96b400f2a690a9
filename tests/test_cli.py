"""The command line as a whole: exit codes, global options, errors in one line, lazy imports."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.cli.verbs import GROUPS, VERBS
from tests.smalldb import CONFIG, SmallDb

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return SmallDb(tmp_path_factory.mktemp("small"))


@pytest.fixture(autouse=True)
def _there(made, monkeypatch):
    monkeypatch.chdir(made.folder)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


def fresh(*words, env=None, code="from monitor.cli import main; sys.exit(main())"):
    """Run in a new interpreter."""
    script = f"import sys; {code}"
    return subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
    )  # fmt: skip


HEAVY = ("scrapy", "twisted", "pydantic", "structlog", "sqlite_utils", "apscheduler", "uvloop",
         "lxml", "rich", "aiohttp")  # fmt: skip


@pytest.mark.parametrize(
    ("words", "own", "allowed"),
    [
        (["status"], "monitor.cli.status", ()),
        (["status", "--json", "--limit", "3", "agency"], "monitor.cli.status", ()),
        (["status", "--check"], "monitor.cli.status", ()),
        (["list", "--db", "monitor.db"], "monitor.cli.articles", ()),
        (["--help"], None, ("rich", "pydantic")),
        (["--version"], None, ()),
    ],
)
def test_a_verb_imports_only_what_it_needs(words, own, allowed):
    code = (
        "import json; from monitor.cli import main; main(); "
        "sys.stderr.write('\\nMODULES' + json.dumps(sorted(sys.modules)))"
    )
    done = fresh(*words, code=code)
    modules = set(json.loads(done.stderr.rpartition("MODULES")[2]))
    assert not modules & (set(HEAVY) - set(allowed)), words
    verbs = {f"monitor.cli.{verb.module}" for verb in VERBS.values()}
    assert modules & verbs == ({own} if own else set())


def test_help_names_every_verb_and_each_has_a_help_of_its_own(capsys):
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for name in VERBS:
        assert name.partition(" ")[0] in text
    for name in VERBS:
        assert main([*name.split(), "--help"]) == 0
        told = capsys.readouterr().out
        assert "Usage: monitor " + name in told
        assert "--config" in told
        assert "--db" in told
    for group in GROUPS.keys() - VERBS.keys():
        assert main([group]) == 2


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["sttus"], 2, "Did you mean 'status'?"),
        (["status", "--jsn"], 2, "--json"),
        (["status", "agncy"], 2, "there is no source 'agncy' (did you mean 'agency'?)"),
        (["list", "--source", "@prnt"], 2, "(did you mean '@print'?)"),
        (["status", "zz*"], 2, "no source matches 'zz*'"),
        (["list", "--json", "--csv"], 2, "--json and --csv exclude each other"),
        (["list", "--columns", "titel"], 2, "did you mean 'title'?"),
        (["list", "--since", "soon"], 2, "not a time: 'soon'"),
        (["list", "--limit", "-1"], 2, "--limit"),
        (["search", "!!!"], 2, "the query is empty"),
        (["coverage", "--links", "stord"], 2, "did you mean 'stored'?"),
        (["run", "--due"], 2, "--once"),
        (["show", "4711"], 1, "'4711'"),
        (["show", "1", "--revision", "9"], 1, "no revision 9"),
        (["--db", "nowhere.db", "status"], 1, "no such database"),
        (["--db", "config.yaml", "list"], 1, "no database"),
        (["--config", "nowhere.yaml", "status"], 3, "no such file"),
        (["fetch", "nope", "--db", "nowhere.db"], 2, "there is no source 'nope'"),
        (["db", "prune", "--keep", "0s"], 2, "--yes"),
        (["db", "backup", "config.yaml"], 1, "exists already"),
        (["sources", "test", "ftp://x/"], 2, "ftp"),
        (["sources", "add", "http://x.example/", "--id", "agency"], 2, "already"),
        (["init"], 1, "--force"),
        (["export", "config.yaml"], 1, "--force"),
    ],
)
def test_an_error_is_one_clear_line_and_an_exit_code(words, code, text, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(words) == code
    told = capsys.readouterr()
    last = next(line for line in reversed(told.err.strip().split("\n")) if line[0] != " ")
    assert text in last
    assert last.startswith("monitor")
    assert "Traceback" not in told.err
    assert "Invalid value: " not in told.err


def test_all_mistakes_of_a_configuration_are_told_and_exit_with_3(tmp_path, capsys):
    wrong = tmp_path / "config.yaml"
    wrong.write_text(CONFIG.replace("contact:", "contcat:").replace("kind: section", "kind: sect"))
    assert main(["config", "check", str(wrong)]) == 3
    lines = capsys.readouterr().err.strip().split("\n")
    assert len(lines) == 2
    assert "did you mean 'contact'?" in lines[0]
    assert ":15: " in lines[1]


def test_q_leaves_only_errors(capsys):
    assert main(["list", "--limit", "1"]) == 0
    assert "only the first 1" in capsys.readouterr().err
    assert main(["list", "--limit", "1", "-q"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["-q", "show", "4711"]) == 1
    assert "4711" in capsys.readouterr().err


def test_more_v_shows_the_traceback(capsys):
    assert main(["show", "4711", "-vv"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_bug_is_not_hidden(monkeypatch):
    monkeypatch.setattr("monitor.cli.status.gather", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["status"])


def test_ctrl_c_exits_with_130(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("monitor.cli.status.gather", interrupted)
    assert main(["status"]) == 130


def test_global_options_work_before_and_behind_the_verb_and_in_the_environment(
    made, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    for words in (
        ["--db", str(made.path), "list", "--json"],
        ["list", "--json", "--db", str(made.path)],
        ["--config", str(made.folder / "config.yaml"), "list", "--json"],
    ):
        assert main(words) == 0
        assert len(json.loads(capsys.readouterr().out)) == 2
    monkeypatch.setenv("MONITOR_DB", str(made.path))
    assert main(["list", "--json"]) == 0
    monkeypatch.delenv("MONITOR_DB")
    monkeypatch.setenv("MONITOR_CONFIG", str(made.folder / "config.yaml"))
    assert main(["list", "--json"]) == 0
    assert main(["list", "--json", "--db", "nowhere.db"]) == 1  # the option wins


def test_a_reader_that_has_seen_enough_is_no_error():
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "w") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "export"], stdout=gone, stderr=subprocess.PIPE,
            text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert done.returncode == 0
    assert done.stderr == ""


def test_a_full_disk_is_told():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "list"], stdout=full, stderr=subprocess.PIPE,
            text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_writes_a_configuration_that_is_sound_and_a_database(tmp_path, capsys):
    target = tmp_path / "new"
    assert main(["init", str(target), "--contact", "desk@example.org"]) == 0
    assert (target / "monitor.db").exists()
    capsys.readouterr()
    config = ["--config", str(target / "config.yaml")]
    assert main([*config, "config", "check"]) == 0
    assert "sound" in capsys.readouterr().out
    assert main([*config, "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sources"] == []
    assert main(["init", str(target), "--contact", "nobody"]) == 1
    assert main(["init", str(tmp_path / "other"), "--contact", "nobody at all"]) == 3
    assert not (tmp_path / "other").exists()


def test_config_show_hides_secrets_and_schema_is_json(made, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DESK_URL", "mailtos://me:hunter22@example.org")
    (tmp_path / "config.yaml").write_text(CONFIG + 'notify: {desk: {url: "${DESK_URL}"}}\n')
    monkeypatch.chdir(tmp_path)
    assert main(["config", "show"]) == 0
    text = capsys.readouterr().out
    assert "hunter22" not in text
    assert "***" in text
    assert main(["config", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["properties"]["sources"]


def test_db_check_backup_and_prune(made, tmp_path, capsys):
    assert main(["db", "check"]) == 0
    assert "PROBLEM" not in capsys.readouterr().out
    copy = tmp_path / "copy.db"
    assert main(["db", "backup", str(copy)]) == 0
    capsys.readouterr()
    assert main(["--db", str(copy), "list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2
    assert main(["db", "prune", "--dry-run", "--keep", "0s"]) == 0
    assert "would remove: 4 raw pages" in capsys.readouterr().out
    # The copy has raw pages of its own, none: those of the original are not touched.
    assert main(["--db", str(copy), "db", "prune", "--keep", "0s", "--yes"]) == 0
    assert "to remove: 0 raw pages" in capsys.readouterr().out
    assert main(["--db", str(copy), "db", "migrate"]) == 0
    assert "already" in capsys.readouterr().out


def test_db_prune_removes_pages_and_db_check_finds_damage(tmp_path, monkeypatch, capsys):
    own = SmallDb(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["db", "prune", "--keep", "0s", "--yes"]) == 0
    assert "removed 4 rows" in capsys.readouterr().out
    assert main(["show", "1", "--raw"]) == 1
    assert main(["db", "vacuum"]) == 0
    from pipeline.store.connect import connect_write

    conn = connect_write(own.path)
    conn.execute("UPDATE daily SET n = n + 1 WHERE outcome = 'discovered'")
    conn.execute("UPDATE story SET articles = 7 WHERE id = 1")
    conn.close()
    capsys.readouterr()
    assert main(["db", "check"]) == 1
    told = capsys.readouterr().out
    assert told.count("PROBLEM") == 2
    assert main(["coverage"]) == 1
    assert "does not add up" in capsys.readouterr().err
