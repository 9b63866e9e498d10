"""What the split view shows: every requirement on the left, one with its evidence on the
right, what changed since the last opinion, the doubts, and the sums against the floors."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from accreditation.applications.page import Line, has_evidence, last_return, readable
from accreditation.changes.shown import ShownChange, shown
from accreditation.doubts.views import show_sides
from accreditation.doubts.words import words
from accreditation.models import (
    Application,
    CannedReason,
    Doubt,
    Requirement,
    Snapshot,
    Verdict,
)
from accreditation.reviewing.evidence import Shown, evidence_for
from accreditation.workflow.differences import base_of, changed_codes, changes
from accreditation.workflow.people import is_reviewer
from accreditation.workflow.snapshots import requirements_of
from accreditation.workflow.standing import stands, verdicts_of
from accreditation.workflow.table import State
from accreditation.workflow.verdicts import REVIEWING, Sums, needs_word, sums

FILTERS = {
    "all": "全部",
    "open": "待评",
    "short": "未达",
    "returned": "退回",
    "changed": "有变化",
    "doubts": "疑点",
}


@dataclass
class Item(Line):
    """A line of the left column."""

    is_changed: bool = False
    doubts: list[Doubt] = field(default_factory=list)
    number: int = 0

    @property
    def tone(self) -> str:
        if self.verdict and self.stands:
            return {"met": "good", "partly": "fair", "not_met": "poor"}[self.verdict.result]
        return "wait" if self.awaits else "none"

    @property
    def word(self) -> str:
        if self.verdict and self.stands:
            return str(self.verdict.get_result_display())
        return "待评" if self.awaits else "系统核算"

    @property
    def points(self) -> int | None:
        """As the sums count it."""
        if self.verdict and self.stands:
            return self.verdict.points
        if not self.frozen or needs_word(self.requirement, self.frozen):
            return None
        return self.frozen["points"]

    @property
    def is_short(self) -> bool:
        return self.points is not None and self.points < self.requirement.points

    @property
    def is_judged(self) -> bool:
        return bool(self.verdict and self.stands)

    @property
    def chosen_result(self) -> str:
        """Nothing is chosen in advance: an opinion is somebody's own."""
        if "result" in self.typed:
            return self.typed["result"]
        return str(self.verdict.result) if self.verdict and self.stands else ""

    @property
    def chosen_points(self) -> str:
        if "points" in self.typed:
            return self.typed["points"]
        return f"{self.verdict.points / 100:.2f}" if self.verdict and self.stands else ""

    @property
    def comment(self) -> str:
        """What was said of what has changed since stands above the form, not in it."""
        return self._said("comment")

    @property
    def internal_comment(self) -> str:
        return self._said("internal_comment")

    def _said(self, name: str) -> str:
        if name in self.typed:
            return str(self.typed[name])
        return str(getattr(self.verdict, name)) if self.verdict and self.stands else ""

    @property
    def seen(self) -> int:
        return self.verdict.pk if self.verdict else 0

    def matches(self, show: str) -> bool:
        return {
            "open": self.awaits,
            "short": self.is_short,
            "returned": bool(self.returned),
            "changed": self.is_changed,
            "doubts": bool(self.doubts),
        }.get(show, True)


@dataclass
class Desk:
    application: Application
    items: list[Item]
    totals: Sums
    base: Snapshot | None
    can_judge: bool
    show: str = "all"

    @property
    def confirmable(self) -> list[str]:
        """Found met by the system, for a person to confirm, and not judged yet."""
        return [
            item.code
            for item in self.items
            if item.requirement.how == Requirement.How.CONFIRM
            and not item.is_judged
            and item.frozen.get("state") == "met"
        ]

    @property
    def changed(self) -> int:
        return sum(item.is_changed for item in self.items)

    @property
    def listed(self) -> list[Item]:
        return [item for item in self.items if item.matches(self.show)]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        rows = [
            (key, label, sum(item.matches(key) for item in self.items))
            for key, label in FILTERS.items()
        ]
        return [row for row in rows if row[2] or row[0] in ("all", "open", self.show)]

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)

    def chosen(self, code: str) -> Item | None:
        """The one asked for; else the first that awaits an opinion; else the first."""
        listed = self.listed
        return (
            self.item(code)
            or next((item for item in listed if item.awaits), None)
            or (listed[0] if listed else None)
        )

    def beside(self, item: Item, step: int) -> str:
        codes = [one.code for one in self.listed]
        if item.code not in codes:
            return ""
        place = codes.index(item.code) + step
        return codes[place] if 0 <= place < len(codes) else ""

    def next_open(self, item: Item) -> str:
        """The next that awaits an opinion, from here on and round again."""
        place = self.items.index(item) + 1
        ahead = self.items[place:] + self.items[: place - 1]
        return next((one.code for one in ahead if one.awaits), "")


