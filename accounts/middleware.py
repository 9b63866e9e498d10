import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse

from accounts import audit

# Reading a page moves the idle clock at most once a minute: a page view must not cost a write.
TOUCH_SECONDS = 60


def session_limits(get_response):
    """A session ends after 30 idle minutes and, whatever happens, after 8 hours."""

    def middleware(request):
        if request.user.is_authenticated:
            now = int(time.time())
            session = request.session
            started = session.setdefault("started", now)
            seen = session.setdefault("seen", now)
            if (
                now - seen > settings.SESSION_IDLE_SECONDS
                or now - started > settings.SESSION_ABSOLUTE_SECONDS
            ):
                logout(request)
                messages.info(request, "登录已过期，请重新登录。")
            elif now - seen > TOUCH_SECONDS:
                session["seen"] = now
        return get_response(request)

    return middleware


def request_info(get_response):
    """The caller's address, for the audit log."""

    def middleware(request):
        token = audit.set_address(request.META.get("REMOTE_ADDR") or None)
        try:
            return get_response(request)
        finally:
            audit.reset_address(token)

    return middleware


def forced_password_change(get_response):
    """An issued password opens one page only: the one that replaces it."""

    def middleware(request):
        if request.user.is_authenticated and request.user.must_change_password:
            allowed = {reverse("password_change"), reverse("logout"), reverse("healthz")}
            if request.path not in allowed and not request.path.startswith("/static/"):
                return redirect("password_change")
        return get_response(request)

    return middleware
