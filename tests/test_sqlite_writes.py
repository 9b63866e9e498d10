"""Q11: two processes write to the embedded database; nobody ever reads "database is locked"."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

WRITES_EACH = 5_000

# What a request does to a record: read it, compare, set, write a line of the log.
WRITER = """
import sys, django
django.setup()
from django.db import transaction
from django.db.models import F
from accounts import audit
from stations.models import Region
for n in range(int(sys.argv[1])):
    with transaction.atomic():
        region = Region.objects.get(code="3213")
        Region.objects.filter(pk=region.pk, version=region.version).update(version=F("version") + 1)
        if n % 10 == 0:
            audit.record("test.write", by=None, region=region)
"""


@pytest.mark.skipif(
    "sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="is about the embedded database"
)
def test_two_processes_make_ten_thousand_writes_without_a_lock_error(tmp_path):
    (tmp_path / "db").mkdir()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/db/stations.sqlite3",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    make = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(make, env=environment, cwd=settings.BASE_DIR, check=True)
    seed = (
        "import django; django.setup(); from stations.models import Region; "
        "Region.objects.create(code='3213', name='市', level='city', path='3213/')"
    )
    subprocess.run([sys.executable, "-c", seed], env=environment, check=True)

    command = [sys.executable, "-c", WRITER, str(WRITES_EACH)]
    writers = [
        subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    errors = [writer.communicate(timeout=300)[1] for writer in writers]

    assert [writer.returncode for writer in writers] == [0, 0], errors
    count = (
        "import django; django.setup(); from stations.models import Region; "
        "print(Region.objects.get(code='3213').version)"
    )
    found = subprocess.run(
        [sys.executable, "-c", count], env=environment, capture_output=True, text=True, check=True
    )
    assert int(found.stdout) == 1 + 2 * WRITES_EACH


@pytest.mark.skipif(
    "sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="is about the embedded database"
)
@pytest.mark.django_db
def test_the_embedded_database_is_in_wal_mode():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == "wal"
