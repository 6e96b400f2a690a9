"""Lines that say nothing of the story: when a page was changed, how often it was read, links.

A line counts when it has nothing but words of this list, and what makes it one: "ago" or "comments"
beside a number, or "updated" in front of a date.  With one other word it is text, and so is a
sentence, and so is a date with no such word or with another: it may be that of an event.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from pipeline.dedup.noise_words import (
    AGO,
    BARE,
    BESIDE,
    CHANGED,
    COUNTED,
    DAYS,
    FRONT,
    KOREAN,
    RUNS,
)
from pipeline.text import normalise
from pipeline.text.labels import is_label
from pipeline.text.months import JALALI, MONTHS
from pipeline.text.scripts import NO_BLANKS

_LONGEST = 120  # characters
_CORE_RUNS = re.compile(
    "読めます|読了|読む時間|更新|公開|配信|投稿|发布|發布|发表|發表|前|刚刚|剛剛|閲覧|コメント|シェア|いいね|阅读|閱讀|浏览|瀏覽|评论|評論"
    "|留言|分享|点赞|按讚|อัปเดต|อัพเดท|เผยแพร่|ที่แล้ว|ที่ผ่านมา|อ่าน|ความคิดเห็น|แชร์|เข้าชม"
)
_CORE_KOREAN = re.compile("입력|수정|업데이트|등록|게시|전|방금|조회|댓글|공유|좋아요")
_DATE = re.compile(
    r"\b\d{1,2}[:.h]\d\d\b|\b[12]\d{3}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{1,2}\s?[月월]"
)
_CLOCK = re.compile(
    r"\b\d{1,2}[:.h]\d\d(?!\d)(?![./-]\d)|\b\d{1,2}\s?(?:am|pm|[時时]|시)|\b\d{1,2}\s?uhr"
)
_FIXED = re.compile(
    r"\b\d{1,2}[:h]\d\d\b|\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?:19|20)\d\d\b|\d{1,2}\s?[月월]"
)
# The end of a sentence, whatever closes after it.
_ENDED = re.compile(r"[.!?。！？…।۔؟][\s\"'”’»)\]」』）]*$")
_NUMBER = re.compile(r"\d+(?:[.,:h\s]\d+)*(?:st|nd|rd|th|er|k|m|tys|тыс|万|萬)?")
_CLOCKED = re.compile(r"\W*(?:\d{1,2}[:.h]\d\d|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|[\s,|–-])+\W*")
_READING = re.compile(
    r"\W*\d+(?:\s*-\s*\d+)?\W*min(?:ute|utes|uten|uti|utos|\.)?\W*"
    r"(?:read|lesen|(?:de |di )?(?:lecture|lettura|lectura|leitura))?\W*"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(normalise(word) for word in text.split())


_CORE = _words(CHANGED) | _words(AGO) | _words(COUNTED) | _words(KOREAN)
_MONTH_WORDS = frozenset(
    word
    for spellings in (*MONTHS.values(), JALALI)
    for spelling in spellings
    for word in normalise(spelling).split()
)
# Without the Vietnamese numbers, and a Spanish August that is English for the past.
_NAMED_MONTHS = {w for w in _MONTH_WORDS - _words(AGO) if len(w) > 1 and not w.isdigit()}
_KNOWN = _CORE | _words(BESIDE) | _words(DAYS) | _MONTH_WORDS
_RUN = re.compile("|".join(sorted(map(re.escape, RUNS.split()), key=len, reverse=True)))
_KOREAN_PARTS = re.compile("|".join(sorted(KOREAN.split(), key=len, reverse=True)))
_TODAY = _words("now today yesterday just heute gestern hoy ayer hier oggi ieri вчера сегодня")
_UPDATE_WORDS = _words(CHANGED)
_AGO_WORDS = _words(AGO)
_COUNTED_WORDS = _words(COUNTED)
_FRONT_WORDS = _words(FRONT)
_BARE_WORDS = _words(BARE) | _words(DAYS)
_AGO_RUNS = re.compile("前|刚刚|剛剛|ที่แล้ว|ที่ผ่านมา")
_STAMP_RUNS = re.compile("午前|午後|上午|下午|曜日|星期|周|年|月|日|時|时|分|秒|号|น\\.|วันที่|เวลา")
_STAMP_KOREAN = re.compile("오전|오후|년|월|일|시|분")
_UNSPACED = re.compile(f"[{NO_BLANKS}]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_BY = _words(
    "by and von und par et por y di e de da door en av och af og od i autor autorin autoren author"
    " автор авторы текст и від та yazan ve من كتب بقلم و על מאת 記者 记者 文 기자 photo text"
)
_BYLINE = 140  # characters


@lru_cache(maxsize=2048)
def is_noise_line(line: str) -> bool:
    """True for a line that is nothing but a time of the page, a counter or a label with a link.

    A date or a time alone is none, see `is_stamp`.
    """
    if len(line) > _LONGEST:
        return False
    if is_label(line):
        return True
    text = _digits(line.casefold())
    ended = _ENDED.search(text) is not None
    if not ended and _READING.fullmatch(text):
        return True
    numbered = any(map(str.isdigit, text))
    if _UNSPACED.search(text):
        return numbered and _is_unspaced(text, ended)
    rest = _NUMBER.sub(" ", text)
    if _HANGUL.search(rest):
        core = _CORE_KOREAN.search(rest)
        said = core and (not ended or core.start() == 0)
        return numbered and bool(said) and not normalise(_KOREAN_PARTS.sub(" ", rest))
    words = normalise(rest).split()
    if not _all_known(words):
        return False
    if numbered:
        return _tells_of_page(text, words, ended)
    return any(w in _UPDATE_WORDS for w in words) and (
        len(words) == 1 or any(w in _TODAY for w in words)
    )


def is_stamp(line: str) -> bool:
    """True for a date with a time of day and nothing else, as it stands at the head of a page.

    It may as well be the time of an event, so it says what it is only by its place.
    """
    text = _digits(line.casefold())
    if len(line) > _LONGEST or not (_CLOCK.search(text) and _dated(_CLOCK.sub(" ", text))):
        return False
    rest = _NUMBER.sub(" ", text)
    if _UNSPACED.search(text):
        return not normalise(_STAMP_RUNS.sub(" ", rest))
    words = normalise(_STAMP_KOREAN.sub(" ", rest)).split()
    return all(word in _BARE_WORDS or word in _MONTH_WORDS for word in words)


def is_time_line(line: str) -> bool:
    """True for a line of nothing but words and figures of time, noise or not."""
    if is_noise_line(line):
        return True
    text = _digits(line.casefold())
    if len(line) > _LONGEST or not _DATE.search(text):
        return False
    rest = _NUMBER.sub(" ", text)
    if _UNSPACED.search(text):
        return not normalise(_RUN.sub(" ", rest))
    words = normalise(_KOREAN_PARTS.sub(" ", rest) if _HANGUL.search(rest) else rest).split()
    return _all_known(words) and (bool(words) or _CLOCKED.fullmatch(text) is not None)


def _tells_of_page(text: str, words: Sequence[str], ended: bool) -> bool:
    """For a line of known words with a number: is it of the page's own time or its readers?"""
    if not _dated(text) and (
        any(word in _AGO_WORDS for word in words) or "il y a" in " ".join(words)
    ):
        return True
    change = next((n for n, word in enumerate(words) if word in _UPDATE_WORDS), None)
    # In front of it only such words, and no figure either.
    leads = change is not None and all(word in _FRONT_WORDS for word in words[:change])
    if leads and not text.lstrip()[:1].isdigit():
        return True
    if ended:
        return False
    if change is not None:
        return change == len(words) - 1 and all(
            w in _BARE_WORDS or w in _MONTH_WORDS or w in _AGO_WORDS for w in words[:change]
        )
    # A bare number may be anything: a score, the dead.  And a date that of an event.
    return any(word in _COUNTED_WORDS or word in _AGO_WORDS for word in words)


def _is_unspaced(text: str, ended: bool) -> bool:
    core = _CORE_RUNS.search(text)
    if core is None or normalise(_NUMBER.sub(" ", _RUN.sub(" ", text))):
        return False
    return not ended or core.start() == 0 or _AGO_RUNS.search(text) is not None


def _all_known(words: Sequence[str]) -> bool:
    return all(word in _KNOWN or len(word) == 1 for word in words)


def _dated(text: str) -> bool:
    """True if a line says a day or a time of day, not only how long ago."""
    return _FIXED.search(text) is not None or any(
        word in _NAMED_MONTHS for word in normalise(text).split()
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


def _digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(c)) if not c.isascii() and c.isdecimal() else c for c in text
    )
