"""Which file is used, and the two settings that quick verbs take from it."""

# ruff: noqa: E501, ISC004  tables are read by their rows

import subprocess
import sys

import pytest

from monitor.config.load import load
from monitor.config.locate import find_config, quick_settings
from monitor.config.template import render_template
from pipeline.errors import ConfigError


def test_the_order_of_places(tmp_path):
    cwd, home = tmp_path / "cwd", tmp_path / "home"
    paths = [
        cwd / "given.yaml",
        cwd / "env.yaml",
        cwd / "config.yaml",
        cwd / "monitor.yaml",
        home / ".config" / "monitor" / "config.yaml",
    ]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    env = {"MONITOR_CONFIG": "env.yaml", "HOME": str(home)}
    assert find_config("given.yaml", env, cwd) == paths[0]
    assert find_config(None, env, cwd) == paths[1]
    env["MONITOR_CONFIG"] = ""
    for path in paths[2:]:
        assert find_config(None, env, cwd) == path
        path.unlink()
    assert find_config(None, env, cwd) is None
    assert find_config(None, {}, cwd) is None


def test_xdg_config_home(tmp_path):
    path = tmp_path / "xdg" / "monitor" / "config.yaml"
    path.parent.mkdir(parents=True)
    path.touch()
    assert find_config(None, {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}, tmp_path) == path


def test_a_named_file_must_be_there(tmp_path):
    with pytest.raises(ConfigError, match="--config"):
        find_config("none.yaml", {}, tmp_path)
    with pytest.raises(ConfigError, match="MONITOR_CONFIG"):
        find_config(None, {"MONITOR_CONFIG": "none.yaml"}, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "timezone: Asia/Damascus\nstorage: {path: data/x.db, pages: {path: other.db}}\n",
        "sources:\n  - {id: a, url: 'https://a.example/', timezone: Europe/Rome}\n"
        "storage:\n  pages: {path: other.db}\n  path: data/x.db\ntimezone: Asia/Damascus\n",
        '{"timezone": "Asia/Damascus", "storage": {"path": "data/x.db"}}',
        "timezone: ${ZONE}\nstorage: {path: '${DIR:-data}/x.db'}\n",
        "timezone: Asia/Damascus\nstorage: {<<: &s {path: data/x.db}}\n",
        "politeness: &p {user_agent: Asia/Damascus}\ntimezone: Asia/Damascus\nstorage: {path: data/x.db}",
        "timezone: Asia/Damascus\nstorage: {path: /abs/x.db}\n",
        "storage: {path: ~/x.db}\n",
        "timezone: UTC\n",
        "topics: [{id: t, query: &z Europe/Rome}]\ntimezone: *z\n",
        render_template(),
    ],
)
def test_it_says_what_the_whole_reading_says(text, tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    env = {"ZONE": "Asia/Damascus"}
    whole = load(path, env)
    quick = quick_settings(path, env)
    assert (quick.db, quick.timezone) == (whole.storage.path, whole.timezone)


def test_other_mistakes_do_not_matter(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("storagee: 1\nstorage: {path: x.db}\nsources: {}\n")
    assert quick_settings(path, {}).db == tmp_path / "x.db"
    path.write_text("timezone:\nstorage:\n")
    assert quick_settings(path, {}).timezone == "UTC"
    path.write_text("")
    assert quick_settings(path, {}).db == tmp_path / "monitor.db"


@pytest.mark.parametrize("text", ["a: [", "storage: {path: '${NOT_SET}'}"])
def test_a_file_that_cannot_be_used(text, tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError):
        quick_settings(path, {})
    with pytest.raises(ConfigError):
        quick_settings(tmp_path / "none.yaml", {})


def test_it_stays_light(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(render_template())
    code = (
        "import sys; from pathlib import Path; from monitor.config.locate import quick_settings; "
        "quick_settings(Path(sys.argv[1])); "
        "print([name for name in ('pydantic', 'scrapy', 'apscheduler', 'ruamel') "
        "if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
