"""The reference of the documentation, made from the code.

    python -m monitor.manual.reference [FOLDER]

writes its pages (docs/reference by default): verbs, configuration, metrics, API.  They are kept
with the sources so that they can be read there; a test holds them against what this would write.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from monitor.manual.page import names, page
from monitor.manual.rendered import as_markdown, in_cell, plain

_CONFIGURATION = (
    "Every key of `config.yaml`. `monitor config check` tells every mistake with line and key, "
    "`monitor config show` the values in force, and `monitor config schema` is the same for "
    "editors. A value may come from the environment: `${NAME}`, `${NAME:-otherwise}`."
)
_METRICS = (
    "Served at `/metrics` with `metrics.listen` in the configuration or `monitor run --http`; "
    "`/healthz` beside it answers 200 while the daemon shows life and 503 when it does not. "
    "`deploy/grafana.json` is a dashboard of them."
)
_API = (
    "`monitor web` serves JSON beside its pages. With `web.token` a request carries "
    "`Authorization: Bearer TOKEN`; what is refused is told as JSON, too."
)
NOTE = "<!-- Made by `make reference` from the code; do not edit. -->"


def pages() -> dict[str, str]:
    """Return the pages: name of the file -> Markdown."""
    made: dict[str, Callable[[], str]] = {
        "verbs.md": verbs,
        "configuration.md": configuration,
        "metrics.md": metrics,
        "api.md": api,
    }
    return {name: f"{NOTE}\n\n{write().rstrip()}\n" for name, write in made.items()}


def verbs() -> str:
    """Return the pages of all verbs as one."""
    head = (
        "# Verbs\n\n`monitor manual VERB` shows the same on a terminal, `monitor manual --to DIR` "
        "installs it for `man`.\n\n"
    )
    of_all = page("")
    return head + "\n".join(as_markdown(page(name), of_all=of_all) for name in names())


# -- the configuration ------------------------------------------------------------------------


def configuration() -> str:
    """Return all keys of ``config.yaml``, from its JSON Schema."""
    from monitor.config.schema import schema

    whole = schema()
    lines = [
        "# Configuration",
        "",
        _CONFIGURATION,
        "",
    ]
    for title, above, node in _parts(whole):
        lines += [f"## {title}", ""]
        if node.get("description"):
            lines += [plain(_flowing(node["description"])), ""]
        lines += ["| key | takes | default | is |", "|---|---|---|---|"]
        needed = node.get("required", ())
        for key, value in node.get("properties", {}).items():
            default = "needed" if key in needed else _default(value)
            taken, told = _taken(value, whole["$defs"]), _cell(_told(value, whole))
            lines.append(f"| `{above}{key}` | {taken} | {default} | {told} |")
        lines.append("")
    return "\n".join(lines)


def _parts(whole: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield heading, prefix of keys and schema of each part, in the order of the file."""
    yield "The file", "", whole
    done: set[str] = set()
    waiting = [("", whole)]
    while waiting:
        above, node = waiting.pop(0)
        for key, value in node.get("properties", {}).items():
            for name, many in _references(value):
                if name in done:
                    continue
                done.add(name)
                below = whole["$defs"][name]
                path = f"{above}{key}{many}."
                if "properties" in below:
                    yield path.rstrip("."), path, below
                    waiting.append((path, below))


def _references(value: Any, many: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401  JSON
    if isinstance(value, list):
        for item in value:
            yield from _references(item, many)
    elif isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2], many
        for key, item in value.items():
            if key == "items":
                yield from _references(item, "[]")
            elif key == "additionalProperties":
                yield from _references(item, ".NAME")
            elif key in ("anyOf", "oneOf", "allOf"):
                yield from _references(item, many)


