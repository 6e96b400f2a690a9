"""What pages say that stand where an article was, or never was, in some forty languages.

All patterns are for text in lower case.
"""

from __future__ import annotations

import re

# What is missing, and what is said of it: both in one sentence, in either order, not far apart.
_MISSING: tuple[tuple[str, str], ...] = (
    (  # English
        r"pages?|articles?|story|stories|content|post|link|url|address|file|document|location",
        (r"(?:was |were |is |be |can ?no|can.?t |cannot |could |not |n.t )+(?:be )?(?:found|exist"
        r"|available|located)|not found|no longer (?:be )?(?:found|exists?|available|online|here)"
        r"|do(?:es)?(?:n.t| not) exist|no(?:thing|t) (?:was )?(?:found|here)"
        r"|(?:has|have|was) (?:been )?(?:re)?moved|(?:been|was) (?:deleted|taken down|unpublished)"
        r"|has expired|is gone|is missing"),
    ),
    (  # German
        r"seite|artikel|beitrag|inhalt|adresse|dokument|url",
        (r"nicht (?:mehr )?(?:gefunden|verfügbar|vorhanden|abrufbar|auffindbar|erreichbar|existent)"
        r"|existiert (?:leider )?nicht|gibt es (?:hier )?(?:leider )?nicht|wurde (?:verschoben"
        r"|gelöscht|entfernt)|nicht finden"),
    ),
    (  # Dutch, Afrikaans
        r"pagina|artikel|bladsy",
        r"niet (?:meer )?(?:gevonden|beschikbaar|vinden)|bestaat niet|nie gevind|verwijderd",
    ),
    (  # French
        r"page|article|contenu|adresse|document",
        (r"introuvable|(?:pas|non) (?:été )?trouvée?|n.existe (?:pas|plus)|n.est (?:pas|plus)"
        r" (?:disponible|accessible|en ligne)|a été (?:supprimé|déplacé)e?"),
    ),
    (  # Spanish, Galician, Catalan
        r"p[àáa]gina|art[íi]cu?l[eo]?|contenido|contingut|noticia|nota",
        (r"no (?:se |s.ha |fue |ha sido |pudo ser )?(?:encontrad[ao]|encontr[oó]|existe(?:ix)?"
        r"|está disponible|disponible|trobad[ao]|trobat)|ya no (?:existe|está)|fue (?:eliminad"
        r"|movid)[ao]|no encontrad[ao]"),
    ),
    (  # Portuguese
        r"página|matéria|artigo|conteúdo|notícia",
        (r"não (?:foi )?(?:encontrad[ao]|existe|localizad[ao]|está (?:mais )?disponível"
        r"|encontramos)"
        r"|não encontramos|já não existe|foi (?:removid|excluíd|movid)[ao]"),
    ),
    (  # Italian
        r"pagina|articolo|contenuto|documento",
        (r"non (?:è (?:stata? )?)?(?:trovat[ao]|esiste|disponibile|presente)|non (?:esiste|trovata)"
        r"|è stat[ao] (?:rimoss|spostat|cancellat)[ao]"),
    ),
    (  # Romanian
        r"pagina|articolul|conținutul",
        r"nu (?:a fost |mai |este )?(?:găsit[ăa]?|există|disponibil[ăa]?)|negăsit[ăa]",
    ),
    (  # Swedish, Norwegian, Danish
        r"sid(?:an|en)|artik(?:eln|elen|len)|innhold(?:et)?|indhold(?:et)?",
        (r"(?:hitta(?:de|s)|finn(?:s|es)|findes) (?:tyvärr |desværre |dessverre )?(?:inte"
        r"|ikke)|(?:kunde|kunne|blev|ble) (?:inte|ikke)(?: \w+)? (?:hittas|finnes"
        r"|findes|fundet|funnet)|ikke (?:fundet|funnet)|fant (?:ikke|dessverre ikke)|ikke finde"
        r"|hittades inte|finns inte|tagits bort"),
    ),
    (  # Finnish, Estonian
        r"sivua?|artikkelia?|lehekülge|lehte",
        r"ei (?:voitu |ole |leitud|löydy|löytynyt|enää )|ei löydy|puudub",
    ),
    (  # Polish
        r"stron[aąyę]?|artykuł\w*|treść",
        (r"nie (?:została |został )?(?:znalezion[aoy]|istnieje|odnaleziono|znaleziono)"
        r"|nie jest (?:już )?dostępn[aye]|nie znaleźliśmy"),
    ),
    (  # Czech, Slovak
        r"strán(?:ka|ku|ky)|člán(?:ek|ok|ku)",
        (r"(?:nebyl[ao]?|nebol[ao]?) (?:nalezen|nájden)\w*|neexistuje|nenalezen\w*|nenašl[ia]"
        r"|sa nenašla"),
    ),
    (  # Croatian, Serbian, Bosnian, Slovenian
        r"strani(?:ca|cu|ce)|stran|članak|vijest|vest",
        r"nije (?:pronađen|dostup)\w*|ne postoji|ni (?:bil[ao]? )?(?:mogoče )?najd\w+|ne obstaja",
    ),
    (r"oldal|cikk|tartalom", r"nem (?:található|létezik|elérhető|találtuk)|nincs meg"),  # Hungarian
    (  # Turkish, Azerbaijani
        r"sayfa(?:ya)?|haber|içerik|səhifə",
        r"bulunamadı|mevcut değil|bulunmuyor|tapılmadı|kaldırılmış|ulaşılamıyor",
    ),
    (  # Indonesian, Malay
        r"halaman|artikel|laman",
        r"tidak (?:dapat )?(?:ditemukan|ada|tersedia|dijumpai)",
    ),
    (r"trang|bài viết|nội dung", r"không (?:tồn tại|tìm thấy|còn)"),  # Vietnamese
    (  # Russian, Ukrainian, Belarusian, Bulgarian, Macedonian, Serbian
        r"страниц[аыуе]т?а?|сторінк[аиу]|старонка|стать[яию]|стаття|материал|матеріал|новость",
        (r"не (?:была |била |е )?(?:найден[аоы]?|знайден[аоы]?|знойдзена|намерена?)"
        r"|не (?:существует|існує|існуе|съществува|постои|постоји)|не (?:знайдено|найдено)"
        r"|(?:была )?(?:удалена?|видалена?)|није пронађен\w*"),
    ),
    (r"σελίδα|άρθρο", r"δεν (?:βρέθηκε|υπάρχει|είναι διαθέσιμ\w+)"),  # Greek
    (r"(?:ה?דף|ה?עמוד|ה?כתבה)", r"(?:לא|אינו|אינה) (?:נמצאה?|קיימ?ת?|זמי\w+)|אינו קיים"),  # Hebrew
    (  # Arabic
        r"صفحة|الصفحة|المقال|الخبر|المحتوى",
        r"غير (?:موجود|متوفر|متاح)ة?|لم (?:يتم )?(?:العثور|نعثر)|لا (?:توجد|يوجد)|تم حذف",
    ),
    (r"صفحه|مطلب|خبر", r"(?:یافت|پیدا) (?:نشد|نمی)|وجود ندارد"),  # Persian
    (r"صفحہ|خبر", r"(?:نہیں ملا|موجود نہیں|دستیاب نہیں)"),  # Urdu
    (r"पृष्ठ|पेज|पन्ना|खबर|लेख", r"नहीं (?:मिला|मिली)|मौजूद नहीं|उपलब्ध नहीं"),  # Hindi, Marathi
    (r"পৃষ্ঠা|পাতা", r"পাওয়া যায়নি|খুঁজে পাওয়া"),  # Bengali
    (r"หน้า|บทความ|เนื้อหา", r"ไม่พบ|ไม่มีอยู่|หาไม่เจอ"),  # Thai
    (r"ページ|記事|コンテンツ|url", r"見つかりません|存在しません|ありません|削除され|終了し"),
    (r"页面|頁面|網頁|网页|文章", r"不存在|找不到|未找到|没有找到|已被?(?:删|刪)除"),
    (r"페이지|기사|게시물", r"찾을 수 없|존재하지 않|없습니다|삭제되었"),
)  # fmt: skip
_GAP = r"[^.!?\n]{0,40}?"

NOT_FOUND = re.compile(
    "|".join(
        [
            *(f"(?:{what}){_GAP}(?:{said})|(?:{said}){_GAP}(?:{what})" for what, said in _MISSING),
            (
                r"\b(?:error|erreur|fehler|errore|erro|ошибка|помилка|http|status|code)?\s*[45]04\b"
                r"(?!\s+\w+s\b)(?:\s*[-–:|]?\s*not found)?"
            ),
            r"\b410\b\s*(?:gone)?|\bnot found\b|(?:^|\W)no (?:results?|posts?) (?:were )?found",
        ]
    )
)
PARKED = re.compile(
    "(?i)"
    r"\bdomain(?:name)?\b.{0,40}(?:for sale|is parked|has expired|zum verkauf|zu verkaufen"
    r"|à vendre|en venta|in vendita|te koop|продается|продаётся)|(?:buy|purchase) this domain"
    r"|make an offer on this domain|inquire about this domain|(?:geparkt|parked) (?:by|free"
    r"|domain|von|vom)|vom inhaber der domain geparkt|sponsored listings displayed above"
    r"|域名.{0,8}(?:出售|转让)"
)
