"""Lines that say nothing of the story: when a page was changed, how often it was read, links.

A line counts when it has nothing but words of this list, and what makes it one: a word such as
"updated", "ago" or "comments" beside a number, or a date or a clock.  With one other word it is
text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pipeline.text import normalise
from pipeline.text.labels import is_label
from pipeline.text.months import JALALI, MONTHS
from pipeline.text.scripts import NO_BLANKS

# What tells the time of a page, not of an event.
_CHANGED = """
updated published posted modified edited revised
aktualisiert veröffentlicht geändert aktualisierung änderung veröffentlichung
publié publiée modifié modifiée actualisé actualisée màj mise
actualizado actualizada publicado publicada modificado modificada actualización publicación
aggiornato aggiornata pubblicato pubblicata modificato aggiornamento pubblicazione
atualizado atualizada atualização publicação
bijgewerkt gepubliceerd gewijzigd geplaatst
uppdaterad uppdaterat publicerad publicerat ändrad
oppdatert publisert endret opdateret publiceret udgivet ændret
päivitetty julkaistu muokattu
aktualizacja zaktualizowano opublikowano publikacja dodano
aktualizováno aktualizované aktualizace publikováno publikované vydáno upraveno
frissítve frissült megjelent közzétéve módosítva
actualizat actualizată publicat publicată actualizare
ažurirano objavljeno izmijenjeno izmenjeno ажурирано објављено
обновлено обновлён обновлена опубликовано опубликован изменено обновление публикации
оновлено опубліковано змінено
обновен обновена публикувано публикуван
ενημερώθηκε δημοσιεύθηκε δημοσιεύτηκε ενημέρωση δημοσίευση
güncellendi güncelleme yayınlandı yayınlanma yayın
تحديث نشر نشرت نُشر حدث التحديث النشر
بروزرسانی انتشار به‌روزرسانی
עודכן פורסם עדכון
अपडेट प्रकाशित
diperbarui diterbitkan dipublikasikan dikemaskini
"""
_AGO = """
ago
vor gerade eben
ya
hace
fa
há
geleden
sedan siden
sitten
temu
ezelőtt
acum
prije pre
назад тому преди
πριν
önce
منذ قبل
پیش قبل
לפני
पहले
lalu
trước
"""
_COUNTED = """
views view comments comment shares share likes reads readers replies reactions claps saves
aufrufe kommentare kommentar reaktionen geteilt lesezeit lesedauer
vues vue commentaires commentaire partages partage lectures lecture réactions
vistas visitas visualizaciones comentarios comentario compartidos lecturas lectura
visualizzazioni commenti commento condivisioni letture lettura
visualizações comentários comentário compartilhamentos leituras leitura
weergaven reacties reactie leestijd
visningar kommentarer delningar läsningar lästid
visninger delinger lesninger lesetid læsetid
katselukertaa kommenttia jakoa lukukertaa lukuaika
wyświetleń wyświetlenia komentarzy komentarze udostępnień czytania
zobrazení komentářů komentáře sdílení čtení
megtekintés hozzászólás megosztás olvasási
vizualizări comentarii distribuiri citire
pregleda komentara dijeljenja čitanja
просмотров просмотра просмотры комментариев комментария комментарии комментарий лайков чтения
прочтений репостов
переглядів перегляди коментарів коментарі поширень читання
преглеждания прегледа коментари споделяния
προβολές σχόλια σχόλιο κοινοποιήσεις ανάγνωσης
görüntülenme okunma yorum paylaşım beğeni okuma
مشاهدة مشاهدات تعليق تعليقات مشاركة مشاركات إعجاب قراءة
بازدید نظر دیدگاه
צפיות תגובות שיתופים
टिप्पणियाँ टिप्पणी व्यूज
tayangan komentar dibagikan
"""
# May stand beside these, and are nothing by themselves.
_BESIDE = """
last first latest on at the of a an by and in this article story page time times since read min
mins
minute minutes hour hours hr hrs h m s sec secs second seconds day days week weeks month months
year
years just now today yesterday morning afternoon evening o'clock am pm gmt utc cet cest est edt bst
ist pst pdt
msk eet eest jst kst aest local reading people are is was been has have
stand zuletzt erstellt letzte letztes am um uhr den der die das von minuten stunde stunden tag
tagen
woche wochen monat monaten sekunden heute gestern mal gelesen lesen
le la les à du de des il y mis jour et dernière heures heure jours jour semaine semaines hier
temps
aujourd'hui lu fois secondes instant
el los las del a última vez hora horas minuto minutos día días semana semanas hoy ayer tiempo
leído
segundos veces
il lo alle ore ora minuti giorni giorno settimana ieri oggi ultimo tempo di volte letto
em às o os ontem hoje dia dias horas última tempo vezes lido
laatst op om uur minuten dagen dag gisteren vandaag keer gelezen net
senast den kl minuter timmar timme dagar dag igår idag nyss gånger läst
sist klokken kl timer time dager dage dag i går dag nylig siste ganger gange lest læst
klo minuuttia tuntia päivää eilen tänään viimeksi kertaa luettu
ostatnia o godz minut minuty minutę godzin godziny godzinę dni dzień wczoraj dziś dzisiaj czas
razy
v ve dne hod minutami hodinami dny včera dnes poslední pred před minútami dňami naposledy
utoljára utolsó perce perccel órája órával napja nappal tegnap ma idő perc
ultima la ora minute ore zile zi ieri azi timp de
u zadnje posljednje sati sata dana minuta jučer danas
последнее дата в г минут минуты минуту часов часа час дней дня день вчера сегодня секунд время
последно часа минути дни вчера днес
хвилин хвилини хвилину годин години годину днів дня вчора сьогодні о останнє час
τελευταία στις λεπτά ώρες ώρα ημέρες χθες σήμερα χρόνος
son tarihi saat dakika gün dün bugün süresi kez
آخر في تم يوم أيام ساعة ساعات دقيقة دقائق أمس اليوم الساعة بتاريخ مرة قراءة
دقیقه ساعت روز امروز دیروز آخرین
בתאריך בשעה דקות שעות שעה ימים יום אתמול היום לאחרונה
मिनट घंटे घंटा दिन आज कल बार
menit jam hari kemarin tadi yang kali pada
phút giờ ngày lúc hôm qua nay
monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo
lunedì martedì mercoledì giovedì venerdì sabato domenica
segunda terça quarta quinta sexta feira
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
poniedziałek wtorek środa czwartek piątek sobota niedziela
понедельник вторник среда четверг пятница суббота воскресенье
понеділок вівторок середа четвер п'ятниця субота неділя
pazartesi salı çarşamba perşembe cuma cumartesi pazar
الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت
"""
# Where there are no blanks: whole words, longest first, that may make up such a line.
_RUNS = """
に 最終更新 最終更新日 更新日時 公開日時 投稿日 更新日 公開日 配信 更新 発表 公開 掲載 投稿 分前
時間前 日前 秒前 たった今
閲覧数 閲覧 コメント数 コメント シェア いいね 件のコメント 件 回 読む時間 この記事は 午前 午後
分で読めます 読了時間 約
发布于 发布时间 发布 發布 更新于 更新时间 更新時間 发表于 发表 發表 编辑 来源 小时前 小時前
分钟前 分鐘前 天前 秒前 刚刚 剛剛
阅读量 阅读 閱讀 浏览量 浏览 瀏覽 评论 評論 留言 分享 点赞 按讚 次 条 條 个 今天 昨天 上午 下午
今日 昨日
最后 最後 阅读时间 分钟 分鐘 小时 约 约需 年 月 日 時 时 分 秒 号 曜日 月曜 星期 周 于 於
อัปเดต อัพเดท เผยแพร่ ล่าสุด เมื่อ นาที ชั่วโมง วัน ที่แล้ว ที่ผ่านมา อ่าน ครั้ง ความคิดเห็น
แชร์ น. วันที่ เวลา เข้าชม
"""
_KOREAN = """
입력 수정 업데이트 등록 게시 최종 분 시간 일 전 방금 오늘 어제 오전 오후 조회 조회수 댓글 공유
좋아요 개 회 시 년 월
"""
_LONGEST = 120  # characters
_CORE_RUNS = re.compile(
    "読めます|読了|読む時間|更新|公開|配信|投稿|发布|發布|发表|發表|前|刚刚|剛剛|閲覧|コメント|シェア|いいね|阅读|閱讀|浏览|瀏覽|评论|評論"
    "|留言|分享|点赞|按讚|อัปเดต|อัพเดท|เผยแพร่|ที่แล้ว|ที่ผ่านมา|อ่าน|ความคิดเห็น|แชร์|เข้าชม"
)
_CORE_KOREAN = re.compile("입력|수정|업데이트|등록|게시|전|방금|조회|댓글|공유|좋아요")
_DATE = re.compile(
    r"\b\d{1,2}[:.h]\d\d\b|\b[12]\d{3}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{1,2}\s?[月월]"
)
_NUMBER = re.compile(r"\d+(?:[.,:h\s]\d+)*(?:st|nd|rd|th|er|k|m|tys|тыс|万|萬)?")
_CLOCKED = re.compile(r"\W*(?:\d{1,2}[:.h]\d\d|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|[\s,|–-])+\W*")
_READING = re.compile(
    r"\W*\d+(?:\s*-\s*\d+)?\W*min(?:ute|utes|uten|uti|utos|\.)?\W*"
    r"(?:read|lesen|(?:de |di )?(?:lecture|lettura|lectura|leitura))?\W*"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(normalise(word) for word in text.split())


_CORE = _words(_CHANGED) | _words(_AGO) | _words(_COUNTED) | _words(_KOREAN)
_MONTH_WORDS = frozenset(
    word
    for spellings in (*MONTHS.values(), JALALI)
    for spelling in spellings
    for word in normalise(spelling).split()
)
_KNOWN = _CORE | _words(_BESIDE) | _MONTH_WORDS
_RUN = re.compile("|".join(sorted(map(re.escape, _RUNS.split()), key=len, reverse=True)))
_KOREAN_PARTS = re.compile("|".join(sorted(_KOREAN.split(), key=len, reverse=True)))
_TODAY = _words("now today yesterday just heute gestern hoy ayer hier oggi ieri вчера сегодня")
_UPDATE_WORDS = _words(_CHANGED)
_UNSPACED = re.compile(f"[{NO_BLANKS}]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_BY = _words(
    "by and von und par et por y di e de da door en av och af og od i autor autorin autoren author"
    " автор авторы текст и від та yazan ve من كتب بقلم و על מאת 記者 记者 文 기자 photo text"
)
_BYLINE = 140  # characters


@lru_cache(maxsize=2048)
def is_noise_line(line: str) -> bool:
    """True for a line that is nothing but a time, a counter or a label with a link."""
    if len(line) > _LONGEST:
        return False
    if is_label(line):
        return True
    text = _digits(line.casefold())
    if _READING.fullmatch(text):
        return True
    dated = _DATE.search(text) is not None
    numbered = dated or any(map(str.isdigit, text))
    if _UNSPACED.search(text):
        rest = _NUMBER.sub(" ", _RUN.sub(" ", text))
        return numbered and not normalise(rest) and (dated or bool(_CORE_RUNS.search(text)))
    rest = _NUMBER.sub(" ", text)
    if _HANGUL.search(rest):
        core = dated or _CORE_KOREAN.search(rest) is not None
        return numbered and core and not normalise(_KOREAN_PARTS.sub(" ", rest))
    words = normalise(rest).split()
    if not all(word in _KNOWN or len(word) == 1 for word in words):
        return False
    core = any(word in _CORE for word in words) or "il y a" in " ".join(words)
    if numbered:
        # A bare number may be anything: a score, the dead.
        return core or (dated and (bool(words) or _clocked(text)))
    return any(w in _UPDATE_WORDS for w in words) and (
        len(words) == 1 or any(w in _TODAY for w in words)
    )


def is_byline(line: str, authors: tuple[str, ...]) -> bool:
    """True for a line that only names the authors."""
    if len(line) > _BYLINE or not authors:
        return False
    rest = f" {normalise(line)} "
    for name in sorted((normalise(author) for author in authors), key=len, reverse=True):
        if name:
            rest = rest.replace(f" {name} ", " ")
    left = rest.split()
    return len(left) < len(normalise(line).split()) and all(word in _BY for word in left)


def says_updated(text: str) -> bool:
    """True for a noise line that speaks of a change or a publication of the page."""
    return is_noise_line(text) and any(
        word in _UPDATE_WORDS for word in normalise(_digits(text.casefold())).split()
    )


def _clocked(text: str) -> bool:
    return _CLOCKED.fullmatch(text) is not None


def _digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(c)) if not c.isascii() and c.isdecimal() else c for c in text
    )