def desk_of(request, application: Application, *, typed: dict[str, Any] | None = None) -> Desk:
    user = request.user
    requirements = requirements_of(application)
    back = last_return(list(application.transitions.filter(to_state=State.RETURNED)))
    # What never came back has no other archive to be compared with.
    archives = list(application.snapshots.exclude(pk=application.snapshot_id)) if back else []
    given = verdicts_of(application, archives)
    latest: dict[str, Verdict] = {row.requirement: row for row in given}
    standing = {code: row for code, row in latest.items() if stands(row, application)}
    number = base_of(application.snapshot, [one.pk for one in archives], given)
    base = next((one for one in archives if one.pk == number), None)
    changed = changed_codes(base, application.snapshot) if base else set()
    reasons = back.details.get("requirements", {}) if back else {}
    doubts = _doubts(application, user)
    frozen = application.snapshot.data["lines"] if application.snapshot else {}
    typed = typed or {}
    items = [
        Item(
            row,
            readable(row, frozen.get(row.code, {}), user),
            latest.get(row.code),
            row.code in standing,
            reasons.get(row.code, ""),
            typed if typed.get("requirement") == row.code else {},
            is_changed=row.code in changed,
            doubts=[doubt for doubt in doubts if doubt.requirement == row.code],
            number=number,
        )
        for number, row in enumerate(requirements, 1)
    ]
    show = request.GET.get("show", "all")
    return Desk(
        application,
        items,
        sums(application, requirements=requirements, verdicts=standing),
        base,
        is_reviewer(user, application) and application.state in REVIEWING,
        show if show in FILTERS else "all",
    )


def _doubts(application: Application, user: Any) -> list[Doubt]:
    """Of the station, open ones first; those that name no requirement stand on the page of
    all doubts."""
    rows = list(
        Doubt.objects.visible_to(user)
        .filter(station=application.station_id)
        .exclude(requirement="")
        .select_related("closed_by", "explained_by")
        .order_by("-state", "pk")
    )
    for row in rows:
        row.word = words(row.kind, is_station=False)
    rows.sort(key=lambda row: row.state != Doubt.State.OPEN)
    return rows


@dataclass
class Right:
    """The chosen requirement."""

    item: Item
    shown: Shown | None
    changes: list[ShownChange]
    reasons: list[CannedReason]
    now_url: str


def right_of(request, desk: Desk, item: Item) -> Right:
    application, requirement = desk.application, item.requirement
    show_sides(item.doubts, request.user)
    readable_rows = has_evidence(requirement, request.user)
    if application.snapshot:
        application.behind = application.snapshot.records.get("behind", {})
    return Right(
        item,
        evidence_for(application, requirement, request.user) if readable_rows else None,
        _changes(desk, item) if readable_rows else [],
        _reasons(item.code) if desk.can_judge else [],
        reverse("desk_now", args=[application.number, item.code]),
    )


def _changes(desk: Desk, item: Item) -> list[ShownChange]:
    current = desk.application.snapshot
    if desk.base is None or current is None:
        return []
    labels = current.records.get("behind", {}).get(item.code, {})
    found = changes(desk.base, current, item.code, labels=labels)
    return shown(desk.application, found)


def _reasons(code: str) -> list[CannedReason]:
    """Those of this requirement first, then what fits everywhere, the most used in front."""
    rows = CannedReason.objects.filter(is_active=True, requirement__in=("", code))
    return list(rows.order_by("-requirement", "-used", "sort_order", "pk"))
