"""The product's settings with what tests need: throw-away secrets, folders and a fast hasher.

`PG_TEST_URL` (set by script/test for its second round) runs the same suite on PostgreSQL.
"""

import os
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="stations-test-"))
os.environ.update(
    VAR_DIR=str(_folder),
    SECRET_KEY="only-for-tests-" + "x" * 50,
    FIELD_KEYS="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    HASH_KEY="only-for-tests",
    DATABASE_URL=os.environ.get("PG_TEST_URL") or f"sqlite:///{_folder}/db.sqlite3",
    BROKER_URL="filesystem://",
)
(_folder / "media").mkdir()

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
CELERY_TASK_ALWAYS_EAGER = True
ALLOWED_HOSTS = ["*"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Two runs at once (and a real database file, which threads can share) stay apart.
if "postgresql" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": f"test_stations_{os.getpid()}"}
else:
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
