"""Reviewers take stories apart and put them together while the daemon is at work."""

from __future__ import annotations

import pytest

from monitor.cli import main
from tests.daemonkit import QUICK, Installation, wait_for
from tests.newsite import NewsSite

ADDED = "The ministry said on Friday that it had nothing to add to what was published at noon."


@pytest.mark.slow
def test_the_word_of_a_reviewer_outlasts_edits_and_new_articles(tmp_path):
    with NewsSite(outlets=2, articles=1) as site:
        first, other = site.outlets
        copied = other.stories[0]
        copied.paragraphs = list(first.stories[0].paragraphs)
        here = Installation(tmp_path)
        try:
            here.settings["sources"] = [first.config(every="1s"), other.config(every="1s")]
            here.write()
            daemon = here.daemon(program=QUICK)
            here.wait_articles(2)
            stories = "SELECT count(DISTINCT story) FROM article"
            assert here.value(stories) == 1

            def review(*words):
                assert main(["--db", str(here.database), "stories", *words]) == 0

            mine = "SELECT id FROM article WHERE source = 'outlet-1' ORDER BY id LIMIT 1"
            story = str(here.value("SELECT story FROM article LIMIT 1"))
            review("split", story, str(here.value(mine)), "--note", "by the test")
            assert here.value(stories) == 2

            # The copy is edited and further articles come: nothing brings it back.
            original = copied.paragraphs[1]
            copied.edit(ADDED)
            wait_for(lambda: here.value("SELECT count(*) FROM revision") >= 1, "the edit")
            copied.edit(original)
            wait_for(lambda: here.value("SELECT count(*) FROM revision") >= 2, "the edit undone")
            first.add()
            other.add()
            here.wait_articles(4)
            assert here.value(stories) == 4

            review("merge", story, str(here.value(mine.replace("SELECT id", "SELECT story"))))
            assert here.value(stories) == 3
            here.stop(daemon)
            assert main(["--db", str(here.database), "db", "check"]) == 0
        finally:
            here.close()
