from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config.backup.archive import BackupError, restore


class Command(BaseCommand):
    help = "把 backup 生成的文件恢复到空数据库（先执行 migrate）。有一处不符就什么也不写入。"

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")

    def handle(self, *, file, verbosity=1, **options):
        say = self.stdout.write if verbosity > 1 else lambda text: None
        try:
            manifest = restore(Path(file), say=say)
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in manifest["tables"])
        self.stdout.write(
            f"已从 {file} 恢复：{len(manifest['tables'])}张表，{rows}行，"
            f"{len(manifest['files'])}个附件文件，校验值全部一致。"
        )
