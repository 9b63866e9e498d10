"""The migrated database that tests begin with, made once per state of the migrations.

Running every migration takes longer than most test files do. The first run keeps a copy of what
it made (SQLite: a file under .pytest_cache; PostgreSQL: a database beside the test database), and
later runs and the workers of one run start from it. Its name carries a digest of the migrations
and of the data they load, so that a change of either makes a new one.
"""

import fcntl
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".pytest_cache" / "databases"
SOURCES = ("*/migrations/*.py", "*/data/*", "accounts/triggers.py", "stations/template_texts.py")
PREFIX = "stations_template_"


def make() -> list:
    """Django's own set-up of the test databases, from a copy; what `remove` needs."""
    kept = _SqliteCopy() if connection.vendor == "sqlite" else _PostgresCopy()
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{connection.vendor}.lock", "w") as lock:
        # Whoever comes first migrates; the others wait for its copy.
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = kept.exists()
        if known:
            kept.restore()
        config = setup_databases(verbosity=0, interactive=False, keepdb=known)
        if not known:
            kept.keep()
    return config


def remove(config: list) -> None:
    teardown_databases(config, verbosity=0, keepdb=False)


def _digest() -> str:
    # Settings of one's own may leave the migrations out; such a database is another one.
    migrated = not settings.MIGRATION_MODULES and connection.settings_dict["TEST"].get("MIGRATE")
    found = hashlib.sha256(f"{django.__version__} {migrated}".encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            found.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:16]


class _SqliteCopy:
    def __init__(self) -> None:
        self.file = CACHE / f"{_digest()}.sqlite3"
        self.target = connection.settings_dict["TEST"]["NAME"]

    def exists(self) -> bool:
        return self.file.exists()

    def restore(self) -> None:
        _copy(self.file, Path(self.target))

    def keep(self) -> None:
        for old in CACHE.glob("*.sqlite3"):
            old.unlink()
        half = self.file.with_suffix(".half")
        _copy(Path(self.target), half)
        half.rename(self.file)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


class _PostgresCopy:
    def __init__(self) -> None:
        self.name = PREFIX + _digest()
        self.target = connection.settings_dict["TEST"]["NAME"]

    def exists(self) -> bool:
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
            return cursor.fetchone() is not None

    def restore(self) -> None:
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self.target}"')
            cursor.execute(f'CREATE DATABASE "{self.target}" TEMPLATE "{self.name}"')

    def keep(self) -> None:
        connection.close()
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.target}"')
