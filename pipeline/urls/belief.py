"""Whether a page's word on its own address can be believed, and which addresses are kin."""

from __future__ import annotations

import re

from pipeline.urls.hosts import registrable_domain
from pipeline.urls.key import canonical_key
from pipeline.urls.resolve import DEFAULT_PORTS, MAX_LENGTH, Address, parse

_NO_ARTICLE = frozenset(
    {
        "search", "suche", "recherche", "buscar", "busca", "cerca", "zoeken", "sok", "login",
        "log-in", "signin", "sign-in", "sign_in", "logon", "anmelden", "connexion", "register",
        "registration", "signup", "sign-up", "account", "accounts", "auth", "oauth", "oauth2",
        "sso", "consent", "privacy-consent", "cookie-consent", "cookies", "cookiewall", "captcha",
        "challenge", "paywall", "checkout", "404", "error", "errors", "not-found", "notfound",
        "page-not-found", "maintenance",
    }
)  # fmt: skip
_NO_ARTICLE_HOSTS = frozenset(
    {
        "login", "signin", "auth", "sso", "account", "accounts", "consent", "captcha", "id",
    }
)  # fmt: skip
_SEARCH_PARAMETERS = frozenset(
    {
        "s", "q", "query", "search", "suche", "keyword", "keywords",
    }
)  # fmt: skip
_ARTICLE_PARAMETERS = frozenset(
    {
        "p", "id", "page_id", "article", "articleid", "article_id", "aid", "art", "story",
        "storyid", "story_id", "sid", "news", "newsid", "news_id", "nid", "post", "postid",
        "post_id", "doc", "docid", "item", "itemid", "guid", "contentid", "content_id", "cid",
        "no", "num", "n", "a", "articleno", "article_no", "idxno", "aidx", "newsno", "oid", "pid",
        "key", "uid", "uuid", "code",
    }
)  # fmt: skip
_LANGUAGE = re.compile(r"/[a-z]{2,3}(?:[-_][a-z]{2,4})?\Z", re.IGNORECASE)


def believable_canonical(page_url: str, claimed: str | None) -> str | None:
    """The absolute URL that a page claims as its own, or None when that cannot be right.

    Refused: another registrable domain (another host or port for IP literals and local names), a
    home page for a deeper page, search, login, consent and error addresses, and a claim that loses
    or changes the parameter which names the article (``/article.php?id=3`` -> ``/article.php``).
    """
    if not claimed:
        return None
    try:
        page, claim = parse(page_url), parse(claimed, page_url)
        page_key, claim_key = parse(canonical_key(page_url)), parse(canonical_key(str(claim)))
    except ValueError:
        return None
    url = str(claim)
    if len(url) > MAX_LENGTH or not (_kin(page, claim) or _kin(page_key, claim_key)):
        return None
    if page_key == claim_key:
        return url
    if _is_home(claim_key) or _is_no_article(page_key, claim_key):
        return None
    return None if _loses_article(page_key, claim_key) else url


def home_elsewhere(page_url: str, claimed: str | None) -> str | None:
    """The absolute URL at another site that a page claims as its own; None if it claims none.

    Outlets that run the text of another one say so by that.  A home page or a log-in says nothing.
    """
    try:
        page, claim = parse(page_url), parse(claimed or "", page_url)
        page_key, claim_key = parse(canonical_key(page_url)), parse(canonical_key(str(claim)))
    except ValueError:
        return None
    url = str(claim)
    if not claimed or len(url) > MAX_LENGTH or _kin(page, claim) or _kin(page_key, claim_key):
        return None
    return None if _is_home(claim_key) or _is_no_article(page_key, claim_key) else url


def same_site(url_a: str, url_b: str) -> bool:
    """True if both hosts belong to one registrable domain.

    IP literals and single labels (``localhost``) count by host and port.  False for what is no
    http(s) address.
    """
    try:
        return _kin(parse(url_a), parse(url_b))
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The host of an http(s) URL: lower case, A-labels, IPv6 in brackets.

    Raises ValueError if there is none.
    """
    return parse(url).host


def netloc_key(url: str) -> str:
    """``host:port`` of an http(s) URL, the port always there: the key of politeness.

    Raises ValueError if there is no host.
    """
    address = parse(url)
    return f"{address.host}:{_port(address)}"


def _port(address: Address) -> int:
    return address.port or DEFAULT_PORTS[address.scheme]


def _kin(a: Address, b: Address) -> bool:
    domain = registrable_domain(a.host)
    if domain != registrable_domain(b.host):
        return False
    named = "." in domain and not domain[-1].isdigit() and not domain.startswith("[")
    return named or _port(a) == _port(b)


def _is_home(key: Address) -> bool:
    return key.query is None and (key.path == "/" or _LANGUAGE.match(key.path) is not None)


def _is_no_article(page: Address, claim: Address) -> bool:
    label = claim.host.partition(".")[0]
    if label in _NO_ARTICLE_HOSTS and claim.host != page.host:
        return True
    new_parts = set(claim.path.lower().split("/")) - set(page.path.lower().split("/"))
    stems = {part.partition(".")[0] for part in new_parts}
    if stems & _NO_ARTICLE:
        return True
    return bool((_parameters(claim).keys() - _parameters(page).keys()) & _SEARCH_PARAMETERS)


def _loses_article(page: Address, claim: Address) -> bool:
    mine, theirs = _parameters(page), _parameters(claim)
    naming = {name: value for name, value in mine.items() if name in _ARTICLE_PARAMETERS and value}
    if not naming:
        return False
    same_script = page.path == claim.path or "." in claim.path.rpartition("/")[2]
    if not same_script:
        return False
    if claim.query is None:
        last = claim.path.rpartition("/")[2].rpartition(".")[0]
        # /article.php?id=3 -> /2026/03/a-story-3.html is a better name for it, not a lost one.
        return page.path == claim.path or not any(value in last for value in naming.values())
    return any(theirs.get(name, value) != value for name, value in naming.items())


def _parameters(address: Address) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in (address.query or "").split("&"):
        name, _, value = piece.partition("=")
        if name:
            found[name.lower()] = value
    return found
