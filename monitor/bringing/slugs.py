"""Ids for outlets that have none yet."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_LANGUAGE = re.compile(r"/([a-z]{2})(?:/|\Z)")


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
