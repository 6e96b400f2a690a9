"""Tells the language of an article: by what the page says, by its letters, by its words."""

from __future__ import annotations

import re
from importlib import import_module

_CODE = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\s*\Z")
_THREE = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it",
    "por": "pt", "rus": "ru", "ukr": "uk", "ara": "ar", "zho": "zh", "chi": "zh", "jpn": "ja",
    "kor": "ko", "tur": "tr", "pol": "pl", "nld": "nl", "dut": "nl", "fas": "fa", "per": "fa",
    "heb": "he", "hin": "hi", "ces": "cs", "cze": "cs", "swe": "sv", "nor": "no", "dan": "da",
    "fin": "fi", "ell": "el", "gre": "el", "ron": "ro", "rum": "ro", "hun": "hu", "ind": "id",
}  # fmt: skip
_OLD = {
    "nb": "no",
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jp": "ja",
    "cn": "zh",
    "ua": "uk",
    "kr": "ko",
}

# Scripts, as ranges of letters, and the languages of news written in them.
_SCRIPTS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("kana", "\u3041-\u30ff", frozenset(("ja",))),
    ("hangul", "\uac00-\ud7a3", frozenset(("ko",))),
    ("han", "\u4e00-\u9fff", frozenset(("zh", "ja", "yue"))),
    ("thai", "\u0e01-\u0e4e", frozenset(("th",))),
    ("greek", "\u0370-\u03ff", frozenset(("el",))),
    ("hebrew", "\u05d0-\u05ea", frozenset(("he", "yi"))),
    ("georgian", "\u10a0-\u10ff", frozenset(("ka",))),
    ("armenian", "\u0530-\u058f", frozenset(("hy",))),
    ("arabic", "\u0620-\u06ff", frozenset(("ar", "fa", "ur", "ps", "ckb", "ug", "sd", "ku"))),
    (
        "cyrillic",
        "\u0400-\u04ff",
        frozenset(("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "tt")),
    ),
    ("devanagari", "\u0900-\u097f", frozenset(("hi", "mr", "ne"))),
    ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff", frozenset()),
)
_COUNTERS = tuple((re.compile(f"[{ranges}]"), languages) for _, ranges, languages in _SCRIPTS)
_LATIN = len(_COUNTERS) - 1
_LATIN_RUN = re.compile(f"[{_SCRIPTS[_LATIN][1]}]+")
_SAMPLE = 2_000  # characters looked at
_ENOUGH = 60  # letters from which on the text may overrule the page, or be identified at all
_KANA_SHARE = 0.1  # of Han and Kana together; Chinese has none


def code(text: str | None) -> str | None:
    """The ISO 639-1 code in a language tag ("en-GB", "deu"), or None."""
    match = _CODE.match(text or "")
    if match is None:
        return None
    name = match.group(1).lower()
    name = _OLD.get(name, _THREE.get(name, name))
    return name if len(name) == 2 else None


def language(
    claims: list[tuple[str | None, str]], text: str, around: str = ""
) -> tuple[str | None, str]:
    """The language and its origin; ``claims`` are tags with their origins, best first.

    A claim holds unless the text is in a script that the language is not written in.  Only then, or
    without a claim, the text is asked: its script, its commonest words, those of what stands
    ``around`` it (a table of results has none itself), and last a statistical identifier
    (py3langid: half a second and about 100 MB at its first call).
    """
    script, letters = _script(text[:_SAMPLE])
    said = [(found, origin) for tag, origin in claims if (found := code(tag)) is not None]
    for found, origin in said:
        if letters < _ENOUGH or script < 0 or _fits(found, script):
            return found, origin
    if letters < _ENOUGH:
        return None, ""
    if 0 <= script < _LATIN:
        possible = _COUNTERS[script][1]
        if len(possible) == 1:
            return next(iter(possible)), "text"
        if "zh" in possible:
            return "zh", "text"
    return code(_identify(text[:_SAMPLE], around[: 2 * _SAMPLE])), "text"


def _fits(found: str, script: int) -> bool:
    if script == _LATIN:
        # many languages of other scripts are written in Latin letters too, but not these
        return found not in ("ja", "ko", "zh", "th", "el", "he", "ka", "hy", "ar", "fa", "ru", "uk")
    return found in _COUNTERS[script][1]


def _script(text: str) -> tuple[int, int]:
    """The index of the script of most letters (-1: unknown or mixed) and the number of letters."""
    latin = sum(map(len, _LATIN_RUN.findall(text)))
    if 10 * latin > 7 * (len(text) - text.count(" ")):
        return _LATIN, latin  # as nearly always: the other scripts need not be counted
    counts = [len(pattern.findall(text)) for pattern, _ in _COUNTERS]
    letters = sum(counts)
    if (
        letters
        and counts[0] > _KANA_SHARE * (counts[0] + counts[2])
        and counts[0] + counts[2] > letters / 2
    ):
        return 0, letters
    top = max(range(len(counts)), key=counts.__getitem__)
    return (top if counts[top] > letters * 0.5 else -1), letters


# Words that a text of some lines in the language cannot do without; those that several languages
# share are left out.  They spare nearly every page the identifier's half second and 100 MB.
_FUNCTION_WORDS = {
    name: frozenset(words.split())
    for name, words in {
        "en": "the and of that with was for this from have which",
        "de": "der und das nicht auf ist mit dem eine sich auch",
        "fr": "les des est une dans pour qui pas sur aux du",
        "es": "los las una por del para más este también según",
        "it": "gli della che nel sono una anche alla più degli",
        "pt": "não uma dos das com mais pelo também ao são",
        "nl": "het een van dat niet voor zijn ook naar wordt",
        "sv": "och att som det är inte på för har till",
        "no": "og ikke som det på til har etter ble av",
        "da": "og ikke af som det på til blev efter også",
        "fi": "ja on ei että oli myös hän joka mutta kun",
        "pl": "nie się jest że przez oraz jak został dla po",
        "cs": "že na se je který podle také jako by pro",
        "tr": "ve bir bu için ile olarak daha çok olan da",
        "ro": "și în este care pentru din mai fost sunt să",
        "hu": "és hogy nem egy az volt csak meg után szerint",
        "id": "yang dan dari untuk dengan tidak ini pada dalam akan",
        "ru": "что не на это как по из был для его",
        "uk": "що не на це як та від був для його",
        "bg": "че не на това как за от беше със се",
        "ar": "في من على أن إلى التي عن هذا الذي مع",
        "fa": "در از که به این را با است برای آن",
    }.items()
}
_WORD = re.compile(r"\w+")
_MIN_SHARE = 0.08  # of a text's words; in running text these words make 15-30 %
_MIN_LEAD = 1.4  # over the next language; Danish and Norwegian are left to the identifier


def _by_function_words(text: str, least: float = _MIN_SHARE) -> str | None:
    words = _WORD.findall(text.lower())
    if not words:
        return None
    counts = sorted(
        ((sum(map(known.__contains__, words)), name) for name, known in _FUNCTION_WORDS.items()),
        reverse=True,
    )
    (best, name), (second, _) = counts[:2]
    return name if best > least * len(words) and best > _MIN_LEAD * second else None


def _identify(text: str, around: str) -> str:
    known = _by_function_words(text) or _by_function_words(around, _MIN_SHARE / 2)
    if known is not None:
        return known
    return str(import_module("py3langid").classify(text)[0])
