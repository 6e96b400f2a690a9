"""What pages say that stand before an article: walls for consent, bots, countries and payment.

All patterns are for text in lower case: ignoring case in them would cost three times as much.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def _any_of(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


# A sentence asks for consent when it speaks of these things to the reader, or says one of the
# phrases further below.  News of cookies and of data speaks about others.
_THINGS = _any_of(
    r"\bcookies?\b|\btracking\b|\bpersonal(?:i[sz]ed)? (?:data|ad)|unique identifiers",
    r"personenbezogen|werbetracking|datenschutzerklärung|données (?:à caractère )?personnel"
    r"|traceurs",
    r"dados pessoais|datos personales|dati personali|persoonsgegevens|personuppgifter",
    r"informasjonskapsler|personopplysninger|evästeet|evästeitä",
    r"plik(?:i|ów) cookie|dan(?:e|ych) osobow|osobní údaje|sütik?et|sütiket",
    r"файл\w* cookie|куки|персональны[ехм]|çerez|kişisel veri",
    r"ملفات تعريف الارتباط|עוגיות|کوکی|クッキー|쿠키|คุกกี้|कुकी",
)
# Words for consent are words of politics as well: they count where one of the things is spoken of.
_CONSENT = _any_of(
    r"\bconsent|einwilligung|zustimmung|consentement|consentimiento|consentimento|consenso",
    r"toestemming|samtyck|samtykke|suostumu|zgod[ęaąy]\b|souhlas|согласи[ея]|згод[уа]\b|同意|동의",
)
# To the reader, or by the outlet of itself.  Words that in other sentences mean a third person
# ("sie", "su") need what is the reader's behind them.
_READERS = _any_of(
    r"\b(?:we|our|you|your|this (?:web)?site)\b|\b(?:wir|unsere?[nrm]?|sie können|diese website)\b",
    r"\bihre?[rnm]? (?:\w+ ){0,2}?(?:einwilligung|zustimmung|auswahl|daten|geräte?|privatsphäre)",
    r"\b(?:nous|nos|notre|vous|votre|vos|ce site)\b|\b(?:noi|nostr[iao]|tuo|tuoi|puoi"
    r"|utilizziamo|usiamo)\b",
    r"\b(?:nosotros|nuestr[oa]s?|usted|tus?|puede|usamos|utilizamos|este sitio)\b"
    r"|\bsu (?:consentimiento|dispositivo|visita|navegador|experiencia)",
    r"\b(?:noss[oa]s?|você|este site)\b|\b(?:wij|we|onze?|uw?|jij|je|jouw)\b",
    r"\b(?:vi|våra?|våre?|vores|vår|din|dine|dina|ditt|du|dig|deg)\b|\b(?:käytämme|sivustomme"
    r"|voit)\b",
    r"\b(?:my i|nasz\w*|nasi|twoj\w+|państwa|możesz|wyrażasz|używamy|korzystamy|ci)\b",
    r"\b(?:naš\w+|vám|vaš\w+|můžete|používáme|zpracováváme|használunk|használjuk|weboldalunk\w*"
    r"|folosim|utilizăm)\b",
    r"\b(?:мы|наш\w*|вы|вам|ваш\w*|ми|используем|використовуємо|използваме)\b|\b(?:biz|siz"
    r"|sizin|sitemiz\w*)\b|kullan(?:ıyoruz|maktayız)|χρησιμοποιούμε",
    r"نستخدم|يمكنك|موقعنا|אנו|אנחנו|استفاده می‌کنیم|当(?:ウェブ)?サイト|我们|您|本站|本网站|당사"
    r"|본 사이트|귀하|저희|เรา|คุณ|हम|आप",
)
_PHRASES = _any_of(
    r"\b(?:accept|reject|manage|allow) (?:all )?(?:cookies|choices)\b|before you continue",
    r"we (?:value|care about|respect) your privacy|(?:click|press).{0,30}\bto consent",
    r"right to object|legitimate interest",
    r"mit werbung (?:und \w+ )?(?:weiter|nutzen|lesen)|weiter(?:lesen)? mit werbung|pur-abo"
    r"|alles? (?:akzeptieren|ablehnen)",
    r"(?:continuer|poursuivre) sans accepter|accepter et (?:continuer|fermer)|tout (?:accepter"
    r"|refuser)",
    r"aceptar (?:y continuar|todo)|rechazar y suscribirse|aceitar (?:e continuar|todos)",
    r"accetta (?:e continua|tutti)|rifiutare o revocare|alles accepteren|godkänn alla"
    r"|endast nödvändiga|godta alle|accepter alle",
    r"szanujemy (?:twoją|państwa) prywatność|przejdź do serwisu|přijmout vše|принять все"
    r"|tümünü kabul",
    r"すべて(?:の cookie を)?(?:同意|許可)|接受所有|모두 (?:동의|허용)|قبول الكل",
)


def consent_share(sentences: Sequence[str]) -> float:
    """The share of sentences (of characters; in lower case) that ask the reader for consent."""
    things = [_THINGS.search(sentence) is not None for sentence in sentences]
    spoken_of = any(things)
    whole = asking = 0
    for sentence, thing in zip(sentences, things, strict=True):
        whole += len(sentence)
        about = thing or (spoken_of and _CONSENT.search(sentence) is not None)
        if (about and _READERS.search(sentence)) or _PHRASES.search(sentence):
            asking += len(sentence)
    return asking / whole if whole else 0.0


BOT = _any_of(
    r"verify(?:ing)? (?:that )?you(?:.re| are) (?:a |not a )?(?:human|robot|bot)",
    r"are you a (?:human|robot)|\byou.{0,12}(?:not|n.t) a (?:ro)?bot\b"
    r"|confirm (?:that )?you(?:.re| are) (?:a )?human",
    r"unusual (?:traffic|activity) (?:from|in|on)|human verification|press (?:&|and) hold",
    r"checking (?:if the site connection|your browser)|security verification",
    r"enable javascript and cookies to continue|enable js and disable any ad ?blocker",
    r"^just a moment\.\.\.|^one moment, please|^attention required!",
    r"access (?:to this page has been )?denied|don.t have permission to access",
    r"you have been blocked|been blocked\?|this block including|let them know you were blocked",
    r"using a security service to protect|triggered the security solution|ray id found",
    r"ddos protection by|pardon our interruption|incapsula incident|request unsuccessful",
    r"(?:complete|solve) (?:the|a) (?:captcha|security check|puzzle to)|one more step",
    r"your request (?:was|has been) (?:blocked|flagged)|this step verifies that you are not",
    r"sicherheitsüberprüfung|kein roboter|ungewöhnliche (?:aktivität|zugriffe)|ein roboter\?",
    r"(?:vous êtes|que vous n.êtes pas) un (?:humain|robot)|vérification de sécurité",
    r"no (?:eres|es|soy) un robot|não é um robô|non sei un robot|geen robot|nie jesteś robotem",
    r"(?:что )?(?:вы|я) не робот|робот ли вы|robot olmadığınızı|لست (?:روبوت|آلي)|אינך רובוט",
    r"安全验证|安全驗證|人机验证|滑块|拼图|ロボットではありません|로봇이 아닙니다",
)
BOT_MARKUP = _any_of(
    r"cf[-_]chal|cf_chl_|/cdn-cgi/challenge-platform/h/|g-recaptcha|h-captcha|px-captcha",
    r"captcha-delivery\.com|_incapsula_resource|awswafcaptcha|kpsdk|ak_bmsc_challenge",
)
GEO = _any_of(
    r"(?:not|un)\W?available (?:\w+ ){0,4}(?:in|for|to|from) (?:\w+ ){0,3}(?:your )?(?:country"
    r"|region"
    r"|location|european (?:union|economic|visitors|countries)|the eu\b|the eea)",
    r"attempting to access this website from a country belonging|unavailable (?:due to"
    r"|for) legal reasons",
    r"(?:our )?european visitors are important|access cannot be granted at this time",
    r"\b451\b.{0,30}legal|in (?:ihrem|deinem) (?:land|region) nicht verfügbar",
    r"(?:pas|non) disponible dans votre (?:pays|région)|no está disponible en (?:su"
    r"|tu) (?:país|región)",
    r"недоступ\w+ (?:в|для) (?:ваш\w+|вашего) (?:стран|регион)|お住まいの地域|您所在的地区",
)
PAYWALL = _any_of(
    r"must be logged in to|restricted (?:to|for) (?:\w+ ){0,2}(?:members|membership|subscribers)",
    r"(?:subscribe|sign in|sign up|log ?in|register|create (?:a|an) (?:free )?account|subscription)"
    r"(?: now| or \w+(?: \w+)?)? (?:to|and) (?:continue|read|keep|access|unlock|view|finish)",
    r"to (?:continue|keep|finish|read)(?: reading)?(?: the rest| this| more)?.{0,30}"
    r"(?:subscribe|sign in|log in|register)",
    r"(?:for|only to|exclusive to) (?:our )?subscribers|subscribers?[- ](?:only|exclusive)"
    r"|already (?:a|have a) (?:subscriber|subscription|an account)|continue reading (?:with|for)",
    r"(?:noch|bereits) (?:keine? )?(?:ein )?(?:abonnent|abo\b)|weiterlesen mit|jetzt abonnieren",
    r"(?:ganzen|vollständigen) (?:artikel|text|beitrag) (?:\w+ ){0,3}(?:abo|mit|lesen)"
    r"|nur für abonnenten"
    r"|melden sie sich an, um|exklusiv für abonnent|haben bereits ein (?:\w+)?abo",
    r"réservée? (?:aux|à nos) abonnés|déjà abonné|abonnez-vous pour"
    r"|connectez-vous pour (?:lire|continuer)",
    r"(?:contenido|solo|exclusivo) (?:exclusivo )?para (?:suscriptores|socios)|ya es suscriptor"
    r"|para (?:seguir|continuar) leyendo|suscríbete para|inicia sesión (?:o|para)",
    r"(?:conteúdo )?exclusivo para assinantes|para continuar lendo|já é assinante",
    r"riservato agli abbonati|sei già abbonato|abbonati per (?:leggere|continuare)"
    r"|accedi per (?:leggere|continuare)",
    r"alleen voor abonnees|al abonnee|verder lezen\?|för prenumeranter|logga in för att läsa"
    r"|for abonnenter|logg inn for å lese|log ind for at læse|vain tilaajille|kirjaudu lukeaksesi",
    r"dla (?:naszych )?(?:subskrybentów|prenumeratorów)|zaloguj się,? aby|pro předplatitele"
    r"|előfizetőknek",
    r"только для подписчиков|оформите подписку|войдите, чтобы|для передплатників|abonelere özel",
    r"会員限定|有料会員|ログインして続き|続きを読むには|订阅后(?:继续)?阅读|登录后(?:继续)?阅读"
    r"|會員專屬|구독자 전용"
    r"|로그인 후|للمشتركين فقط|سجل الدخول (?:لمتابعة|لقراءة)|למנויים בלבד|สำหรับสมาชิกเท่านั้น",
)
CUT_OFF = _any_of(
    r"il vous reste [\d.,]+ ?% (?:de cet article|à découvrir)",
    r"(?:subscribe|sign in|log ?in|register) (?:now )?(?:or \w+(?: \w+)? )?to (?:continue"
    r"|read the rest|keep reading)",
    r"to (?:read the rest|continue reading|keep reading|read on)\b.{0,40}(?:subscribe|sign in"
    r"|log ?in|register)",
    r"this (?:article|story|content) is (?:only )?(?:for|available to) subscribers",
    r"weiterlesen mit|jetzt weiterlesen|réservée? aux abonnés|sigue leyendo|para seguir leyendo",
    r"abbonati per continuare|continua a leggere (?:con|abbonandoti)|para continuar lendo",
    r"この記事は有料|続きを読むには|残り[\d,]+文字|订阅后继续阅读|登录后继续阅读",
)
