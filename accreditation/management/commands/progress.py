import datetime as dt
import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accreditation.models import Programme
from accreditation.programmes import choose_programme
from accreditation.progress import LEVELS, progress
from accreditation.progress.words import as_dict
from stations.models import Region, Track

HEADINGS = ("目标", "序时", "已认定", "仍有效", "公示", "评审", "创建中", "具备条件", "序时进度")
NUMBERS = (
    "target", "schedule", "recognised", "valid", "in_notice", "in_review", "in_preparation",
    "ready", "status",
)  # fmt: skip


class Command(BaseCommand):
    help = "Print the numbers of the progress page."

    def add_arguments(self, parser):
        parser.add_argument(
            "--as-of", metavar="DATE", help="the day, 2023-12-31; today if left out"
        )
        parser.add_argument("--programme", help="name or part of it; the current one if left out")
        parser.add_argument(
            "--city", metavar="CODE", help="code of the city, where there are several"
        )
        parser.add_argument("--level", choices=[str(level) for level in LEVELS], default="")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, as_of, programme, city, level, **options):
        data = as_dict(
            progress(_programme(programme), on=_day(as_of), city=_city(city), level=level)
        )
        if options["format"] == "json":
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
        else:
            self._print_table(data)

    def _print_table(self, data):
        self.stdout.write(f"{data['programme']}  截至 {data['as_of']}  {data['headline']}")
        self.stdout.write("\t".join(["单位", "类别", *HEADINGS]))
        for unit in [*data["units"], data["city"] | {"name": "合计"}]:
            for track in Track:
                numbers = unit["tracks"][track.value]
                cells = ["—" if numbers[n] in (None, "") else str(numbers[n]) for n in NUMBERS]
                self.stdout.write("\t".join([unit["name"], track.short_label, *cells]))
        for level, tracks in data["levels"].items():
            said = "  ".join(f"{t.short_label}{tracks[t.value]['recognised']}" for t in Track)
            self.stdout.write(f"{Region.Level(level).label}已认定：{said}")
        left = "  ".join(f"{Track(t).short_label}{n}" for t, n in data["unassigned"].items())
        self.stdout.write(f"未分解数：{left or '—'}")


def _day(text) -> dt.date:
    today = timezone.localdate()
    if not text:
        return today
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}”不是日期，请写成 2023-12-31 的样子。") from None
    if day > today:
        raise CommandError("截至日期不能晚于今天。")
    return day


def _programme(text):
    if not text:
        chosen = choose_programme(list(Programme.objects.all()))
        if chosen is None:
            raise CommandError("还没有建设方案，请先执行 load_programmes。")
        return chosen
    found = list(Programme.objects.filter(name__contains=text))
    exact = [programme for programme in found if programme.name == text]
    if len(exact or found) != 1:
        names = "、".join(Programme.objects.values_list("name", flat=True))
        raise CommandError(f"没有唯一的建设方案叫“{text}”。现有：{names}")
    return (exact or found)[0]


def _city(code):
    cities = Region.objects.filter(level=Region.Level.CITY, is_active=True)
    found = list(cities.filter(code=code) if code else cities)
    if len(found) != 1:
        raise CommandError(
            "请用 --city 指明一个市的代码。" if found else "没有这个市，请先执行 load_regions。"
        )
    return found[0]
