"""Backup and restore: equal checksums for every table and file, in all three directions;
nothing half written when something is wrong."""

import json
import os
import zipfile

import psycopg2
import pytest
from django.conf import settings

from tests.place import Place

FILL = "from config.tests.backup_rows import fill; fill()"
ADD_A_USER = "from tests.factories import UserFactory; UserFactory(username='next')"
COUNT = (
    "from accounts.models import User; from stations.models import Region;"
    "from veterans.models import Veteran;"
    "print(User.objects.count(), Region.objects.count(), Veteran.objects.count())"
)


def manifest_of(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


@pytest.fixture
def new_postgres(tmp_path):
    """Fresh PostgreSQL databases beside the one of the tests."""
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        pytest.skip("needs PostgreSQL")
    server = psycopg2.connect(os.environ["PG_TEST_URL"])
    server.autocommit = True
    names = []

    def make():
        name = f"test_backup_{os.getpid()}_{len(names)}"
        with server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}")
        names.append(name)
        head, _, query = os.environ["PG_TEST_URL"].partition("?")
        return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    yield make
    with server.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


def assert_same_after_restoring(source, target, tmp_path):
    source.python(FILL)
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    source.manage("backup", str(first))

    said = target.manage("restore", str(first))
    target.manage("backup", str(second))

    before, after = manifest_of(first), manifest_of(second)
    assert after["tables"] == before["tables"]
    assert after["files"] == before["files"]
    assert "校验值全部一致" in said
    filled = {table["model"]: table["rows"] for table in before["tables"]}
    assert filled["veterans.veteran"] == 3
    assert filled["veterans.exhibit_people"] == 3
    assert [file["path"] for file in before["files"]] == ["a/b/photo.jpg"]
    # The next row gets a number of its own: sequences follow what was restored.
    target.python(ADD_A_USER)


def test_from_sqlite_to_sqlite(tmp_path):
    assert_same_after_restoring(Place(tmp_path / "a"), Place(tmp_path / "b"), tmp_path)


@pytest.mark.postgres
def test_from_postgresql_to_postgresql(tmp_path, new_postgres):
    source = Place(tmp_path / "a", new_postgres())
    assert_same_after_restoring(source, Place(tmp_path / "b", new_postgres()), tmp_path)


@pytest.mark.postgres
def test_from_sqlite_to_postgresql(tmp_path, new_postgres):
    source = Place(tmp_path / "a")
    assert_same_after_restoring(source, Place(tmp_path / "b", new_postgres()), tmp_path)


def test_what_does_not_fit_is_refused_and_nothing_is_written(tmp_path):
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        pytest.skip("the same on every database, and tested on SQLite")
    source = Place(tmp_path / "a")
    source.python(FILL)
    good = tmp_path / "good.zip"
    source.manage("backup", str(good))
    empty = Place(tmp_path / "b")

    assert "已有数据" in source.refused("restore", str(good))
    assert "已经存在" in source.refused("backup", str(good))
    for spoil in (cut_short, change_a_table, change_a_photo, leave_out_the_manifest):
        assert "已损坏" in empty.refused("restore", str(spoil(good, tmp_path))), spoil.__name__
    empty.environment["HASH_KEY"] = "another"
    assert "密钥" in empty.refused("restore", str(good))

    assert empty.python(COUNT).split() == ["0", "0", "0"]
    assert list(empty.media.rglob("*")) == []
    assert [path.name for path in empty.folder.iterdir() if "restoring" in path.name] == []


def test_an_archive_holds_no_key_and_no_personal_number_in_clear(tmp_path):
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        pytest.skip("the same on every database, and tested on SQLite")
    source = Place(tmp_path / "a")
    source.python(FILL)
    path = tmp_path / "a.zip"
    source.manage("backup", str(path))

    with zipfile.ZipFile(path) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())

    assert "甲1".encode() in everything
    assert b"32130219490101000" not in everything
    for name in ("SECRET_KEY", "FIELD_KEYS", "HASH_KEY"):
        assert source.environment[name].encode() not in everything
    assert path.stat().st_mode & 0o077 == 0


def cut_short(good, folder):
    spoiled = folder / "short.zip"
    spoiled.write_bytes(good.read_bytes()[:-200])
    return spoiled


def change_a_table(good, folder):
    return rewritten(good, folder / "table.zip", "tables/accounts.user.jsonl", b"clerk", b"thief")


def change_a_photo(good, folder):
    return rewritten(good, folder / "photo.zip", "media/a/b/photo.jpg", b"\x00", b"\x01")


def leave_out_the_manifest(good, folder):
    return rewritten(good, folder / "none.zip", "manifest.json", None, None)


def rewritten(good, path, changed, old, new):
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == changed and old is None:
                continue
            target.writestr(name, content.replace(old, new) if name == changed else content)
    return path
