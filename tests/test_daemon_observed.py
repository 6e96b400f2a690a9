"""A real daemon as machines see it: systemd, Prometheus, a health check."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.cli import main
from monitor.observing.http import address
from monitor.observing.systemd import Systemd
from pipeline.errors import ConfigError
from tests.daemonkit import Installation, wait_for
from tests.newsite import NewsSite


@pytest.fixture
def here(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.close()


@pytest.fixture
def systemd(tmp_path):
    path = f"/tmp/monitor-test-{os.getpid()}.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path)
        listener.setblocking(False)

        def heard():
            found = []
            while True:
                try:
                    found.append(listener.recv(4096).decode())
                except BlockingIOError:
                    return found

        yield path, heard
    Path(path).unlink()


def got(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_systemd_prometheus_and_a_health_check_see_the_daemon(here, systemd, monkeypatch, capsys):
    path, heard = systemd
    monkeypatch.setenv("NOTIFY_SOCKET", path)
    said = []

    def told(word):
        said.extend(heard())
        return any(word in line for line in said)

    with NewsSite(outlets=2, articles=3) as site:
        here.settings["sources"] = [outlet.config() for outlet in site.outlets]
        here.settings["metrics"] = {"listen": "127.0.0.1:0"}
        here.write()
        run = here.daemon()
        base = run.wait_event("metrics_served")["address"].removesuffix("/metrics")
        wait_for(lambda: told("READY=1"), "systemd to hear that it runs")
        here.wait_articles(6)
        status, body = got(f"{base}/healthz")
        assert body, (status, base)
        assert (status, json.loads(body)["status"]) == (200, "ok")
        families = {f.name: f for f in text_string_to_metric_families(got(f"{base}/metrics")[1])}
        assert families["monitor_articles"].samples[0].value == 6
        links = {s.labels["outcome"]: s.value for s in families["monitor_links"].samples}
        assert links == {"stored": 6}
        assert families["monitor_daemon_running"].samples[0].value == 1
        assert len(families["monitor_source_severity"].samples) == 2
        assert got(f"{base}/other")[0] == 404
        words = ["--config", str(here.config_path), "healthcheck"]
        assert main(words) == 0
        assert capsys.readouterr().out.startswith("ok: running")
        run.signal(signal.SIGHUP)
        wait_for(lambda: told("RELOADING=1\nMONOTONIC_USEC="), "systemd to hear of the reload")
        wait_for(lambda: sum("READY=1" in line for line in said + heard()) > 0, "its end")
        wait_for(lambda: told("WATCHDOG=1"), "a sign of life")
        here.stop(run)
        assert told("STOPPING=1")
        assert main(words) == 1


def test_without_systemd_nothing_is_sent(systemd):
    _, heard = systemd
    Systemd({}).ready("x")
    Systemd({"NOTIFY_SOCKET": "/nowhere/at/all"}).alive("x")
    assert heard() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (":9464", ("127.0.0.1", 9464)),
        ("9464", ("127.0.0.1", 9464)),
        ("0.0.0.0:1", ("0.0.0.0", 1)),
        ("[::1]:9464", ("::1", 9464)),
    ],
)
def test_addresses(text, found):
    assert address(text) == found


@pytest.mark.parametrize("text", ["x", "x:y", ":99999", ""])
def test_what_is_no_address(text):
    with pytest.raises(ConfigError, match="is no address"):
        address(text)
