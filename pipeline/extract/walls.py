"""What pages say that stand in an article's place: not found, consent, bot and pay walls."""

from __future__ import annotations

import re


def _any_of(*alternatives: str) -> re.Pattern[str]:
    return re.compile("(?i)" + "|".join(alternatives))


NOT_FOUND = _any_of(
    r"\b404\b",
    r"(?:page|article|story|content|file) (?:was |could )?(?:not|no longer) (?:be )?"
    r"(?:found|available|exists?)",
    r"(?:page|article) (?:that )?(?:you\S*|we) (?:are |were )?(?:looking for|requested)",
    r"(?:page|article) (?:no longer exists|does(?:n't|n’t| not) exist)",
    r"seite (?:wurde )?(?:leider )?nicht gefunden",
    r"page (?:introuvable|non trouvée)",
    r"página no (?:encontrada|existe)",
    r"página não (?:encontrada|existe)",
    r"pagina non trovata",
    r"pagina niet gevonden",
    r"страница не найдена",
    r"сторінку не знайдено",
    r"nie znaleziono",
    r"sayfa bulunamadı",
    r"الصفحة غير موجودة",
    r"ページが(?:見つかりません|存在しません)",
    r"页面不存在|找不到(?:页面|頁面)",
    r"페이지를 찾을 수 없",
)
CONSENT = _any_of(
    r"(?:we|our partners|our \d+ partners).{0,80}\bcookies\b",
    r"\bcookies?\b.{0,120}\byou (?:may|can|agree)\b",
    r"\bcookies?\b.{0,120}\byour (?:consent|choices|preferences|settings)\b",
    r"\b(?:accept|reject|manage) (?:all )?cookies\b",
    r"before you continue",
    r"zustimmung (?:erforderlich|widerrufen)|cookies? (?:zustimmen|akzeptieren)",
    r"mit werbung (?:und tracking )?(?:weiter|nutzen|lesen)",
    r"accepter (?:et (?:continuer|fermer)|les cookies)|nous utilisons des cookies",
    r"aceptar (?:y continuar|(?:las )?cookies)|utilizamos cookies",
    r"accetta (?:e continua|i cookie)",
    r"wij gebruiken cookies",
    r"vi bruker (?:cookies|informasjonskapsler)",
)
BOT = _any_of(
    r"verify(?:ing)? (?:that )?you are (?:a )?human",
    r"are you a (?:human|robot)|not a robot|unusual traffic",
    r"checking (?:if the site connection|your browser)",
    r"enable javascript and cookies to continue",
    r"^just a moment\.\.\.",
    r"attention required!",
    r"access (?:to this page has been )?denied",
    r"ddos protection by|pardon our interruption|incapsula incident",
    r"(?:complete|solve) (?:the|a) (?:captcha|security check)",
    r"your request (?:was|has been) blocked",
)
BOT_MARKUP = _any_of(
    r"cf[-_]chal|cf_chl_|/cdn-cgi/challenge-platform/h/|g-recaptcha|h-captcha|px-captcha",
    r"captcha-delivery\.com|_Incapsula_Resource",
)
PAYWALL = _any_of(
    r"(?:subscribe|sign in|log in|register) (?:now )?to (?:continue|read|keep|access|unlock)",
    r"(?:for|only to) subscribers|subscribers?[- ]only|already a subscriber",
    r"continue reading (?:with|for)",
    r"(?:noch|bereits) (?:keine? )?abonnent|weiterlesen mit|jetzt abonnieren",
    r"réservée? aux abonnés|déjà abonné",
    r"(?:contenido|solo) (?:exclusivo )?para (?:suscriptores|socios)|ya es suscriptor",
    r"conteúdo exclusivo para assinantes",
    r"riservato agli abbonati|sei già abbonato",
    r"только для подписчиков",
    r"会員限定|有料会員",
)
CUT_OFF = _any_of(
    r"il vous reste [\d.,]+ ?% de cet article",
    r"(?:subscribe|sign in|log in|register) (?:now )?to (?:continue|read the rest|keep reading)",
    r"this (?:article|story|content) is (?:only )?(?:for|available to) subscribers",
    r"weiterlesen mit|jetzt weiterlesen|réservée aux abonnés|sigue leyendo",
    r"この記事は有料|続きを読むには",
)
