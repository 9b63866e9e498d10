from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from stations.region_files import RegionFileError
from stations.regions import load


class Command(BaseCommand):
    help = (
        "按CSV文件新增、更名、调整、合并区划，并为乡镇（街道）和村居（社区）建服务站。可重复执行。"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.csv")

    def handle(self, *, file, verbosity=1, **options):
        try:
            content = Path(file).read_bytes()
        except OSError as error:
            raise CommandError(f"读不到文件 {file}：{error.strerror}。") from error
        try:
            result = load(content)
        except RegionFileError as error:
            raise CommandError(
                "文件有错误，没有写入任何数据。\n" + "\n".join(error.errors)
            ) from error
        self.stdout.write(
            f"新增{result.created}个单位，更名{len(result.renamed)}个，"
            f"调整主管单位{len(result.moved)}个，合并{len(result.merged)}个，"
            f"其他修改{len(result.edited)}个，无变化{result.unchanged}个；"
            f"新建服务站{result.stations}个。"
        )
        if verbosity:
            for line in (*result.renamed, *result.moved, *result.merged, *result.edited):
                self.stdout.write(f"  {line}")
