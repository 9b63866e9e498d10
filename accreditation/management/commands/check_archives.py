"""manage.py check_archives: every archive of a submission against its checksums, and its score
worked out again from the figures that it holds."""

from django.core.management.base import BaseCommand, CommandError

from accreditation.models import Snapshot
from accreditation.workflow.archives import faults_of

CHUNK = 20


class Command(BaseCommand):
    help = "Check all archives of submissions and work their scores out again."

    def handle(self, **options):
        rows = Snapshot.objects.select_related("application", "rubric").order_by("pk")
        checked = broken = 0
        for snapshot in rows.iterator(chunk_size=CHUNK):
            checked += 1
            faults = faults_of(snapshot)
            broken += bool(faults)
            for fault in faults:
                place = f"{snapshot.application.number}（第{snapshot.pk}号存档）"
                self.stdout.write(f"{place}：{fault}")
        if broken:
            raise CommandError(f"共{checked}份存档，其中{broken}份有问题。")
        self.stdout.write(f"共{checked}份存档，全部与校验码一致，得分复算一致。")
