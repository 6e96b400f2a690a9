"""Pairs of states of articles, made from texts of ours: real edits, noise, and both at once.

A text has places ``[kind:before|after]``; an edit of a kind changes one such place, or adds or
removes a paragraph.  Noise is what happens to a page around its text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipeline.model import State

_PLACE = re.compile(r"\[(\w+):([^|\]]*)\|([^\]]*)\]")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Text:
    """A text with places, its headline, and what is said in its language where we need it."""

    language: str
    title: str
    body: str
    author: str
    note: str  # a correction
    more: str  # a paragraph that comes


TEXTS = (
    Text(
        "en",
        "Ferry crews and council agree on [headline:winter|summer] timetable",
        """[number:14|41] crews met at the harbour on [date:Tuesday|Thursday] to hear how the new
ferry
line would be paid for, and who would run it once the old boats are gone from the river.
The council member [name:Anna Berg|Karl Lund] said the plan would be ready before the end of the
year,
and that nobody had asked for more time than was needed to read it.
“We will [negation:not |]close the eastern landing before the [quote:school|library] has moved,” she
told the crews, who had waited for three hours in the rain outside the hall.
The fire in spring had [rewording:destroyed|damaged] a part of the pier and cost [word:nine|seven]
families their homes. The [typo:harbuor|harbour] was closed for a week and the market moved inland.
Photo: the eastern landing on a grey morning / Harbour Press
A vote is expected next month. See https://harbour.example/plan for the papers of the meeting.
Photo: crews outside the town hall in the rain / Harbour Press""",
        "Jane Roe",
        "Correction: an earlier version of this article gave a wrong figure.",
        "A second meeting behind closed doors settled the question of the landing late at night.",
    ),
    Text(
        "en",
        "Nine villages get their [headline:water|power] back after the dam opens",
        """The dam below Harrow let out water for the first time in [number:3|30] years, the
board of the
valley said on [date:4 March|14 March], and nine villages had wells again by the evening.
Its chairman, [name:Peter Holm|Ivo Brandt], had promised as much when the drought began, though few
believed him then. The farmers of the upper valley were the first to come and look.
"It was [negation:never |]a question of money," he said. "It was a question of "
"[quote:rain|trust], and
of that we have had little in this valley."
Engineers [rewording:repaired|inspected] the two gates in autumn. [word:Four|Five] of them still
work
on the southern wall, which will be [typo:finnished|finished] in summer if the weather holds.
The board will meet again at https://valley.example/board?page=2 where its papers can be read.
Photo: the dam seen from the south / Valley Courier
Photo: children at the first well / Valley Courier""",
        "Callum Reave",
        "This article was amended on 5 March to correct the number of years.",
        "Two of the villages had been without a well since the spring before last, the "
        "board added.",
    ),
    Text(
        "de",
        "Fährleute und Rat einigen sich auf [headline:Winterfahrplan|Sommerfahrplan]",
        """[number:14|41] Fährleute trafen sich am [date:Dienstag|Donnerstag] im Hafen, um zu
hören, wie die
neue Linie bezahlt werden soll und wer sie betreibt, wenn die alten Boote fort sind.
Die Stadträtin [name:Anna Berg|Ute Sommer] sagte, der Plan werde noch vor Ende des Jahres fertig,
und
niemand habe um mehr Zeit gebeten, als man zum Lesen braucht.
„Wir schließen den östlichen Anleger [negation:nicht |]vor dem Umzug der
[quote:Schule|Bücherei]“, rief
sie den Fährleuten zu, die drei Stunden vor dem Saal im Regen gewartet hatten.
Das Feuer im Frühjahr hatte einen Teil der Mole [rewording:zerstört|beschädigt], [word:neun|sieben]
Familien verloren ihr Haus. Eine Woche lang blieb alles [typo:geschlosen|geschlossen].
Foto: der Anleger an einem grauen Morgen / Hafenblatt
Im nächsten Monat wird abgestimmt, siehe https://hafen.example/plan mit allen Unterlagen.
Foto: Fährleute vor dem Rathaus im Regen / Hafenblatt""",
        "Jana Rohde",
        "Korrektur: In einer früheren Version dieses Artikels stand eine falsche Zahl.",
        "Ein zweites Treffen hinter verschlossenen Türen klärte spät am Abend die Frage "
        "des Anlegers.",
    ),
    Text(
        "ru",
        "Паромщики и совет договорились о [headline:зимнем|летнем] расписании",
        """[number:14|41] паромщиков собрались в гавани во [date:вторник|четверг], чтобы
