"""`python bench/run.py URL`: fill the empty database at URL, measure, print a table."""

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", default="city")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("prepare", "--without-demo")
    started = time.monotonic()
    call_command("demo", scale=options.scale, verbosity=0)
    loading = time.monotonic() - started
    analyse()
    from bench.measure import report

    assert not settings.DEBUG
    return report(options.rounds, loading)


def analyse():
    """As a server does by itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


if __name__ == "__main__":
    sys.exit(main())
