"""Logs: one line a fact, JSON or for people, libraries included, secrets hidden, never fatal."""

import json
import logging
import sys
import warnings

import pytest
import structlog

from monitor import logs
from tests import logstate


@pytest.fixture(autouse=True)
def _restored():
    with logstate.kept():
        yield


@pytest.fixture
def lines(capsys):
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_json_lines_begin_with_time_level_event_source(lines):
    logs.configure(form="json")
    structlog.get_logger().info("polled", new=3, source="agency", nothing=None)
    (line,) = lines()
    assert list(line) == ["time", "level", "event", "source", "new"]
    assert line["time"].endswith("Z")
    assert (line["level"], line["event"], line["source"]) == ("info", "polled", "agency")


def test_a_logger_made_before_follows(lines):
    early = structlog.get_logger()
    logs.configure(form="json", level="error")
    early.warning("no")
    logs.configure(form="json", level="debug")
    early.debug("yes")
    assert [line["event"] for line in lines()] == ["yes"]


@pytest.mark.parametrize(
    ("configured", "verbose", "quiet", "level"),
    [("info", 0, False, "info"), ("warning", 1, False, "debug"), ("info", 0, True, "error"),
     ("debug", 0, False, "debug"), ("info", 2, True, "debug")],
)  # fmt: skip
def test_level(configured, verbose, quiet, level):
    assert logs.chosen_level(configured, verbose, quiet=quiet) == level


def test_libraries_come_through_from_warnings_upwards(lines):
    logs.configure(form="json", level="debug")
    logging.getLogger("scrapy.core").info("chatter")
    logging.getLogger("apscheduler.executors").debug("chatter")
    logging.getLogger("twisted").warning("late by %s s", 5)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old habit", UserWarning, stacklevel=1)
    told = lines()
    assert [line["logger"] for line in told] == ["twisted", "py.warnings"]
    assert told[0]["event"] == "late by 5 s"
    assert "old habit" in told[1]["event"]
    assert all(line["level"] == "warning" and line["time"] for line in told)


def test_a_second_configuration_does_not_double_lines(lines):
    logs.configure(form="json")
    logs.configure(form="json")
    logging.getLogger("scrapy").error("once")
    assert len(lines()) == 1


def test_exceptions_are_part_of_the_line(lines):
    logs.configure(form="json")
    try:
        raise ValueError("bad page")
    except ValueError:
        structlog.get_logger().exception("visit_crashed", source="agency")
        logging.getLogger("scrapy").exception("engine")
    ours, theirs = lines()
    assert "ValueError: bad page" in ours["exception"]
    assert "ValueError: bad page" in theirs["exception"]


def test_secrets_are_hidden_everywhere(capsys):
    def redact(text):
        return text.replace("hunter22", "***")

    for form in ("json", "console"):
        logs.configure(form=form, redact=redact)
        log = structlog.get_logger()
        log.warning("poll_failed hunter22", url="http://x/?k=hunter22", feeds=["a", "hunter22"])
        logging.getLogger("scrapy").warning("asked %s", "hunter22")
        try:
            raise ValueError("hunter22")
        except ValueError:
            log.exception("crash")
    logs.configure(form="json")
    structlog.get_logger().warning("x", url="https://me:pass1234@x.example/?token=abcdef")
    told = capsys.readouterr().err
    assert "hunter22" not in told
    assert "pass1234" not in told
    assert "abcdef" not in told
    assert told.count("***") >= 10


def test_lines_for_people_are_one_line_and_cannot_steer_a_terminal(capsys):
    logs.configure(form="console", color=False)
    structlog.get_logger().warning(
        "poll_failed", source="agency", reason="bad\x1b[31m\nnext line\u202e", count=3
    )
    (line,) = capsys.readouterr().err.splitlines()
    assert "\x1b" not in line
    assert "\u202e" not in line
    assert line[8:] == ' warning agency: poll_failed reason="bad next line" count=3'


class Gone:
    def write(self, text):
        raise OSError(28, "No space left on device")

    def flush(self):
        raise BrokenPipeError


@pytest.mark.parametrize("stderr", [Gone(), None])
def test_a_broken_stderr_does_not_stop_us(monkeypatch, stderr):
    logs.configure(form="json")
    monkeypatch.setattr(sys, "stderr", stderr)
    structlog.get_logger().warning("lost")
    logging.getLogger("scrapy").warning("lost")
    logs.configure(form="auto")
    structlog.get_logger().warning("lost")


def test_what_cannot_be_formatted_does_not_stop_us(capsys):
    logs.configure(form="json")
    logging.getLogger("scrapy").warning("%d links", "many")
    structlog.get_logger().warning("odd", value=object())
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert json.loads(told[1])["value"].startswith("<object")
