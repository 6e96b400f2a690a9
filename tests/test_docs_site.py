"""The documentation: it builds without warnings, and its reference is that of the code."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

from monitor.cli.verbs import GROUPS, VERBS
from monitor.config.load import load_text
from monitor.config.model import Config
from monitor.manual.reference import pages
from monitor.web.api import ROUTERS as API
from monitor.web.app import PREFIX
from monitor.web.pages import ROUTERS as PAGES
from tests.linekit import parsed

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
REFERENCE = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "reference").iterdir()}
HAND_WRITTEN = [path for path in sorted(DOCS.rglob("*.md")) if path.parent.name != "reference"]
_FENCES = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def written():
    return pages()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    to = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "properdocs",
            "build",
            "--strict",
            "-f",
            ROOT / "mkdocs.yml",
            "-d",
            to,
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return to


def test_it_builds_without_warnings(site):
    sources = {path.relative_to(DOCS).with_suffix(".html") for path in DOCS.rglob("*.md")}
    assert sources <= {path.relative_to(site) for path in site.rglob("*.html")}


class _Fetched(HTMLParser):
    """What a page makes a browser fetch."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("script", "img", "iframe"):
            self.found.append(given.get("src"))
        if tag == "link" and given.get("rel") != "canonical":
            self.found.append(given.get("href"))


def test_it_fetches_nothing_from_elsewhere(site):
    for path in site.rglob("*.html"):
        page = _Fetched()
        page.feed(path.read_text(encoding="utf-8"))
        assert not [url for url in page.found if url and re.match(r"(https?:)?//", url)], path


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_the_reference_is_that_of_the_code(name, written):
    assert REFERENCE[name] == written.get(name), "`make reference` makes it anew"


def test_nothing_is_missing_in_the_reference(written):
    assert set(REFERENCE) == set(written)


def test_every_verb_is_in_it():
    headings = set(re.findall(r"^## monitor ?(.*)$", REFERENCE["verbs.md"], re.MULTILINE))
    assert headings == {"", *VERBS, *GROUPS}


def keys_of(model, above=""):
    """Every key that the configuration may have, from the models themselves."""
    for name, field in model.model_fields.items():
        key = f"{above}{field.alias or name}"
        yield key
        for kind in kinds_in(field.annotation):
            many = ".NAME" if str(field.annotation).startswith("dict") else ""
            many = "[]" if "tuple[" in str(field.annotation) else many
            yield from keys_of(kind, f"{key}{many}.")


def kinds_in(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from kinds_in(inner)


def test_every_key_of_the_configuration_is_in_it():
    told = set(
        re.findall(r"^\| `([a-zA-Z_.\[\]]+)` \|", REFERENCE["configuration.md"], re.MULTILINE)
    )
    wanted = set(keys_of(Config))
    assert "sources[].feeds[].url" in wanted
    assert {key.rpartition(".")[2] for key in wanted} == {key.rpartition(".")[2] for key in told}
    assert {key for key in wanted if "extract" not in key} - told == set()


def test_every_route_is_in_it():
    text = REFERENCE["api.md"]
    for prefix, routers, line in ((PREFIX, API, "## {} {}"), ("", PAGES, "* `{} {}`")):
        for route in (route for router in routers for route in router.routes):
            for method in route.methods:
                assert line.format(method, f"{prefix}{route.path}") in text


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=lambda p: str(p.relative_to(DOCS)))
def test_commands_in_the_pages_can_be_typed(path):
    for _, kind, text in _FENCES.findall(path.read_text(encoding="utf-8")):
        if kind in ("console", "", "sh"):
            for line in re.findall(r"^ *\$ (monitor .+?)(?:  #.*)?$", text, re.MULTILINE):
                parsed(line)


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=lambda p: str(p.relative_to(DOCS)))
def test_configuration_in_the_pages_is_accepted(path, tmp_path):
    for _, kind, text in _FENCES.findall(path.read_text(encoding="utf-8")):
        if kind == "yaml" and set(yaml.safe_load(text)) <= set(Config.model_fields):
            secret = tmp_path / "secret"
            secret.write_text("mailto://a@example.org")
            text = re.sub(r"(?<=_file: )\S+", str(secret), text)
            named = dict.fromkeys(re.findall(r"\$\{(\w+)\}", text), "mailto://a@example.org")
            load_text(text, tmp_path / "config.yaml", named)
