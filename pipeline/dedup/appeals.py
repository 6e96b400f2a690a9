"""What an outlet says to its readers between the lines of an article: subscribe, log in, follow us.

Notices before a paywall are nothing but that, and they are the same below every headline.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise

from pipeline.dedup.reading import Reading, read, word_hash
from pipeline.text.tokens import tokens

# Words by what they are about.  One of them is news now and then; a sentence with words of two
# kinds is an appeal.
_WORDS: dict[str, str] = {
    "subscription": (
        "subscribe subscribed subscriber subscribers subscription subscriptions premium member "
        "members membership abonnieren abonnement abonnent abonnenten abo abonnez abonné abonnés "
        "abonner suscríbete suscríbase suscripción suscriptor suscriptores assine assinatura "
        "assinante assinantes abbonati abbonamento abbonato abonneer abonnee abonnees prenumerera "
        "prenumerant prenumeration abonner abonnent subskrypcja prenumerata subskrybentów "
        "подписка подписку подпишитесь подписчиков подписчик передплата передплату підпишіться "
        "اشترك اشتراك المشتركين مشترك abone abonelik"
    ),
    "account": (
        "log login sign signin register registered registering registration account accounts "
        "password anmelden registrieren registrierung konto einloggen connectez connecter compte "
        "inscription inscrivez sesión regístrate registro cuenta entrar cadastre cadastro conta "
        "accedi registrati accesso inloggen registreer logga zaloguj zarejestruj войти войдите "
        "зарегистрируйтесь регистрация аккаунт увійдіть зареєструйтеся تسجيل الدخول حساب حسابك "
        "giriş kayıt hesap"
    ),
    "letter": (
        "newsletter newsletters inbox mailbox bulletin postfach infobrief infolettre boletín "
        "correo caixa posta nieuwsbrief nyhetsbrev рассылка рассылку почту розсилку النشرة بريدك "
        "البريد bülten"
    ),
    "terms": (
        "cookie cookies privacy terms conditions consent datenschutz einwilligung "
        "nutzungsbedingungen confidentialité privacidad términos privacidade termos condizioni "
        "voorwaarden integritet конфиденциальности условия الخصوصية الشروط gizlilik"
    ),
    "price": (
        "unlimited free month monthly weekly trial cancel offer discount access digital kostenlos "
        "monatlich unbegrenzt kündbar gratuit illimité mensuel gratis ilimitado mensual grátis "
        "ilimitado gratuito illimitato onbeperkt obegränsad бесплатно месяц неограниченный "
        "безлимитный مجانا شهريا ücretsiz"
    ),
    "reading": "article articles reading artikel weiterlesen lire lecture leyendo lendo leggere",
    "channel": (
        "facebook whatsapp telegram instagram twitter youtube tiktok app alerts notifications "
        "push folgen suivez síguenos siga seguici volg подписывайтесь канал телеграм واتساب تابعنا "
        "تيليجرام takip"
    ),
    "third": "parties partner partners drittanbieter tiers terceros terzi",
}  # fmt: skip
_LEAST_KINDS = 2
_WEAK = frozenset(("reading", "price", "third"))  # kinds that need one of the others beside them

_SENTENCE_WORDS = 40
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？؟।])\s*(?=\S)|\n")
_LETTERS = re.compile(
    "会員限定|有料会員|会員登録|続きを読む|ログイン|購読|メールマガジン|无料登録"
    "|订阅|登录|注册|会员|付费|訂閱|登入|會員|公众号|扫码|구독|로그인|회원"
)


@lru_cache(maxsize=512)
def without_appeals(text: str) -> Reading:
    """Read a text without the sentences in which an outlet speaks to its readers."""
    reading = read(text)
    if reading.letters:
        if not _LETTERS.search(text):
            return reading
        kept = [part for part in _SENTENCE.split(text) if len(set(_LETTERS.findall(part))) < 1]
        return read("\n".join(kept))
    if not _near_each_other(reading):
        return reading
    parts = _SENTENCE.split(text)
    signs = tuple(word for word in reading.word_set if word_hash(word) in _kinds())
    kept = [part for part in parts if not _is_appeal(part, signs)]
    return reading if len(kept) == len(parts) else read("\n".join(kept))


def _near_each_other(reading: Reading) -> bool:
    """True if words of two kinds stand so near that they may be in one sentence."""
    kinds = _kinds()
    if len({kinds[word] for word in reading.vocabulary & kinds.keys()}) < _LEAST_KINDS:
        return False
    found = [(place, kinds[w]) for place, w in enumerate(reading.ids.tolist()) if w in kinds]
    return any(
        later - earlier < _SENTENCE_WORDS and one != other
        for (earlier, one), (later, other) in pairwise(found)
    )


def _is_appeal(sentence: str, signs: tuple[str, ...]) -> bool:
    lower = sentence.casefold()
    if not any(sign in lower for sign in signs):
        return False
    kinds = _kinds()
    found = {kind for word in tokens(sentence).words if (kind := kinds.get(word_hash(word)))}
    return len(found) >= _LEAST_KINDS and not found <= _WEAK


@cache
def _kinds() -> dict[int, str]:
    return {word_hash(word): kind for kind, words in _WORDS.items() for word in words.split()}
