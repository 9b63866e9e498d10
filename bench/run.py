"""`python bench/run.py URL`: fill the empty database at URL, measure, print a table."""

import argparse
import gc
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PARTS = ("pages", "scores", "files")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", default="city")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--loaded", action="store_true", help="the database holds a city already")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    assert not settings.DEBUG
    loading = 0
    if not options.loaded:
        call_command("prepare", "--without-demo")
        started = time.monotonic()
        call_command("demo", scale=options.scale, verbosity=0)
        loading = time.monotonic() - started
        analyse()
    from bench.measure import report

    as_a_server_does()
    return report(options.rounds, loading, options.parts)


def as_a_server_does():
    """See config/wsgi.py."""
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018  (loads all views)
    gc.collect()
    gc.freeze()


def analyse():
    """As a server does by itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


if __name__ == "__main__":
    sys.exit(main())
