"""Tells the notes in which outlets own up to a change: corrections, clarifications, updates."""

from __future__ import annotations

import re

from pipeline.text.wording import plain

# What such a note begins with, before a colon or a dash, or alone in its line.
_LABELS = """
correction | corrections | corrected | clarification | clarifications | update | updated
editor's note | editors' note | note from the editor | retraction | erratum
amendment | for the record
korrektur | berichtigung | richtigstellung | anmerkung der redaktion | hinweis der redaktion
klarstellung | aktualisierung | in eigener sache
correction | rectificatif | rectification | précision | note de la rédaction | mise à jour
ndlr
corrección | rectificación | fe de errores | fe de erratas | aclaración | nota de la redacción
nota del editor | actualización
correzione | rettifica | errata corrige | precisazione | nota della redazione | aggiornamento
correção | errata | erramos | retificação | nota da redação | nota do editor | atualização
correctie | rectificatie | verduidelijking | noot van de redactie | aanvulling
rättelse | förtydligande | uppdatering | rettelse | presisering | oppdatering | opdatering
præcisering | oikaisu | korjaus | täsmennys | päivitys
sprostowanie | korekta | wyjaśnienie | aktualizacja | od redakcji
oprava | upřesnění | aktualizace | spresnenie | aktualizácia | helyesbítés | helyreigazítás
pontosítás
frissítés | corectare | erată | precizare | rectificare | actualizare
ispravak | ispravka | pojašnjenje | исправка | појашњење | popravek
исправление | поправка | уточнение | обновление | обновлено | от редакции
виправлення | уточнення | оновлення | від редакції | поправка | уточнение
διόρθωση | διευκρίνιση | ενημέρωση | επανόρθωση
düzeltme | açıklama | güncelleme | editörün notu
تصحيح | تصويب | توضيح | تنويه | تحديث | ملاحظة من المحرر
اصلاحیه | تصحیح | توضیح | תיקון | הבהרה | עדכון | הערת המערכת
सुधार | स्पष्टीकरण | अपडेट | koreksi | ralat | klarifikasi | catatan redaksi | pembetulan
đính chính | cập nhật | แก้ไข | ชี้แจง
更正 | 勘误 | 勘誤 | 澄清 | 编者按 | 編者按 | 订正 | 訂正 | お詫びと訂正 | 追記 | 修正
정정 | 정정보도 | 바로잡습니다 | 알립니다
"""
# What such a note says, wherever it stands; THING stands for what it calls itself.
_SAYINGS = r"""
\b(?:an?|the) (?:earlier|previous|original|prior) version of (?:this|the|our) (?:\w+ )?THING
\bthis THING(?:'s headline)? (?:has been|was|is being) (?:\w+ )?(?:corrected|updated|amended)\b
\bthis THING(?:'s headline)? (?:has been|was|is being) (?:\w+ )?(?:changed|clarified|revised)\b
\bwe (?:regret|apologi[sz]e for) the (?:error|mistake)\b
\bpreviously (?:stated|misstated|said that)\b
\bin (?:einer|der) (?:früheren|vorherigen|ursprünglichen|ersten) (?:version|fassung)\b
\b(?:artikel|text|beitrag|bericht|meldung) wurde (?:\w+ ){0,3}(?:korrigiert|aktualisiert)\b
\b(?:artikel|text|beitrag|bericht|meldung) wurde (?:\w+ ){0,3}(?:geändert|berichtigt|ergänzt)\b
\bwir haben (?:den fehler|das|dies|die stelle) (?:\w+ )?korrigiert\b
\bversion (?:antérieure|précédente|initiale) de (?:cet|l')
\b(?:article|texte) a été (?:\w+ )?(?:corrigé|modifié|mis à jour|actualisé)
\bversión (?:anterior|previa|inicial) de (?:est[ea]|la|el)\b
\b(?:artículo|noticia|texto|nota) (?:ha sido|fue) (?:corregid|actualizad|modificad)
\bversione (?:precedente|originale|iniziale) (?:di questo|dell)
\barticolo è stato (?:corretto|aggiornato|modificato)
\bversão (?:anterior|inicial) (?:dest|do |da )
\b(?:texto|reportagem|artigo) foi (?:corrigid|atualizad|alterad)
\bin een (?:eerdere|vorige) versie\b
\bartikel is (?:aangepast|gecorrigeerd|bijgewerkt|aangevuld)
\bi en (?:tidigare|tidligere) (?:version|versjon|udgave|utgave)\b
\bartike?l+e?n (?:har|er|är|blev) (?:\w+ )?(?:uppdaterat|korrigerat|rättat)
\bartike?l+e?n (?:har|er|är|blev) (?:\w+ )?(?:oppdatert|rettet|opdateret)
\baiemmassa versiossa\b
\bjuttua on (?:korjattu|päivitetty|täydennetty)\b
\bwe? (?:wcześniejszej|poprzedniej|pierwotnej) wersji\b
\bartykuł został (?:poprawiony|zaktualizowany|uzupełniony)
\bv (?:předchozí|původní|dřívější|pôvodnej|predchádzajúcej) verz[ie]i?\b
\bkorábbi (?:verziójában|változatában)\b
\bo versiune (?:anterioară|precedentă)\b
\bu (?:ranijoj|prethodnoj) verziji\b
\bв (?:предыдущей|более ранней|первоначальной|ранней|по-ранна|попередній|ранішій) верси
\bв (?:текст|материал|статью|заметку|новость) внесен[ыо]\b
\b(?:текст|материал) (?:был )?исправлен
\bу попередній версії\b
\bσε προηγούμενη (?:έκδοση|εκδοχή)
\bönceki (?:sürüm|versiyon)
في (?:نسخة|صيغة) سابقة
تم (?:تصحيح|تحديث|تعديل) هذا
در نسخه (?:قبلی|پیشین)
בגרסה קודמת
הכתבה (?:תוקנה|עודכנה)
\bversi sebelumnya\b
\bartikel ini telah (?:diperbarui|dikoreksi)
phiên bản trước
ฉบับก่อนหน้า
(?:此前|早前|先前|之前)的?版本
本文(?:已|曾)?(?:更新|修正|更正)
以前の(?:版|記事)
当初の記事
記事を(?:一部)?(?:修正|更新|訂正)
이전 (?:버전|기사)
기사를? (?:수정|정정)
"""
_NAMES = sorted(
    {label.strip() for label in _LABELS.replace("\n", "|").split("|") if label.strip()},
    key=len, reverse=True,
)  # fmt: skip
_LABEL = re.compile(
    rf"^[\W_]*(?:{'|'.join(map(re.escape, _NAMES))})(?:\s*[(\[][^)\]]{{1,60}}[)\]])?"
    r"(?:, [^:：]{1,25}[:：]|\s*(?:[:：】\]—–]|-\s|\.\s|$))"
)
_THING = "(?:article|story|report|page|piece|headline|post)"
_SAYING = re.compile("|".join(_SAYINGS.strip().splitlines()).replace("THING", _THING))
_LONGEST = 1500  # characters: a note is no chapter


def is_note(paragraph: str) -> bool:
    """True for a paragraph in which the outlet says that it changed the article."""
    if len(paragraph) > _LONGEST:
        return False
    text = plain(paragraph).casefold().replace("’", "'")
    return _LABEL.match(text) is not None or _SAYING.search(text) is not None
