"""Opening files: new, older, newer, someone else's, damaged; and upgrades that are cut short."""

import os
import sqlite3
from hashlib import sha256

import pytest

from pipeline.errors import (
    StoreCorruptError,
    StoreError,
    StoreOutdatedError,
    StoreTooNewError,
)
from pipeline.store import founding, migrations, upkeep
from pipeline.store.connect import APPLICATION_ID, connect_write
from pipeline.store.pages import Pages
from pipeline.store.reading import Reader
from pipeline.store.sqlite import SqliteStore, migrate_file, open_store, pages_path
from tests.storekit import NOW, at, bench_of, one_file, run_story

# The schema that migration 1 makes.  Once a release has gone out, people have files with it: then
# neither the migration nor this line may change any more, and a new column is a new migration.
# Before the first release the line follows the schema: the failing test shows the new value.
FOUNDING_SCHEMA = "23a9e1dfd5a65a23"
RELEASED = migrations.MIGRATIONS
LAST = len(RELEASED)


def schema_of(path):
    conn = sqlite3.connect(path)
    try:
        return conn.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' "
            "AND name NOT LIKE '%sqlite_migrations%' ORDER BY type, name"
        ).fetchall()
    finally:
        conn.close()


def facts_of(path):
    """The version, the author and the journal mode as they stand in the file's first page."""
    data = path.read_bytes()[:100]
    return {
        "version": int.from_bytes(data[60:64]),
        "app": int.from_bytes(data[68:72]),
        "wal": data[18] == 2,
    }


@pytest.fixture
def path(tmp_path):
    return tmp_path / "monitor.db"


@pytest.fixture
def filled(path, tmp_path):
    """A file of this release with a story in it."""
    with bench_of(one_file, tmp_path) as bench:
        bench.do(lambda s: run_story(s, "a"))
    return path


def add_column(db):
    db.conn.execute("ALTER TABLE article ADD COLUMN mood TEXT")


def rebuild_story(db):
    """What a change of a column takes in SQLite: a new table in place of the old one."""
    db.conn.execute("DROP INDEX story_shared")  # of a kind that cannot be taken along
    db["story"].transform(rename={"title": "headline"})


def crash_half_way(db):
    db.conn.execute("CREATE TABLE half (done)")
    raise KeyboardInterrupt


def release(monkeypatch, *steps):
    """Pretend that this release brings further migrations."""
    all_steps = (*RELEASED, *steps)
    monkeypatch.setattr(migrations, "MIGRATIONS", all_steps)
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", len(all_steps))


