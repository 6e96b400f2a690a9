"""What is noise and what is not: lines by their words, and that no real edit passes for noise."""

from __future__ import annotations

import random
import re
import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup.live import is_live
from pipeline.dedup.noise import EACH_TIME, only_noise, same_line_again
from pipeline.dedup.noise_lines import is_byline, is_noise_line
from pipeline.dedup.notes import is_note
from pipeline.model import State
from pipeline.text import content_hash, normalise
from tests.editpairs import NOISE, TEXTS, first
from tests.newswords import sentence

# A date that may be that of an event, and sentences.
DATE_LINES = """
The story was published in {May 2024|June 2023}.
The story was published in {May 2024|June 2023}
Time: {19:30, 4|20:30, 5} May 2026
Saturday {12|19} May 2026
{14:05|15:05}
0{3|4}.03.2026
Date: Saturday {12|19} May 2026, 19:30
Uhrzeit: {19|20}:30 Uhr, 4. Mai 2026
In {2023|2024} published
This article was last updated on {4|5} May 2026.
Opublikowano było to {4|5} maja 2024.
{4|5} comments.
2026年3月{4|5}日
시간 {19|20}:30
""".strip().splitlines()
STAMPS = """
3 March 2026, {14:05|15:05}
Stand: 04.05.2026, {14|15}:05 Uhr
0{1|2}.03.2026 12:05
2026年3月4日 {14|15}:05
2026.03.04 {14|15}:05
""".strip().splitlines()
NOISE_LINES = """
Updated 5 minutes ago
Last updated just now
Updated: 3 March 2026, 14:05 GMT
Published on Monday 3 March 2026
2 hours ago · 3 min read
Updated 4 May 2026.
Last modified 4 May 2026 at 14:05
The story was published 5 minutes ago.
04.05.2026 14:05 Uhr aktualisiert
Mise à jour : 3 mars 2026 à 14h05
Дата публикации: 5 марта 2026
Güncelleme tarihi 4 Mayıs 2026
1,234 views
1.2K shares
12 comments
Comments (12)
Read also: the council
vor 5 Minuten
Aktualisiert am 3. März 2026 um 14:05 Uhr
4 Min. Lesezeit
il y a 5 minutes
Mis à jour il y a 3 heures
Hace 2 horas
Publicado hace 5 minutos
Aggiornato il 3 marzo 2026 alle 14:05
Atualizado há 2 horas
10 minuter sedan
5 minut temu
Обновлено 5 марта 2026, 14:05
3 часа назад
1 204 просмотра
Оновлено 5 хвилин тому
5 dakika önce
قبل 5 دقائق
نشر في 3 مارس 2026
12 تعليق
5分前
更新：2026年3月4日 14:05
阅读 1234
2026.03.04 14:05 수정
조회수 1,234
5 นาทีที่แล้ว
""".strip().splitlines()
TEXT_LINES = """
12 dead
12
1234
3 days
2 hours a day
2 - 1
Bern 3:2
30 km
Day 5
Monday
Sun set on March
May wins 3
21 people were killed
Updated: 5 killed in new attack
Shares fell 3 percent
He shared 5 views with the council
In 2025 the council met
15:00 Kick-off
5 killed now
3 Tote
Kommentare verboten
12 morts
Погибли 12 человек
12人死亡
قتل 12 شخصا
""".strip().splitlines()


@pytest.mark.parametrize("line", NOISE_LINES)
def test_a_line_that_says_nothing_of_the_story(line):
    assert is_noise_line(line)


@pytest.mark.parametrize("line", TEXT_LINES)
def test_a_line_that_is_text_however_short(line):
    assert not is_noise_line(line)


def both(line):
    return [re.sub(r"\{(.*?)\|(.*?)\}", lambda m, n=n: m[n], line) for n in (1, 2)]


@pytest.mark.parametrize("line", DATE_LINES)
@pytest.mark.parametrize("at", [0, 1, 5])
def test_a_date_that_may_be_of_an_event_is_an_edit(line, at):
    one, other = both(line)
    assert one != other
    assert not is_noise_line(one)
    around = [A, B, C, A, B, C, A, B, C]
    assert not only_noise(*(state(*around[:at], text, *around[at:]) for text in (one, other)))


@pytest.mark.parametrize("line", STAMPS)
def test_a_date_with_a_time_is_the_pages_own_at_either_end_only(line):
    around = [A, B, C, A, B, C, A, B, C]
    for at, noise in ((0, True), (2, True), (3, False), (6, False), (7, True), (9, True)):
        pair = (state(*around[:at], text, *around[at:]) for text in both(line))
        assert bool(only_noise(*pair)) == noise, at


