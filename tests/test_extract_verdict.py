"""Which pages are articles, and what the others are."""

import pytest

from pipeline.extract import extract
from pipeline.model import Verdict

URL = "https://example.org/a"
TEXT = (
    "The council approved the plan on Monday, ending months of argument over who should "
    "pay for it. "
    "Engineers had warned in spring that the dam, built ninety years ago, would not stand a flood. "
)


def verdict(body: str, title: str = "A page", head: str = "") -> Verdict:
    article = extract(
        f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>", URL
    )
    assert article.reason
    return article.verdict


def test_article():
    assert verdict(f"<h1>Dam</h1><p>{TEXT}</p><p>{TEXT[::-1]}</p>") is Verdict.GOOD


def test_short_brief_is_an_article():
    assert verdict(f"<nav>{'<a href=/x>Some section</a>' * 9}</nav><p>{TEXT}</p>") is Verdict.GOOD


@pytest.mark.parametrize(
    "text",
    [
        (
            "The page that started it all was lost in 1904, and 404 copies exist today, the "
            "museum said on Friday evening."
        ),
        (
            "A court fined the firm for cookies it set without consent; the firm said that "
            "it would appeal the judgment."
        ),
        (
            "Thieves wrote a robot that solves any captcha in seconds, according to a study "
            "that was published on Monday."
        ),
    ],
)
def test_articles_about_walls_are_articles(text):
    assert verdict(f"<h1>News</h1><p>{text} {TEXT}{TEXT}</p><p>{TEXT[::-1]}</p>") is Verdict.GOOD


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Page not found",
        "Sorry, the page you are looking for has moved. Try the search or go back to the start."),
        ("404 | Example",
        "We could not find this. Here is what others read today instead, if you like it."),
        ("Example",
        (
            "Diese Seite wurde nicht gefunden. Bitte prüfen Sie die Adresse oder nutzen Sie "
            "die Suche."
        )),
        ("Пример",
        "Страница не найдена. Проверьте адрес или вернитесь на главную страницу нашего сайта."),
        ("例", (
            "お探しのページが見つかりません。アドレスをご確認のうえ、"
            "トップページからお探しください。"
        )),
    ],
)  # fmt: skip
def test_soft_404(title, text):
    assert verdict(f"<h1>{title}</h1><p>{text}</p>", title) is Verdict.SOFT_404


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Just a moment...", "<p>Checking your browser before accessing example.org.</p>"),
        ("Access denied", "<p>You do not have permission to view this page. Reference 18.2f.</p>"),
        ("example.org", "<p>Please verify you are a human by completing the action below.</p>"),
        ("example.org", "<div class='g-recaptcha'></div><p>One more step</p>"),
    ],
)
def test_bot_walls(title, body):
    assert verdict(body, title) is Verdict.BOT_BLOCK


@pytest.mark.parametrize(
    "text",
    [
        (
            "We and our 842 partners use cookies and process personal data such as "
            "unique identifiers. "
            "You may accept or manage your choices by clicking below, or at any time in the policy."
        ),
        (
            "Mit Werbung weiterlesen: Besuchen Sie unsere Seiten wie gewohnt mit Werbung. "
            "Die Zustimmung ist jederzeit widerrufbar und gilt für alle Ihre Geräte im Haus."
        ),
        (
            "Nous utilisons des cookies pour mesurer notre audience et vous proposer de "
            "la publicité "
            "personnalisée. Vous pouvez changer d'avis à tout moment en bas de chaque page du site."
        ),
    ],
)
def test_consent_pages(text):
    assert verdict(f"<p>{text}</p>", "Example") is Verdict.CONSENT


