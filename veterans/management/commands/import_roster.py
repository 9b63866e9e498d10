"""manage.py import_roster FILE --station CODE [--dry-run] --format text|json"""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from stations.models import Station
from veterans.importing import batches, writing
from veterans.importing.pipeline import read_roster
from veterans.importing.reporting import OUTCOMES, as_json
from veterans.models import ImportRow


class Command(BaseCommand):
    help = "Import a roster. Rows that need a decision stay in the batch, for the page."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--station", required=True, help="code of the station's region")
        parser.add_argument("--dry-run", action="store_true", help="read and report only")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, file, station, dry_run, format, **options):
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"文件打不开：{file}") from error
        found = Station.objects.select_related("region").filter(region__code=station).first()
        if found is None:
            raise CommandError(f"没有代码为{station}的服务站。")
        if dry_run:
            reading = read_roster(content, station=found)
        else:
            reading = self._import(content, file.name, found)
        if format == "json":
            self.stdout.write(json.dumps(as_json(reading), ensure_ascii=False, indent=1))
        else:
            self._tell(reading)

    def _import(self, content, name, station):
        """What is refused leaves no batch behind: there is nothing to decide in it."""
        reading = read_roster(content, station=station)
        if reading.refused is None:
            batch = batches.start(content, name=name, station=station)
            batches.store(batch, reading)
            writing.write(batch)
        return reading

    def _tell(self, reading):
        if reading.refused:
            self.stdout.write(reading.refused)
            return
        labels = dict(ImportRow.Outcome.choices)
        counts = reading.counts()
        self.stdout.write("，".join(f"{labels[name]}{counts[name]}" for name in OUTCOMES))
        if reading.rows and counts["unchanged"] + counts["skipped"] == len(reading.rows):
            self.stdout.write("文件与花名册完全一致，没有任何改动。")
        for row in reading.rows:
            for note in row.notes:
                if note.level != "fix":
                    where = f"{row.sheet} 第{row.number}行 {row.name}"
                    self.stdout.write(f"{where}（{labels[row.outcome]}）：{note.message}")
