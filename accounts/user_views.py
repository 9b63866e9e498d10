"""/manage/users/: one account at a time. Lists of accounts are in bulk_views.py."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tries, workflow
from accounts.http import posted
from accounts.models import User
from accounts.permissions import can_manage_users, require
from accounts.user_forms import HandOverForm, UserFilter, UserForm, VersionForm

STALE = "这个账号刚刚被其他人修改过。请核对下面的当前内容，确认后再保存一次。"
PAGE = 50


@require_safe
def manage_users(request):
    require(can_manage_users(request.user))
    form = UserFilter(request.GET, user=request.user)
    users = form.narrow(User.objects.visible_to(request.user).select_related("region__parent"))
    page = Paginator(users.order_by("role", "region__path", "username"), PAGE).get_page(
        request.GET.get("page")
    )
    locked = tries.locked([user.username for user in page])
    return render(request, "accounts/users.html", {"form": form, "page": page, "locked": locked})


@require_http_methods(["GET", "HEAD", "POST"])
def user_new(request):
    require(can_manage_users(request.user))
    form = UserForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save(commit=False)
        password = workflow.create_user(user, by=request.user)
        return slips(request, [(user, password)])
    return render(request, "accounts/user_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def user_edit(request, pk):
    person = _person(request, pk)
    form = UserForm(posted(request), instance=person, user=request.user)
    stored = None
    if request.method == "POST" and form.is_valid():
        stored = _save(request, form, person)
        if stored is None:
            messages.success(request, f"{person.full_name}的账号已保存。")
            return redirect("user_edit", pk=pk)
    current = User.objects.select_related("region").get(pk=pk)
    return render(
        request,
        "accounts/user_form.html",
        {
            "form": form,
            "person": current,
            "stored": stored,
            "is_locked": bool(tries.locked([current.username])),
            "hand_over": HandOverForm(
                initial={"version": current.version}, auto_id="id_hand_over_%s"
            ),
        },
    )


def _save(request, form, person):
    """None when saved; else the account as it is stored, with the reason in the form."""
    try:
        workflow.update_user(person, version=form.cleaned_data["version"] or 0, by=request.user)
    except workflow.StaleUser:
        stored = User.objects.select_related("region").get(pk=person.pk)
        form.add_error(None, STALE)
        # What was typed stays; saving again is then a decision with both versions in view.
        form.data = form.data.copy()
        form.data["version"] = stored.version
        return stored
    except workflow.Refused as refusal:
        form.add_error(None, str(refusal))
        return User.objects.get(pk=person.pk)
    return None


@require_POST
def user_disable(request, pk):
    return _switch(request, pk, active=False)


@require_POST
def user_enable(request, pk):
    return _switch(request, pk, active=True)


def _switch(request, pk, *, active):
    person = _person(request, pk)
    done = _attempt(
        request,
        lambda version: workflow.set_active(person, active, version=version, by=request.user),
    )
    if done is not FAILED:
        messages.success(request, f"{person.full_name}的账号已{'启用' if active else '停用'}。")
    return redirect("user_edit", pk=pk)


@require_POST
def user_reset(request, pk):
    person = _person(request, pk)
    password = _attempt(
        request, lambda version: workflow.reset_password(person, version=version, by=request.user)
    )
    if password is FAILED:
        return redirect("user_edit", pk=pk)
    return slips(request, [(person, password)])


@require_POST
def user_unlock(request, pk):
    person = _person(request, pk)
    workflow.unlock(person, by=request.user)
    messages.success(request, f"{person.full_name}的账号已解锁，可以重新登录。")
    return redirect("user_edit", pk=pk)


@require_POST
def user_hand_over(request, pk):
    person = _person(request, pk)
    form = HandOverForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请填写接任人姓名（60个字以内）和联系电话（20个字以内）。")
        return redirect("user_edit", pk=pk)
    data = form.cleaned_data
    password = _attempt(
        request,
        lambda version: workflow.hand_over(
            person, full_name=data["full_name"], phone=data["phone"], version=version,
            by=request.user,
        ),
    )  # fmt: skip
    if password is FAILED:
        return redirect("user_edit", pk=pk)
    return slips(request, [(person, password)])


FAILED = object()


def _attempt(request, verb):
    form = VersionForm(request.POST)
    try:
        if not form.is_valid():
            raise workflow.StaleUser
        return verb(form.cleaned_data["version"])
    except workflow.StaleUser:
        messages.error(request, "这个账号刚刚被其他人修改过，没有办理。请核对后再办理一次。")
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
    return FAILED


def _person(request, pk):
    """Somebody whose account the caller administers: out of scope 404, own account of a
    county 403."""
    require(can_manage_users(request.user))
    visible = User.objects.visible_to(request.user).select_related("region")
    person = get_object_or_404(visible, pk=pk)
    require(
        User.objects.editable_by(request.user).filter(pk=pk).exists(),
        "自己的账号由系统管理员维护；修改密码请用右上角菜单。",
    )
    return person


def slips(request, accounts):
    """The passwords, this once: they are in this response and nowhere else."""
    return render(
        request,
        "accounts/slips.html",
        {"accounts": accounts, "address": request.build_absolute_uri("/")},
    )
