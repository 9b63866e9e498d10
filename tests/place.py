"""An installation of its own, for tests that need processes, databases or keys apart."""

import os
import subprocess
import sys

from django.conf import settings


class Place:
    """An installation of its own: database, media and keys."""

    migrated = None  # an empty SQLite file, made once and copied

    def __init__(self, folder, url="", **environment):
        self.folder = folder
        self.media = folder / "media"
        (folder / "db").mkdir(parents=True)
        self.media.mkdir()
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": str(folder),
            "DATABASE_URL": url or f"sqlite:///{folder / 'db' / 'a.sqlite3'}",
            "LOG_LEVEL": "ERROR",
            **environment,
        }
        file = folder / "db" / "a.sqlite3"
        if not url and Place.migrated:
            file.write_bytes(Place.migrated)
            return
        self.manage("migrate", "-v0")
        if not url:
            Place.migrated = file.read_bytes()

    def run(self, *command):
        return subprocess.run(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def manage(self, *command):
        done = self.run("manage.py", *command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *command):
        done = self.run("manage.py", *command)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    def python(self, text):
        """Run a piece of code inside this installation; what it printed."""
        done = self.run("-c", f"import django; django.setup()\n{text}")
        assert done.returncode == 0, done.stderr
        return done.stdout
