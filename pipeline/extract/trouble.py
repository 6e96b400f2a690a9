"""What servers and scripts say in an article's place when something on their side is broken.

All patterns are for text in lower case.
"""

from __future__ import annotations

import re


def _any_of(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


BROKEN = _any_of(
    r"\b50[0234]\b\s*[-–:|]?\s*(?:internal|bad|service|gateway|server|error|temporarily)",
    r"(?:internal server|bad gateway|gateway time-?out|service (?:temporarily )?unavailable)",
    r"server encountered an (?:internal )?error|unable to complete your request",
    r"error establishing a database connection|database error|could not connect to (?:mysql|the d)",
    r"\b(?:fatal|parse) error\b:|stack trace:|uncaught (?:\w+)?(?:error|exception)",
    r"traceback \(most recent call last\)|warning: (?:include|require|mysql)",
    r"something went wrong|(?:an )?unexpected error (?:has )?occurred|technical difficulties",
    r"technische(?:n|s)? (?:störung|problem)|interner serverfehler|erreur (?:interne|technique)",
    r"error interno|errore interno|внутренняя ошибка|сервер временно"
    r"|服务器(?:内部)?错误|サーバーエラー",
)
MAINTENANCE = _any_of(
    r"(?:down|closed|offline) for (?:\w+ )?maintenance|(?:performing|undergoing"
    r"|scheduled) (?:\w+ )?"
    r"maintenance|(?:under|in|on|site|website) maintenance|maintenance mode",
    r"we(?:.ll| will) be (?:right )?back (?:soon|shortly|online)|back online (?:soon|shortly)",
    r"temporarily (?:unavailable|offline|out of service)|coming soon\W*$|under construction",
    r"wartungsarbeiten|wartungsmodus|(?:seite|website) wird (?:gerade |derzeit )?(?:überarbeitet"
    r"|gewartet)|in kürze wieder (?:für sie )?da|vorübergehend nicht (?:erreichbar|verfügbar)",
    r"en maintenance|maintenance en cours|momentanément indisponible",
    r"en mantenimiento|em manutenção|in manutenzione|in onderhoud|tijdelijk niet beschikbaar"
    r"|w trakcie prac"
    r"|przerwa techniczna",
    r"технические работы|на обслуживании|технічні роботи|bakım çalışması|bakımdayız",
    r"メンテナンス中|维护中|維護中|점검 ?중|تحت الصيانة|בתחזוקה",
)
NEEDS_SCRIPT = _any_of(
    r"(?:enable|activate|turn on|requires?|needs?|without|allow) (?:\w+ )?java ?script",
    r"java ?script (?:is |to be )?(?:disabled|required|enabled|not (?:enabled|supported"
    r"|available))",
    r"java ?script (?:zu )?(?:aktivieren|einschalten|aktiviert)|aktivieren sie (?:bitte )?java",
    r"activer (?:le )?java ?script|habilit\w+ (?:o |el )?java ?script|abilita\w* java ?script",
    r"włącz\w* (?:obsługę )?java ?script|включ\w+ java ?script|увімкн\w+ java ?script",
    r"java ?script.{0,12}(?:有効|启用|啟用|활성화|사용)|(?:启用|啟用) ?java ?script",
    r"تفعيل (?:ال)?(?:جافا ?سكريبت|java ?script)",
)
