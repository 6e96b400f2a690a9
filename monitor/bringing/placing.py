"""Makes sources of the feeds of an import: those of one outlet belong to one source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.bringing.checking import Checked
from monitor.bringing.slugs import free_slug
from monitor.config.crosscheck import same_name
from pipeline.text.clean import clean_line
from pipeline.urls import canonical_key, host_of

if TYPE_CHECKING:
    from monitor.config.model import Config


def known_feeds(config: Config) -> dict[str, str]:
    """Return key of address -> id of the source that polls it, of a configuration."""
    return {
        canonical_key(str(feed.url)): source.id for source in config.sources
        for feed in source.feeds
    }  # fmt: skip


def placed(checked: Sequence[Checked], known: Mapping[str, str]) -> dict[int, dict[str, Any]]:
    """Return new sources as the configuration has them, under the place of their first feed.

    Feeds belong together that name one home page, or else stand on one host.  ``known`` are the
    sources that are there: id -> name; neither is used again.
    """
    ids = set(known)
    by_home: dict[str, int] = {}
    sources: dict[int, dict[str, Any]] = {}
    for place, found in enumerate(checked):
        entry = found.entry
        home = entry.home or _root(entry.url)
        key = canonical_key(home)
        feed = {"kind": found.kind.value, "url": entry.url}
        if key in by_home:
            source = sources[by_home[key]]
            source["feeds"].append(feed)
            source["tags"] = list(dict.fromkeys([*source["tags"], *entry.tags]))
            continue
        by_home[key] = place
        slug = free_slug(home, ids)
        ids.add(slug)
        sources[place] = {
            "id": slug,
            "name": clean_line(entry.name or found.title or host_of(home), 100),
            "url": home,
            "tags": list(entry.tags),
            **({"language": entry.language} if entry.language else {}),
            "feeds": [feed],
        }
    names = set(map(same_name, known.values()))
    for source in sources.values():
        if not source["tags"]:
            del source["tags"]
        if same_name(source["name"]) in names:
            source["name"] = f"{source['name']} ({source['id']})"
        names.add(same_name(source["name"]))
    return sources


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