def test_a_byline_names_the_authors_and_nothing_else():
    authors = ("Jane Roe", "Callum Reave")
    assert is_byline("By Jane Roe and Callum Reave", authors)
    assert is_byline("JANE ROE", authors)
    assert not is_byline("Jane Roe denies it", authors)
    assert not is_byline("By Jane Roe", ())
    assert not is_byline("By John Doe", authors)


def state(*paragraphs, title="Ferry line approved", shape="", **more):
    return State(title=title, paragraphs=paragraphs, shape=shape, **more)


A = "The harbour council met on Tuesday to hear how the new ferry line would be paid for."
B = "Nobody expected an agreement, and yet by nightfall there was a paper with nine signatures."

C = "How the boats are to be paid for is left to the meeting of the council in autumn."


def test_a_time_in_brackets_goes_and_a_date_in_brackets_stays():
    assert only_noise(state(f"{A} (Updated 5 minutes ago)"), state(f"{A} (Updated 9 minutes ago)"))
    assert not only_noise(state(f"{A} (on 3 March)"), state(f"{A} (on 4 March)"))
    assert not only_noise(state(f"{A} (12 dead)"), state(f"{A} (21 dead)"))


def test_dates_in_a_list_are_what_the_list_is_about():
    days = ("3 March 2026, 14:05", "4 March 2026, 14:05")
    for letter, noise in (("p", True), ("l", False)):
        one, other = (state(A, day, B, shape=f"p{letter}p") for day in days)
        assert bool(only_noise(one, other)) == noise


def test_a_parameter_that_means_another_page_is_no_tracking():
    page = "The papers are at https://a.example/board?page={} for everybody to read."
    assert only_noise(
        state(page.format("2&utm_source=a")), state(page.format("2&utm_source=b&fbclid=x"))
    )
    assert not only_noise(state(page.format(2)), state(page.format(3)))


def test_captions_may_change_places_and_paragraphs_may_not():
    one, two = "The pier. Photo: Harbour Press", "The hall. Photo: Harbour Press"
    assert only_noise(state(one, A, two, B), state(two, A, one, B))
    assert not only_noise(state(one, A, two, B), state(one, B, two, A))
    assert not only_noise(state(one, A, B), state("The pier at dawn. Photo: Harbour Press", A, B))


def test_a_timetable_is_about_its_times():
    hours = [f"{h:02}:15" for h in range(6, 14)]
    moved = [*hours[:3], "09:45", *hours[4:]]
    assert not only_noise(state(A, *hours, B), state(A, *moved, B))


def test_a_headline_is_no_noise():
    assert not only_noise(state(A), state(A, title="Ferry line rejected"))


class TestALineThatChangesAtEachVisit:
    def states(self, *lines, shape="ppp"):
        return [state(A, line, B, shape=shape) for line in lines]

    def test_is_furniture_in_the_end(self):
        *before, now = self.states("Now: rain", "Now: sun", "Now: wind", "Now: fog", "Now: hail")
        assert same_line_again(before, now) == "Now: hail"

    def test_not_before_it_was_stored_often_enough(self):
        *before, now = self.states("Now: rain", "Now: sun", "Now: wind", "Now: fog")
        assert len(before) == EACH_TIME
        assert same_line_again(before, now) == ""

    def test_a_sentence_never_is(self):
        *before, now = self.states(*(f"The fire killed {n} people." for n in (3, 9, 12, 14, 21)))
        assert same_line_again(before, now) == ""

    @pytest.mark.parametrize("line", ["Dead: {}", "{} dead", "Verletzte: {} bisher"])
    def test_one_with_a_number_never_is(self, line):
        for row in ((3, 9, 12, 14, 143), ("two", "four", "five", "six", "nine")):
            *before, now = self.states(*map(line.format, row))
            assert same_line_again(before, now) == ""

    def test_a_list_never_is(self):
        *before, now = self.states(
            "Now: rain", "Now: sun", "Now: wind", "Now: fog", "Now: hail", shape="plp"
        )
        assert same_line_again(before, now) == ""

    def test_nor_if_something_else_changed_meanwhile(self):
        *before, now = self.states("Now: rain", "Now: sun", "Now: wind", "Now: fog", "Now: hail")
        before[2] = state(A, "Now: wind", f"{B} Nine.", shape="ppp")
        assert same_line_again(before, now) == ""
        assert same_line_again([*before[:2], *before[3:]], state(A, "Now: ice", f"{B} No.")) == ""