услышать, кто
заплатит за новую линию и кто будет водить суда, когда старые лодки уйдут с реки.
Член совета [name:Анна Берг|Олег Сидоров] обещает, что план подготовят до конца года, и напоминает,
что больше времени никто из собравшихся у совета не просил.
«Мы [negation:не |]закроем восточный причал до переезда [quote:школы|библиотеки]», прозвучало потом
перед паромщиками, которые три часа ждали под дождём у входа в зал.
Весенний пожар [rewording:уничтожил|повредил] часть пирса, жильё потеряли [word:девять|семь] семей.
Целую неделю гавань была [typo:закртыа|закрыта], а рынок переехал вглубь города.
Фото: восточный причал серым утром / Вестник гавани
Голосование ждут в следующем месяце, документы лежат на https://gavan.example/plan для всех.
Фото: паромщики под дождём у ратуши / Вестник гавани""",
        "Яна Ро",
        "Исправление: в предыдущей версии была неверная цифра.",
        "Второе собрание за закрытыми дверями поздно вечером решило вопрос о причале.",
    ),
    Text(
        "fr",
        "Bateliers et conseil d'accord sur l'horaire [headline:d'hiver|d'été]",
        """[number:14|41] bateliers se sont réunis au port [date:mardi|jeudi] pour entendre
comment la
nouvelle ligne sera payée et qui la conduira quand les vieux bateaux auront quitté le fleuve.
La conseillère [name:Anne Berger|Louise Perrin] assure que le plan sera prêt avant la fin de cette
année, et que personne ne demande davantage de temps que la lecture en exige.
« Nous fermerons le quai [negation:|jamais ]avant le départ de [quote:l'école|l'atelier] », a-t-elle
lancé aux bateliers qui attendaient depuis trois heures sous la pluie devant la salle.
Le feu du printemps a [rewording:détruit|abîmé] une partie de la jetée et privé [word:neuf|sept]
familles de leur maison. Le marché était [typo:fremé|fermé] pendant une semaine entière.
Photo : le quai un matin gris / Journal du Port
Un vote aura lieu le mois prochain, voir https://port.example/plan pour tous les papiers.
Photo : des bateliers sous la pluie / Journal du Port""",
        "Jeanne Roux",
        "Rectificatif : une version précédente de cet article donnait un chiffre inexact.",
        "Une seconde réunion à huis clos a réglé tard dans la soirée la question du quai.",
    ),
    Text(
        "ar",
        "اتفاق بين البحارة والمجلس على جدول [headline:الشتاء|الصيف]",
        """اجتمع [number:14|41] بحارا في الميناء يوم [date:الثلاثاء|الخميس] ليسمعوا كيف سيدفع ثمن
الخط
الجديد ومن سيديره بعد أن ترحل القوارب القديمة عن النهر.
وقالت عضوة المجلس إن الخطة ستكون جاهزة قبل نهاية السنة وإن أحدا لم يطلب وقتا أطول للقراءة.
«سوف [negation:|لن ]نغلق الرصيف قبل انتقال [quote:المدرسة|المكتبة]» هكذا خاطبت البحارة الذين انتظروا
ثلاث ساعات تحت المطر أمام القاعة.
وكان حريق الربيع قد [rewording:دمر|أصاب] جزءا من الرصيف وفقدت [word:تسعة|سبعة] عائلات بيوتها
وأغلق السوق أسبوعا كاملا.
صورة: الرصيف في صباح رمادي / جريدة الميناء
ويجري التصويت في الشهر القادم والأوراق كلها على https://mina.example/plan للجميع.
صورة: البحارة تحت المطر / جريدة الميناء""",
        "جنى رو",
        "تصحيح: ورد في نسخة سابقة رقم غير صحيح.",
        "وحسم اجتماع ثان خلف أبواب مغلقة مسألة الرصيف في ساعة متأخرة من الليل.",
    ),
    Text(
        "zh",
        "船员与议会就[headline:冬季|夏季]时刻表达成一致",
        """周二共有[number:14|41]名船员在港口开会，听取新航线由谁出资、