def _told(value: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    if value.get("description"):
        return str(value["description"])
    below: list[str] = [
        whole["$defs"][name].get("description", "") for name, _ in _references(value)
    ]
    return next((text for text in below if text), "")


def _taken(value: Mapping[str, Any], parts: Mapping[str, Any] | None = None) -> str:
    """Return what a key takes, in a word or two."""
    if "enum" in value:
        return " \\| ".join(f"`{one}`" for one in value["enum"])
    if "$ref" in value:
        part = (parts or {}).get(value["$ref"].rpartition("/")[2], {})
        return "keys" if not part or "properties" in part else _taken(part, parts)
    if "anyOf" in value:
        found = dict.fromkeys(
            _taken(one, parts)
            for one in value["anyOf"]
            if not _is_reference(one) and one != {"type": "null"}
        )
        return " or ".join(word for word in found if word) or "text"
    kind = value.get("type")
    if kind == "array":
        return f"list of {_taken(value.get('items', {}), parts)}"
    if kind == "object":
        return "names with keys" if "additionalProperties" in value else "keys"
    words = {"string": "text", "integer": "number", "number": "number", "boolean": "true or false"}
    return words.get(str(kind), "text")


def _is_reference(value: Mapping[str, Any]) -> bool:
    return str(value.get("pattern", "")).startswith(r"\$\{")


def _default(value: Mapping[str, Any]) -> str:
    if "default" not in value:
        return ""
    given = value["default"]
    if given in ([], {}, ""):
        return "none"
    if isinstance(given, bool):
        return str(given).lower()
    text = ", ".join(map(str, given)) if isinstance(given, list) else str(given)
    return f"`{in_cell(text)}`"


# -- metrics ----------------------------------------------------------------------------------


def metrics() -> str:
    """Return all metrics, as an empty installation serves them."""
    from monitor.observing.metrics import registry
    from pipeline.store.heartbeat import Beat
    from pipeline.store.sqlite import open_store

    now = datetime(2026, 1, 1, tzinfo=UTC)
    with TemporaryDirectory() as folder:
        database = Path(folder) / "monitor.db"
        store = open_store(database, now, pages=database.with_name("pages.db"))
        beat = Beat(
            pid=1, host="", version="", started_at=now, at=now, state="running", memory_mb=1,
            in_flight=0, queued=0, loop_lag_ms=0, config="",
        )  # fmt: skip
        store.heartbeat.beat(beat, 0)
        store.connection().commit()
        store.close()
        found = list(registry(database, database.with_name("pages.db"), lambda: now).collect())
    lines = [
        "# Metrics",
        "",
        _METRICS,
        "",
        "| metric | type | is |",
        "|---|---|---|",
    ]
    for metric in found:
        name = f"{metric.name}_info" if metric.type == "info" else metric.name
        labels = getattr(metric, "_labelnames", ())
        written = f"{name}{{{', '.join(labels)}}}" if labels else name
        lines.append(f"| `{written}` | {metric.type} | {_cell(metric.documentation)} |")
    return "\n".join(lines)


# -- the API ----------------------------------------------------------------------------------


def api() -> str:
    """Return all routes of the JSON API and all pages."""
    from monitor.web.app import PREFIX, create_app
    from monitor.web.settings import WebSettings

    nowhere = Path("nowhere.db")
    app = create_app(WebSettings(database=nowhere, pages=nowhere))
    described = app.openapi()
    lines = [
        "# API",
        "",
        f"{_API} It is described for programs at `{PREFIX}/openapi.json`.",
        "",
    ]
    for path, routes in described["paths"].items():
        for method, route in routes.items():
            lines += [f"## {method.upper()} {path}", ""]
            lines += [plain(_flowing(route.get("description", route["summary"]))), ""]
            lines += _parameters(route)
            body = route.get("requestBody", {}).get("content", {}).get("application/json")
            if body:
                shape = described["components"]["schemas"][
                    body["schema"].get("$ref", "").rpartition("/")[2]
                ]
                lines += ["Body:", "", *_fields(shape)]
    lines += ["## Pages", "", "For people, and for readers of feeds:", ""]
    lines += [f"* `{method} {path}`" for method, path in _page_routes()]
    return "\n".join(lines)


def _page_routes() -> list[tuple[str, str]]:
    from starlette.routing import Route

    from monitor.web.pages import ROUTERS

    found = {
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


def _parameters(route: Mapping[str, Any]) -> list[str]:
    given = route.get("parameters", [])
    if not given:
        return []
    lines = ["| parameter | takes | is |", "|---|---|---|"]
    for one in given:
        told = one.get("description") or one["schema"].get("description") or ""
        if one["in"] == "path":
            told = told or "in the address"
        default = one["schema"].get("default")
        told += f" Default: {default}." if default not in (None, "", []) else ""
        lines.append(f"| `{one['name']}` | {_taken(one['schema'])} | {_cell(told.strip())} |")
    return [*lines, ""]


def _fields(shape: Mapping[str, Any]) -> list[str]:
    lines = ["| field | takes | is |", "|---|---|---|"]
    needed = shape.get("required", ())
    for name, value in shape.get("properties", {}).items():
        told = value.get("description", "") + (" Needed." if name in needed else "")
        lines.append(f"| `{name}` | {_taken(value)} | {_cell(told.strip())} |")
    return [*lines, ""]


def _flowing(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def _cell(text: str) -> str:
    return in_cell(plain(_flowing(text)))


def main() -> int:
    """Write the pages."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
