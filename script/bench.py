"""Runs bench/run.py on an empty SQLite and an empty PostgreSQL of its own."""

import argparse
import base64
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from postgres import find_postgres

ROOT = Path(__file__).resolve().parent.parent


def run(folder: Path, url: str, options: list[str]) -> int:
    environment = os.environ | {
        "VAR_DIR": str(folder),
        "DATABASE_URL": url,
        "SECRET_KEY": "only-for-benchmarks-" + "x" * 40,
        "FIELD_KEYS": base64.urlsafe_b64encode(b"b" * 32).decode(),
        "HASH_KEY": "only-for-benchmarks",
        "DEMO_PASSWORD": "only-for-benchmarks-1",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "bench/run.py", *options]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def on_sqlite(options: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="stations-bench-") as folder:
        return run(Path(folder), f"sqlite:///{folder}/bench.sqlite3", options)


def on_postgres(options: list[str]) -> int:
    import psycopg2

    name = f"bench_stations_{os.getpid()}"
    with find_postgres() as server, tempfile.TemporaryDirectory() as folder:
        if not server.url:
            print(f"!!!!! SKIPPED: PostgreSQL: {server.origin} !!!!!")
            return 0
        connection = psycopg2.connect(server.url)
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            head, _, query = server.url.partition("?")
            url = f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
            return run(Path(folder), url, options)
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    known, options = parser.parse_known_args()
    kinds = {"sqlite": on_sqlite, "postgres": on_postgres}
    chosen = [known.only] if known.only else list(kinds)
    return max([kinds[kind](options) for kind in chosen])


if __name__ == "__main__":
    sys.exit(main())
