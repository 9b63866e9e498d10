"""通知摘要: a mail of unread notices to whoever asked for one, at most one per day or week.

A mail leaves the house. It says what kind of matter waits on which page and no more: the
text of a notice can name a person, so only the titles of announcements go out.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from accounts.models import User
from records import mailing
from records.models import Digest, Notice
from records.notices import notices_for, tell

log = logging.getLogger(__name__)

# Nobody is woken.
FIRST_HOUR = 7
LINES = 20
# Where a notice leads, in the words of the menu.
PLACES = {
    "accreditation": "认定管理",
    "account": "我的账号",
    "announcement": "通知公告",
    "export_request": "导出申请",
    "feedback": "意见建议",
    "guidance_note": "指导记录",
    "link": "本站照片",
    "manage_jobs": "后台任务",
    "pairing": "结对互学",
    "problem": "问题清单",
    "recheck": "复核",
    "rubric": "评价标准",
    "stations": "评价标准",
    "targets_region": "目标任务",
    "transfers": "转接申请",
    "veterans_faults": "花名册数据核查",
}


def send_digests(now: dt.datetime) -> int:
    """Whoever is due and has something new; returns how many mails were taken by the
    server. While it is down nobody's turn is used up: the next run tries again."""
    local = timezone.localtime(now)
    if not settings.MAIL_ENABLED or local.hour < FIRST_HOUR:
        return 0
    sent = 0
    for person in _due(local):
        try:
            sent += _send_to(person, now)
        except mailing.ServerDown as problem:
            log.warning("mail server not reached, digests wait: %s", problem)
            break
    return sent


def period_of(digest: str, local: dt.datetime) -> str:
    if digest == User.Digest.WEEKLY:
        year, week, _ = local.isocalendar()
        return f"{year}-W{week:02}"
    return local.date().isoformat()


def _due(local: dt.datetime) -> QuerySet[User]:
    people = User.objects.filter(is_active=True).exclude(email="")
    wanted = Q(pk__in=[])
    for choice in (User.Digest.DAILY, User.Digest.WEEKLY):
        had = Digest.objects.filter(user=OuterRef("pk"), period=period_of(choice, local))
        wanted |= Q(digest=choice) & ~Exists(had)
    return people.filter(wanted).select_related("region").order_by("pk")


def _send_to(person: User, now: dt.datetime) -> bool:
    unread = list(notices_for(person).filter(read_at=None).select_related("announcement"))
    last = Digest.objects.filter(user=person).exclude(sent_at=None).first()
    known = set(last.notices) if last else set()
    new = [row for row in unread if row.pk not in known]
    if not new:
        return False
    period = period_of(person.digest, timezone.localtime(now))
    mine, won = Digest.objects.get_or_create(
        user=person,
        period=period,
        defaults={"notices": [row.pk for row in unread], "made_at": now},
    )
    if not won:  # Another worker has this person.
        return False
    try:
        mailing.send(to=person.email, subject=_subject(unread), body=_body(unread, new))
    except (mailing.ServerDown, mailing.NotNow) as problem:
        mine.delete()
        if isinstance(problem, mailing.ServerDown):
            raise
        log.warning("digest of user %s waits: %s", person.pk, problem)
        return False
    except (mailing.Refused, mailing.Unknown) as problem:
        log.warning("digest of user %s not sent: %s", person.pk, problem)
        Digest.objects.filter(pk=mine.pk).update(error=str(problem)[:200])
        if isinstance(problem, mailing.Refused):
            _tell_in_here(person)
        return False
    Digest.objects.filter(pk=mine.pk).update(sent_at=timezone.now())
    return True


def _tell_in_here(person: User) -> None:
    text = "通知摘要没有送达：邮件服务器不接受您填写的电子邮箱，请核对后改正。"
    tell([person], text, link=reverse("account"), kind=Notice.Kind.OTHER)


def _subject(unread: list[Notice]) -> str:
    return f"{settings.SYSTEM_NAME}：{len(unread)}条未读通知"


def _body(unread: list[Notice], new: list[Notice]) -> str:
    lines = list(_lines(sorted(unread, key=lambda row: row.created_at, reverse=True)))
    parts = [f"您有{len(unread)}条未读通知，其中{len(new)}条是新的：", "", *lines[:LINES]]
    if len(lines) > LINES:
        parts.append(f"……另有{len(lines) - LINES}项")
    parts.append("")
    if settings.PUBLIC_BASE_URL:
        parts.append(f"请登录系统查看：{settings.PUBLIC_BASE_URL}/notices/")
        parts.append(f"不再接收或更改频次：{settings.PUBLIC_BASE_URL}/account/")
    else:
        parts.append("请登录系统，在“通知”中查看。")
        parts.append("不再接收或更改频次，请在系统右上角“我的账号”中设置。")
    parts.append("本邮件由系统自动发送，请勿回复；严禁通过邮件传递涉密内容。")
    return "\n".join(parts) + "\n"


def _lines(rows: Iterable[Notice]) -> Iterable[str]:
    """One line per kind and page, the newest first."""
    found: dict[str, list[Notice]] = {}
    for row in rows:
        found.setdefault(f"{row.get_kind_display()}：{_place(row)}", []).append(row)
    for words, same in found.items():
        number = f"，{len(same)}条" if len(same) > 1 else ""
        when = timezone.localtime(same[0].created_at).strftime("%m-%d %H:%M")
        links = {row.link for row in same}
        link = ""
        if settings.PUBLIC_BASE_URL and len(links) == 1 and same[0].link.startswith("/"):
            link = f"\n  {settings.PUBLIC_BASE_URL}{same[0].link}"
        yield f"· {words}{number}（{when}）{link}"


def _place(row: Notice) -> str:
    if row.announcement is not None:
        return f"《{row.announcement.title}》"
    try:
        match = resolve(urlsplit(row.link).path)
    except Resolver404:
        return "通知"
    if match.url_name == "application":
        return f"申报 {match.kwargs['number']}"
    return PLACES.get(match.url_name or "", "通知")