NOTES = """
Correction: an earlier version said nine.
CORRECTION, March 3: the name was wrong.
Correction (3 March): the name was wrong.
This article has been updated to include a comment.
Korrektur: In einer früheren Version stand eine andere Zahl.
In einer früheren Fassung hieß es, es seien neun gewesen.
Cet article a été modifié le 3 mars.
Nota de la redacción: esta noticia ha sido corregida.
Errata corrige: erano nove.
Исправление: в предыдущей версии была неверная цифра.
تصحيح: ورد في نسخة سابقة رقم غير صحيح.
更正：此前版本有误
訂正：以前の版では数字に誤りがありました。
""".strip().splitlines()
NO_NOTES = """
Corrections officers struck for a third day.
Update arrived late for everybody.
Correction of the budget failed by a wide margin: nine votes.
Clarification was asked of the minister: none came.
The original version of this song was longer.
An article of the law was changed by parliament.
Aktualisierung der Software kommt im Herbst.
""".strip().splitlines()


def test_notes_are_told_by_how_they_begin_or_what_they_say():
    assert [line for line in NOTES if not is_note(line)] == []
    assert [line for line in NO_NOTES if is_note(line)] == []


def test_live_blogs():
    assert is_live(state(A, title="Live: storm hits the coast"))
    assert is_live(state(A, title="Storm hits the coast – live updates"))
    assert is_live(state(A, url="https://a.example/news/live/storm-12"))
    assert is_live(state("14:05 A tree fell.", "14:25 A roof went.", "14:40 The rain stops."))
    assert not is_live(state(A, title="Where they live"))
    assert not is_live(state(A, "At 14:05 it was over.", B, url="https://a.example/lives/a"))


# -- a real edit is never swallowed -------------------------------------------------------------

_WORDS = st.text(string.ascii_lowercase, min_size=1, max_size=12)


def made(seed):
    rng = random.Random(seed)
    if seed % 3 == 0:
        return first(TEXTS[seed % len(TEXTS)]), rng
    paragraphs = tuple(
        " ".join(sentence(rng) for _ in range(rng.randrange(1, 4))) for _ in range(5)
    )
    return state(*paragraphs, title=sentence(rng), language="en"), rng


def differs(one, other):
    """The state's side of the question: does this make a revision?"""
    same = content_hash(one.title, one.paragraphs) == content_hash(other.title, other.paragraphs)
    return not same and not only_noise(one, other)


@settings(deadline=None)
@given(st.integers(0, 10_000), _WORDS | st.integers(0, 9999).map(str), st.data())
def test_any_word_of_the_text_replaced_by_another_is_an_edit(seed, word, data):
    before, rng = made(seed)
    rows = list(before.paragraphs)
    n = data.draw(st.integers(0, len(rows) - 1))
    words = rows[n].split(" ")
    at = data.draw(st.integers(0, len(words) - 1))
    if "://" in words[at] or normalise(words[at]) == normalise(word) or not normalise(words[at]):
        return
    words[at] = word
    rows[n] = " ".join(words)
    after = State(title=before.title, paragraphs=tuple(rows), language=before.language)
    assert differs(before, after)
    if before.authors:
        noise = rng.choice(list(NOISE.values()))
        assert differs(*noise(before, replace(before, paragraphs=tuple(rows)), rng))


_TELLING = st.sampled_from(["not", "no", "never", "21", "nicht", "не"])


@settings(deadline=None)
@given(st.integers(0, 10_000), _TELLING, st.data())
def test_any_word_put_in_or_taken_out_is_an_edit(seed, word, data):
    before, _ = made(seed)
    rows = list(before.paragraphs)
    n = data.draw(st.integers(0, len(rows) - 1))
    words = rows[n].split(" ")
    at = data.draw(st.integers(0, len(words)))
    rows[n] = " ".join([*words[:at], word, *words[at:]])
    after = State(title=before.title, paragraphs=tuple(rows), language=before.language)
    assert differs(before, after)
    assert differs(after, before)


@settings(deadline=None)
@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["p", "h", "l", "q"]))
def test_a_number_in_a_short_line_is_an_edit(one, other, letter):
    for line in ("{} dead", "Dead: {}", "{} people are missing", "{}", "Goals: {}", "{} Tote"):
        states = (state(A, line.format(n), B, shape=f"p{letter}p") for n in (one, other))
        assert differs(*states) == (one != other)
