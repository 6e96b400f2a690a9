"""What list and story have in common: the keys that decide."""

from __future__ import annotations

import webbrowser
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from monitor.review.keys import KEYS
from monitor.terminal.asking import Ask, Page, Write
from monitor.terminal.desk import TerminalDesk
from pipeline.errors import MonitorError, ReviewConflictError
from pipeline.store.inbox_query import InboxStory
from pipeline.store.review_records import REASONS, Decision
from pipeline.text.clean import clean_line


class Triage(Screen[None]):
    """What list and story have in common: the keys that decide."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "read", "read"), Binding("s", "star", "star"), Binding("t", "tag", "tag"),
        Binding("n", "note", "note"), Binding("d", "dismiss_story", "dismiss"),
        Binding("z", "undo", "undo"), Binding("v", "original", "original"),
        Binding("question_mark", "help", "help"),
    ]  # fmt: skip

    def __init__(self, desk: TerminalDesk) -> None:
        super().__init__()
        self.desk = desk

    def targets(self) -> list[InboxStory]:
        """Return the stories that a key is about."""
        raise NotImplementedError

    def again(self, stories: tuple[int, ...]) -> None:
        """Show stories as they are now."""
        raise NotImplementedError

    def say(self, text: str, *, bad: bool = False) -> None:
        """Tell something in the last line."""
        style = "bold red" if bad else ""
        self.query_one("#foot", Static).update(Text(clean_line(text, 300), style))

    def decide(self, decision: Decision, seen: dict[int, int] | None = None) -> None:
        """Write a decision on the targets, and tell what came of it."""
        stories = tuple(story.story for story in self.targets())
        if not stories:
            return
        try:
            done = self.desk.decide(stories, decision, seen)
        except ReviewConflictError as error:
            now = self.desk.story(stories[0])
            mine = now.review_of(self.desk.reviewer) if now else None
            text = Text(f"{error}\n\n", "bold")
            text.append(f"What stands there now:\n{(mine.note if mine else '') or '(no note)'}\n\n")
            text.append(f"What you wrote, which was not kept:\n{decision.note or ''}")
            self.app.push_screen(Page(text))
            self.again(stories)
        except (MonitorError, ValueError) as error:
            self.say(str(error), bad=True)
        else:
            self.again(stories)
            self.say(f"{done.action}; z takes it back" if done.event else "nothing to change")

    def action_read(self) -> None:
        """Turn read into unread and back."""
        for story in self.targets()[:1]:
            self.decide(Decision(read=not story.review_of(self.desk.reviewer).read_at))

    def action_star(self) -> None:
        """Turn the star on or off."""
        for story in self.targets()[:1]:
            self.decide(Decision(starred=not story.review_of(self.desk.reviewer).starred_at))

    def action_tag(self) -> None:
        """Ask for tags."""
        if self.targets():
            self.app.push_screen(Ask("Tags, with commas between; -tag takes one off"), self._tagged)

    def _tagged(self, answer: str | None) -> None:
        words = [word.strip() for word in (answer or "").split(",") if word.strip()]
        if not words:
            return
        try:
            decision = Decision(
                add_tags=tuple(word for word in words if not word.startswith("-")),
                remove_tags=tuple(word[1:] for word in words if word.startswith("-")),
            )
        except ValueError as error:
            self.say(str(error), bad=True)
            return
        self.decide(decision)

    def action_note(self) -> None:
        """Ask for a note."""
        for story in self.targets()[:1]:
            mine = story.review_of(self.desk.reviewer)
            self.app.push_screen(
                Write("Note; everybody who reviews can read it", mine.note or ""),
                partial(self._noted, {story.story: mine.version}),
            )

    def _noted(self, seen: dict[int, int], answer: str | None) -> None:
        if answer is not None:
            self.decide(Decision(note=answer), seen)

    def action_dismiss_story(self) -> None:
        """Ask for a reason, or take the dismissal back."""
        for story in self.targets()[:1]:
            if story.review_of(self.desk.reviewer).dismissed_at:
                self.decide(Decision(dismissed=False, read=False))
                return
            question = "Dismiss: why? A number, your own words, or nothing"
            self.app.push_screen(Ask(question, choices=REASONS), self._dismissed)

    def _dismissed(self, answer: str | None) -> None:
        if answer is not None:
            try:
                decision = Decision(dismissed=True, reason=answer or None)
            except ValueError as error:
                self.say(str(error), bad=True)
                return
            self.decide(decision)

    def action_undo(self) -> None:
        """Take back the latest change."""
        try:
            done = self.desk.undo()
        except MonitorError as error:
            self.say(str(error), bad=True)
            return
        self.again(done.stories)
        self.say(f"undone: {done.action}")

    def action_original(self) -> None:
        """Open the original in the browser."""
        for story in self.targets()[:1]:
            url = story.members[0].url if story.members else ""
            if url.startswith(("http://", "https://")):
                webbrowser.open(url)
                self.say(url)

    def action_help(self) -> None:
        """Show the keys."""
        text = Text("Keys\n\n", "bold")
        more = (
            (("D",), "what the last edit changed"), (("c",), "paragraphs by outlet"),
            (("r",), "load anew"), (("g", "G"), "first, last"), (("q",), "back, quit"),
        )  # fmt: skip
        for keys, what in (*KEYS, *more):
            if keys[0] != "g i":
                text.append(f"  {' '.join(keys):<10}", "bold")
                text.append(f"{what}\n")
        self.app.push_screen(Page(text))
