"""The inbox as a list."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from monitor.review.filters import Filters
from monitor.terminal.asking import Ask
from monitor.terminal.desk import COUNTED, TerminalDesk
from monitor.terminal.story_screen import StoryScreen
from monitor.terminal.texts import clock, row
from monitor.terminal.triage import Triage
from pipeline.errors import MonitorError
from pipeline.store.inbox_query import Cursor, InboxStory
from pipeline.text.clean import clean_line

REFRESH_S = 30.0  # between two looks for what the daemon added
_AHEAD = 10  # stories before the end of the list at which more are loaded


class ListScreen(Triage):
    """Stories newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "step(1)"), Binding("k", "step(-1)"), Binding("o", "open_story", "open"),
        Binding("x", "choose", "choose"), Binding("slash", "filter", "search"),
        Binding("r", "reload", "reload"), Binding("g", "edge(0)"), Binding("G", "edge(-1)"),
        Binding("q", "quit_review", "quit"), Binding("escape", "clear", show=False),
    ]  # fmt: skip

    def __init__(self, desk: TerminalDesk) -> None:
        super().__init__(desk)
        self._stories: dict[int, InboxStory] = {}
        self._chosen: set[int] = set()
        self._next: Cursor | None = None
        self._newest = ""

    def compose(self) -> ComposeResult:
        """See textual."""
        yield Static(id="head")
        yield OptionList(id="list")
        yield Static(id="foot")

    def on_mount(self) -> None:
        """Load the first stories."""
        self.action_reload()
        self.set_interval(REFRESH_S, self._look)

    @property
    def _list(self) -> OptionList:
        return self.query_one("#list", OptionList)

    def targets(self) -> list[InboxStory]:
        """The chosen ones, else the one under the cursor."""
        if self._chosen:
            return [story for number, story in self._stories.items() if number in self._chosen]
        place = self._list.highlighted
        if place is None:
            return []
        option = self._list.get_option_at_index(place)
        return [self._stories[int(option.id)]] if option.id else []

    def again(self, stories: tuple[int, ...]) -> None:
        """Show lines as they are now; they stay in the list until it is loaded anew."""
        self._chosen.clear()
        for number in list(self._stories):
            if number in stories:
                story = self.desk.story(number)
                if story is not None:
                    self._stories[number] = story
            self._draw(number)
        self._title()

    def action_reload(self) -> None:
        """Load the list anew."""
        listed = self._list
        listed.clear_options()
        self._stories.clear()
        self._chosen.clear()
        try:
            self._newest = ""
            self._append(None)
        except MonitorError as error:
            self.say(str(error), bad=True)
            return
        if listed.option_count:
            listed.highlighted = 0
            self.say("? shows the keys")
        else:
            self.say("nothing to review here; / changes the filter, q ends")
        listed.focus()
        self._title()
        self._mark_looked()

    def _mark_looked(self) -> None:
        try:
            self.desk.looked()
        except MonitorError as error:
            self.say(str(error), bad=True)

    def _append(self, before: Cursor | None) -> None:
        page = self.desk.page(before)
        self._next = page.next
        looked = self.desk.looked_at
        for story in page.stories:
            if not self._newest:
                self._newest = story.first_seen_at
            last = next(reversed(self._stories.values()), None)
            if looked and last and last.first_seen_at >= looked > story.first_seen_at:
                line = Text(f"--- seen before {clock(looked, self.desk.zone)} ---", "bold")
                self._list.add_option(Option(line, disabled=True))
            self._stories[story.story] = story
            self._list.add_option(Option(self._row(story), id=str(story.story)))

    def _row(self, story: InboxStory) -> Text:
        desk = self.desk
        return row(story, desk.reviewer, desk.names, desk.topics, desk.zone,
                   chosen=story.story in self._chosen)  # fmt: skip

    def _draw(self, number: int) -> None:
        self._list.replace_option_prompt(str(number), self._row(self._stories[number]))

    def _title(self) -> None:
        count = self.desk.count()
        shown = self.desk.filters.query_string or "state=unread"
        head = f"{count}{'+' if count >= COUNTED else ''} stories · {shown} · {self.desk.reviewer}"
        head += " · read-only" * self.desk.read_only
        self.query_one("#head", Static).update(Text(clean_line(head, 200)))

    def _look(self) -> None:
        if self._newest and (new := self.desk.newer(self._newest)):
            self.say(f"{new} new, press r")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Load more when the end comes near."""
        near = event.option_index >= self._list.option_count - _AHEAD
        if near and self._next is not None:
            self._append(self._next)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what Enter was pressed on."""
        if event.option.id:
            self._open(int(event.option.id))

    def action_step(self, step: int) -> None:
        """Move the cursor."""
        (self._list.action_cursor_down if step > 0 else self._list.action_cursor_up)()

    def action_edge(self, place: int) -> None:
        """Go to the first or last story."""
        (self._list.action_first if place == 0 else self._list.action_last)()

    def action_open_story(self) -> None:
        """Open the story under the cursor."""
        self._chosen.clear()
        for story in self.targets():
            self._open(story.story)

    def _open(self, number: int) -> None:
        order = list(self._stories)
        self.app.push_screen(
            StoryScreen(self.desk, number, order), lambda _: self.again(tuple(order))
        )

    def action_choose(self) -> None:
        """Choose the story under the cursor for a change of several, or not."""
        place = self._list.highlighted
        option = self._list.get_option_at_index(place) if place is not None else None
        if option is not None and option.id:
            self._chosen ^= {int(option.id)}
            self._draw(int(option.id))
            self.say(f"{len(self._chosen)} chosen")

    def action_clear(self) -> None:
        """Choose nothing."""
        chosen, self._chosen = self._chosen, set()
        for number in chosen:
            self._draw(number)

    def action_filter(self) -> None:
        """Ask for words to look for, or a filter as the web pages have it."""
        question = (
            "Words to look for, or a filter: state=all&source=@state&q=talks; a kept filter's name"
        )
        self.app.push_screen(Ask(question, self.desk.filters.query_string), self._filtered)

    def _filtered(self, answer: str | None) -> None:
        if answer is None:
            return
        try:
            saved = self.desk.saved(answer.strip()) if answer.strip() else None
            if saved is not None:
                filters = saved
            elif "=" in answer:
                filters = Filters.from_string(answer)
            else:
                filters = Filters(q=answer.strip(), state="all") if answer.strip() else Filters()
            self.desk.query(filters)
        except MonitorError as error:
            self.say(str(error), bad=True)
            return
        self.desk.filters = filters
        self.action_reload()

    def action_quit_review(self) -> None:
        """End."""
        self.app.exit()
