from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _install_triggers(using="default", **_):
    from accounts import triggers

    if using == "default":
        triggers.install()


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "用户与日志"

    def ready(self):
        # Without a sender it runs after every app, so the last run finds all tables.
        post_migrate.connect(_install_triggers, dispatch_uid="append_only")
