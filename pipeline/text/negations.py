"""Words that turn a sentence into its opposite, in the languages of news."""

from __future__ import annotations

_WORDS = """
en: not no never none nobody nothing neither nor without cannot denies denied deny
de: nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne weder
fr: ne pas aucun aucune jamais rien ni sans non personne nul nulle
es: nunca jamás ningún ninguna ninguno nadie nada tampoco sin
pt: não nenhum nenhuma ninguém sem nem
it: nessuno nessuna mai niente nulla senza né
nl: niet geen nooit niemand niets zonder noch
sv: inte ingen inget inga aldrig utan icke ej
no: ikke ikkje intet ingen aldri aldrig uden uten
fi: ei en et emme ette eivät eikä koskaan ilman
pl: nie żaden żadna żadnych nigdy nikt nic bez ani
cs: ne není nejsou nebyl nebyla nikdy nikdo nic žádný žádná bez ani
hu: nem nincs sem soha senki semmi nélkül
ro: nu niciun nicio niciodată nimeni nimic fără
hr: nije nisu nema nikad nikada nitko ništa bez nikakav
ru: не нет ни никогда никто ничего без нельзя никакой
uk: ні ніколи ніхто нічого немає жоден
bg: няма никога никой нищо нито
el: δεν μη μην όχι ποτέ κανείς κανένας τίποτα χωρίς ούτε
tr: değil yok hiç hiçbir asla kimse olmadan olmadı
ar: لا لم لن ليس ليست ليسوا غير دون بدون ولا ولم ولن عدم
fa: نه نیست نیستند هیچ هرگز بدون نمی نبود
he: לא אין בלי אינו אינה אינם לעולם מעולם שום
hi: नहीं न मत बिना कभी
id: tidak bukan belum tanpa tak jangan
vi: không chưa chẳng đừng
th: ไม่ มิได้
ko: 안 못 않 없 아니
"""
_BY_LANGUAGE = {line[:2]: frozenset(line[4:].split()) for line in _WORDS.strip().splitlines()}
# Those that are written and said much alike.
_AS = {"da": "no", "nb": "no", "nn": "no", "sk": "cs", "sr": "hr", "bs": "hr", "sl": "hr",
       "be": "ru", "mk": "bg", "ca": "es", "gl": "pt", "ms": "id", "ur": "hi"}  # fmt: skip
# Of a text whose language is not known: what means nothing else in another language.
_ANYWHERE_WORDS = """
not nobody nothing without cannot nicht kein keine keinen nichts aucun aucune jamais nunca não niet
geen inte aldrig ikke nie není nem değil
"""
_ANYWHERE = frozenset(_ANYWHERE_WORDS.split())
# English contractions without their apostrophe, as words are compared.
_CONTRACTED_WORDS = """
dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt wont wouldnt cant couldnt shouldnt
mustnt neednt aint
"""
_CONTRACTED = frozenset(_CONTRACTED_WORDS.split())
_HAN = frozenset("不没沒未无無非否勿别別")  # each letter is a word of its own
# Endings that negate a verb; Japanese is cut into letters, so they are looked for in a run.
_ENDINGS = ("ない", "なかっ", "ません", "않", "못", "없", "아니")
_FIRST_OF_OTHER_SCRIPTS = "\u0370"


def negates(word: str, language: str | None) -> bool:
    """True for a word, or a run of letters without blanks, that says no.  In lower case."""
    if word in _CONTRACTED:
        return True
    if any(ending in word for ending in _ENDINGS) or not _HAN.isdisjoint(word):
        return True
    if language is not None:
        known = _BY_LANGUAGE.get(_AS.get(language, language))
        if known is not None:
            return word in known
    if word >= _FIRST_OF_OTHER_SCRIPTS:
        return any(word in words for words in _BY_LANGUAGE.values())
    return word in _ANYWHERE
