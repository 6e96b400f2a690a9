"""Tells lines that are no sentence of the article by their words: the last step of the cleaning."""

from __future__ import annotations

import re

# Whole lines, compared without punctuation at the ends and without case.
_LINES = frozenset(
    line.strip()
    for line in """
        advertisement | advertising | advert | ad | ads | sponsored | sponsored content | anzeige
        publicité | publicidad | publicidade | pubblicità | werbung | reklama | reklam | реклама
        advertentie | annonse | annons | annonce | mainos | hirdetés
        广告 | 廣告 | 広告 | 광고 | إعلان
        share | share this | share this article | teilen | partager | compartir | compartilhe
        condividi | поделиться | 分享 | シェア | 공유
        read more | more | weiterlesen | lire la suite | leer más | leia mais
        lees meer | mehr lesen
        related | related articles | related stories | related topics
        related news | related content
        noticia relacionada | noticias relacionadas | articles liés | sur le même sujet
        recommended | recommended articles | recommended stories | recommended videos
        most read | most popular | trending | top stories | don't miss | latest news | meistgelesen
        mehr zum thema | à lire aussi | à découvrir | das könnte sie auch interessieren
        関連記事 | 相关阅读 | 延伸閱讀 | 相关新闻
        comments | leave a comment | join the conversation | follow us | subscribe | sign up
        newsletter | print | loading | tags | topics | caption | embed | image source | copyright
        story continues below advertisement | article continues below advertisement
        continue reading | skip to content | close | text size | email | e-mail
        getty images | reuters | afp | ap photo | shutterstock | hauptinhalt | placeholder image
    """.replace("\n", "|").split("|")
    if line.strip()
)

# Beginnings before a colon or an arrow: "Read also: …" and a headline.
_POINTERS = (
    "also read", "read also", "read more", "read next", "read", "see also", "watch", "watch also",
    "watch now", "listen", "more on this", "related", "related story", "related stories",
    "related article", "related articles", "related post", "related posts", "more",
    "lire aussi", "à lire aussi", "à voir aussi", "lesen sie auch", "lesen sie mehr",
    "lesen sie hierzu", "mehr zum thema", "auch interessant", "lees ook", "lea también",
    "leer también", "lee también", "te puede interesar", "ver también", "leia também", "leia mais",
    "veja também", "leggi anche", "czytaj też", "czytaj także", "czytaj również", "zobacz także",
    "zobacz też", "læs også", "les også", "läs också", "läs även", "läs mer", "lue myös",
    "přečtěte si", "читайте также", "читать также", "читайте також", "bunu da okuyun",
    "اقرأ أيضا", "اقرأ أيضًا", "اقرأ المزيد", "関連記事", "相关阅读", "延伸閱讀",
)  # fmt: skip
_POINTER = re.compile(
    rf"(?i)^\W*(?:{'|'.join(map(re.escape, _POINTERS))})\s*(?:[:：|»›>]|[-–—]\s)",
)
_PROMPTS = re.compile(
    r"""(?ix) ^\W* (?:
        (?:follow|like|find|join)\ (?:us|me)\ on\b
      | (?:sign\ up|subscribe|register)\ (?:for|to|now|here)\b .{0,120}
        (?:newsletter|inbox|alerts|channel|updates|here)
      | (?:join|follow)\ .{0,60}\ (?:whatsapp|telegram)\ (?:channel|group)
      | join\ our\ .{0,40}\ community\b
      | unblock\ notifications\b
      | eyewitness\s*\?
      | (?:e-?mail|contact)\s*:\s*\S+@\S+$
      | © | \(c\)\s | copyright\b
      | all\ rights\ reserved\b | alle\ rechte\ vorbehalten\b | tous\ droits\ réservés\b
      | todos\ los\ derechos\ reservados\b | todos\ os\ direitos\ reservados\b
    )"""
)
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_MAIL_ONLY = re.compile(r"^\W*\S+@\S+\.\w+\W*$")
_MAX = 200  # characters; a longer line is a paragraph, whatever it starts with


def is_label(line: str) -> bool:
    """True if ``line`` is a label or prompt rather than article text."""
    if len(line) > _MAX:
        return False
    if _EDGES.sub("", line.casefold()) in _LINES:
        return True
    return bool(_POINTER.match(line) or _PROMPTS.match(line) or _MAIL_ONLY.match(line))