def column_names(path, table="article"):
    conn = sqlite3.connect(path)
    try:
        return [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    finally:
        conn.close()


class TestNewFiles:
    def test_a_new_file_gets_the_whole_schema(self, path):
        open_store(path, NOW).close()
        assert facts_of(path) == {
            "version": migrations.SCHEMA_VERSION,
            "app": APPLICATION_ID,
            "wal": True,
        }
        tables = {name for kind, name, _ in schema_of(path) if kind == "table"}
        wanted = {"source", "feed", "poll", "link", "article", "revision", "story", "daily"}
        assert tables >= wanted
        assert not list(path.parent.glob("*.bak"))
        with Reader(path) as reader:
            assert reader.totals() == {"articles": 0, "revisions": 0, "pending": 0}

    def test_the_founding_migration_is_never_edited(self, path):
        conn = sqlite3.connect(path)
        for statement in founding.CREATE:
            conn.execute(statement)
        conn.close()
        made = sha256(repr(schema_of(path)).encode()).hexdigest()[:16]
        assert made == FOUNDING_SCHEMA

    def test_opening_again_changes_nothing(self, path):
        open_store(path, NOW).close()
        before = path.read_bytes()
        open_store(path, at(1)).close()
        Pages(pages_path(path)).close()
        assert path.read_bytes() == before

    def test_an_empty_file_is_as_good_as_none(self, path):
        path.touch()
        open_store(path, NOW).close()
        assert facts_of(path)["version"] == migrations.SCHEMA_VERSION

    def test_a_first_start_that_was_cut_short_is_begun_again(self, path, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(migrations, "MIGRATIONS", (crash_half_way,))
            with pytest.raises(KeyboardInterrupt):
                open_store(path, NOW)
        open_store(path, NOW).close()
        assert "half" not in {name for _, name, _ in schema_of(path)}

    def test_two_that_start_together_both_find_the_file_made(self, path):
        first, second = connect_write(path), connect_write(path)
        assert migrations.check_version(second, path) == 0
        assert migrations.migrate(first, path, NOW) == (0, migrations.SCHEMA_VERSION, None)
        # The second looked before the first wrote.
        first.close()
        real = migrations.check_version
        answers = iter([0])
        try:
            migrations.check_version = lambda c, p: next(answers, None) or real(c, p)
            migrations.migrate(second, path, NOW)
        finally:
            migrations.check_version = real
            second.close()
        SqliteStore(path).close()


class TestUpgrades:
    def test_an_older_file_is_refused_until_it_is_upgraded(self, filled, monkeypatch):
        release(monkeypatch, add_column)
        for opening in (lambda: open_store(filled, NOW), lambda: Reader(filled)):
            with pytest.raises(StoreOutdatedError, match="monitor db migrate"):
                opening()
        before, after, backup = migrate_file(filled, NOW)
        assert (before, after) == (LAST, LAST + 1)
        assert "mood" in column_names(filled)
        assert backup.name == f"monitor.db.v{LAST}-20260301T120000Z.bak"
        assert "mood" not in column_names(backup)
        for file in (filled, backup):
            assert count(file, "article") == 1
        with Reader(filled) as reader:
            assert reader.article("1")["mood"] is None
        assert migrate_file(filled, NOW) == (LAST + 1, LAST + 1, None)

    def test_several_steps_at_once(self, filled, monkeypatch):
        release(monkeypatch, add_column, rebuild_story)
        assert migrate_file(filled, NOW)[:2] == (LAST, LAST + 2)
        assert "headline" in column_names(filled, "story")
        assert upkeep.check(filled, pages_path(filled))
        assert [f.problem for f in upkeep.check(filled, pages_path(filled)) if f.problem] == []

    def test_a_crash_inside_a_step_leaves_the_old_file(self, filled, monkeypatch):
        release(monkeypatch, add_column, crash_half_way)
        with pytest.raises(KeyboardInterrupt):
            migrate_file(filled, NOW)
        assert facts_of(filled)["version"] == LAST
        assert "mood" not in column_names(filled)
        assert "half" not in {name for _, name, _ in schema_of(filled)}
        # The same second, with the fault removed: the first backup is not overwritten.
        release(monkeypatch, add_column)
        backup = migrate_file(filled, NOW)[2]
        assert backup.name.endswith("-2.bak")
        assert len(list(filled.parent.glob("*.bak"))) == 2

    def test_an_upgrade_that_would_lose_what_rows_point_to_is_taken_back(self, filled, monkeypatch):
        release(monkeypatch, lambda db: db.conn.execute("DELETE FROM story"))
        migrations.MIGRATIONS[-1].__name__ = "_m099_careless"
        with pytest.raises(StoreError, match="point nowhere"):
            migrate_file(filled, NOW)
        assert count(filled, "story") == 1

    def test_a_newer_file_is_left_untouched(self, filled):
        conn = sqlite3.connect(filled)
        conn.execute("PRAGMA user_version = 99")
        conn.close()
        before = filled.read_bytes()
        for opening in (
            lambda: open_store(filled, NOW),
            lambda: migrate_file(filled, NOW),
            lambda: Reader(filled),
            lambda: upkeep.check(filled, pages_path(filled)),
        ):
            with pytest.raises(StoreTooNewError, match="upgrade the monitor"):
                opening()
        assert filled.read_bytes() == before

    def test_newer_raw_pages_are_left_untouched(self, filled):
        pages = pages_path(filled)
        conn = sqlite3.connect(pages)
        conn.execute("PRAGMA user_version = 99")
        conn.close()
        before = pages.read_bytes()
        with pytest.raises(StoreTooNewError, match="pages"):
            open_store(filled, NOW)
        assert pages.read_bytes() == before


def count(path, table):
    conn = sqlite3.connect(path)
    try:
        return conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    finally:
        conn.close()


def openings(path):
    return (
        lambda: open_store(path, NOW),
        lambda: SqliteStore(path),
        lambda: migrate_file(path, NOW),
        lambda: Reader(path),
        lambda: upkeep.check(path, pages_path(path)),
    )


class TestOtherFiles:
    def test_the_database_of_another_program_is_left_untouched(self, path):
        conn = sqlite3.connect(path)
        conn.execute("CREATE TABLE recipes (name)")
        conn.commit()
        conn.close()
        before = path.read_bytes()
        for opening in openings(path):
            with pytest.raises(StoreError, match="some other program"):
                opening()
        assert path.read_bytes() == before
        assert {p.name for p in path.parent.iterdir()} == {"monitor.db"}

    def test_another_program_where_the_pages_should_be(self, filled):
        pages = pages_path(filled)
        pages.unlink()
        conn = sqlite3.connect(pages)
        conn.execute("CREATE TABLE recipes (name)")
        conn.commit()
        conn.close()
        before = pages.read_bytes()
        with pytest.raises(StoreError, match=r"pages.*some other program"):
            open_store(filled, NOW)
        assert pages.read_bytes() == before

    def test_a_file_that_is_no_database(self, path):
        path.write_text("Dear diary, " * 400)
        before = path.read_bytes()
        for opening in openings(path):
            with pytest.raises(StoreCorruptError, match="no database"):
                opening()
        assert path.read_bytes() == before

    def test_a_damaged_file(self, filled):
        data = bytearray(filled.read_bytes())
        data[4096 : 4096 * 20] = b"\xa5" * (4096 * 19)
        filled.write_bytes(data)
        try:
            found = [f.problem for f in upkeep.check(filled, pages_path(filled))]
        except StoreCorruptError as error:
            found = [str(error)]
        assert any(found)
        with pytest.raises(StoreCorruptError, match="damaged"), Reader(filled) as reader:
            reader.article("1")

    def test_a_truncated_file(self, filled):
        os.truncate(filled, 4096 * 3 + 100)
        with pytest.raises(StoreCorruptError):
            upkeep.check(filled, pages_path(filled))

    def test_a_folder(self, path):
        path.mkdir()
        for opening in openings(path):
            with pytest.raises(StoreError, match="is a folder"):
                opening()

    def test_a_folder_that_is_not_there(self, tmp_path):
        for opening in openings(tmp_path / "nowhere" / "monitor.db"):
            with pytest.raises(StoreError, match=r"is the folder there|no such database"):
                opening()

    def test_nothing_to_read_yet(self, path):
        with pytest.raises(StoreError, match="monitor run"):
            Reader(path)
        assert not path.exists()

    def test_reading_an_empty_file(self, path):
        path.touch()
        with pytest.raises(StoreError):
            Reader(path)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
    def test_a_read_only_file(self, filled):
        filled.chmod(0o444)
        filled.parent.chmod(0o555)
        try:
            with pytest.raises(StoreError, match=r"read-only|cannot be opened"):
                open_store(filled, NOW)
            with Reader(filled) as reader:
                assert reader.totals()["articles"] == 1
        finally:
            filled.parent.chmod(0o755)

    def test_a_database_that_only_may_be_read(self, filled):
        """The message for what SQLite says of read-only files, whoever runs the tests."""
        with Reader(filled) as reader, pytest.raises(StoreError, match="read-only"):
            reader.rows("DELETE FROM article")
