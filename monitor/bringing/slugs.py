"""Ids for outlets that have none yet."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

_LANGUAGE = re.compile(r"/([a-z]{2})(?:/|\Z)")


def free_slug(url: str, taken: Collection[str]) -> str:
    """Return an id for an outlet that is not in use."""
    base = slug = proposed_slug(url)
    number = 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def proposed_slug(url: str) -> str:
    """Return an id for an outlet: https://www.sana.sy/en/ is sana-en, bbc.co.uk is bbc."""
    from pipeline.urls import host_of, registrable_domain
    from pipeline.urls.hosts import is_address, public_suffix

    host = host_of(url).strip("[]")
    if not is_address(host):
        suffix = public_suffix(host)
        domain = registrable_domain(host)
        host = domain.removesuffix(f".{suffix}") if suffix else domain
    language = _LANGUAGE.match(urlsplit(url).path)
    slug = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-") or "source"
    return f"{slug[:50]}-{language[1]}" if language else slug[:50]
