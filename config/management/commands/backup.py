from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config.backup.archive import BackupError, backup


class Command(BaseCommand):
    help = "把全部数据和附件备份到一个文件（SQLite、PostgreSQL通用）。密钥不在备份里，须另存。"

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")

    def handle(self, *, file, verbosity=1, **options):
        say = self.stdout.write if verbosity > 1 else lambda text: None
        try:
            manifest = backup(Path(file), say=say)
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in manifest["tables"])
        self.stdout.write(
            f"已备份到 {file}：{len(manifest['tables'])}张表，{rows}行，"
            f"{len(manifest['files'])}个附件文件。\n"
            "密钥（var/env 中的 FIELD_KEYS、HASH_KEY）不在备份里，请另行妥善保存："
            "没有密钥，身份证号等加密内容无法读出。"
        )
