"""Extraction rules that are tried before they are saved, for ``monitor sources test``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from monitor.cli.asking import confirmed
from monitor.cli.differences import tell_pieces
from monitor.cli.moments import local
from monitor.cli.options import Given, Shape
from monitor.cli.output import Column, emit, note, put, put_prose
from monitor.cli.tell_daemon import reload_daemon
from pipeline.errors import ConfigError
from pipeline.text.clean import clean_line
from pipeline.text.pieces import pieces

if TYPE_CHECKING:
    from monitor.config.model import Config, Extract, Source
    from pipeline.extract.rules import Rules

_SAME = "(same)"
_SIDES = (
    Column(key="field"),
    Column(key="without", title="without rules", flexible=True),
    Column(key="with", title="with rules", flexible=True,
           style=lambda r: "dim" if r["with"] in (_SAME, r["without"]) else "yellow"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The rules under trial: those of the configuration with what was given on top."""

    source: Source | None  # whose pages these are; None: of nobody who is configured
    given: Mapping[str, tuple[str, ...]]  # field -> selectors, of the options
    file: tuple[Extract, ...] = ()  # in place of the configured ones

    @property
    def is_new(self) -> bool:
        """True if there is something to save."""
        return bool(self.given or self.file)

    def rules(self, config: Config, url: str, now: datetime) -> Rules | None:
        """Return the rules for a page, None if there are none for it."""
        from dataclasses import replace

        from monitor.config import effective
        from pipeline.extract.rules import Rules

        place = self._place(config, url, now)
        sets = effective.extract_rules(self._with_file())
        held = sets[place] if place is not None else None
        if not self.given:
            return held
        base = held or Rules(zone=self.source.timezone if self.source else None)
        return replace(base, **self.given)  # type: ignore[arg-type]

    def save(self, given: Given, config: Config, url: str, now: datetime, *, yes: bool) -> bool:
        """Ask, and write the rules into the configuration; True if they were written."""
        from monitor.config.edit import set_source
        from monitor.config.edit_rules import set_rules

        path, source = given.config_path, self.source
        assert source is not None
        if path is None:
            raise ConfigError("no config.yaml here to save in; --config names one")
        if not confirmed(f"Save these rules for {source.id} in {path}?", yes=yes):
            note("nothing was written")
            return False
        if self.file:
            sets = [_as_written(rules) for rules in self.file]
            set_source(path, source.id, {"extract": sets[0] if len(sets) == 1 else sets})
        if self.given:
            changes = {name: _one_or_many(texts) for name, texts in self.given.items()}
            set_rules(path, source.id, self._place(config, url, now), changes)
        return True

    def _with_file(self) -> Source:
        from monitor.config.model import Source

        source = self.source or Source.model_validate({"id": "x", "url": "https://x.invalid/"})
        return source.model_copy(update={"extract": self.file}) if self.file else source

    def _place(self, config: Config, url: str, now: datetime) -> int | None:
        """The number of the set that holds for a page today."""
        from zoneinfo import ZoneInfo

        from monitor.config import effective

        source = self._with_file()
        today = now.astimezone(ZoneInfo(effective.zone_name(config, source))).date()
        sets = effective.extract_rules(source)
        return next((n for n, rules in enumerate(sets) if rules.holds(url, today)), None)


def tried(
    config: Config,
    source: Source | None,
    options: Mapping[str, Sequence[str] | None],
    file: Path | None,
) -> Tried:
    """Return what is to be tried.  Raises typer.BadParameter for a selector that is none."""
    given = {name: tuple(texts) for name, texts in options.items() if texts}
    for name, texts in given.items():
        _checked({name: list(texts)}, lambda _, name=name: f"--{name}")
    sets = _from_file(file) if file is not None else ()
    return Tried(source=source, given=given, file=sets)


def owner(config: Config, url: str, slug: str | None) -> Source | None:
    """The configured source whose page an address is: ``slug``, else the one with its host."""
    from urllib.parse import urlsplit

    from pipeline.urls import host_of, registrable_domain
    from pipeline.urls.hosts import is_address

    if slug is not None:
        source = config.source(slug)
        if source is None:
            raise typer.BadParameter(f"--as: there is no source '{slug}' in the configuration")
        return source
    place = urlsplit(url)
    same = [s for s in config.sources if urlsplit(str(s.url)).netloc == place.netloc]
    host = place.hostname or ""
    if not same and host and not is_address(host):
        domain = registrable_domain(host)
        same = [s for s in config.sources if registrable_domain(host_of(str(s.url))) == domain]
    return same[0] if len(same) == 1 else None


