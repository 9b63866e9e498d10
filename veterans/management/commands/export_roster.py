"""manage.py export_roster --region CODE -o FILE.xlsx"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts import audit
from stations.models import Region
from veterans.exporting import export_roster
from veterans.models import Veteran


class Command(BaseCommand):
    help = "Export the roster of a region, masked."

    def add_arguments(self, parser):
        parser.add_argument("--region", required=True)
        parser.add_argument("-o", "--output", required=True, type=Path)

    def handle(self, *, region, output, **options):
        found = Region.objects.filter(code=region).first()
        if found is None:
            raise CommandError(f"没有代码为{region}的区划。")
        inside = Veteran.objects.filter(station__region__path__startswith=found.path)
        people = inside.filter(merged_into=None)
        if not output.parent.is_dir():
            raise CommandError(f"没有文件夹{output.parent}。")
        count = export_roster(people, output, region=found)
        audit.record("roster.export", by=None, region=found, after={"count": count})
        self.stdout.write(f"已导出{count}人：{output}")
