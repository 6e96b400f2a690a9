"""Judges by its shape alone whether a URL is likely an article's."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

NEVER = -100  # no amount of other evidence makes this an article

_ASSET = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|avif|css|js|mjs|json|xml|rss|atom|txt|pdf|docx?|xlsx?|pptx?|"
    r"zip|gz|mp[34]|m4a|m3u8|ogg|wav|webm|avi|mov|exe|apk|dmg|ics|epub|csv)\Z",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?:html?|shtml|xhtml|php|aspx?|jsp|cms|ece|do|stm)\Z", re.IGNORECASE)
_DATE = re.compile(
    r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
    r"(?:[/-](?:0?[1-9]|[12]\d|3[01]))?(?=[/_-]|\Z)|[/_-](?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=\D|\Z)",
    re.IGNORECASE,
)
_ID = re.compile(r"(?<![a-z0-9])(?:[a-z]{1,3}-?)?(\d{4,})(?![a-z0-9])", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_MIXED_ID = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{9,40}\Z", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_QUERY_ID = re.compile(
    r"(?:\A|&)(?:p|id|aid|nid|sid|newsid|news_id|article|articleid|article_id|story|storyid|idx|idxno|no|"
    r"artid|contentid|docid|oid|item|itemid)=[\w.-]*\d",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"(?:\A|&)(?:(?:share|replytocom|print|action|reply|like)=|view=(?:print|sendmail|email))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A segment of the path that alone makes a page a list, a form or a service, in the languages that
# news sites build their addresses in.
_LISTS = _names(
    """tag tags tagg tagged article_tag topic topics thema themen themes theme tema temas etiqueta
    etiquetas
    category categories categoria categorias kategorie kategori author authors autor autoren
    autores auteur auteurs byline columnist columnists contributor contributors profile profiles
    staff journalist journalists people reporter reporters search suche buscar recherche zoeken
    cerca archive archives archiv page pages seite pagina login log-in logout signin sign-in
    sign-up signup register registration account my-account anmelden connexion subscribe
    subscription subscriptions abo abonnement abonnements abonneren suscripcion user users
    member members membership feed feeds rss newsletter newsletters share print send email
    mailto wp-login wp-admin wp-content wp-json cdn-cgi static assets cart checkout shop store
    jobs careers hashtag label labels keyword keywords preferences notifications bookmarks
    comments forum forums podcasts videos galleries epaper e-paper weather wetter crosswords
    puzzles games horoscope horoscopes tv-guide obituaries classifieds coupons gutscheine
    redirect logon oauth sso auth aboutus about-us emne emner amne aihe temat dossier dossiers
    thematique thematiques ueber-uns hakkimizda"""
)
# Services whose names are common words: they count where the path begins or ends with them.
_SERVICE = _names(
    """about about-us contact contact-us contacts kontakt contacto impressum imprint datenschutz
    privacy privacidad privacy-policy terms terms-of-use terms-of-service terms-and-conditions
    tos agb cookies cookie-policy legal legal-notice mentions-legales aviso-legal help faq faqs
    support hilfe advertise advertising advertise-with-us mediadaten sitemap site-map site-index
    accessibility corrections masthead team feedback donate careers disclaimer copyright ethics
    code-of-ethics editorial-standards editorial-guidelines app apps mobile download live tv
    radio video photos photo gallery audio podcast index home default latest news all archive en
    ar fr de es ru settings privacy-settings newsfeed do-not-sell-my-personal-information
    syndication licensing permissions press-office work-with-us"""
)
_NOTICE = re.compile(  # begins like no headline does
    r"privacy-(?:policy|notice|statement|settings|cent|and-cookie)|cookie-(?:policy|notice|settings)|"
    r"terms-(?:of-(?:use|service|sale)|and-conditions)|about-us|contact-us|do-not-sell|"
    r"accessibility-statement|code-of-(?:conduct|ethics|practice)|datenschutz|impressum|subscribe-to",
    re.IGNORECASE,
)
_SERVICE_SLUG = re.compile(
    r"(?:privacy|cookies?|terms|policies-and|impressum|conditions|datenschutz|impressum|do-not-sell|personal-information|"
    r"advertise-with|contact-us|about-(?:us|the|our)|subscri(?:be|ption)|newsletters?|accessibility|"
    r"modern-slavery|code-of|complaints|how-to-(?:contact|pitch|submit)|rights-reserved|user-agreement)",
    re.IGNORECASE,
)


def url_score(url: str) -> int:
    """Points for and against ``url`` being an article's, ``NEVER`` for certain not.

    Good articles reach 3 or more, section fronts -3 to 0.
    """
    parts = urlsplit(url)
    path = unquote(parts.path)[:1000]
    segments = [s for s in path.split("/") if s]
    if not segments:
        return 3 if _QUERY_ID.search(parts.query) else NEVER
    if _ASSET.search(segments[-1]) or _ACTION.search(parts.query):
        return NEVER
    lowered = [s.lower() for s in segments]
    if any(s in _LISTS for s in lowered[:-1]) or _bare(lowered[-1]) in _LISTS:
        return NEVER
    if _NOTICE.match(lowered[-1]) and not _DATE.search(path):
        return NEVER
    strength = _strength(path, segments, parts.query)
    if strength < 3 and not _QUERY_ID.search(parts.query):
        if _bare(lowered[-1]) in _SERVICE or (lowered[0] in _SERVICE and len(segments) == 1):
            return -3 if strength <= 0 else -1
        if _SERVICE_SLUG.search(lowered[-1]) and len(segments) <= 3:
            return NEVER
    return strength


def _bare(segment: str) -> str:
    name, dot, ending = segment.rpartition(".")
    return name if dot and _PAGE.match(ending) else segment


def _strength(path: str, segments: list[str], query: str) -> int:
    score = 0
    if date := _DATE.search(path):
        score += 3
    bare = [_bare(s) for s in segments]
    words = max(len(_slug_words(s)) for s in bare[-2:])
    score += {0: 0, 1: 0, 2: 0, 3: 1, 4: 2}.get(words, 3)
    rest = path[: date.start()] + path[date.end() :] if date else path
    ids = [m[1] for m in _ID.finditer(rest) if not _YEAR.match(m[1])]
    if ids:
        score += 2 if max(map(len, ids)) >= 6 else 1
    elif _MIXED_ID.match(bare[-1]) or _UUID.search(bare[-1]):
        score += 2
    if _QUERY_ID.search(query):
        score += 2
    if bare[-1] != segments[-1] and _bare(segments[-1].lower()) not in _SERVICE:
        score += 1
    if score == 0:
        # /world, /sport/football: short names all the way down
        score -= 2 if words <= 2 else 0
    return score


def _slug_words(segment: str) -> list[str]:
    """Words of a slug; scripts that put no hyphens between words count by length."""
    words = [w for w in re.split(r"[-_+. ,~]", segment) if _WORD.search(w)]
    if len(words) <= 2 and any(ord(c) > 0x2E7F for c in segment) and len(segment) >= 8:
        return [*words, segment, segment, segment]
    return words
