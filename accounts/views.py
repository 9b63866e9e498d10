"""Log-in, log-out, change of one's own password."""

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, tries
from accounts.forms import LOCKED, WRONG, LoginForm, MailForm, PasswordForm
from accounts.http import posted
from accounts.models import AuditEntry, User
from accounts.permissions import require
from accounts.workflow import StaleUser, set_mail, set_own_password


@sensitive_post_parameters("password")
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def login_page(request):
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    form = LoginForm(posted(request))
    if request.method == "POST" and form.is_valid():
        user = _checked(request, form)
        if user:
            _enter(request, user)
            return HttpResponseRedirect(_next(request))
    return render(request, "accounts/login.html", {"form": form, "next": _next(request)})


def _checked(request, form):
    """The user whose password this is, or None with the reason in the form and the log."""
    username = form.cleaned_data["username"]
    if not tries.take(username):
        _note_failure(username, "已锁定")
        form.add_error(None, LOCKED)
        return None
    user = authenticate(request, username=username, password=form.cleaned_data["password"])
    if user is None:
        _note_failure(username, "用户名或密码不正确")
        form.add_error(None, WRONG)
        return None
    tries.clear(username)
    return user


def _note_failure(username, reason):
    """What was typed is kept only if it is a name: people type passwords there too."""
    known = User.objects.filter(username=username).first()
    audit.record(
        "login",
        by=None,
        obj=known,
        label=username if known else "未知用户名",
        reason=reason,
        outcome=AuditEntry.Outcome.FAILED,
    )


def _enter(request, user):
    login(request, user)
    # A second log-in over a running session starts the clocks anew.
    request.session["started"] = request.session["seen"] = int(time.time())
    audit.record("login", by=user, label=user.username)


def _next(request):
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@require_POST
def logout_page(request):
    audit.record("logout", by=request.user, label=request.user.username)
    logout(request)
    messages.success(request, "您已退出。")
    return redirect("login")


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request):
    user = request.user
    form = PasswordForm(posted(request), user=user)
    if request.method == "POST" and form.is_valid() and _old_is_right(user, form):
        set_own_password(user, form.cleaned_data["new"])
        update_session_auth_hash(request, user)
        messages.success(request, "密码已修改；在其他地方的登录已全部失效。")
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(
        request,
        "accounts/password_change.html",
        {"form": form, "forced": user.must_change_password},
    )


def _old_is_right(user, form):
    """A stolen session must not become a way to guess the password."""
    if not tries.take(user.username):
        form.add_error("old", LOCKED)
    elif not user.check_password(form.cleaned_data["old"]):
        form.add_error("old", "原密码不正确，请重新输入。")
    else:
        tries.clear(user.username)
        return True
    audit.record(
        "password.change",
        by=user,
        obj=user,
        reason="原密码不正确",
        outcome=AuditEntry.Outcome.FAILED,
    )
    return False


@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    """What a person sets for themselves; without mail on this server nothing but facts."""
    if request.method == "POST":
        require(settings.MAIL_ENABLED, "本系统没有开通邮件，不能设置邮箱。")
    form = MailForm(posted(request), user=request.user) if settings.MAIL_ENABLED else None
    if request.method == "POST" and form.is_valid() and _mail_saved(request, form):
        messages.success(request, "邮箱和通知摘要已保存。")
        return redirect("account")
    status = 422 if form and form.is_bound else 200
    return render(request, "accounts/account.html", {"form": form}, status=status)


def _mail_saved(request, form):
    data = form.cleaned_data
    person = User.objects.get(pk=request.user.pk)
    try:
        set_mail(person, email=data["email"], digest=data["digest"], version=data["version"] or 0)
    except StaleUser:
        form.add_error(None, "您的账号刚刚在别处修改过，没有保存。请核对后再保存一次。")
        form.data = form.data | {"version": User.objects.get(pk=person.pk).version}
        return False
    return True
