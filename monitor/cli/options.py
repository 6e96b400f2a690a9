"""What a verb was told by options and environment that all verbs share."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO
from zoneinfo import ZoneInfo

import typer

from monitor.config.locate import QuickSettings, find_config, quick_settings
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from monitor.config.model import Config

_GLOBAL = "Global options"
_OUTPUT = "Output"

GLOBAL_OPTIONS = {
    "config_": Annotated[
        str | None,
        typer.Option(
            "--config", metavar="FILE", help="The configuration file (also MONITOR_CONFIG).",
            rich_help_panel=_GLOBAL, show_default=False,
        ),
    ],
    "db_": Annotated[
        str | None,
        typer.Option(
            "--db", metavar="FILE", help="The database (also MONITOR_DB); else as configured.",
            rich_help_panel=_GLOBAL, show_default=False,
        ),
    ],
    "verbose_": Annotated[
        int,
        typer.Option(
            "--verbose", "-v", count=True, help="More on stderr; -vv shows tracebacks.",
            rich_help_panel=_GLOBAL, show_default=False,
        ),
    ],
    "quiet_": Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", help="Only errors on stderr.", rich_help_panel=_GLOBAL,
            show_default=False,
        ),
    ],
    "no_color_": Annotated[
        bool,
        typer.Option(
            "--no-color", help="No colours (also NO_COLOR).", rich_help_panel=_GLOBAL,
            show_default=False,
        ),
    ],
}  # fmt: skip

SHAPE_OPTIONS = {
    "json_": Annotated[
        bool, typer.Option("--json", help="One JSON array.", rich_help_panel=_OUTPUT)
    ],
    "jsonl_": Annotated[
        bool, typer.Option("--jsonl", help="One JSON object a line.", rich_help_panel=_OUTPUT)
    ],
    "csv_": Annotated[
        bool,
        typer.Option("--csv", help="CSV, safe to open in a spreadsheet.", rich_help_panel=_OUTPUT),
    ],
    "table_": Annotated[
        bool,
        typer.Option(
            "--table", "-t", help="A table; the default on a terminal.", rich_help_panel=_OUTPUT
        ),
    ],
    "columns_": Annotated[
        str | None,
        typer.Option("--columns", metavar="A,B", help="These columns.", rich_help_panel=_OUTPUT),
    ],
    "limit_": Annotated[
        int | None,
        typer.Option("--limit", min=0, help="At most so many; 0: all.", rich_help_panel=_OUTPUT),
    ],
}


@dataclass(kw_only=True)
class Given:
    """The global options, and what follows from them."""

    config: str | None = None
    db: str | None = None
    verbose: int = 0
    quiet: bool = False
    no_color: bool = False
    env: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def merged(self, later: Given) -> Given:
        """Return these options with those given behind the verb on top."""
        return replace(
            self,
            config=later.config or self.config,
            db=later.db or self.db,
            verbose=self.verbose + later.verbose,
            quiet=self.quiet or later.quiet,
            no_color=self.no_color or later.no_color,
        )

    @property
    def color(self) -> bool:
        """False if nothing may be coloured."""
        return not self.no_color and not self.env.get("NO_COLOR")

    @cached_property
    def config_path(self) -> Path | None:
        """The configuration file, None if there is none.  Raises ConfigError."""
        return find_config(self.config, self.env, Path.cwd())

    @cached_property
    def _quick(self) -> QuickSettings | None:
        path = self.config_path
        return quick_settings(path, self.env) if path else None

    @cached_property
    def database(self) -> Path:
        """The database: --db, MONITOR_DB, the configuration's, or monitor.db here."""
        given = self.db or self.env.get("MONITOR_DB")
        if given:
            return Path(given).expanduser().absolute()
        return self._quick.db if self._quick else Path("monitor.db").absolute()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which people are shown times."""
        try:
            return ZoneInfo(self._quick.timezone if self._quick else "UTC")
        except (ConfigError, KeyError, ValueError, OSError):
            return ZoneInfo("UTC")  # telling is the work of `config check`

    def load(self) -> Config:
        """Return the whole configuration, its database replaced by --db.  Raises ConfigError."""
        from monitor.config.load import load

        path = self.config_path
        if path is None:
            raise ConfigError("no config.yaml here; `monitor init` writes one, --config names one")
        config = load(path, self.env)
        if self.database == config.storage.path:
            return config
        # Another database has raw pages of its own.
        pages = config.storage.pages.model_copy(update={"path": None})
        changes = {"path": self.database, "pages": pages}
        storage = config.storage.model_copy(update=changes)
        return config.model_copy(update={"storage": storage})

    @cached_property
    def pages(self) -> Path:
        """The file of raw pages that belongs to the database.  Raises ConfigError."""
        if self.config_path is not None:
            return self.load().storage.pages_path
        from pipeline.store.sqlite import pages_path

        return pages_path(self.database)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a listing is to look."""

    form: str | None = None  # json, jsonl, csv, table; None: table on a terminal, lines elsewhere
    columns: tuple[str, ...] = ()
    limit: int | None = None  # 0: all
    color: bool = True
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    @property
    def machine(self) -> bool:
        """True if a program is to read the output."""
        return self.form in ("json", "jsonl", "csv")

    def most(self, usual: int) -> int | None:
        """Return how many rows to show at most; None: all."""
        return (usual if self.limit is None else self.limit) or None


