import os

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.workflow import create_first_admin


class Command(BaseCommand):
    help = "建立第一个系统管理员账号。密码取自环境变量 ADMIN_PASSWORD，没有则生成并打印一次。"

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--name", required=True, metavar="姓名")

    def handle(self, *, username, name, **options):
        user = User(username=username, full_name=name, role=User.Role.ADMIN)
        given = os.environ.get("ADMIN_PASSWORD", "")
        try:
            user.full_clean(exclude=["password", "region"])
            if given:
                validate_password(given, user)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        password = create_first_admin(user, password=given)
        self.stdout.write(f"已建立系统管理员 {username}（{name}）。")
        if not given:
            self.stdout.write(f"初始密码：{password}\n首次登录须修改密码；此密码不再显示。")
