"""One story, to be read and decided on."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from monitor.terminal.asking import Page
from monitor.terminal.desk import TerminalDesk
from monitor.terminal.texts import diff_text, story_text, table_text
from monitor.terminal.triage import Triage
from pipeline.errors import MonitorError
from pipeline.store.inbox_query import InboxStory
from pipeline.store.review_records import Decision
from pipeline.text.clean import clean_line


class StoryScreen(Triage):
    """One story, to be read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "go(1)", "next"), Binding("k", "go(-1)", "previous"),
        Binding("q,escape,b", "leave", "back"), Binding("space", "scroll(20)"),
        Binding("down", "scroll(2)"), Binding("up", "scroll(-2)"),
        Binding("D", "diff", "edit"), Binding("c", "table", "paragraphs"),
    ]  # fmt: skip

    def __init__(self, desk: TerminalDesk, story: int, order: list[int]) -> None:
        super().__init__(desk)
        self._story, self._order = story, order
        self._line: InboxStory | None = None
        self._whole: dict[str, Any] = {}

    def compose(self) -> ComposeResult:
        """See textual."""
        yield Static(id="head")
        with VerticalScroll(id="scroll"):
            yield Static(id="page")
        yield Static(id="foot")

    def on_mount(self) -> None:
        """Load the story; it is read then."""
        self._load()

    def _load(self) -> None:
        self._draw()
        self.query_one("#scroll", VerticalScroll).scroll_home(animate=False)
        if self._line and not self.desk.read_only:
            mine = self._line.review_of(self.desk.reviewer)
            changed = self._line.revised_at and self._line.revised_at > (mine.read_at or "")
            if not mine.read_at or changed:
                self.decide(Decision(read=True))
        self.say("j next  k previous  u unread  s star  t tag  n note  d dismiss  ? help  q back")

    def _draw(self) -> None:
        try:
            self._line = self.desk.story(self._story)
            self._whole = self.desk.whole(self._story)
        except MonitorError as error:
            self.say(str(error), bad=True)
            return
        if self._line is None:
            return
        desk = self.desk
        text = story_text(self._whole, self._line, desk.reviewer, desk.names, desk.zone)
        self.query_one("#page", Static).update(text)
        mine = self._line.review_of(desk.reviewer)
        states = {"read": mine.read_at, "starred": mine.starred_at, "dismissed": mine.dismissed_at}
        marks = [word for word, on in states.items() if on]
        place = f"{self._order.index(self._story) + 1} of {len(self._order)}"
        parts = [place, ", ".join(marks) or "unread", " ".join(f"#{tag}" for tag in mine.tags),
                 f"note: {mine.note}" if mine.note else ""]  # fmt: skip
        head = " · ".join(part for part in parts if part)
        self.query_one("#head", Static).update(Text(clean_line(head, 200)))

    def targets(self) -> list[InboxStory]:
        """The story itself."""
        return [self._line] if self._line else []

    def again(self, stories: tuple[int, ...]) -> None:
        """Show it as it is now."""
        if self._story in stories:
            self._draw()

    def action_go(self, step: int) -> None:
        """Go to the next story of the list."""
        place = self._order.index(self._story) + step
        if 0 <= place < len(self._order):
            self._story = self._order[place]
            self._load()
        else:
            self.say("no more stories in this direction; q goes back to the list")

    def action_scroll(self, lines: int) -> None:
        """Move the text."""
        self.query_one("#scroll", VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_diff(self) -> None:
        """Show what the last edit changed."""
        found = self.desk.last_edit(self._whole)
        if found is None:
            self.say("it was never edited")
        else:
            self.app.push_screen(Page(diff_text(found, self.desk.zone)))

    def action_table(self) -> None:
        """Show the paragraphs by outlet."""
        if len(self._whole["members"]) < 2:
            self.say("one outlet ran it")
        else:
            self.app.push_screen(Page(table_text(self._whole)))

    def action_leave(self) -> None:
        """Go back to the list."""
        self.dismiss(None)