旧船离开河道之后由谁经营的说明。
议员表示计划将在年底之前完成，并说大家都同意留出足够的时间阅读文件。
“我们[negation:|不]会在[quote:学校|书店]搬走之前关闭东码头”，她对在雨中等了三个小时的船员说道。
春天的大火[rewording:烧毁|损坏]了码头的一部分，九个家庭失去了住房，市场也关门一个星期。
图：灰色清晨的东码头 / 港口日报
下个月将进行表决，全部文件见 https://gangkou.example/plan 供所有人阅读。
图：雨中的船员 / 港口日报""",
        "罗简",
        "更正：此前版本中的数字有误。",
        "第二次会议在深夜闭门举行，最终解决了码头的归属问题，船员们随后离开了会场。",
    ),
    Text(
        "ja",
        "船員と議会が[headline:冬|夏]の時刻表で合意",
        """火曜日に[number:14|41]人の船員が港に集まり、
新しい航路の費用を誰が払うのかについて説明を聞いた。
議員は計画が年末までに完成すると話し、資料を読む時間は十分にあると付け加えた。
「東の桟橋を閉鎖[negation:する|しない]と決めたのは[quote:学校|病院]のためだ」と雨の中の船員に語った。
春の火災は桟橋の一部を[rewording:破壊|損傷]し、九つの家族が家を失い、市場は一週間休んだ。
写真：灰色の朝の桟橋／港新聞
来月には採決が行われ、資料はすべて https://minato.example/plan で読むことができる。
写真：雨の中の船員たち／港新聞""",
        "呂純",
        "訂正：以前の版では数字に誤りがありました。",
        "二度目の会合は深夜に非公開で開かれ、桟橋の問題がようやく決着したという。",
    ),
)

# What is expected of each edit, as kinds.  A changed headline word is no more than a headline.
EXPECTED = {
    "typo": {"typo"},
    "headline": {"headline"},
    "number": {"number"},
    "word": {"number"},
    "date": {"number"},
    "name": {"name"},
    "quote": {"quote"},
    "negation": {"negation", "quote"},
    "rewording": {"rewording"},
    "paragraph_added": {"paragraph_added"},
    "paragraph_removed": {"paragraph_removed"},
    "correction": {"number", "correction"},
}


def first(text: Text) -> State:
    """The text as it was published."""
    return _state(text, None)


def edited(text: Text, kind: str, rng: random.Random) -> State | None:
    """The text after an edit; None if it has no place for one of this kind."""
    if kind in ("paragraph_added", "paragraph_removed"):
        state = first(text)
        rows = list(state.paragraphs)
        if kind == "paragraph_added":
            rows.insert(rng.randrange(1, 4), text.more)
        else:
            del rows[rng.randrange(0, 3)]
        return replace(state, paragraphs=tuple(rows))
    if kind == "correction":
        state = _state(text, "number")
        return replace(state, paragraphs=(*state.paragraphs, text.note))
    if f"[{kind}:" not in text.title + text.body:
        return None
    return _state(text, kind)


def _state(text: Text, kind: str | None) -> State:
    def chosen(match: re.Match[str]) -> str:
        return match[3] if match[1] == kind else match[2]

    body = _PLACE.sub(chosen, text.body)
    joint = "" if text.language in ("zh", "ja") else " "
    rows: list[str] = []
    for line in body.split("\n"):
        # A line goes on where the one before has no end; captions stand alone.
        if rows and not re.search(r"[.!?。”\"」]$|/[^/]*$|／[^／]*$", rows[-1]):
            rows[-1] += joint + line
        else:
            rows.append(line)
    return State(
        title=_PLACE.sub(chosen, text.title),
        paragraphs=tuple(rows),
        language=text.language,
        authors=(text.author,),
        modified_at=NOON,
        url="https://harbour.example/news/a",
    )


Noise = Callable[[State, State, random.Random], tuple[State, State]]

_UPDATED = {
    "en": ("Updated {} minutes ago", "{} comments", "{} min read", "Read more: the plan in full"),
    "de": ("Vor {} Minuten aktualisiert", "{} Kommentare", "{} Min. Lesezeit",
           "Lesen Sie auch: der ganze Plan"),
    "ru": ("Обновлено {} минут назад", "{} комментариев", "{} минут чтения",
           "Читайте также: весь план"),
    "fr": ("Mis à jour il y a {} minutes", "{} commentaires", "{} min de lecture",
           "Lire aussi : le plan en entier"),
    "ar": ("آخر تحديث قبل {} دقائق", "{} تعليقات", "{} دقائق قراءة", "اقرأ أيضا: الخطة كاملة"),
    "zh": ("更新于{}分钟前", "{}条评论", "阅读时间约{}分钟", "相关阅读：计划全文"),
    "ja": ("{}分前に更新", "コメント{}件", "この記事は{}分で読めます", "関連記事：計画の全文"),
}  # fmt: skip


def _with(state: State, rows: list[str]) -> State:
    return replace(state, paragraphs=tuple(rows))


def _put(state: State, at: int, line: str) -> State:
    rows = list(state.paragraphs)
    rows.insert(at, line)
    return _with(state, rows)


def _words(n: int) -> Noise:
    """A line of the language's own that changes with the time."""

    def noise(one: State, other: State, rng: random.Random) -> tuple[State, State]:
        line = _UPDATED[one.language or "en"][n]
        place = 0 if n == 0 else 2
        return (
            _put(one, place, line.format(rng.randrange(2, 9))),
            _put(other, place, line.format(rng.randrange(10, 59))),
        )

    return noise


