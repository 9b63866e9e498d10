"""Everything between a fresh clone and a server that can start; quick when nothing changed."""

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from accounts.permissions import is_station
from accreditation.models import Programme, Rubric
from stations.models import Region


class Command(BaseCommand):
    help = "Checks, migrates, collects static files and loads the demonstration city once."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--new-demo-password",
            action="store_true",
            help="give DEMO_PASSWORD to the demonstration accounts that exist already",
        )

        parser.add_argument("--without-demo", action="store_true")

    def handle(self, *, new_demo_password=False, without_demo=False, **options):
        make_folders()
        migrate(self.say)
        self.check()
        collect_static(self.say)
        self.load_shipped_data()
        if not settings.PRODUCTION and not without_demo:
            self.demonstration(new_demo_password)

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()

    def load_shipped_data(self):
        if not Region.objects.exists():
            self.say("Loading regions ...")
            call_command("load_regions", str(settings.BASE_DIR / "stations/data/regions.csv"))
        # In this order: a programme names the rubric that it applies.
        for model, command in ((Rubric, "load_rubric"), (Programme, "load_programmes")):
            if not model.objects.exists() and command in get_commands():
                call_command(command)

    def demonstration(self, new_password):
        if not User.objects.exists() and "demo" in get_commands():
            self.say("Making the demonstration city ...")
            call_command("demo", scale="small")
            return  # it has printed its accounts
        password = os.environ.get("DEMO_PASSWORD", "")
        people = list(User.objects.filter(is_demo=True).select_related("region").order_by("pk"))
        if not people or not password:
            return
        if new_password:
            User.objects.filter(is_demo=True).update(password=make_password(password))
        self.say(accounts_text(people, password))


def make_folders():
    """The first connection makes an SQLite file, in WAL mode (see DATABASES)."""
    folders = [settings.MEDIA_ROOT, settings.VAR_DIR / "log"]
    folders += [settings.BROKER_DIR / name for name in ("queue", "control", "processed")]
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        folders.append(Path(name).parent)
    for folder in folders:
        Path(folder).mkdir(parents=True, exist_ok=True)


def migrate(say):
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database up to date ...")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static(say):
    """Compressing takes seconds, so it happens only when a file has changed."""
    stamp = settings.VAR_DIR / "static.stamp"
    state = static_state()
    if stamp.exists() and stamp.read_text() == state and settings.STATIC_ROOT.exists():
        return
    say("Collecting static files ...")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)


def static_state():
    digest = hashlib.sha256()
    digest.update((settings.BASE_DIR / "requirements.txt").read_bytes())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(Path(folder).rglob("*")):
            about = path.stat()
            digest.update(f"{path}|{about.st_size}|{about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def accounts_text(people, password):
    stations = [person for person in people if is_station(person)]
    shown = [person for person in people if not is_station(person)] + stations[:3]
    width = max(len(person.username) for person in shown)
    lines = [f"\nDemonstration accounts (password {password}):"]
    for person in shown:
        place = person.region.name if person.region else ""
        lines.append(f"  {person.username:<{width}}  {person.get_role_display()} {place}")
    if len(stations) > 3:
        lines.append(f"  ... and {len(stations) - 3} more station-<code> accounts")
    return "\n".join(lines)
