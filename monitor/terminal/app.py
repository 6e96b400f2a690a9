"""The application: a list of stories, a story, and the few questions that triage asks."""

from __future__ import annotations

from textual.app import App

from monitor.terminal.desk import TerminalDesk
from monitor.terminal.list_screen import ListScreen


class ReviewApp(App[None]):
    """The review of one reviewer."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: $background; }
    #head { height: 1; background: $primary; color: $text; padding: 0 1; }
    #foot { height: 1; color: $text-muted; padding: 0 1; }
    OptionList { border: none; padding: 0; background: $background; height: 1fr;
      text-wrap: nowrap; text-overflow: ellipsis; }
    VerticalScroll { height: 1fr; padding: 0 1; }
    #page { width: 100%; max-width: 100; }
    ModalScreen { align: center middle; }
    TextArea { height: 10; }
    #box { width: 96; max-width: 96%; height: auto; max-height: 90%; padding: 1 2;
      background: $surface; border: solid $primary; }
    """

    def __init__(self, desk: TerminalDesk) -> None:
        super().__init__()
        self.desk = desk

    def on_mount(self) -> None:
        """Show the list."""
        self.title = "monitor review"
        self.push_screen(ListScreen(self.desk))
