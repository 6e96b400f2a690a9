"""Pages that fail for a while: tried again, over restarts too, and never while their host rests."""

from __future__ import annotations

import signal

from tests.daemonkit import Installation, wait_for
from tests.daemonrig import with_rig
from tests.newsite import Answer, NewsSite

PENDING = "SELECT count(*) FROM link WHERE outcome IS NULL"


def test_a_retry_survives_a_restart(tmp_path):
    here = Installation(tmp_path)
    with NewsSite(outlets=1, articles=3) as site:
        outlet = site.outlets[0]
        url = outlet.url(outlet.stories[0].path)
        outlet.overrides[outlet.stories[0].path] = Answer(b"busy", status=503)
        here.settings["sources"] = [outlet.config()]
        here.write()
        try:
            run = here.daemon()
            error = "SELECT last_error FROM link WHERE url = ? AND attempts > 0"
            assert wait_for(lambda: here.value(error, url), "the failure").startswith("http_5xx")
            here.wait_articles(2)
            run.signal(signal.SIGKILL)
            run.end()
            assert here.outcomes() == {"pending": 1, "stored": 2}
            outlet.overrides.clear()
            here.once()
            assert here.articles() == site.texts()
            assert here.rows("SELECT outcome, attempts FROM link WHERE url = ?", url) == [
                ("stored", 0)
            ]
            here.check()
        finally:
            here.close()


def test_while_its_host_rests_no_attempt_of_a_page_is_used_up(tmp_path):
    with NewsSite(outlets=2, articles=4) as site:
        tired, _ = site.outlets
        for story in tired.stories:
            tired.overrides[story.path] = Answer(
                b"slow down", status=429, headers={"Retry-After": "3600"}
            )

        async def scenario(rig):
            await rig.poll()
            await rig.visit()
            asked = sum(n for u, n in site.pages_asked().items() if str(tired.port) in u)
            assert 1 <= asked <= 4  # those under way when the first answer came
            attempts = await rig.value("SELECT sum(attempts) FROM link")
            assert attempts == asked
            # Due again and again, as if hours had passed: the host rests by the steady clock.
            for _ in range(8):
                rig.later(hours=7)
                await rig.visit()
            assert sum(n for u, n in site.pages_asked().items() if str(tired.port) in u) == asked
            assert await rig.value("SELECT sum(attempts) FROM link") == attempts
            assert await rig.value(PENDING) == 4, "given up though nothing was tried"
            assert await rig.value("SELECT count(*) FROM article") == 4

        with_rig(site, tmp_path, scenario)


def test_a_page_that_never_works_ends_as_failed_with_its_reason(tmp_path):
    with NewsSite(outlets=1, articles=2) as site:
        outlet = site.outlets[0]
        outlet.overrides[outlet.stories[0].path] = Answer(b"broken", status=500)

        async def scenario(rig):
            await rig.poll()
            visits = 0
            while await rig.value(PENDING):
                await rig.visit()
                rig.later(hours=8)
                visits += 1
                assert visits < 20
            assert site.pages_asked()[outlet.url(outlet.stories[0].path)] == 6
            rows = await rig.rows("SELECT outcome, substr(reason, 1, 8) FROM link ORDER BY id DESC")
            assert ("failed", "http_5xx") in rows
            assert await rig.value("SELECT count(*) FROM article") == 1

        with_rig(site, tmp_path, scenario)
