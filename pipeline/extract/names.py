"""Makes names of people out of bylines: no outlets, agencies, roles, places or addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.extract.clean import fold
from pipeline.text import clean_line
from pipeline.text.agency_names import named

_BY_WORDS = (
    "written by|text by|story by|reported by|report by|words by|by|von|vom|par|por|di|da|door|av|af"
    "|autor(?:in|en|a|es)?|author(?:s|\\(s\\))?|auteur(?:e|s)?|autore|forfatter|författare|skribent"
    "|författad av|text|texte|texto|testo|tekst|szerző|írta|napsal|yazar|haber|oleh|penulis|tác giả"
    "|автор|текст|от|від|بقلم|كتب|كتبت|نویسنده|مؤلف|作者|文|撰文|編輯|記者|记者|取材|मूल लेखक|लेखक"
)
_BY = re.compile(
    rf"(?i)^\s*(?:{_BY_WORDS})\s*[:：]\s*"
    r"|^\s*(?:written by|text by|story by|reported by|by|von|par|por|door|av|af|oleh|od)\s+"
    r"|^\s*(?:di|da)\s+(?=[^\W\d_a-z])"
    r"|^\s*(?:بقلم|كتب|كتبت)\s+"
    r"|^(?:本报|本報|本站|新华社)?(?:記者|记者)\s*"
)
_SPLIT = re.compile(
    r"\s*(?:[,;|/／｜•·、，؛،]|\s[-–—]\s|\s(?:and|AND|und|UND|et|ET|y|e|i|a|en|og|och|ja|és|és|ve|dan|và"
    r"|with|mit|avec|con|con|&|и|і|та|και|و|और)\s)\s*(?=\S)"
)
# What no name of a person holds.  The words are those of roles, desks and outlets.
_JUNK = re.compile(
    r"(?i)https?:|www\.|@|\d|^\W*$|\.(?:com|org|net|de|co|ru|fr|it|es|at|ch|is|be|nl|pl|uk|tr|in)\b"
    r"|\bstaff\b|\bredak|\bredac|\brédac|\bredaz|\btoimitus|\bредакци|\bредакц"
    r"|\beditor|\beditors?\b|\bnewsroom\b|\bdesk\b|\bteam\b|\bbureau\b|\bcorrespond|\breporter"
    r"|\bkorrespond|\bcorrispond|\bcorrespons|\bjournali|\bperiodista|\bgiornalist|\bjurnalis"
    r"|\bnews|\bnachricht|\bnoticias\b|\bnotizie\b|\bnoticiário|\bnouvelles\b|\bnyheter\b|\bnyheder"
    r"|\bhaber|\bновост|\bновин|\bberita\b|\bzprávy\b|\bwiadomości\b|\buutis|\bhírek\b|\bאתר\b"
    r"|\bagenc|\bagentur|\badmin|\bpublished\b|\bupdated\b|\bposted\b|\bnull\b|\bundefined\b"
    r"|\bcontribut|\banonym|\bguest\b|\bwebmaster\b|\bmanager\b|\bdirector\b|\bproducer\b|\bchief\b"
    r"|\bwriter\b|\bcolumnist\b|\banalyst\b|\bphotograph|\bfotograf|\bmagazine?\b|\bonline\b"
    r"|\bmedia\b|\bpress(?:e|a)?\b|\bzeitung\b|\btimes\b|\btwitter\b|\bfacebook\b|\binstagram\b"
    r"|\blinkedin\b|\bwhatsapp\b|\btelegram\b|\byoutube\b|\be-?mail\b|\bshare\b|\bfollow\b"
    r"|\bread more\b|\bview (?:all|profile)|\bsubscri|\bminutes?\b|\bcopyright\b|©"
    r"|報導|报道|編輯|编辑|特派員|編集|新聞|新闻|日报|日報|통신|뉴스|신문|مراسل|تحرير|وكالة|وكالات|خبرگزاری"
)
# Lines about others than the author.
_OTHER_ROLE = re.compile(
    r"(?i)^\s*(?:redaktion|reda[ck]tie|editing|edited|editors?|editor|photos?|fotos?|photograph\w*|bild"
    r"(?:er)?|videos?|camera|kamera|illustrations?|translat\w*|übersetzung|traducción|traduction"
    r"|sendung|produc\w+|фото|видео|תצלום|صور|تصوير|編集|写真|사진)\s*(?:by|von|par|di)?\s*[:：]"
)
_ADDRESS = re.compile(r"(?i)https?:|www\.|//")
_MAIL = re.compile(r"\S*@\S*")
_SIGLUM = re.compile(r"\s*[(\[（【][^()\[\]（）【】]{0,40}[)\]）】]")
_PLACE = re.compile(r"\s(?:in|aus|из|à)\s+[^\W\d_a-z].*$")
_TITLES = re.compile(r"(?:\s*(?:記者|记者|기자|特約|編集委員)|　.*)$")
_EDGES = " .,-–—:;()\"'“”„«»*|/"
_LETTER = re.compile(r"[^\W\d_]")
_MAX_NAME = 60
_MAX_AUTHORS = 20
_MAX_PASSES = 4  # what is left of a byline may be one again: "By by Ada Quill (aq) (dpa)"
_DEGREE = 5  # characters of a degree
_PREFIX = 4  # folded characters from which an outlet's name may begin a longer one: BBC News Arabic


def names(claims: Iterable[str], site: Sequence[str]) -> tuple[str, ...]:
    """Names of people in ``claims``, each once, in order; ``site`` holds names of the outlet.

    Claims are bylines as pages have them.  No name holds a digit, an "@" or an address, names the
    outlet or a news agency, or is longer than 60 characters; there are 20 at most.  Names of names
    are the same names.
    """
    outlets = _outlets(site)
    found = _once(claims, outlets)
    for _ in range(_MAX_PASSES):
        again = _once(found, outlets)
        if again == found:
            break
        found = again
    return found


def _once(claims: Iterable[str], outlets: frozenset[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in claims:
        claim = clean_line(text)
        if _ADDRESS.search(claim) or _OTHER_ROLE.match(claim):
            continue
        claim = _SIGLUM.sub("", claim)
        claim = _PLACE.sub("", _without_by(_MAIL.sub(" ", claim)))
        if is_outlet(claim, outlets):
            continue
        pieces = [_trimmed(piece) for piece in _SPLIT.split(claim)]
        # "Daily Echo, Springfield" is the address of an outlet, not a person of one word.
        address = len(pieces) > 1 and is_outlet(pieces[0], outlets)
        for at, name in enumerate(pieces):
            if (at or address) and len(pieces) > 1 and _is_appendix(name, address=address):
                continue
            if _is_person(name, outlets):
                found.setdefault(fold(name), name)
    return tuple(found.values())[:_MAX_AUTHORS]


def collective(claims: Iterable[str], site: Sequence[str]) -> tuple[str, ...]:
    """Bylines that name no person but who answers for the text: a desk, an outlet, an agency.

    They are kept as they are written, without addresses; ids and empty words give nothing.
    """
    found: dict[str, str] = {}
    for text in claims:
        claim = clean_line(text)
        if _ADDRESS.search(claim) or "@" in claim:
            continue
        name = _trimmed(claim)
        letters = len(_LETTER.findall(name))
        key = fold(name)
        if (
            letters >= 2
            and 2 * letters >= len(key)
            and len(name) <= _MAX_NAME
            and len(name.split()) <= _MAX_WORDS
            and not _NOBODY.search(name)
        ):
            found.setdefault(key, name)
    return tuple(found.values())[:_MAX_AUTHORS]


_MAX_WORDS = 6
_NOBODY = re.compile(
    r"(?i)^(?:\w*admin\w*|root|null|none|undefined|unknown|author|user|editor|webmaster|anonym\w*|n/?a"
    r"|test|guest|reader|writer|false|true)$"
)


def is_outlet(name: str, outlets: frozenset[str]) -> bool:
    """True if ``name`` is that of the outlet, or begins with it; see ``_outlets``."""
    key = fold(name)
    if key in outlets:
        return True
    whole = " ".join(name.casefold().split())
    short = whole != "" and name.strip().partition(" ")[0].isupper()  # CNN Business
    return any(
        len(outlet) >= _PREFIX - short and key.startswith(outlet) and _ends_word(whole, outlet)
        for outlet in outlets
    )


def _outlets(site: Sequence[str]) -> frozenset[str]:
    return frozenset(key for name in site if len(key := fold(name)) > 1)


def _is_appendix(name: str, *, address: bool) -> bool:
    """True for one word that follows a name: a degree (PhD, RDN), or the town of an outlet."""
    if " " in name or is_cjk(name):
        return False
    return address or (len(name) <= _DEGREE and sum(map(str.isupper, name)) > 1)


def _ends_word(whole: str, outlet: str) -> bool:
    """True if the letters of ``outlet`` end where a word of ``whole`` ends."""
    left = len(outlet)
    for at, char in enumerate(whole):
        if char.isalnum():
            left -= 1
            if left == 0:
                return not whole[at + 1 : at + 2].isalnum()
    return False


def _without_by(claim: str) -> str:
    while True:
        rest = _BY.sub("", claim, count=1)
        if rest == claim or not rest:
            return rest or claim
        claim = rest


def _trimmed(piece: str) -> str:
    """``piece`` without "By", titles and punctuation, until nothing more comes off."""
    while True:
        name = _without_by(" ".join(piece.split()).strip(_EDGES)).strip(_EDGES)
        if not name.isascii():
            name = _TITLES.sub("", name).strip(_EDGES)
        if name == piece:
            return name
        piece = name


def _is_person(name: str, outlets: frozenset[str]) -> bool:
    key = fold(name)
    if len(name) > _MAX_NAME or any(map(str.isdigit, name)) or _JUNK.search(name):
        return False
    if is_outlet(name, outlets) or named(name) is not None:
        return False
    if is_cjk(name):
        return 2 <= len(key) <= 8
    return len(key) > 2 and len(name.split()) <= _MAX_WORDS


def is_cjk(name: str) -> bool:
    """True for a name in Han, Kana or Hangul."""
    return bool(name) and all("\u3040" <= c <= "\uffef" for c in name if not c.isspace())
