"""The review on a terminal of 80 x 24, keys pressed one by one."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from monitor.cli import main
from monitor.review.filters import Filters
from monitor.terminal.app import ReviewApp
from monitor.terminal.desk import TerminalDesk
from pipeline.store.review_records import Decision
from tests.test_web_browser import EVIL, poison

NAMED = {"=": "equals_sign", "&": "ampersand", " ": "space", ",": "comma", "?": "question_mark",
         "-": "minus", "/": "slash", ".": "full_stop", "@": "at"}  # fmt: skip


class Terminal:
    """Somebody at the keys, who sees the screen."""

    def __init__(self, pilot):
        self.pilot = pilot

    async def press(self, *keys):
        for key in keys:
            await self.pilot.press(NAMED.get(key, key))
        await self.pilot.pause()

    async def type(self, text, end="enter"):
        await self.press(*text)
        await self.press(end)

    @property
    def lines(self):
        strips = self.pilot.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def screen(self):
        return "\n".join(self.lines)


@asynccontextmanager
async def review(folder, *, reviewer="Anna", read_only=False, **filters):
    desk = TerminalDesk(
        database=folder / "monitor.db", pages=folder / "pages.db", zone=UTC, reviewer=reviewer,
        clock=lambda: datetime.now(UTC), filters=Filters(**filters), read_only=read_only,
    )  # fmt: skip
    try:
        async with ReviewApp(desk).run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            yield Terminal(pilot)
    finally:
        desk.close()


def exported(folder, capsys):
    capsys.readouterr()
    assert main(["export", "--decisions", "--format", "json", "--config",
                 str(folder / "config.yaml")]) == 0  # fmt: skip
    return {row["story"]: row for row in json.loads(capsys.readouterr().out)}


def wire_of(folder):
    with sqlite3.connect(folder / "monitor.db") as db:
        return db.execute("SELECT id FROM story ORDER BY outlets DESC").fetchone()[0]


def test_the_inbox_is_cleared_by_keys(folder, capsys):
    wire = wire_of(folder)

    async def walk():
        async with review(folder) as seen:
            assert seen.lines[0].startswith(" 40 stories · state=unread · Anna")
            # The wire story once, with its outlets: found by its words, tagged and noted.
            await seen.press("/")
            await seen.press("ctrl+u")
            await seen.type("third reading")
            assert seen.lines[0].startswith(" 1 stories") or "third" in seen.lines[0]
            found = [line for line in seen.lines if "third reading" in line and "Lists" in line]
            assert len(found) == 1
            assert "+3" in seen.screen
            while seen.pilot.app.screen.targets()[0].story != wire:
                await seen.press("j")
            await seen.press("enter")
            assert "Who ran it (5 outlets" in (await whole(seen))
            await seen.press("c")
            assert "= kept" in seen.screen
            await seen.press("escape", "t")
            await seen.type("names, wire")
            assert "#names #wire" in seen.screen
            await seen.press("n")
            await seen.press(*"who has the 37", "enter", *"two lines", "ctrl+s")
            assert "who has the 37" in seen.screen
            await seen.press("q")
            assert "#names" in seen.screen
            # The edit, with its difference.
            await seen.press("/", "ctrl+u")
            await seen.type("edited=1&state=all")
            assert "edited" in seen.screen
            await seen.press("o", "D")
            assert "[-fourteen-] {+nine+} villages" in seen.screen
            await seen.press("escape", "q", "/", "ctrl+u", "enter")
            # The rest: read, starred, dismissed with a reason, and several at once.
            assert seen.lines[0].startswith(" 38 stories")
            await seen.press("u", "s")
            assert "* " in seen.lines[1]
            await seen.press("j", "d", "2")
            assert "dismissed by Anna" in seen.screen
            await seen.press("z")
            assert "undone: dismiss" in seen.lines[-1]
            assert "dismissed by Anna" not in seen.screen
            await seen.press("d")
            await seen.type("not ours")
            await seen.press("r")
            for _ in range(36):
                await seen.press("x", "j")
            assert seen.lines[-1].strip() == "36 chosen"
            await seen.press("u", "r")
            assert "nothing to review here" in seen.lines[-1]

    asyncio.run(walk())
    rows = exported(folder, capsys)
    assert len(rows) == 40
    assert rows[wire]["tags"] == ["names", "wire"]
    assert rows[wire]["note"] == "who has the 37\ntwo lines"
    assert [r["dismiss_reason"] for r in rows.values() if r["dismissed_at"]] == ["not ours"]
    assert sum(bool(row["starred_at"]) for row in rows.values()) == 1


async def whole(seen):
    """All of a story's text, however long."""
    text = ""
    for _ in range(30):
        text += seen.screen
        await seen.press("space")
    return text