def tell_sides(plain: Mapping[str, Any], ruled: Mapping[str, Any], shape: Shape) -> None:
    """Show a page read without rules on the left and with them on the right."""
    names = dict.fromkeys([*plain.get("fields", ()), *ruled.get("fields", ())])
    rows = [
        {"field": "verdict", "without": _verdict(plain), "with": _verdict(ruled)},
        {"field": "words", "without": _words(plain), "with": _words(ruled)},
        *(
            {"field": n, "without": _field(plain, n, shape), "with": _field(ruled, n, shape)}
            for n in names
        ),
    ]
    for row in rows[2:]:
        if row["with"] == row["without"]:
            row["with"] = _SAME
    put("")
    emit(rows, _SIDES, Shape(color=shape.color, zone=shape.zone))
    put("")
    tell_pieces(pieces(plain.get("paragraphs", ()), ruled.get("paragraphs", ())), shape)
    put("")
    for rule in ruled.get("rules", ()):
        if not rule["found"]:
            put_prose(f"  broken   {clean_line(broken(rule))}", "           ")


def broken(rule: Mapping[str, Any]) -> str:
    """Return in words what is wrong with a rule that found nothing on a page."""
    return f"extract rule {rule['field']} '{rule['selector']}' matched nothing on this page"


def saved(given: Given, tried_: Tried, *, quiet: bool, reload: bool) -> None:
    """Say what was saved, and tell a running daemon."""
    assert tried_.source is not None
    if not quiet:
        note(f"saved for {tried_.source.id}; `monitor reextract {tried_.source.id} --dry-run` "
             "shows what stored articles would become")  # fmt: skip
    if reload:
        reload_daemon(given, quiet=quiet)


def _from_file(path: Path) -> tuple[Extract, ...]:
    from monitor.config.load import shown
    from monitor.config.render import text_of
    from monitor.config.tree import EmptyFileError, Map, read_text, read_tree

    name = shown(path)
    text = read_text(path, name)
    # What reads configurations wants keys, and in this file a list may stand.
    listed = next((line for line in text.splitlines() if line.strip(" ") and line[0] != "#"), "")
    if listed.startswith("-"):
        text = "extract:\n" + "".join(f"  {line}" for line in text.splitlines(keepends=True))
    try:
        root, _ = read_tree(text, name)
    except EmptyFileError:
        root = Map(None, flow=False)
    found = text_of(root["extract"] if set(root) == {"extract"} else root)
    sets = found if isinstance(found, list) else [found]
    if not all(isinstance(item, dict) and item for item in sets):
        raise typer.BadParameter(f"{name}: must hold one set of extraction rules or a list of them")
    return tuple(
        _checked(item, lambda key, n=number: f"{name}: {_set(n, len(sets))}{key}")
        for number, item in enumerate(sets)
    )


def _set(number: int, of: int) -> str:
    return f"[{number}]." if of > 1 else ""


def _checked(values: Mapping[str, Any], place: Any) -> Extract:  # noqa: ANN401  str -> str
    from pydantic import ValidationError

    from monitor.config.model import Extract

    try:
        return Extract.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        why = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        why = why.removeprefix("Value error, ")
        key = ".".join(str(part) for part in first["loc"] if not isinstance(part, int))
        raise typer.BadParameter(f"{place(key)}: {why}") from error


def _as_written(rules: Extract) -> dict[str, Any]:
    return {
        name: _one_or_many(value) if isinstance(value, tuple) else value
        for name, value in rules.model_dump(exclude_defaults=True).items()
    }


def _one_or_many(texts: Sequence[str]) -> Any:  # noqa: ANN401  as people write it
    return texts[0] if len(texts) == 1 else list(texts)


def _verdict(article: Mapping[str, Any]) -> str:
    failure = article.get("failure")
    return f"failed: {failure['message']}" if failure else str(article.get("verdict", ""))


def _words(article: Mapping[str, Any]) -> str:
    words, paragraphs = article.get("words", 0), len(article.get("paragraphs", ()))
    return f"{words} in {paragraphs} paragraphs"


def _field(article: Mapping[str, Any], name: str, shape: Shape) -> str:
    value = article.get("fields", {}).get(name, {}).get("value")
    if value is None:
        return ""
    if name.endswith("_at"):
        return local(value, shape.zone)
    return clean_line(", ".join(value) if isinstance(value, list) else str(value))
