"""The standard from a draft to 待施行, 施行中 and 已停用. One draft at a time, copied from the
version in force; only the city."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import is_city
from accreditation.models import Programme, Requirement, Rubric, RubricTrial
from accreditation.rubric_pages.checking import faults_of_version
from accreditation.rubric_pages.words import changes
from accreditation.workflow.errors import NotAllowed, Refused
from records.models import Notice
from records.notices import tell
from stations.models import Region

State = Rubric.State
COPIED = (
    "code", "label", "how", "must", "measure", "parameters", "points", "clause", "sentence",
    "order",
)  # fmt: skip


class StaleRubric(Refused):
    """Saved by somebody else since the page was opened."""


def in_force() -> Rubric | None:
    return Rubric.objects.filter(state=State.IN_FORCE).order_by("-version").first()


def start_draft(*, by: User) -> Rubric:
    _only_city(by)
    base = in_force()
    if base is None:
        raise Refused("还没有施行中的评价标准，不能新建草稿。")
    waiting = Rubric.objects.filter(state=State.SCHEDULED).first()
    if waiting is not None:
        raise Refused(
            f"第{waiting.version}版正等待{waiting.in_force_on}施行；"
            "要再修订，请先撤回那个版本，或等它施行以后。"
        )
    last = Rubric.objects.order_by("-version").values_list("version", flat=True)[0]
    try:
        with transaction.atomic():
            draft = Rubric.objects.create(
                version=last + 1,
                made_by=by,
                changed_by=by,
                changed_at=timezone.now(),
                note=f"在第{base.version}版基础上修订。",
            )
            Requirement.objects.bulk_create(
                Requirement(rubric=draft, **{name: getattr(row, name) for name in COPIED})
                for row in base.requirements.order_by("order")
            )
            audit.record(
                "rubric.draft",
                by=by,
                obj=draft,
                region=by.region,
                after={"依据": f"第{base.version}版"},
            )
    except IntegrityError:
        raise Refused("已经有一份草稿，请在那份草稿上修改。") from None
    return draft


def save_requirements(
    draft: Rubric, rows: Iterable[Requirement], *, by: User, edits: int, note: str | None = None
) -> int:
    """Writes the requirements that differ from what is stored; returns how many. `edits` is
    the state of the draft that the page showed."""
    _only_city(by)
    stored = {row.pk: row for row in draft.requirements.all()}
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    changed: list[Requirement] = []
    for row in rows:
        was, now = changes(stored[row.pk], row)
        if now:
            changed.append(row)
            before |= was
            after |= now
    if note is not None and note != draft.note:
        before["说明"], after["说明"] = draft.note, note
    if not after:
        return 0
    values = {} if note is None else {"note": note}
    with transaction.atomic():
        _step(draft, by=by, edits=edits, **values)
        Requirement.objects.bulk_update(changed, ["label", "how", "must", "parameters", "points"])
        audit.record(
            "rubric.change", by=by, obj=draft, region=by.region, before=before, after=after
        )
    return len(changed)


def discard(draft: Rubric, *, by: User, edits: int) -> None:
    _only_city(by)
    with transaction.atomic():
        _step(draft, by=by, edits=edits)
        audit.record(
            "rubric.discard",
            by=by,
            obj=draft,
            region=by.region,
            before={"状态": State.DRAFT.label, "说明": draft.note},
        )
        draft.delete()


def last_trial(draft: Rubric) -> RubricTrial | None:
    return draft.trials.select_related("base", "made_by").first()


def obstacles(draft: Rubric, *, base: Rubric | None, trial: RubricTrial | None) -> list[str]:
    """Why the draft cannot be put in force now."""
    found = faults_of_version(draft)
    if trial is None:
        found.append("还没有试算对比：请先按全部服务站试算。")
    elif trial.edits != draft.edits or trial.base_id != (base.pk if base else None):
        found.append("试算对比以后草稿又有改动，请重新试算。")
    return found


def put_in_force(
    draft: Rubric,
    *,
    by: User,
    edits: int,
    on: dt.date,
    reason: str,
    programmes: Iterable[Programme],
) -> None:
    """The draft takes effect, the former version retires, and the chosen programmes go over
    to it; on a later day the timer does all that. Applications that were submitted keep the
    version in their archive."""
    _only_city(by)
    base = in_force()
    wrong = obstacles(draft, base=base, trial=last_trial(draft))
    if wrong:
        raise Refused("草稿还不能施行：" + "".join(wrong))
    chosen = list(programmes)
    is_later = on > timezone.localdate()
    with transaction.atomic():
        state = State.SCHEDULED if is_later else State.IN_FORCE
        _step(draft, by=by, edits=edits, state=state, in_force_on=on, reason=reason)
        draft.goes_over.set(chosen)
        if is_later:
            _write_down("rubric.schedule", draft, base, chosen, by=by, reason=reason, on=on)
            _tell(f"评价标准（试行）第{draft.version}版将于{on.isoformat()}施行。", draft, by=by)
            return
        _take_effect(draft, base, chosen, by=by, on=on, reason=reason)


def withdraw(scheduled: Rubric, *, by: User) -> None:
    """A version that waits for its day becomes a draft again."""
    _only_city(by)
    with transaction.atomic():
        rows = Rubric.objects.filter(pk=scheduled.pk, state=State.SCHEDULED)
        waits = scheduled.state == State.SCHEDULED
        if not waits or not rows.update(state=State.DRAFT, in_force_on=None):
            raise StaleRubric("这个版本已经施行或者已经撤回，请刷新后核对。")
        audit.record(
            "rubric.withdraw",
            by=by,
            obj=scheduled,
            region=by.region,
            before={"状态": State.SCHEDULED.label, "施行日期": str(scheduled.in_force_on)},
            after={"状态": State.DRAFT.label},
        )
        _tell(f"评价标准（试行）第{scheduled.version}版暂不施行。", scheduled, by=by)


def put_due_in_force(today: dt.date) -> int:
    """As the system: what waits for a day that has come. Safe to run twice at once."""
    done = 0
    for rubric in Rubric.objects.filter(state=State.SCHEDULED, in_force_on__lte=today):
        with transaction.atomic():
            rows = Rubric.objects.filter(pk=rubric.pk, state=State.SCHEDULED)
            if not rows.update(state=State.IN_FORCE, changed_at=timezone.now()):
                continue
            base = in_force_beside(rubric)
            chosen = list(
                rubric.goes_over.filter(ends_on__gte=today)
                .exclude(rubric=rubric)
                .select_related("rubric")
            )
            _take_effect(
                rubric, base, chosen, by=None, on=rubric.in_force_on or today, reason=rubric.reason
            )
            done += 1
    return done


def in_force_beside(rubric: Rubric) -> Rubric | None:
    others = Rubric.objects.filter(state=State.IN_FORCE).exclude(pk=rubric.pk)
    return others.order_by("-version").first()


def _take_effect(
    rubric: Rubric,
    base: Rubric | None,
    chosen: list[Programme],
    *,
    by: User | None,
    on: dt.date,
    reason: str,
) -> None:
    others = Rubric.objects.filter(state=State.IN_FORCE).exclude(pk=rubric.pk)
    others.update(state=State.RETIRED, retired_on=on)
    for programme in chosen:
        _go_over(programme, rubric, by=by, reason=reason)
    _write_down("rubric.in_force", rubric, base, chosen, by=by, reason=reason, on=on)
    _tell(f"评价标准（试行）第{rubric.version}版已施行，请留意修订的评价要点。", rubric, by=by)


def _write_down(
    action: str,
    rubric: Rubric,
    base: Rubric | None,
    chosen: list[Programme],
    *,
    by: User | None,
    reason: str,
    on: dt.date,
) -> None:
    is_now = action == "rubric.in_force"
    audit.record(
        action,
        by=by,
        obj=rubric,
        region=by.region if by else None,
        before={
            "状态": (State.DRAFT if by else State.SCHEDULED).label,
            "施行中": f"第{base.version}版" if base else "",
        },
        after={
            "状态": (State.IN_FORCE if is_now else State.SCHEDULED).label,
            "施行日期": on.isoformat(),
            "改用的建设方案": "、".join(programme.name for programme in chosen),
        },
        reason=reason,
    )


def _tell(text: str, rubric: Rubric, *, by: User | None) -> None:
    """The city, where the standard can be read, and the counties, whose stations it is about."""
    units = Region.objects.filter(is_active=True)
    link = reverse("rubric", args=[rubric.version])
    city = list(units.filter(level=Region.Level.CITY))
    tell(city, text, link=link, kind=Notice.Kind.ANNOUNCEMENT, by=by)
    counties = list(units.county_level())
    tell(counties, text, link=reverse("stations"), kind=Notice.Kind.ANNOUNCEMENT, by=by)


def _go_over(programme: Programme, rubric: Rubric, *, by: User | None, reason: str) -> None:
    old = f"第{programme.rubric.version}版"
    rows = Programme.objects.filter(pk=programme.pk, rubric=programme.rubric_id)
    if not rows.update(rubric=rubric, version=F("version") + 1):
        raise StaleRubric(f"建设方案{programme.name}刚被别人修改，标准没有施行，请刷新后再办理。")
    audit.record(
        "programme.change",
        by=by,
        obj=programme,
        region=by.region if by else None,
        before={"标准版本": old},
        after={"标准版本": f"第{rubric.version}版"},
        reason=reason,
    )


def _step(draft: Rubric, *, by: User, edits: int, **values: Any) -> None:
    """Compare and set: a draft, and as the page showed it."""
    rows = Rubric.objects.filter(pk=draft.pk, state=State.DRAFT, edits=edits)
    changed = rows.update(edits=F("edits") + 1, changed_by=by, changed_at=timezone.now(), **values)
    if not changed:
        raise StaleRubric(
            "这份草稿刚被别人修改或者已经施行，您这次的操作没有执行，请核对后再办理。"
        )


def _only_city(user: User) -> None:
    if not is_city(user):
        raise NotAllowed("评价标准由市局评审人员修订。")
