"""The world's news agencies: usual short name, how they are spelled, and the sites they own."""

from __future__ import annotations

# A line is "short name: spelling | spelling @ host host"; indented lines go on.  Spellings are
# compared without case and marks, and the short name is one of them.  The last one is that of the
# demo and exists nowhere else.
_AGENCIES = """
AFP: Agence France-Presse | Agence France Presse | AFP Relaxnews | AFPTV | a.f.p | أ ف ب | أ.ف.ب |
    فرانس برس | وكالة فرانس برس | وكالة الصحافة الفرنسية | خبرگزاری فرانسه | АФП | Франс Пресс |
    法新社 | AFP通信 | AFP=時事 | AFP BB News | 에이에프피 @ afp.com afpbb.com
AP: Associated Press | The Associated Press | AP News | AP Wire | A.P | أ ب | أسوشيتد برس |
    اسوشیتدپرس | آسوشیتدپرس | Ассошиэйтед Пресс | 美联社 | 美聯社 | AP通信 @ apnews.com ap.org
Reuters: Thomson Reuters | Reuters News | Reuters News Agency | rtr | رويترز | رویترز | Рейтер |
    Reuter | Рейтерс | 路透 | 路透社 | ロイター | ロイター通信 | 로이터 @ reuters.com
dpa: Deutsche Presse-Agentur | Deutsche Presseagentur | dpa-AFX | dpa-infocom | dpa international
    | dpa/lnw | dpa/lby | dpa/lsw | dpa-tmn | الوكالة الألمانية | د ب أ | وكالة الأنباء الألمانية
    @ dpa.com dpa-international.com
AFX: AFX News
EFE: Agencia EFE | EFE News | Agência EFE | إفي @ efe.com agenciaefe.es
Europa Press: Europapress | EP @ europapress.es
ANSA: Agenzia ANSA | Agenzia Nazionale Stampa Associata | أنسا @ ansa.it
Adnkronos: AdnKronos | Adn Kronos @ adnkronos.com
AGI: Agenzia Italia | Agenzia Giornalistica Italia @ agi.it
Askanews:  @ askanews.it
LaPresse:  @ lapresse.it
APA: Austria Presse Agentur | APA/dpa | APA-OTS @ apa.at
Keystone-SDA: Keystone-ATS | SDA-ATS | SDA | ATS | Keystone SDA | Schweizerische Depeschenagentur
    | Agence télégraphique suisse @ keystone-sda.ch
epd: Evangelischer Pressedienst @ epd.de
KNA: Katholische Nachrichten-Agentur @ kna.de
SID: Sport-Informations-Dienst
dts: dts Nachrichtenagentur
Belga: Agence Belga | Belga News Agency | Belga nieuws @ belga.be belganewsagency.eu
ANP: Algemeen Nederlands Persbureau @ anp.nl
PA: PA Media | PA News | PA News Agency | Press Association | The Press Association | PA Wire @
    pa.media
Bloomberg: Bloomberg News
UPI: United Press International @ upi.com
CP: The Canadian Press | Canadian Press | La Presse canadienne | La Presse Canadienne | PC @
    thecanadianpress.com
AAP: Australian Associated Press @ aap.com.au
Ritzau: /ritzau/ @ ritzau.dk
TT: TT Nyhetsbyrån | Tidningarnas Telegrambyrå | TT-AFP | TT-AP @ tt.se
NTB: Norsk Telegrambyrå | ©NTB @ ntb.no
STT: Suomen Tietotoimisto | STT-Lehtikuva | FNB @ stt.fi
BNS: Baltic News Service @ bns.lt bns.ee
ELTA:  @ elta.lt
LETA:  @ leta.lv
PAP: Polska Agencja Prasowa @ pap.pl
ČTK: CTK | Česká tisková kancelář | Czech News Agency @ ctk.cz ceskenoviny.cz
TASR: Tlačová agentúra Slovenskej republiky @ tasr.sk teraz.sk
SITA:  @ sita.sk
MTI: Magyar Távirati Iroda @ mti.hu
Agerpres: Agerpres.ro @ agerpres.ro
Mediafax:  @ mediafax.ro
BTA: БТА | Bulgarian News Agency @ bta.bg
Tanjug: Танјуг @ tanjug.rs
Beta: Агенција Бета | Agencija Beta | Beta News Agency @ beta.rs
HINA: Hrvatska izvještajna novinska agencija @ hina.hr
STA: Slovenska tiskovna agencija @ sta.si
FENA:  @ fena.ba
MIA: МИА @ mia.mk
ATA: Albanian Telegraphic Agency | ATSH @ ata.gov.al
ANA-MPA: ΑΠΕ-ΜΠΕ | ΑΠΕ | Αθηναϊκό Πρακτορείο Ειδήσεων | AMNA | ANA @ amna.gr
CNA (Cyprus): ΚΥΠΕ | Cyprus News Agency | Κυπριακό Πρακτορείο Ειδήσεων @ cna.org.cy
Lusa: Agência Lusa | LUSA @ lusa.pt
TASS: ТАСС | ITAR-TASS | ИТАР-ТАСС | تاس | 塔斯社 @ tass.ru tass.com
RIA Novosti: РИА Новости | RIA | РИА @ ria.ru
Sputnik: Спутник | Sputnik News | سبوتنيك | Sputnik Arabic @ sputniknews.com sputnikglobe.com
    sputnikarabic.ae
Interfax: Интерфакс | ИНТЕРФАКС | Interfax.ru | INTERFAX.RU | ИНТЕРФАКС.RU @ interfax.ru
    interfax.com
Interfax-Ukraine: Интерфакс-Украина | Інтерфакс-Україна @ interfax.com.ua
Ukrinform: Укрінформ | Укринформ @ ukrinform.ua ukrinform.net
UNIAN: УНІАН | УНИАН @ unian.ua unian.net
BelTA: БЕЛТА | БелТА @ belta.by
Kazinform: Казинформ | Қазақпарат @ inform.kz
Armenpress: Արմենպրես | Арменпресс @ armenpress.am
Azertac: AZƏRTAC | АЗЕРТАДЖ | AZERTAC @ azertag.az
APA (Azerbaijan):  @ apa.az
Xinhua: 新华社 | 新華社 | 新华网 | 新華網 | Xinhua News Agency | شينخوا | Синьхуа | 신화통신 | 新华
    @ xinhuanet.com
    news.cn
China News Service: 中新社 | 中新网 | 中国新闻社 | CNS @ chinanews.com chinanews.com.cn ecns.cn
CNA: 中央社 | 中央通訊社 | Central News Agency @ cna.com.tw focustaiwan.tw
Kyodo: Kyodo News | 共同 | 共同通信 | 共同社 | 교도통신 @ kyodonews.net kyodonews.jp nordot.app
Jiji: Jiji Press | 時事 | 時事通信 | 時事通信社 | 时事社 @ jiji.com jen.jiji.com
Yonhap: Yonhap News | Yonhap News Agency | 연합뉴스 | 聯合ニュース | 韩联社 | 聯合通信
    @ yna.co.kr yonhapnews.co.kr
Newsis: 뉴시스 @ newsis.com
News1: 뉴스1 @ news1.kr
KCNA: 조선중앙통신 | 朝中社 | Korean Central News Agency @ kcna.kp
VNA: TTXVN | Thông tấn xã Việt Nam | Vietnam News Agency @ vnanet.vn
Antara: ANTARA News | LKBN Antara @ antaranews.com
Bernama:  @ bernama.com
PNA: Philippine News Agency @ pna.gov.ph
PTI: Press Trust of India | पीटीआई | पीटीआइ | भाषा @ ptinews.com
ANI: Asian News International | एएनआई @ aninews.in
IANS: Indo-Asian News Service | आईएएनएस @ ians.in
UNI: United News of India | यूनीवार्ता @ uniindia.com
APP: Associated Press of Pakistan | اے پی پی @ app.com.pk
BSS: Bangladesh Sangbad Sangstha | বাসস @ bssnews.net
UNB: United News of Bangladesh | ইউএনবি @ unb.com.bd
AA: Anadolu | Anadolu Ajansı | Anadolu Agency | Anadolu Ajansi | الأناضول | وكالة الأناضول |
    Анадолу | آناتولی | خبرگزاری آناتولی @ aa.com.tr
İHA: IHA | İhlas Haber Ajansı @ iha.com.tr
DHA: Demirören Haber Ajansı @ dha.com.tr
ANKA: ANKA Haber Ajansı @ ankahaber.net
SANA: سانا | Syrian Arab News Agency | الوكالة العربية السورية للأنباء @ sana.sy
NNA: الوكالة الوطنية للإعلام | National News Agency @ nna-leb.gov.lb
Petra: بترا | وكالة الأنباء الأردنية | Jordan News Agency @ petra.gov.jo
WAFA: وفا | وكالة وفا | Palestinian News and Information Agency @ wafa.ps
INA: واع | وكالة الأنباء العراقية | Iraqi News Agency @ ina.iq
SPA: واس | وكالة الأنباء السعودية | Saudi Press Agency @ spa.gov.sa
WAM: وام | وكالة أنباء الإمارات | Emirates News Agency @ wam.ae
QNA: قنا | وكالة الأنباء القطرية | Qatar News Agency @ qna.org.qa
KUNA: كونا | وكالة الأنباء الكويتية | Kuwait News Agency @ kuna.net.kw
BNA: بنا | وكالة أنباء البحرين | Bahrain News Agency @ bna.bh
ONA: العمانية | وكالة الأنباء العمانية | Oman News Agency @ omannews.gov.om
Saba: سبأ | وكالة الأنباء اليمنية | سبأنت @ sabanew.net saba.ye
MENA: أ ش أ | أ.ش.أ | وكالة أنباء الشرق الأوسط | Middle East News Agency @ mena.org.eg
SUNA: سونا | وكالة السودان للأنباء @ suna-sd.net
LANA: وال | وكالة الأنباء الليبية @ lana.gov.ly
TAP: وات | وكالة تونس أفريقيا للأنباء | Tunis Afrique Presse @ tap.info.tn
APS: واج | وكالة الأنباء الجزائرية | Algérie Presse Service @ aps.dz
MAP: ومع | وكالة المغرب العربي للأنباء | Maghreb Arabe Presse @ mapnews.ma map.ma
IRNA: ایرنا | إرنا | خبرگزاری جمهوری اسلامی | Islamic Republic News Agency @ irna.ir
ISNA: ایسنا | إسنا | خبرگزاری دانشجویان ایران @ isna.ir
Fars: فارس | خبرگزاری فارس | Fars News Agency | Fars News @ farsnews.ir farsnews.com
Tasnim: تسنیم | تسنيم | خبرگزاری تسنیم | Tasnim News Agency @ tasnimnews.com tasnimnews.ir
Mehr: مهر | خبرگزاری مهر | Mehr News Agency @ mehrnews.com
NAN: News Agency of Nigeria @ nannews.ng
GNA: Ghana News Agency @ gna.org.gh
KNA (Kenya): Kenya News Agency @ kenyanews.go.ke
ENA: Ethiopian News Agency @ ena.et
APANEWS: Agence de presse africaine @ apanews.net
PANAPRESS: Panapress | PANA @ panapress.com
Télam: Telam @ telam.com.ar
Agência Brasil: ABr @ agenciabrasil.ebc.com.br
Estadão Conteúdo:
Notimex:  @ notimex.gob.mx
Prensa Latina:  @ prensa-latina.cu plenglish.com
Andina: Agencia Andina @ andina.pe
Meridian Wire:
"""

# These are words, first names or abbreviations of much else: alone in a credit line or after a name
# they say nothing, between the marks of a dateline they do.
_MARKED = """
ep pc rtr cp ats ria ana cns beta saba وال وفا واع قنا بنا مهر فارس وات واج ومع وام واس भाषा pa
    sta mia ata app bss uni ina ona map aps tap ena pana abr 共同 時事 新华 andina mehr fars petra
    sita
    sid reuter aa ani bna
"""

MARKED = tuple(_MARKED.split())


def table() -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Short name, spellings and hosts of each agency."""
    found = []
    for line in _AGENCIES.replace("\n    ", " ").strip().splitlines():
        short, _, rest = line.partition(":")
        spellings, _, hosts = rest.partition("@")
        names = tuple(name for part in spellings.split("|") if (name := part.strip()))
        found.append((short, (short, *names), tuple(hosts.split())))
    return tuple(found)
