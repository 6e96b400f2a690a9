"""Mistakes that show only when parts of the file are held against each other, and warnings.

These rules look at the tree as it was read, not at the models: so they speak up beside all other
mistakes, not after those are mended.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path as FilePath
from urllib.parse import urlsplit

from monitor.config.environment import FromOutside, Missing
from monitor.config.explain import find
from monitor.config.mask import mask_text
from monitor.config.problems import Path, Problem, key_text
from monitor.config.suggest import did_you_mean
from monitor.config.tree import Map, Node, Seq
from pipeline.errors import QueryError
from pipeline.text import parse_query


def crosscheck(root: Map) -> Iterator[Problem]:
    """Ids, names and feed addresses given twice, and channels that are not there."""
    sources = [(("sources", n), item) for n, item in _items(root, "sources")]
    topics = [(("topics", n), item) for n, item in _items(root, "topics")]
    feeds = [
        ((*path, "feeds", n), feed)
        for path, source in sources
        for n, feed in _items(source, "feeds")
    ]
    yield from _twice(root, sources, "id", str)
    yield from _twice(root, sources, "name", same_name)
    yield from _twice(root, topics, "id", str)
    yield from _twice(root, feeds, "url", _same_address)
    # Two sources of one home page are fine as long as one of them says what it polls.
    searched = [(path, source) for path, source in sources if not source.get("feeds")]
    yield from _twice(root, searched, "url", _same_address)
    yield from _channels(root, topics)
    yield from _queries(root, topics)


_WEB = (("web", "password_hash"), ("web", "token"))  # that are secret


def warn(root: Map, file: FilePath | None) -> Iterator[Problem]:
    """What is allowed but hardly meant."""
    contact = root.get("contact")
    if contact is None:
        yield Problem(
            message="no contact is given: webmasters cannot reach you, and may block you instead",
            hint="contact: you@your-domain",
        )
    elif isinstance(contact, str) and contact.upper().startswith("CHANGE-ME"):
        yield _at(root, ("contact",), "still holds the placeholder", "write your own address")
    if file is None or not _readable_by_all(file):
        return
    for path, value in _texts(root):
        channel = len(path) == 3 and path[0] == "notify" and path[2] in ("url", "webhook", "secret")
        secret = channel or path in _WEB
        if isinstance(value, (FromOutside, Missing)) or not (secret or mask_text(value) != value):
            continue
        yield _at(
            root,
            path,
            "holds a secret in a file that every user of this machine can read",
            f'chmod 600 {file.name}, or take it from the environment: "${{NAME}}"',
        )


def _items(node: Node, key: str) -> Iterator[tuple[int, Map]]:
    """The maps in the list (or the single map) at a key, with their numbers."""
    value = node.get(key)
    for number, item in enumerate(value if isinstance(value, Seq) else [value]):
        if isinstance(item, Map):
            yield number, item


def _twice(root: Map, items: Iterable[tuple[Path, Map]], key: str, same: Node) -> Iterator[Problem]:
    """A problem for each item whose ``key`` says the same as that of an earlier one."""
    first: dict[str, Path] = {}
    for path, item in items:
        value = item.get(key)
        if not isinstance(value, str) or isinstance(value, Missing):
            continue
        word = same(value)
        if word not in first:
            first[word] = path
            continue
        _, mark, _ = find(root, (*first[word], key))
        shown = "***" if isinstance(value, FromOutside) else mask_text(value)
        yield _at(root, (*path, key), f"'{shown}' is given before, in line {mark.line + 1}")


def same_name(name: str) -> str:
    """What two spellings of one name share."""
    return " ".join(name.lower().split())


def _same_address(url: str) -> str:
    """What two spellings of one address share: scheme, capitals and a last slash do not matter."""
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.hostname}{port}{parts.path.rstrip('/')}{query}"


def _channels(root: Map, topics: Iterable[tuple[Path, Map]]) -> Iterator[Problem]:
    channels = root.get("notify")
    if not isinstance(channels, Map):
        channels = {}
    known = list(channels)
    for name, channel in channels.items():
        if not isinstance(channel, Map):
            continue
        ways = [key for key in ("url", "url_file", "webhook") if key in channel]
        if not ways:
            yield _at(root, ("notify", name), "needs url, url_file or webhook")
        elif "webhook" in ways and len(ways) > 1:
            message = f"cannot stand beside '{ways[0]}'; choose one"
            yield _at(root, ("notify", name, "webhook"), message)
    alerts = root.get("alerts")
    told = [*topics, (("alerts",), alerts)] if isinstance(alerts, Map) else topics
    for path, topic in told:
        value = topic.get("notify")
        for number, name in enumerate(value if isinstance(value, Seq) else [value]):
            if isinstance(name, str) and name not in known:
                hint = did_you_mean(name, known)
                if hint is None:
                    hint = "known: " + ", ".join(known) if known else "there are none under notify"
                message = f"there is no channel '{name}'"
                yield _at(root, (*path, "notify", number), message, hint)


def _queries(root: Map, topics: Iterable[tuple[Path, Map]]) -> Iterator[Problem]:
    for path, topic in topics:
        query = topic.get("query")
        if not isinstance(query, str) or isinstance(query, Missing) or not query.strip():
            continue
        try:
            parse_query(query)
        except QueryError as error:
            yield _at(root, (*path, "query"), str(error), "`monitor topics test` tries a query")


def _at(root: Map, path: Path, message: str, hint: str | None = None) -> Problem:
    real, mark, _ = find(root, path)
    return Problem(
        message=message, key=key_text(real), line=mark.line + 1, column=mark.column + 1, hint=hint
    )


def _readable_by_all(file: FilePath) -> bool:
    if os.name != "posix":
        return False
    try:
        return bool(file.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


def _texts(node: Node, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, Map):
        for key, value in node.items():
            yield from _texts(value, (*path, key))
    elif isinstance(node, Seq):
        for index, value in enumerate(node):
            yield from _texts(value, (*path, index))