NEWS_OF_CONSENT = """
Der Kreistag hat am Montag die Zustimmung zum Haushalt erteilt. Sie war an eine Bedingung geknüpft,
die der Landrat erst ablehnte. Ohne ihre Zustimmung, sagte die Vorsitzende, hätte es keinen gegeben.

El pleno aprobó el martes la ley del consentimiento. La ministra defendió su proyecto ante la
cámara. El consentimiento, dijo, no puede darse por supuesto en ningún caso.

Il consiglio ha trovato un consenso sul ponte. Il consenso, ha detto il sindaco, è costato tre mesi
di lavoro e una notte. I lavori cominciano a maggio.

両国は十日、停戦の延長に同意した。同意は三か月間有効で、双方の代表が署名した。監視団は来週にも現地に入る見通しだと外務省は述べた。

A bill on personal data was passed in the US Senate on Monday. It lets people see what firms know of
them. Firms said that the bill went too far; the consumer league said that it did not.

Rada schválila souhlas se stavbou mostu. Souhlas platí dva roky a je vázán na podmínky, které
stanovil kraj. Stavět se začne na jaře, řekl starosta.
"""
NEWS_OF_THINGS_MISSING = """
Police searched the location on Monday but the missing man was not found. The search goes on; the
document that he had carried is missing as well.

Der vermisste Wanderer wurde auch am Montag nicht gefunden. Auf der anderen Seite des Berges suchten
vierzig Helfer. Eine Spur gibt es bisher nicht, sagte ein Sprecher.

Strony nie znalazły porozumienia. Rozmowy w sprawie portu przerwano w poniedziałek wieczorem, a nowy
termin nie jest znany. Obie strony obwiniają się nawzajem.

Kendisinden üç gündür haber alınamayan balıkçı bulunamadı. Ekipler pazartesi günü arama
çalışmalarını genişletti. Teknesi ise kıyıda boş halde bulunmuştu.

På andra sidan sundet hittades inte heller något spår av fiskaren. Sökandet fortsätter på tisdag,
säger polisen, som fått hjälp av fyrtio frivilliga från byn.

Los bomberos no encontraron al pescador desaparecido. La búsqueda sigue el martes con cuarenta
voluntarios, dijo el alcalde. Su barca apareció vacía en la orilla.

Les secours n’ont pas trouvé le pêcheur disparu lundi. Les recherches reprennent mardi avec quarante
bénévoles, a dit la mairie. Sa barque était vide sur la rive.

Пропавшего рыбака не нашли и в понедельник. Поиски продолжатся во вторник, в них участвуют сорок
добровольцев. Его лодку нашли пустой на берегу, сообщили спасатели.
"""


@pytest.mark.parametrize("text", f"{NEWS_OF_CONSENT}{NEWS_OF_THINGS_MISSING}".split("\n\n"))
def test_news_of_what_walls_speak_of_is_an_article(text):
    assert verdict(f"<h1>News</h1><p>{text}</p>") is Verdict.GOOD


PAID = (
    '<script type="application/ld+json">'
    '{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
)


def test_paywall_stub_cut_text_and_whole_text():
    assert verdict(f"<p>{TEXT}</p>", head=PAID) is Verdict.PAYWALLED
    assert verdict(f"<p>{TEXT}</p><p>Subscribe now to continue reading.</p>") is Verdict.PAYWALLED
    more = "".join(f"<p>{n}. {TEXT}</p>" for n in range(3))
    assert verdict(more, head=PAID) is Verdict.PARTIAL
    assert verdict(f"{more}<p>Il vous reste 57.09% de cet article à lire.</p>") is Verdict.PARTIAL
    most = "".join(f"<p>{n}. {TEXT}</p>" for n in range(12))
    assert verdict(most, head=PAID) is Verdict.GOOD


def test_lists_of_links_and_empty_shells():
    links = "".join(
        f"<li><a href='/{n}'>Headline number {n} about something that happened</a></li>"
        for n in range(40)
    )
    assert verdict(f"<ul>{links}</ul><p>All the news of today, sorted.</p>") is Verdict.LINK_LIST
    assert verdict("<div id=root></div>", title="") is Verdict.ERROR
    assert verdict("<p>Nothing much to say here.</p>") is Verdict.TOO_SHORT


def test_thirty_characters_of_han_are_thirty_words():
    text = "外交部发言人在北京表示，双方将继续就有关问题进行谈判，这是一个重要的进展。"
    assert verdict(f"<h1>谈判继续</h1><p>{text}</p>", "谈判继续") is Verdict.GOOD


@pytest.mark.parametrize(
    ("title", "times"),
    [("Suspect not found", 1), ("Fischer nicht gefunden", 1), ("Are you human?", 2),
     ("Coast road 404 open again", 1), ("Access denied", 3)],
)  # fmt: skip
def test_headlines_that_sound_like_notices(title, times):
    assert verdict(f"<h1>{title}</h1><p>{TEXT * times}</p>", title) is Verdict.GOOD
