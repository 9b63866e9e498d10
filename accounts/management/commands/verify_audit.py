from django.core.management.base import BaseCommand, CommandError

from accounts import seals, triggers


class Command(BaseCommand):
    help = "核对操作日志：封存后有没有被改动、删除或插入，防改触发器是否都在。"

    def handle(self, **options):
        verdict = seals.verify()
        problems = list(verdict.problems)
        missing = set(triggers.TABLES) - triggers.installed()
        if missing:
            problems.append(
                f"防改触发器缺失：{'、'.join(sorted(missing))}。请执行 manage.py migrate。"
            )
        self.stdout.write(
            f"封存{verdict.seals}次，共{verdict.entries}条；尚未封存{verdict.unsealed}条。\n"
            f"最近一次封存的摘要（可抄录备查）：{verdict.last_digest}"
        )
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write("核对通过。")
