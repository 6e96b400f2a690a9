"""What pages say that stand where an article was, or never was, in some forty languages.

All patterns are for text in lower case.
"""

from __future__ import annotations

import re

# By language: what is missing; what is said of it with a "not"; what was done to it.  A sentence
# of a notice names the first and one of the others, in either order and not far apart.
_MISSING: tuple[tuple[str, str, str], ...] = (
    (  # English
        (r"\bpages?\b|\barticle\b|\burl\b|(?:this|that|requested) (?:story|content|post|link"
        r"|address|file|document|location|resource|item|video)|content no longer"),
        (r"(?:not|n.t|cannot|no longer|unable to|nothing)(?: \w+){0,3}? (?:found|find|locate\w*"
        r"|exists?|available|online|here)|not found|unavailable|is (?:gone|missing)"),
        (r"(?:been|was|were|be|has) (?:re)?moved|been deleted|was deleted|taken down|unpublished"
        r"|has expired"),
    ),
    (  # German
        r"\b(?:web)?seite\b|\bartikel\b|\bbeitrag\b|dieser inhalt|gewünschte inhalt|\burl\b",
        (r"nicht (?:\w+ ){0,2}?(?:gefunden|finden|verfügbar|vorhanden|abrufbar|auffindbar"
        r"|erreichbar)"
        r"|existiert (?:\w+ )?nicht|gibt es (?:\w+ ){0,2}?nicht"),
        r"(?:wurde|ist|worden)(?: \w+){0,2} (?:verschoben|gelöscht|entfernt)|entfernt oder",
    ),
    (  # Dutch, Afrikaans
        r"pagina|artikel|bladsy",
        r"nie?t? (?:\w+ ){0,3}?(?:gevonden|vinden|beschikbaar|gevind)|bestaat (?:\w+ )?niet",
        r"verwijderd|verplaatst",
    ),
    (  # French
        r"\bpage\b|\barticle\b|ce contenu|contenu que",
        (r"introuvable|(?:n.|ne |pas |non )(?:\w+.){0,4}?(?:trouv\w+|existe|disponible|accessible)"
        r"|indisponible|n.existe (?:pas|plus)"),
        r"été (?:supprimé|déplacé)",
    ),
    (  # Spanish, Galician, Catalan
        r"p[àáa]gina|art[íi]cu?l[eo]?|contenido|contingut",
        r"no (?:\w+ ){0,4}?(?:encontr\w+|exist\w+|disponible|trob\w+)|no s.ha (?:pogut )?trob\w+",
        r"(?:sido|fue|estat) (?:eliminad|movid|borrad|mogud)",
    ),
    (  # Portuguese
        r"página|matéria|artigo|conteúdo",
        r"não (?:\w+ ){0,3}?(?:encontr\w+|exist\w+|localizad\w+|disponível)",
        r"(?:sido|foi) (?:removid|excluíd|movid)",
    ),
    (  # Italian
        r"pagina|articolo|contenuto",
        r"non (?:\w+ ){0,3}?(?:trova\w*|esist\w+|disponibile|presente)|non è (?:\w+ )?disponibile",
        r"stat[ao] (?:rimoss|spostat|cancellat)",
    ),
    (  # Romanian
        r"pagina|articolul|conținutul",
        r"nu (?:\w+ ){0,3}?(?:găsi\w*|exist\w*|disponibil\w*)|negăsit",
        r"(?:fost|fi) (?:șters|mutat|eliminat)",
    ),
    (  # Swedish, Norwegian, Danish
        (
            # "sidan" and "siden" are also a side, and "since"
            r"(?:^|(?<=ikke )|(?<=inte )|denn[ae] |den |hitta\w* |find\w* |finn\w* )"
            r"sid(?:an?|en?)\b|artik(?:eln|elen|len)|innhold(?:et)?|indhold(?:et)?"
        ),
        (r"(?:inte|ikke) (?:\w+ ){0,3}?(?:hitta\w*|finn\w*|find\w*|fundet|funnet|tillgänglig"
        r"|tilgjengelig)"
        r"|(?:hitta\w*|finn\w*|find\w*)(?: \w+){0,2}? (?:inte|ikke)|fant (?:\w+ )?ikke"),
        r"tagits bort|flyttats|fjernet|slettet|flyttet|borttagen",
    ),
    (  # Finnish, Estonian
        r"sivu\w*|artikkeli\w*|lehekülge?|lehte",
        r"ei (?:\w+ ){0,2}?(?:löy\w+|ole|leitud|saatavilla)|puudub",
        r"poistettu|siirretty",
    ),
    (  # Polish
        r"stron[aąyę]?|artykuł\w*|treś\w+|plik\w*",
        r"nie (?:\w+ ){0,2}?(?:znalezion\w*|znaleźliśmy|znaleźć|istnieje|odnalez\w+|dostępn\w+)",
        r"usunięt\w+|przeniesion\w+",
    ),
    (  # Czech, Slovak
        r"strán(?:ka|ku|ky)|člán(?:ek|ok|ku)",
        (r"ne(?:byl[ao]?|bol[ao]?) (?:\w+ )?(?:nalezen|nájden)\w*|neexistuje|ne(?:nalez|našl|ní)\w*"
        r"|sa nenašla|nie je"),
        r"odstraněn\w*|přesunut\w*|smazán\w*|odstránen\w*",
    ),
    (  # Croatian, Serbian, Bosnian, Slovenian
        r"strani(?:ca|cu|ce)|stran|članak|vijest|vest",
        (r"nije (?:\w+ )?(?:pronađen|dostup|moguće)\w*|ne (?:\w+ )?(?:postoji|obstaja)"
        r"|ni (?:\w+ ){0,2}?(?:najd\w+|mogoče)"),
        r"premještena|premeštena|obrisan\w|uklonjen\w",
    ),
    (  # Hungarian
        r"oldal\w*|cikk\w*|tartal\w+",
        r"nem (?:\w+ ){0,2}?(?:talál\w*|létez\w+|elérhető)|nincs meg",
        r"töröl\w+|áthelyez\w+",
    ),
    (  # Turkish, Azerbaijani
        r"sayfa\w*|içerik|səhifə",
        r"bulun(?:a)?m\w+|mevcut değil|ulaşılamıyor|tapılmadı",
        r"kaldırıl\w+|silin\w+|taşın\w+",
    ),
    (  # Indonesian, Malay
        r"halaman|artikel|laman",
        r"tidak (?:\w+ ){0,2}?(?:\w*temukan|ada|tersedia|dijumpai)",
        r"dihapus|dipindahkan|dipadam",
    ),
    (r"trang|bài viết|nội dung", (r"không (?:\w+ )?(?:tồn tại|tìm thấy"
    r"|còn)"), r"bị xóa"),  # Vietnamese
    (  # Russian, Bulgarian, Macedonian, Serbian
        r"страниц\w+|стать[яюи]\b|материал\b",
        (r"не(?:льзя|возможно)? (?:\w+ ){0,2}?(?:найд\w+|найти|существ\w+|доступ\w+|намер\w+"
        r"|посто\w+"
        r"|пронађ\w+)|није (?:\w+ )?пронађ\w+|недоступн\w+"),
        r"удал[её]н\w*|перенес\w+|перемещен\w*|изтрита|преместена",
    ),
    (  # Ukrainian, Belarusian
        r"сторінк\w+|старонк\w+|статт\w+|матеріал\b",
        r"не(?:можливо)? (?:\w+ ){0,2}?(?:знайд\w+|знайти|існу\w+|доступ\w+|знойдз\w+)",
        r"видален\w*|переміщен\w*|перенес\w+",
    ),
    (  # Greek
        r"σελίδα|άρθρο",
        r"δεν (?:\w+ ){0,2}?(?:βρέθηκ\w*|βρεθεί|υπάρχ\w+|διαθέσιμ\w+)",
        r"διαγραφ\w+|μετακινηθεί",
    ),
    (  # Hebrew
        r"ה?(?:דף|עמוד|כתבה)",
        r"(?:לא|אינו|אינה) (?:\w+ ){0,2}?(?:נמצא\w*|קיי\w+|זמי\w+)",
        r"הוסר\w*|נמחק\w*",
    ),
    (  # Arabic
        r"صفحة|الصفحة|المقال|المحتوى",
        (r"غير (?:موجود|متوفر|متاح)ة?|(?:لم|تعذر|يتعذر|لا يمكن) (?:\w+ ){0,2}?(?:العثور|نعثر)"
        r"|لا (?:توجد|يوجد)|لم نجد"),
        r"تم (?:حذف|نقل|إزالة)\w*|إزالة هذه|حذف",
    ),
    (r"صفحه|مطلب", r"(?:یافت|پیدا) (?:نشد|نمی)|وجود ندارد|موجود نیست", r"حذف شده"),  # Persian
    (r"صفحہ", r"نہیں (?:مل|ملا)|موجود نہیں|دستیاب نہیں", r"حذف کر"),  # Urdu
    (r"पृष्ठ|पेज|पन्ना|लेख", r"नहीं मिल|मौजूद नहीं|उपलब्ध नहीं", r"हटा"),  # Hindi, Marathi
    (r"পৃষ্ঠা|পাতা", r"পাওয়া যায়নি|খুঁজে পাওয়া", r"মুছে"),  # Bengali
    (r"หน้า|บทความ|เนื้อหา", r"ไม่พบ|ไม่มีอยู่|หาไม่เจอ", r"ถูกลบ|ถูกย้าย"),  # Thai
    (  # Japanese
        r"ページ|記事|コンテンツ|url",
        r"見つかりません|見つけられません|存在しません|ありません",
        r"削除され|移動し|終了し",
    ),
    (  # Chinese
        r"页面|頁面|網頁|网页|文章",
        r"不存在|找不到|未找到|没有找到|(?:无法|無法)(?:找到|访问|訪問)|不可用",
        r"被?(?:删|刪)除|移除",
    ),
    (r"페이지|기사|게시물", r"찾을 수 없|존재하지 않|없습니다", r"삭제되|이동되"),  # Korean
)  # fmt: skip
_GAP = r"[^.!?\n]{0,40}?"
_NUMBERS = (
    r"\b(?:error|erreur|fehler|errore|erro|błąd|ошибка|помилка|خطأ|错误|http|status|code)?\s*[45]04\b"
    r"(?!\s+\w+s\b)(?:\s*[-–:|]?\s*not found)?|\b410\b\s*(?:gone)?"
)

NOT_FOUND = re.compile(
    "|".join(
        [
            *(
                f"(?:{what}){_GAP}(?:{nots}|{done})|(?:{nots}){_GAP}(?:{what})"
                for what, nots, done in _MISSING
            ),
            _NUMBERS,
            r"^\W*not found\W*$|(?:^|\W)no (?:results?|posts?) (?:were )?found",
        ]
    )
)
# As a title it need not be said what is missing: "No encontrado".
NOT_FOUND_TITLE = re.compile("|".join(nots for _, nots, _ in _MISSING))
_FOR_SALE = (
    r"\bdomain(?:name)?\b.{0,40}(?:for sale|is parked|has expired|zum verkauf|zu verkaufen)",
    r"\bdomain(?:name)?\b.{0,40}(?:à vendre|en venta|in vendita|te koop|продается|продаётся)",
    r"(?:buy|purchase) this domain|make an offer on this domain|inquire about this domain",
    r"(?:geparkt|parked) (?:by|free|domain|von|vom)|vom inhaber der domain geparkt",
    r"sponsored listings displayed above|域名.{0,8}(?:出售|转让)",
)
PARKED = re.compile("|".join(_FOR_SALE))
