import os
import secrets
from dataclasses import replace

from django.core.management.base import BaseCommand, CommandError

from config.demo.build import AlreadyThere, NotEmpty, build
from config.demo.scale import SCALES


class Command(BaseCommand):
    help = "写入演示数据（人员、记录和申报均为虚构）。只能在空的数据库中执行。"

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=sorted(SCALES), default="small")
        parser.add_argument("--seed", type=int, default=532)
        parser.add_argument("--stations", type=int, help="只填写这么多个服务站")

    def handle(self, *, scale, seed, stations, verbosity=1, **options):
        chosen = SCALES[scale]
        if stations:
            chosen = replace(chosen, stations=stations)
        password = os.environ.get("DEMO_PASSWORD") or f"Demo-{secrets.token_hex(4)}"
        say = self.stdout.write if verbosity else lambda text: None
        try:
            world = build(chosen, seed=seed, password=password, say=say)
        except AlreadyThere as there:
            self.stdout.write(str(there))
            return
        except NotEmpty as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write("演示账号（口令相同）：")
        names = [name for name in world.users if not name.startswith("station-")]
        for name in names:
            user = world.users[name]
            self.stdout.write(f"  {name:<16}{user.get_role_display()}　{user.region.name}")
        count = len(world.users) - len(names)
        first = next((name for name in world.users if name.startswith("station-")), "")
        self.stdout.write(f"  station-<区划代码>  {count}个服务站账号，例如 {first}")
        self.stdout.write(f"口令：{password}")
