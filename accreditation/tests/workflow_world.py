"""A small standard, a programme that is running, and a card of made-up findings, so that
workflow tests say what they need in a line. Scoring has tests of its own."""

import datetime as dt
from types import SimpleNamespace

from django.utils import timezone

from accreditation import workflow
from accreditation.models import Application, Programme, Requirement, Rubric

# code, how, must, points
LINES = (
    ("C1.1", "auto", True, 3000),
    ("C1.2", "confirm", False, 2000),
    ("C2.1", "judge", False, 1000),
    ("R1.1", "auto", False, 2000),
    ("R1.2", "confirm", True, 2000),
    ("H1.1", "auto", False, 4000),
    ("U1.1", "auto", False, 4000),
)
NOTE = "公示联系 8436 0000"


def moment(text):
    return timezone.make_aware(dt.datetime.fromisoformat(text))


def a_rubric():
    rubric = Rubric.objects.create(version=90, state=Rubric.State.IN_FORCE)
    Requirement.objects.bulk_create(
        Requirement(
            rubric=rubric, code=code, label=f"要点{code}", how=how, must=must, measure="x",
            points=points, clause="附件1", sentence="政策原文。", order=order,
        )
        for order, (code, how, must, points) in enumerate(LINES)
    )  # fmt: skip
    return rubric


def a_programme(**fields):
    Programme.objects.filter(is_current=True).update(is_current=False)
    values = {
        "name": "测试方案",
        "starts_on": dt.date(2024, 1, 1),
        "ends_on": dt.date(2099, 12, 31),
        "is_current": True,
    }
    values |= fields
    if "rubric" not in values:
        values["rubric"] = a_rubric()
    return Programme.objects.create(**values)


def a_card(**states):
    """All found met; `C1_1="missing"` says otherwise."""
    lines = {}
    for code, how, _, points in LINES:
        state = states.get(code.replace(".", "_"), "pending" if how == "judge" else "met")
        got = {"met": points, "not_applicable": points, "partly": points // 2, "missing": 0}
        lines[code] = SimpleNamespace(
            code=code, state=state, points=got.get(state), max_points=points,
            found=f"{code}核查", missing="" if state == "met" else "尚缺材料", n=1, of=1,
        )  # fmt: skip
    return SimpleNamespace(lines=lines, track=lambda track: _result(lines, track), frozen={})


def _result(lines, track):
    part = {"red": "R", "historical": "H", "rural": "U"}[track]
    common = sum(line.points or 0 for line in lines.values() if line.code[0] == "C")
    own = sum(line.points or 0 for line in lines.values() if line.code[0] == part)
    missing = [
        code
        for code, _, must, points in LINES
        if must and code[0] in ("C", part) and lines[code].points != points
    ]
    return SimpleNamespace(
        computed=common + own, computed_max=9000, common=common, common_max=5000, own=own,
        own_max=4000, musts_missing=missing, is_ready=not missing,
    )  # fmt: skip


class World:
    """Carries an application to a state through the workflow itself."""

    def __init__(self, cast, station, programme):
        self.cast, self.station, self.programme = cast, station, programme

    def draft(self, station=None, by=None):
        station = station or self.station
        return workflow.create_draft(
            station, programme=self.programme, track="red", by=by or self.cast.county,
            statement="做法与成效。",
        )  # fmt: skip

    def at(self, state, station=None):
        """One application in the given state."""
        application = self.draft(station)
        if state == "draft":
            return application
        cast = self.cast
        if state == "withdrawn":
            workflow.withdraw(application, comment="暂缓", by=cast.county)
            return application
        workflow.submit(application, by=cast.county, card=a_card())
        if state == "town_review":
            return application
        if application.state == "town_review":
            workflow.endorse(application, by=cast.town, comment="同意")
        return self._from_county(application, state)

    def _from_county(self, application, state):
        cast = self.cast
        if state == "county_review":
            return application
        if state == "not_recommended":
            workflow.do_not_recommend(application, comment="条件不足", by=cast.county)
            return application
        workflow.recommend(application, by=cast.county)
        return self._from_city(application, state)

    def _from_city(self, application, state):
        cast = self.cast
        if state == "city_review":
            return application
        if state in ("returned", "lapsed"):
            due = timezone.localdate() + dt.timedelta(days=10)
            workflow.return_application(
                application, level="station", due_on=due, comment="请补正",
                reasons={"C1.2": "照片不清"}, by=cast.city,
            )  # fmt: skip
            if state == "lapsed":
                workflow.lapse(application, at=timezone.now() + dt.timedelta(days=11))
            return application
        if state == "rejected":
            workflow.reject(application, comment="不符合条件", by=cast.city)
            return application
        workflow.send_to_site_visit(application, by=cast.city)
        if state == "site_visit":
            return application
        self.judge(application)
        self.visit(application)
        workflow.send_to_decision(application, by=cast.city)
        if state == "decision":
            return application
        return self._decided(application, state)

    def judge(self, application):
        workflow.confirm_all_met(application, by=self.cast.city)
        workflow.give_verdict(
            application, requirement="C2.1", result="met", points=1000, by=self.cast.city
        )

    def visit(self, application):
        return workflow.record_site_visit(
            application, visited_on=timezone.localdate(), finding="现场与材料一致。",
            visitors=[self.cast.city2, self.cast.city], conclusion="passed", by=self.cast.city2,
        )  # fmt: skip

    def decide(self, application):
        workflow.decide(
            application, conclusion="agree", decided_on=timezone.localdate(),
            minutes_number="〔2026〕1号", by=self.cast.city2,
        )  # fmt: skip

    def batch(self, application):
        batch = workflow.create_batch(
            self.programme, name=f"批次{application.number}", by=self.cast.city
        )
        workflow.assign_to_batch(batch, [application], by=self.cast.city)
        application.refresh_from_db()
        return batch

    def _decided(self, application, state):
        self.decide(application)
        batch = self.batch(application)
        workflow.publish_notice(
            batch, starts_on=timezone.localdate(), contact=NOTE, by=self.cast.city
        )
        if state == "accredited":
            later = timezone.now() + dt.timedelta(days=30)
            workflow.name_batch(
                batch, document_no="宿退役军人〔2026〕5号",
                named_on=timezone.localdate(later), by=self.cast.city, at=later,
            )  # fmt: skip
        return Application.objects.select_related("station__region", "batch").get(pk=application.pk)


def named(world, cast, **fields):
    values = {"programme": world.programme, "station": world.station, "track": "red",
              "named_on": dt.date(2025, 3, 1), "by": cast.city}  # fmt: skip
    return workflow.enter_accreditation(**values | fields)
