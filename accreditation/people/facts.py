"""What a person's page shows, gathered from all apps; every part is one query, and each in
the scope of who reads."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.audit_values import changes_of
from accounts.audit_words import action_label
from accounts.models import AuditEntry
from activities.models import Activity, Participation, ServiceRecord
from records.dates import format_partial
from records.kept import kept
from veterans.columns import STATE_WORDS, age_of
from veterans.models import CareCategory, Exhibit, Honour, Story, Transfer, Veteran, War
from volunteers.models import Membership

SHOWN = 20
MOST_ACTIVITIES = 500
HISTORY_SHOWN = 30
ENCRYPTED = "（已加密）"
CHANGED = "已更改"
STATE_NOT_ANSWERED = "未填"


def answer(person, name, text="") -> tuple[str, bool]:
    """(the text, 无, 不详 or 未填; whether the question is still open)."""
    state = getattr(person, f"{name}_state")
    text = text or getattr(person, name, "")
    if text and isinstance(text, str):
        return text, False
    return STATE_WORDS.get(state, STATE_NOT_ANSWERED), state in ("blank", "unknown", "answered")


def answers_of(person, honours) -> list[tuple[str, str, bool]]:
    tags = "、".join(strength.name for strength in person.strengths.all())
    strengths = "；".join(part for part in (tags, person.strengths_text) if part)
    given = "、".join(dict.fromkeys(str(honour) for honour in honours))
    return [
        ("原部队职务", *answer(person, "former_post")),
        ("现任职务", *answer(person, "current_post")),
        ("特点优长", *answer(person, "strengths", strengths)),
        ("荣誉奖励", *answer(person, "honours", given)),
    ]


def facts_of(person) -> list[tuple[str, object]]:
    words = dict(CareCategory.choices), dict(War.choices)
    service = [_partial(person, name) for name in ("enlisted", "discharged")]
    return [
        ("人员类别", person.get_person_kind_display()),
        ("性别", person.get_gender_display()),
        ("出生年月", person.born),
        ("年龄", age_of(person)),
        ("公民身份号码", person.masked_id_number),
        ("联系电话", person.masked_phone),
        ("政治面貌", person.get_political_status_display()),
        ("入伍时间", service[0]),
        ("退役时间", service[1]),
        ("军兵种", person.branch),
        ("优抚类别", "、".join(words[0].get(tag, tag) for tag in person.care_categories)),
        ("参战经历", "、".join(words[1].get(tag, tag) for tag in person.war_tags)),
        ("口述史料采集情况", person.get_interview_status_display()),
        ("光荣牌", person.get_plaque_display()),
        ("居住情况", person.get_residence_display()),
        ("网格", _grid(person)),
        ("“兵支书”", "是" if person.is_village_secretary else ""),
        ("在册状态", _status(person)),
        ("备注", person.note),
    ]


def _partial(person, name):
    return format_partial(getattr(person, f"{name}_on"), getattr(person, f"{name}_precision"))


def _grid(person):
    if not person.grid_id:
        return ""
    liaison = person.grid.liaison
    return f"{person.grid.name}（联络员 {liaison}）" if liaison else person.grid.name


def _status(person):
    on = f"（{person.status_on.isoformat()}）" if person.status_on else ""
    return f"{person.get_status_display()}{on}"


@dataclass
class Involvement:
    """Where a person took part, newest first, and what that adds up to."""

    rows: list[Participation] = field(default_factory=list)
    count: int = 0
    hours: Decimal = Decimal(0)
    visits: list[Participation] = field(default_factory=list)


def involvement(person, user) -> Involvement:
    rows = kept(_participations, user, person=person.pk)
    is_visit = [row.role == "visited" or row.activity.kind == "talk" for row in rows]
    visits = [row for row, yes in zip(rows, is_visit, strict=True) if yes]
    taken = [row for row, yes in zip(rows, is_visit, strict=True) if not yes]
    return Involvement(
        taken[:SHOWN],
        len({row.activity_id for row in taken}),
        sum((row.hours or Decimal(0) for row in taken), Decimal(0)),
        visits[:SHOWN],
    )


def _participations(reader, person):
    activities = Activity.objects.few().visible_to(reader).filter(pk=OuterRef("activity"))
    rows = Participation.objects.filter(Exists(activities), veteran=person)
    rows = rows.select_related("activity__station__region")
    return rows.order_by("-activity__happened_on", "-pk")[:MOST_ACTIVITIES]


def services_of(person, user) -> list[ServiceRecord]:
    return kept(_services, user, person=person.pk)


def _services(reader, person):
    rows = ServiceRecord.objects.few().visible_to(reader).filter(person=person)
    return rows.select_related("station__region")[:SHOWN]


def last_contact(involved: Involvement, services):
    days = [row.activity.happened_on for row in involved.visits]
    days += [row.received_on for row in services]
    return max(days, default=None)


def texts_of(person, user) -> list[dict]:
    """Stories and exhibits about the person, in one query."""
    sections = {"story": ("典型故事", "stories"), "exhibit": ("陈列展示", "exhibits")}
    return [
        {
            "label": sections[kind][0],
            "title": title,
            "is_withdrawn": bool(gone),
            "url": reverse("record", args=[code, sections[kind][1], kind, pk]),
        }
        for kind, pk, title, code, gone in kept(_texts, user, person=person.pk)
    ]


def _texts(reader, person):
    stories = Story.objects.few().visible_to(reader).filter(veteran=person)
    exhibits = Exhibit.objects.few().visible_to(reader).filter(people=person)
    return _labelled(stories, "story").union(_labelled(exhibits, "exhibit"), all=True)


def _labelled(rows, kind):
    return (
        rows.order_by()
        .annotate(sort=Value(kind, CharField()), gone=Cast("withdrawn_on", CharField()))
        .values_list("sort", "pk", "title", "station__region__code", "gone")
    )


def memberships_of(person, user) -> list[Membership]:
    return kept(_memberships, user, person=person.pk)


def _memberships(reader, person):
    rows = Membership.objects.few().visible_to(reader).filter(veteran=person)
    return rows.select_related("team__station__region", "group").order_by("-joined_on")


def transfers_of(person, user) -> list[Transfer]:
    return kept(_transfers, user, person=person.pk)


def _transfers(reader, person):
    rows = Transfer.objects.visible_to(reader).filter(veteran=person)
    return rows.select_related("from_station__region", "to_station__region")


@dataclass
class Event:
    at: object
    who: str
    what: str
    reason: str
    changes: list[tuple[str, str, str]]


def history_of(person: Veteran, honours: Iterable[Honour], user) -> list[Event]:
    """Who changed what and when, of the person and the honours. Encrypted fields say only
    that they were changed; an administrator sees that, and not what."""
    own = Q(kind="veterans.veteran", object_id=str(person.pk))
    given = Q(kind="veterans.honour", object_id__in=[str(honour.pk) for honour in honours])
    entries = AuditEntry.objects.filter(own | given, outcome=AuditEntry.Outcome.OK)[:HISTORY_SHOWN]
    return [_event(entry, user) for entry in entries]


def _event(entry, user) -> Event:
    changes, reason = [], entry.reason
    if not entry.is_veiled_from(user):
        for label, before, after, _ in changes_of(entry):
            if label == "import":
                reason = reason or "花名册导入"
            elif ENCRYPTED in (before, after):
                changes.append((label, "", CHANGED))
            elif before != after:
                changes.append((label, "" if before == "—" else before, after))
    who = entry.actor_name.split("（")[0] or "系统"
    return Event(entry.at, who, action_label(entry.action), reason, changes)