def test_keys_are_those_of_the_web_pages(folder):
    async def walk():
        async with review(folder) as seen:
            await seen.press("?")
            for words in ("next, previous story", "star", "dismiss", "undo the last change"):
                assert words in seen.screen, words
            await seen.press("escape")
            assert "stories" in seen.lines[0]

    asyncio.run(walk())


def test_hostile_titles_are_one_clean_line_each(folder):
    poison(folder)

    async def walk():
        async with review(folder, state="all") as seen:
            for key in ("", "o", "t", "escape", "c", "escape", "D", "escape", "q", "d", "escape"):
                await seen.press(*([key] if key else []))
                assert len(seen.lines) == 24
                for line in seen.lines:
                    assert not {"\x1b", "\x07", "\u202e", "\u2066"} & set(line)
            assert "<script>window.owned=1</script>" in seen.screen  # as text
            assert "[b]x[/b]" not in seen.lines[0]

    asyncio.run(walk())
    assert "[b]x[/b]" in EVIL


def test_a_note_that_was_changed_meanwhile_is_not_lost(folder):
    async def walk():
        async with review(folder) as seen:
            await seen.press("n")
            story = seen.pilot.app.screen_stack[-2].targets()[0].story
            other = TerminalDesk(
                database=folder / "monitor.db", pages=folder / "pages.db", zone=UTC,
                reviewer="Anna", clock=lambda: datetime.now(UTC), filters=Filters(),
                read_only=False,
            )  # fmt: skip
            other.decide((story,), Decision(note="from the other desk"))
            other.close()
            await seen.press(*"mine", "ctrl+s")
            assert "from the other desk" in seen.screen
            assert "mine" in seen.screen
            await seen.press("escape", "n")
            assert "from the other desk" in seen.screen
            await seen.press("escape")

    asyncio.run(walk())


def test_a_read_only_review_says_no_and_goes_on(folder):
    async def walk():
        async with review(folder, read_only=True) as seen:
            assert "read-only" in seen.lines[0]
            await seen.press("s")
            assert "read-only" in seen.lines[-1]
            await seen.press("o")
            assert "unread" in seen.lines[0]

    asyncio.run(walk())


def test_a_filter_that_cannot_be_is_told(folder):
    async def walk():
        async with review(folder) as seen:
            await seen.press("/", "ctrl+u")
            await seen.type("state=gone")
            assert "state: is one of" in seen.lines[-1]
            assert seen.lines[0].startswith(" 40 stories")

    asyncio.run(walk())


def test_a_kept_filter_is_found_by_its_name(folder):
    with sqlite3.connect(folder / "monitor.db") as db:
        db.execute("INSERT INTO reviewer (name, added_at) VALUES ('Ben', 'x')")
        db.execute("INSERT INTO saved_filter (name, query, reviewer, saved_at) "
                   "VALUES ('Wire', 'state=all&outlets=3', 'Ben', 'x')")  # fmt: skip

    async def walk():
        async with review(folder) as seen:
            await seen.press("/", "ctrl+u")
            await seen.type("wire")
            assert seen.lines[0].startswith(" 1 stories · state=all&outlets=3")

    asyncio.run(walk())
