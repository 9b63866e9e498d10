from django.core.management.base import BaseCommand, CommandError

from accreditation.programmes import NotPossibleYet, ensure_programme_532


class Command(BaseCommand):
    help = "Make the programme of the policy with its stages and city targets, where missing."

    def handle(self, **options):
        try:
            programme = ensure_programme_532()
        except NotPossibleYet as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(f"建设方案：{programme.name}")
