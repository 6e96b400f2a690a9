"""The promise of ``pipeline.store.protocol``: notes about sites, quality by day, breaks."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest

from pipeline.store.reading import Reader
from pipeline.store.records import Break, Example, NoteHead, PageQuality
from pipeline.store.site_notes import EVERY, YOUNG
from pipeline.store.site_reading import level_note, open_breaks, site_note
from tests.storekit import BENCHES, NOW, at, bench_of


@pytest.fixture(params=sorted(BENCHES))
def bench(request, tmp_path):
    with bench_of(BENCHES[request.param], tmp_path) as made:
        yield made


def head(pages=1, scheme=1):
    return NoteHead(scheme=scheme, version=1, pages=pages, since="2026-03-01")


def keep(store, value, source="harbour", when=NOW, **more):
    store.sites.recall(source, more.get("scheme", 1), json.loads)
    store.sites.keep(source, value, head(**more), when, json.dumps)


def recall(store, source="harbour", scheme=1):
    return store.sites.recall(source, scheme, json.loads)


class TestNotes:
    def test_a_note_comes_back_as_it_was_kept(self, bench):
        assert bench.do(recall) is None
        bench.do(lambda s: keep(s, {"a": [1, "ü"]}))
        assert bench.do(recall) == {"a": [1, "ü"]}
        assert bench.do(lambda s: recall(s, "orrin")) is None
        bench.do(lambda s: keep(s, [2], when=at(1)))
        assert bench.do(recall) == [2]
        assert bench.do(lambda s: s.levels.recall("harbour", 1, json.loads)) is None

    def test_one_of_another_scheme_is_as_none(self, bench):
        bench.do(lambda s: keep(s, [1]))
        bench.close()
        assert bench.do(lambda s: recall(s, scheme=2)) is None
        bench.do(lambda s: keep(s, [2], when=at(1), scheme=2))
        bench.close()
        assert bench.do(lambda s: recall(s, scheme=2)) == [2]

    def test_one_that_cannot_be_read_is_as_none(self, bench):
        bench.do(lambda s: keep(s, [1]))
        bench.close()
        bench.do(lambda s: s.connection().execute("UPDATE site SET data = '{broken'"))
        bench.close()
        assert bench.do(recall) is None

    def test_what_was_rolled_back_is_not_kept(self, bench):
        bench.do(lambda s: keep(s, [1]))

        def fails(store):
            keep(store, [2], when=at(1))
            raise RuntimeError

        with pytest.raises(RuntimeError):
            bench.do(fails)
        assert bench.do(recall) == [1]

        def one_step_fails(store):
            keep(store, [3], when=at(2))
            with suppress(RuntimeError), store.step():
                keep(store, [4], when=at(3))
                keep(store, [5], "orrin", when=at(3))
                raise RuntimeError
            return recall(store), recall(store, "orrin")

        assert bench.do(one_step_fails) == ([3], None)
        assert bench.do(recall) == [3]

    def test_what_is_forgotten_is_gone(self, bench):
        bench.do(lambda s: keep(s, [1]))
        assert bench.do(lambda s: s.sites.forget("harbour")) is True
        assert bench.do(recall) is None
        assert bench.do(lambda s: s.sites.forget("harbour")) is False

    def test_a_crash_loses_few_changes_and_a_close_none(self, bench):
        for n in range(1, YOUNG + 8):
            bench.do(lambda s, n=n: keep(s, n, when=at(n), pages=n))

        def stored():
            with Reader(bench.path) as reader:
                return site_note(reader, "harbour")

        assert YOUNG + 7 - EVERY < int(stored()["data"]) <= YOUNG + 7
        bench.close()
        assert (stored()["data"], stored()["pages"]) == (str(YOUNG + 7), YOUNG + 7)

    def test_more_notes_than_are_held(self, bench, monkeypatch):
        monkeypatch.setattr("pipeline.store.site_notes.HELD", 1)
        for n in range(3):
            for source in ("harbour", "orrin", "valley"):
                bench.do(lambda s, n=n, x=source: keep(s, [x, n], x, at(n), pages=99))
        assert [bench.do(lambda s, x=x: recall(s, x)) for x in ("harbour", "orrin")] == [
            ["harbour", 2],
            ["orrin", 2],
        ]


def test_another_process_forgets(tmp_path):
    with bench_of(BENCHES["sqlite"], tmp_path) as bench:
        bench.do(lambda s: keep(s, [1]))
        other = BENCHES["sqlite"](tmp_path)
        other.do(lambda s: s.sites.forget("harbour"))
        other.close()
        assert bench.do(recall) is None


def test_a_transaction_that_cannot_commit_keeps_nothing(tmp_path):
    with bench_of(BENCHES["sqlite"], tmp_path) as bench:
        bench.do(lambda s: keep(s, [1]))

        def of_nobody(store):
            keep(store, [2], when=at(1))
            keep(store, [9], "nobody", when=at(1))

        with pytest.raises(Exception, match="FOREIGN KEY"):
            bench.do(of_nobody)
        assert bench.do(recall) == [1]


def test_quality_adds_up_by_day(bench):
    pages = (
        PageQuality(body=True, words=300, author=True, date=True, overlap=0.25),
        PageQuality(body=True, words=100, overlap=0.5),
        PageQuality(body=False, words=12, overlap=1.0),
    )
    for seen in pages:
        bench.do(lambda s, p=seen: s.drift.add("harbour", p, NOW))
    bench.do(lambda s: s.drift.add("harbour", pages[0], NOW + timedelta(days=1)))
    with Reader(bench.path) as reader:
        rows = reader.rows("SELECT * FROM quality ORDER BY day")
    assert rows[0] == {
        "day": "2026-03-01", "source": "harbour", "pages": 3, "bodies": 2, "words": 400,
        "no_author": 1, "no_date": 1, "overlap": 0.75,
    }  # fmt: skip
    assert rows[1]["pages"] == 1


def broken(measure="body", now=1.0, since=NOW, *urls):
    return Break(
        measure=measure,
        since=since,
        raised_at=at(30),
        before=0.02,
        now=now,
        examples=tuple(Example(article=None, url=url, title=f"<{url}>") for url in urls),
    )


def test_breaks_begin_go_on_and_end(bench):
    first, later = broken("body", 0.9, NOW, "https://a.example/1"), broken("date", 0.8, at(5))
    bench.do(lambda s: s.drift.begin("harbour", first))
    bench.do(lambda s: s.drift.begin("harbour", later))
    bench.do(lambda s: s.drift.begin("orrin", first))

    def breaks(*slugs):
        with Reader(bench.path) as reader:
            return open_breaks(reader, slugs or None)

    assert breaks() == {"harbour": [later, first], "orrin": [first]}
    assert breaks("orrin") == {"orrin": [first]}
    # The same break goes on at another level: one row, its beginning stands.
    on = broken("body", 0.95, at(60), "https://a.example/2")
    bench.do(lambda s: s.drift.begin("harbour", on))
    (told,) = (found for found in breaks("harbour")["harbour"] if found.measure == "body")
    assert (told.since, told.now, told.examples) == (NOW, 0.95, on.examples)
    assert bench.do(lambda s: s.drift.end("harbour", "body", at(90), "recovered")) == 1
    assert breaks("harbour") == {"harbour": [later]}
    assert bench.do(lambda s: s.drift.end("harbour", None, at(90), "forgotten")) == 1
    assert bench.do(lambda s: s.drift.end("harbour", None, at(90), "forgotten")) == 0
    # A second break of the measure is another one.
    bench.do(lambda s: s.drift.begin("harbour", on))
    assert breaks("harbour")["harbour"] == [on]
    with Reader(bench.path) as reader:
        assert level_note(reader, "harbour") is None
