"""``monitor demo``: the real daemon on a small news web of our own, for half a minute, offline."""

from __future__ import annotations

import asyncio
import json
import shlex
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import Given, on_terminal
from monitor.cli.output import note, put
from monitor.demo.script import NOISE, SCRIPT, Break, Edit, Event, Noise, Publish
from monitor.demo.stories import library
from monitor.demo.web import DemoWeb
from pipeline.errors import MonitorError

SECONDS = 32  # the script ends at 20; every feed is polled twice after that
STOP_S = 15.0
_FILES = ("config.yaml", "monitor.db", "pages.db", "daemon.log", "expected.json")


def verb(
    given: Given,
    folder: Annotated[
        Path, typer.Argument(help="Where the demo's configuration and database go.")
    ] = Path("demo-data"),
    seconds: Annotated[
        int, typer.Option("--seconds", min=26, help="How long the daemon runs.")
    ] = SECONDS,
) -> int:
    """Watch the monitor work: six fictional outlets on this machine, nothing from outside.

    Five of them run the same agency story: whole, whole again, cut, edited, with background, and
    one once more in a round-up.  One changes a published article without a word, five pages change
    and their articles do not, one outlet breaks.  What was collected stays in FOLDER.
    """
    _clear(folder)
    code = asyncio.run(_show(given, folder, seconds))
    if code:
        note(f"the daemon ended with exit code {code}; see {folder / 'daemon.log'}")
        return 1
    config = str(folder / "config.yaml")
    colour = [] if given.color else ["--no-color"]
    for title, words in (
        ("What `monitor status` says", ["status"]),
        ("What became of every link (`monitor coverage`)", ["coverage"]),
        ("What several outlets ran (`monitor stories`)", ["stories"]),
        ("Edited after publication (`monitor edits`)", ["edits"]),
    ):
        put(f"\n== {title}")
        from monitor.cli import main

        main(["--config", config, *colour, *words])
    _look_further(folder)
    return 0


def _clear(folder: Path) -> None:
    """Begin anew, but never in a folder that holds anything else than an earlier demo."""
    from pipeline.store.lock import DaemonLock

    if folder.exists() and not (folder / "expected.json").exists() and any(folder.iterdir()):
        raise MonitorError(f"{folder}: holds other files; name an empty folder or a new one")
    folder.mkdir(parents=True, exist_ok=True)
    holder = DaemonLock(folder / "monitor.db").holder()
    if holder is not None:
        raise MonitorError(f"{folder}: a demo runs there already (process {holder})")
    for name in _FILES:
        for path in folder.glob(f"{name}*"):
            path.unlink()
    (folder / "expected.json").write_text("{}", encoding="utf-8")


async def _show(given: Given, folder: Path, seconds: int) -> int:
    """Run web and daemon side by side; returns the daemon's exit code."""
    async with DemoWeb() as web:
        config = folder / "config.yaml"
        config.write_text(web.config_text((folder / "monitor.db").absolute()), encoding="utf-8")
        truth = json.dumps(web.expected(), ensure_ascii=False, indent=1)
        (folder / "expected.json").write_text(truth, encoding="utf-8")
        note("Six outlets are on the air:")
        for outlet in web.outlets:
            note(f"  {outlet.base_url}  {outlet.name}")
        with (folder / "daemon.log").open("wb") as log:
            daemon = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "monitor", "--config", str(config), "run",
                stdout=log, stderr=log,
            )  # fmt: skip
            note(f"The daemon runs (process {daemon.pid}, log in {folder / 'daemon.log'}).")
            try:
                await _watch(web, daemon, folder, seconds, given)
            finally:
                if daemon.returncode is None:
                    daemon.send_signal(signal.SIGTERM)
                try:
                    code = await asyncio.wait_for(daemon.wait(), STOP_S)
                except TimeoutError:
                    daemon.kill()
                    code = await daemon.wait()
        return code