def shape_from(given: Given, values: Mapping[str, object]) -> Shape:
    """Return the shape that the output options ask for.  Raises typer.BadParameter."""
    forms = [name for name in ("json", "jsonl", "csv", "table") if values.get(f"{name}_")]
    if len(forms) > 1:
        raise typer.BadParameter(f"--{forms[0]} and --{forms[1]} exclude each other")
    columns = str(values.get("columns_") or "")
    limit = values.get("limit_")
    return Shape(
        form=forms[0] if forms else None,
        columns=tuple(name.strip() for name in columns.split(",") if name.strip()),
        limit=limit if isinstance(limit, int) else None,
        color=given.color,
        zone=given.zone,
    )


def given_from(values: Mapping[str, object]) -> Given:
    """Return the global options among the values of a call."""
    config, db, verbose = values.get("config_"), values.get("db_"), values.get("verbose_")
    return Given(
        config=str(config) if config else None,
        db=str(db) if db else None,
        verbose=verbose if isinstance(verbose, int) else 0,
        quiet=bool(values.get("quiet_")),
        no_color=bool(values.get("no_color_")),
    )


def on_terminal(stream: TextIO | None = None) -> bool:
    """True if stdout (or another stream) is a terminal."""
    wanted = sys.stdout if stream is None else stream
    try:
        return wanted.isatty()
    except (AttributeError, ValueError):
        return False


Selectors = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SEL]...", help="Sources: ids, globs such as 'bbc-*', @tag.", show_default=False
    ),
]
NeededSelectors = Annotated[
    list[str],
    typer.Argument(metavar="SEL...", help="Sources: ids, globs such as 'bbc-*', @tag."),
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source", "-s", metavar="SEL", help="Of these sources only; again for more.",
        show_default=False,
    ),
]  # fmt: skip
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="24h|DATE", help="Not older than this: 24h, 7d, today, 2026-03-01.",
        show_default=False,
    ),
]  # fmt: skip
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="24h|DATE", help="Older than this.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON, for programs.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

__all__: Sequence[str] = (
    "GLOBAL_OPTIONS", "SHAPE_OPTIONS", "Given", "JsonOption", "NeededSelectors", "Selectors",
    "Shape", "SinceOption", "SourceOption", "UntilOption", "YesOption", "given_from",
    "on_terminal", "shape_from",
)  # fmt: skip
