"""Write everything that is encrypted under the first of FIELD_KEYS and the HASH_KEY of now."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import audit
from records.rotation import WrongKey, remaining, reseal, rotate, sealed_models, tables


class Command(BaseCommand):
    help = "Re-encrypts in batches beside the work of others; can be stopped and run again."
    requires_system_checks = ("security",)

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="only count what an older key still holds"
        )

    def handle(self, *, check=False, **options):
        left = 0
        try:
            for table in tables():
                left += self.count(table) if check else self.work(table)
            for model in sealed_models():
                left += self.files(model, check=check)
        except WrongKey as problem:
            raise CommandError(
                f"{problem}。请把加密它的密钥补到 FIELD_KEYS 末尾后再执行。"
            ) from None
        if left:
            hint = "" if check else "执行期间有人修改，请再执行一次；"
            raise CommandError(f"还有{left}行使用旧密钥。{hint}全部完成前不要去掉旧密钥。")
        self.stdout.write("全部数据已使用新密钥，可以从设置中去掉旧密钥。")

    def count(self, table):
        found = remaining(table)
        self.stdout.write(f"{table.label}：{found}行使用旧密钥")
        return found

    def work(self, table):
        total = table.model._base_manager.count()

        def progress(done):
            self.stdout.write(f"{table.label}：{done} / {total}")
            self.stdout.flush()

        counts = rotate(table, progress=progress)
        self.log(table.label, "行", counts.written)
        return counts.passed_over

    def files(self, model, *, check):
        """Uploaded files that wait are encrypted as well."""
        label = f"{model._meta.verbose_name}的文件"
        counts = reseal(model, only_count=check)
        if check:
            self.stdout.write(f"{label}：{counts.written}个使用旧密钥")
            return counts.written
        self.log(label, "个", counts.written)
        return 0

    def log(self, label, unit, number):
        if number:
            with transaction.atomic():
                after = {"表": label, unit: number}
                audit.record("keys.rotate", by=None, label=label, reason="命令行", after=after)