async def _watch(
    web: DemoWeb, daemon: asyncio.subprocess.Process, folder: Path, seconds: int, given: Given
) -> None:
    """Tell what happens on the web and how many articles are stored, until time is up."""
    names = {outlet.slug: outlet.name for outlet in web.outlets}
    titles = {(story.outlet, story.key): story.title for story in library(tuple(names)).values()}
    events = sorted(SCRIPT, key=lambda entry: entry[0])
    bar = _bar(given, seconds)
    with bar:
        while web.elapsed < seconds and daemon.returncode is None:
            while events and events[0][0] <= web.elapsed:
                second, event = events.pop(0)
                bar.tell(f"{second:3.0f} s  {_in_words(event, names, titles)}")
            bar.update(web.elapsed, _stored(folder / "monitor.db"))
            await asyncio.sleep(0.25)


def _in_words(event: Event, names: Mapping[str, str], titles: Mapping[tuple[str, str], str]) -> str:
    match event:
        case Publish(outlet, key):
            return f"{names[outlet]} publishes \u201c{titles[outlet, key]}\u201d"
        case Edit(outlet, key):
            return f"{names[outlet]} silently changes \u201c{titles[outlet, key]}\u201d"
        case Break(outlet, mode):
            what = "answers 500" if mode == "error" else "answers with a page that is no feed"
            return f"{names[outlet]} breaks: its feed {what}"
        case Noise(outlet, key, kind):
            return f"{names[outlet]} {NOISE[kind]} at \u201c{titles[outlet, key]}\u201d"


def _stored(database: Path) -> str:
    from pipeline.store.reading import Reader

    try:
        with Reader(database) as reader:
            totals = reader.totals()
    except MonitorError:
        return "nothing yet"  # the daemon has not made the file yet
    return f"{totals['articles']} articles, {totals['revisions']} revisions"


class _Plain:
    """Lines, where there is no terminal."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._told = -100.0

    def __enter__(self) -> _Plain:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def tell(self, line: str) -> None:
        if not self._quiet:
            note(line)

    def update(self, elapsed: float, text: str) -> None:
        if not self._quiet and elapsed - self._told >= 5:
            self._told = elapsed
            note(f"{elapsed:3.0f} s  {text} stored")


class _Bar(_Plain):
    """A bar, on a terminal."""

    def __init__(self, seconds: int, color: bool) -> None:
        super().__init__(quiet=False)
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(stderr=True, no_color=not color, highlight=False, markup=False)
        self._bar = Progress(
            TextColumn("{task.completed:3.0f} s"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[text]}", markup=False),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=seconds, text="starting")

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def tell(self, line: str) -> None:
        self._bar.console.print(line)

    def update(self, elapsed: float, text: str) -> None:
        self._bar.update(self._task, completed=elapsed, text=text)


def _bar(given: Given, seconds: int) -> _Plain:
    if on_terminal(sys.stderr) and not given.quiet:
        return _Bar(seconds, given.color)
    return _Plain(given.quiet)


def _look_further(folder: Path) -> None:
    command = Path(sys.argv[0])
    module = command.name == "__main__.py"
    called = [sys.executable, "-m", "monitor"] if module else [str(command)]
    monitor = shlex.join([*called, "--config", str(folder / "config.yaml")])
    put("\n== Look further (the outlets are off the air now; what was collected stays)")
    database = folder / "monitor.db"
    for command_line, why in (
        (f"{monitor} web --open", "review it in the browser"),
        (f"{monitor} review", "the same on the terminal"),
        (f"{monitor} list", "what came in, one line a story"),
        (f"{monitor} show 1", "one article with the origin of each field"),
        (f"{monitor} search 'names AND list*'", "full-text search"),
        (f"{monitor} coverage --links not_article", "which links were no articles, and why"),
        (f"{monitor} sources show harbour-radio", "the outlet that broke, poll by poll"),
        (f"{monitor} export --format csv", "take everything out"),
        (f"sqlite-utils tables {database} --counts", "the file itself"),
    ):
        put(f"# {why}")
        put(f"  {command_line}")
