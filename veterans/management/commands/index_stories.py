"""Signatures of stories that were not written through the form (restored, loaded)."""

from django.core.management.base import BaseCommand

from veterans import near_copies
from veterans.models import Story


class Command(BaseCommand):
    help = "Indexes the texts of stories that have no signature yet; can be run again."

    def handle(self, **options):
        rows = Story.objects.filter(bands=None).order_by("pk")
        done = 0
        for story in rows.iterator(chunk_size=200):
            near_copies.index(story)
            done += 1
        self.stdout.write(f"已处理{done}个故事。")
