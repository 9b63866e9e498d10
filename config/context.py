"""What the layout of every page needs. Nothing is asked of the database before a template
asks for it, and then all of it costs one query: pages have a fixed number of queries."""

from functools import cached_property

from django.conf import settings
from django.db import connection

from accounts.models import User
from config.menu import menu_for, menu_html
from records.notices import UNREAD, unit_of

FACTS = f"SELECT ({UNREAD}), EXISTS (SELECT 1 FROM accounts_user WHERE is_demo)"  # noqa: S608


class Layout:
    def __init__(self, request):
        self.request = request
        self.user = getattr(request, "user", None)
        self.system_name = settings.SYSTEM_NAME
        self.city_name = settings.CITY_NAME

    @property
    def is_member(self):
        """Signed in and past the forced change of password: only then is there a menu."""
        user = self.user
        return bool(user and user.is_authenticated and not user.must_change_password)

    @cached_property
    def menu(self):
        return menu_for(self.user, self.request.path) if self.is_member else []

    @property
    def menu_html(self):
        return menu_html(self.user, self.request.path) if self.is_member else ""

    @cached_property
    def unit(self):
        """The unit that stands beside the name: a station's users belong to its place."""
        user = self.user
        if not (user and user.is_authenticated and user.region_id):
            return ""
        return user.region.office_title

    @cached_property
    def _facts(self):
        if not (self.user and self.user.is_authenticated):
            return {"demo": User.objects.filter(is_demo=True).exists(), "unread": 0}
        # Written out: every page asks this, and building it costs more than answering it.
        with connection.cursor() as cursor:
            cursor.execute(FACTS, [self.user.pk, unit_of(self.user)])
            unread, demo = cursor.fetchone()
        return {"unread": unread, "demo": bool(demo)}

    @property
    def unread(self):
        return self._facts["unread"]

    @property
    def is_demo(self):
        return self._facts["demo"]


def layout(request):
    return {"layout": Layout(request)}
