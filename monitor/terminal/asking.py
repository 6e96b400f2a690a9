"""What stands over a screen for a moment: a question, something to read."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea


class Ask(ModalScreen[str | None]):
    """One question with one line for an answer; Esc gives none."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave")]

    def __init__(self, question: str, value: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._question, self._value, self._choices = question, value, choices

    def compose(self) -> ComposeResult:
        """See textual."""
        with Vertical(id="box"):
            yield Static(Text(self._question))
            for n, choice in enumerate(self._choices, start=1):
                yield Static(Text(f"  {n}  {choice}"))
            yield Input(self._value)

    def on_mount(self) -> None:
        """Begin with the line."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """A number alone is a choice."""
        if event.value.isdecimal() and 0 < int(event.value) <= len(self._choices):
            self.dismiss(self._choices[int(event.value) - 1])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the answer."""
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Give no answer."""
        self.dismiss(None)


class Write(ModalScreen[str | None]):
    """A question with a text of several lines for an answer; Esc gives none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave"), Binding("ctrl+s", "keep", "keep", priority=True),
    ]  # fmt: skip

    def __init__(self, question: str, value: str = "") -> None:
        super().__init__()
        self._question, self._value = question, value

    def compose(self) -> ComposeResult:
        """See textual."""
        with Vertical(id="box"):
            yield Static(Text(self._question))
            yield TextArea(self._value)
            yield Static(Text("Ctrl-S keeps it, Esc leaves it as it was"))

    def on_mount(self) -> None:
        """Begin with the text."""
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)

    def action_keep(self) -> None:
        """Take the answer."""
        self.dismiss(self.query_one(TextArea).text)

    def action_leave(self) -> None:
        """Give no answer."""
        self.dismiss(None)


class Page(ModalScreen[None]):
    """Something to read: help, a difference, the table of paragraphs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,D,c,b", "leave", "back"),
        Binding("j", "scroll(3)"), Binding("k", "scroll(-3)"), Binding("space", "scroll(20)"),
    ]  # fmt: skip

    def __init__(self, text: Text) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """See textual."""
        with VerticalScroll(id="box"):
            yield Static(self._text)

    def action_scroll(self, lines: int) -> None:
        """Move the text."""
        self.query_one("#box", VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_leave(self) -> None:
        """Close it."""
        self.dismiss(None)
