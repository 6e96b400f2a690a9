"""A real daemon that is killed while its receiver is down: every alert arrives once."""

from __future__ import annotations

import signal

import pytest

from monitor.cli import main
from tests.daemonkit import QUICK, Installation, wait_for
from tests.hookkit import Receiver
from tests.newsite import NewsSite


@pytest.fixture
def here(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.close()


def test_every_story_is_told_once_although_receiver_and_daemon_failed(here):
    receiver = Receiver(status=503)
    with NewsSite(outlets=2, articles=3) as site:
        here.settings["sources"] = [outlet.config() for outlet in site.outlets]
        here.settings["topics"] = [{"id": "all", "query": "lang:en OR -lang:en", "notify": "desk"}]
        here.settings["notify"] = {"desk": {"webhook": receiver.url, "throttle": "0s"}}
        here.settings["alerts"] = {"notify": "desk"}
        here.write()
        first = here.daemon(program=QUICK)
        here.wait_articles(6)
        wait_for(lambda: receiver.tries, "an attempt to send")
        first.signal(signal.SIGKILL)
        first.end()
        receiver.status = 200
        second = here.daemon(program=QUICK)
        # The next attempt would be half a minute away.
        assert main(["--config", str(here.config_path), "notify", "flush"]) == 0

        def stories():
            return sorted(a["story"] for a in receiver.alerts if a["kind"] == "story")

        def troubles():
            return [a["trouble"] for a in receiver.alerts if a["kind"] == "daemon"]

        wait_for(lambda: len(stories()) >= 6 and troubles(), "the stories to be told")
        here.stop(second)
        assert stories() == [1, 2, 3, 4, 5, 6]
        assert troubles() == ["gap"]
        assert len({message["id"] for message in receiver.messages}) == len(receiver.messages)
    receiver.close()
