"""Web addresses: reading them safely, one key for each article, and who owns a host."""

from pipeline.urls.belief import (
    believable_canonical,
    home_elsewhere,
    host_of,
    netloc_key,
    same_site,
)
from pipeline.urls.hosts import registrable_domain
from pipeline.urls.key import canonical_key
from pipeline.urls.resolve import Address, parse, resolve

__all__ = [
    "Address",
    "believable_canonical",
    "canonical_key",
    "home_elsewhere",
    "host_of",
    "netloc_key",
    "parse",
    "registrable_domain",
    "resolve",
    "same_site",
]
