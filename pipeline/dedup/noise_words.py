"""The words of lines that say nothing of the story, in the languages of news."""

from __future__ import annotations

# What tells the time of a page, not of an event.
CHANGED = """
updated published posted modified edited revised
aktualisiert veröffentlicht geändert aktualisierung änderung veröffentlichung
publié publiée modifié modifiée actualisé actualisée màj mise mis
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
AGO = """
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
COUNTED = """
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
BESIDE = """
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
"""
DAYS = """
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
# May stand in front of what tells of a change: "last updated", "date of publication".
FRONT = """
last latest first date time am on
zuletzt letzte letztes dernière date última ultima último fecha ultimo data di da laatst senast
sist siste sidst viimeksi ostatnia poslední naposledy utoljára utolsó zadnje posljednje последнее
дата останнє последно τελευταία son آخر تاريخ آخرین تاریخ לאחרונה
"""
# Beside a date and a clock, in a line that stands for itself.
BARE = """
at on am pm a m p h of the um uhr den der am stand le la à du el las los a de il alle ore às o
om op uur kl den klokken klo o godz v ve u в г στις saat الساعة في بتاريخ ساعت בשעה pukul
gmt utc cet cest est edt bst ist pst pdt msk eet eest jst kst aest
"""
# Where there are no blanks: whole words, longest first, that may make up such a line.
RUNS = """
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
KOREAN = """
입력 수정 업데이트 등록 게시 최종 분 시간 일 전 방금 오늘 어제 오전 오후 조회 조회수 댓글 공유
좋아요 개 회 시 년 월
"""