def _clock(one: State, other: State, rng: random.Random) -> tuple[State, State]:
    return (
        _put(one, 0, f"01.03.2026 {rng.randrange(10, 13)}:05"),
        _put(other, 0, f"01.03.2026 {rng.randrange(14, 23)}:45"),
    )


def _advert(one: State, other: State, rng: random.Random) -> tuple[State, State]:
    return one, _put(other, rng.randrange(1, 4), "Advertisement")


_SIGNS = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "’": "'", "-": "–"})


def _typography(one: State, other: State, rng: random.Random) -> tuple[State, State]:
    rows = [
        p if "://" in p else p.translate(_SIGNS).replace(", ", ",\u00a0") for p in other.paragraphs
    ]
    return one, _with(other, rows)


def _invisible(one: State, other: State, rng: random.Random) -> tuple[State, State]:
    def hide(text: str) -> str:
        places = [n for n in range(1, len(text)) if text[n - 1 : n + 1].isalpha()]
        for n in sorted(rng.sample(places, min(6, len(places))), reverse=True):
            text = text[:n] + rng.choice("\u00ad\u200b\u2060") + text[n:]
        return text

    return one, _with(other, [p if "://" in p else hide(p) for p in other.paragraphs])


def _breaks(one: State, other: State, rng: random.Random) -> tuple[State, State]:
    rows: list[str] = []
    for paragraph in other.paragraphs:
        head, mark, tail = paragraph.partition("，" if other.language == "zh" else ", ")
        if tail and "://" not in paragraph and not rows:
            rows += [(head + mark).strip(), tail]
        else:
            rows.append(paragraph)
    return one, _with(other, rows)


def _case(one: State, other: State, rng: random.Random) -> tuple[State, State]:
    return one, replace(other, title=other.title.upper())


def _captions(one: State, other: State, rng: random.Random) -> tuple[State, State]:
    def turned(state: State) -> State:
        rows = list(state.paragraphs)
        shown = [n for n, p in enumerate(rows) if "/" in p[-20:] or "／" in p]
        if len(shown) > 1:
            a, b = shown[0], shown[-1]
            rows[a], rows[b] = rows[b], rows[a]
        return _with(state, rows)

    return one, turned(other)


def _tracking(one: State, other: State, rng: random.Random) -> tuple[State, State]:
    def tagged(text: str) -> str:
        return re.sub(
            r"(https://\S+)",
            lambda m: m[1] + ("&" if "?" in m[1] else "?") + f"utm_source=rss{rng.randrange(9)}",
            text,
        )

    return one, _with(other, [tagged(p) for p in other.paragraphs])


def _byline(one: State, other: State, rng: random.Random) -> tuple[State, State]:
    name = one.authors[0]
    return _put(one, 0, name), _put(other, len(other.paragraphs), name)


NOISE: dict[str, Noise] = {
    "updated": _words(0),
    "comments": _words(1),
    "reading time": _words(2),
    "related": _words(3),
    "clock": _clock,
    "advert": _advert,
    "typography": _typography,
    "invisible": _invisible,
    "breaks": _breaks,
    "case": _case,
    "captions": _captions,
    "tracking": _tracking,
    "byline": _byline,
}


@dataclass(frozen=True)
class Pair:
    """Two states, and what lies between them."""

    language: str
    edit: str | None
    noise: str | None
    before: State
    after: State


def pairs(seed: int = 1) -> Iterator[Pair]:
    """Every text with every edit, every noise, and every edit under every noise."""
    rng = random.Random(seed)
    for text in TEXTS:
        before = first(text)
        for kind in (None, *EXPECTED):
            after = before if kind is None else edited(text, kind, rng)
            if after is None:
                continue
            for name, noise in (("", None), *NOISE.items()):
                if kind is None and noise is None:
                    continue
                one, other = (before, after) if noise is None else noise(before, after, rng)
                yield Pair(text.language, kind, name or None, one, other)
