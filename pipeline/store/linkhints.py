"""What a feed said about a link, as the ledger keeps it."""

from __future__ import annotations

import json
from typing import Any

from pipeline.model import Link
from pipeline.store.feeds import stamp, when


def hints_text(link: Link) -> str:
    """Return the hints of a link as JSON, without those it lacks."""
    kept: dict[str, Any] = {
        "title": link.title,
        "published_at": stamp(link.published_at),
        "modified_at": stamp(link.modified_at),
        "summary": link.summary[:1000] if link.summary else None,
        "authors": link.authors,
        "language": link.language,
        "tags": link.tags,
        "image": link.image,
    }
    return json.dumps({k: v for k, v in kept.items() if v}, ensure_ascii=False)


def link_of(url: str, hints: str) -> Link:
    """Return the link that an address and its stored hints make."""
    kept = json.loads(hints)
    return Link(
        url=url,
        title=kept.get("title"),
        published_at=when(kept.get("published_at")),
        modified_at=when(kept.get("modified_at")),
        summary=kept.get("summary"),
        authors=tuple(kept.get("authors", ())),
        language=kept.get("language"),
        tags=tuple(kept.get("tags", ())),
        image=kept.get("image"),
    )
