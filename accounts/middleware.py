import time
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
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


class LoginRequired(LoginRequiredMiddleware):
    """As Django's, but whoever loses the session in the middle of a form comes back to the
    page with the form (many addresses only take a POST); static/js/keep.js fills it in."""

    def handle_no_permission(self, request, view_func):
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        messages.warning(
            request, "登录已过期，刚才的内容没有保存。登录后回到原页面，请核对后再提交一次。"
        )
        return redirect_to_login(page_of(request), reverse(settings.LOGIN_URL))


def page_of(request):
    """The page a form stands on, if it is one of ours."""
    came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
    if came_from.netloc != request.get_host() or came_from.path == reverse(settings.LOGIN_URL):
        return reverse(settings.LOGIN_REDIRECT_URL)
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")
