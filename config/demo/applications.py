"""Open and ended applications of the current programme, one or more in every state.

Each goes its way through the same functions as a user's, on the days on which it would
have: a plan says how far an application came and how long ago it began.
"""

from dataclasses import dataclass

from django.db.models import F

from accreditation import workflow
from accreditation.models import Application, Requirement
from accreditation.scoring import score_stations
from accreditation.workflow.snapshots import requirements_of
from accreditation.workflow.standing import standing
from accreditation.workflow.verdicts import frozen_lines, needs_word
from config.demo.mending import find_mends, mend
from config.demo.world import Place, World
from records.models import Notice
from stations.models import Station

State = Application.State
RANK = {"ready": 0, "good": 1, "half": 2, "thin": 3, "empty": 4}
STATEMENT = (
    "服务站立足本地资源，围绕申报类别建设阵地、组建队伍、开展活动，形成了自己的特色，现申请评审。"
)
FULL_SCALE = 100
FEW = 40


@dataclass(frozen=True)
class Plan:
    """`until` is the state it ends in, `begun` how many days ago it was drafted; of a full
    demonstration there are `count` of them."""

    until: str
    begun: int
    count: int
    detail: str = ""


# Ended ones first: their stations may apply again.
ENDED = (
    Plan(State.WITHDRAWN, 190, 2),
    Plan(State.NOT_RECOMMENDED, 175, 1),
    Plan(State.REJECTED, 200, 1),
    Plan(State.LAPSED, 180, 1),
)
NAMED = (Plan(State.ACCREDITED, 230, 7), Plan(State.ACCREDITED, 125, 6))
OPEN = (
    Plan(State.TOWN_REVIEW, 6, 4),
    Plan(State.PUBLIC_NOTICE, 66, 4),
    Plan(State.DECISION, 55, 2, "decided"),
    Plan(State.DECISION, 50, 1),
    Plan(State.SITE_VISIT, 44, 2, "visited"),
    Plan(State.SITE_VISIT, 41, 1),
    Plan(State.CITY_REVIEW, 38, 3, "mended"),
    Plan(State.CITY_REVIEW, 30, 2, "judged"),
    Plan(State.CITY_REVIEW, 27, 3),
    Plan(State.COUNTY_REVIEW, 15, 5),
    Plan(State.RETURNED, 36, 1, "mending"),
    Plan(State.RETURNED, 26, 1, "station"),
    Plan(State.RETURNED, 34, 1, "county"),
    Plan(State.DRAFT, 4, 4),
)
# Days after the draft on which each step is taken.
SUBMIT, ENDORSE, RECOMMEND, JUDGE, VISIT, DECIDE, NOTICE, NAME = 3, 6, 11, 20, 30, 45, 62, 80


class Replay:
    def __init__(self, world: World, programme):
        self.world, self.programme = world, programme
        self.cards = {}
        self.turn = 0
        self.by_pk = {user.pk: user for user in world.users.values()}

    def run(self, recognised: set[int]) -> None:
        pool = self._pool(recognised)
        self._score(pool)
        named = self._plans(NAMED)
        for plan in ENDED:
            for place in self._take(pool[::-1], plan):
                self._ended(place, plan)
        for number, plan in enumerate(named, 1):
            self._named(plan, self._drain(pool, plan), number)
        for plan in self._plans(OPEN):
            places = self._drain(pool, plan)
            if plan.until == State.PUBLIC_NOTICE:
                self._in_notice(plan, places)
                continue
            for place in places:
                self._until(place, plan)
        read = Notice.objects.filter(created_at__lt=self.world.moment(self.world.days_ago(10)))
        read.update(read_at=F("created_at"))

    def _plans(self, plans):
        """A few stations are enough for every state, not for every shade of it."""
        if len(self.world.places) >= FEW:
            return plans
        return tuple({plan.until: plan for plan in reversed(plans)}.values())[::-1]

    def _pool(self, recognised):
        """The best kept first, of those who was not recognised in the last programme; every
        third of the best has not applied yet, for the county to see."""
        pool = sorted(
            self.world.places,
            key=lambda p: (RANK[p.level.name], p.station.pk in recognised, p.region.code[::-1]),
        )
        if len(pool) < FEW:
            return pool
        waiting = [place for place in pool if place.level.name == "ready"][1::3]
        later = {place.station.pk for place in waiting}
        return [place for place in pool if place.station.pk not in later] + waiting

    def _score(self, pool):
        stations = Station.objects.filter(pk__in=[place.station.pk for place in pool[:200]])
        self.cards = score_stations(stations, on=self.world.today, programme=self.programme)

    def _count(self, plan):
        return max(1, round(plan.count * min(1, len(self.world.places) / FULL_SCALE)))

    def _take(self, pool, plan):
        fit = [place for place in pool if place.is_village and place.level.name != "empty"]
        fit = fit or pool
        start, self.turn = self.turn, self.turn + self._count(plan)
        return [fit[number % len(fit)] for number in range(start, self.turn)]

    def _drain(self, pool, plan):
        """Take the next of the pool away; what waits at the town must be a village's."""
        taken = []
        for place in list(pool):
            if len(taken) == self._count(plan):
                break
            # What came back is there once for every track.
            is_seen = plan.detail == "mended" and place.track in {one.track for one in taken}
            if (place.is_village or plan.until != State.TOWN_REVIEW) and not is_seen:
                pool.remove(place)
                taken.append(place)
        return taken

    # --- the steps, on their days ----------------------------------------------------

    def _at(self, plan, days, hour=10):
        day = self.world.days_ago(max(0, plan.begun - days))
        return self.world.moment(day, hour)

    def _draft(self, place: Place, plan):
        return workflow.create_draft(
            place.station,
            programme=self.programme,
            track=place.track,
            statement=STATEMENT,
            by=self._clerk(place),
            at=self._at(plan, 0),
        )

    def _clerk(self, place):
        return self.by_pk[place.clerk_id]

    def _county(self, place):
        return self.by_pk[place.county_user_id]

    def _reviewer(self, application):
        return self.world.users["city" if application.pk % 3 else "city2"]

    def _submit(self, application, place, plan):
        workflow.submit(
            application,
            by=self._clerk(place),
            at=self._at(plan, SUBMIT),
            card=self.cards.get(place.station.pk),
        )

    def _endorse(self, application, place, plan):
        if application.state != State.TOWN_REVIEW:
            return
        town = self.world.users.get(f"station-{place.town.code}")
        comment = "材料属实，同意上报。"
        if town:
            workflow.endorse(application, by=town, at=self._at(plan, ENDORSE), comment=comment)
        else:
            at = self._at(plan, SUBMIT + 20)
            workflow.pull(
                application, by=self._county(place), at=at, comment="逾期未审核，直接受理。"
            )

    def _recommend(self, application, place, plan):
        workflow.recommend(
            application, by=self._county(place), at=self._at(plan, RECOMMEND),
            comment="材料齐全，同意推荐。",
        )  # fmt: skip

    def _judge(self, application, plan, *, all_of_them=True):
        reviewer, at = self._reviewer(application), self._at(plan, JUDGE)
        workflow.confirm_all_met(application, by=reviewer, at=at)
        lines, given = frozen_lines(application), standing(application)
        words = [
            _word(row, lines.get(row.code))
            for row in requirements_of(application)
            if row.code not in given and needs_word(row, lines.get(row.code))
        ]
        workflow.give_verdicts(
            application, verdicts=words if all_of_them else words[:2], by=reviewer, at=at
        )

    def _visit(self, application, plan):
        reviewer = self._reviewer(application)
        workflow.send_to_site_visit(
            application,
            by=reviewer,
            at=self._at(plan, JUDGE + 1),
            comment="材料评审通过，转实地核验。",
        )

    def _visited(self, application, plan):
        reviewer = self._reviewer(application)
        others = [
            self.world.users[name]
            for name in ("city", "city2")
            if self.world.users[name] != reviewer
        ]
        at = self._at(plan, VISIT, 15)
        workflow.record_site_visit(
            application,
            visited_on=at.date(),
            visitors=[reviewer, others[0]],
            finding="现场查看阵地、抽查台账和花名册，随机走访两户，情况与申报材料一致。",
            conclusion="passed",
            by=reviewer,
            at=at,
        )

    def _to_decision(self, application, plan):
        workflow.send_to_decision(
            application, by=self._reviewer(application), at=self._at(plan, VISIT + 2),
            comment="核验情况良好，建议提交集体研究。",
        )  # fmt: skip

    def _decide(self, application, plan, conclusion="agree"):
        at = self._at(plan, DECIDE)
        workflow.decide(
            application,
            conclusion=conclusion,
            decided_on=at.date(),
            minutes_number=f"演示纪要〔{at.year}〕{at.month}号",
            comment="经集体研究，同意列入公示名单。"
            if conclusion == "agree"
            else "特色不够鲜明，暂不予认定。",
            by=self.world.users["city3"],
            at=at,
        )

    def _return(self, application, plan, level, *, by, due, days, reasons=None):
        workflow.return_application(
            application,
            level=level,
            due_on=due,
            comment="个别材料需补正，请按所列要点补充。",
            reasons=reasons or {"C1.6": "宣传栏照片不清晰，请重新拍摄。"},
            by=by,
            at=self._at(plan, days),
        )

    def _send_back(self, application, place, plan):
        """The city has judged everything and returns what the records leave open; the station
        mends it, or has mended the first of it so far."""
        self._judge(application, plan)
        application.refresh_from_db()
        reviewer, mends = self._reviewer(application), find_mends(application)
        points = {row.code: row.points for row in requirements_of(application)}
        words = [
            workflow.Word(one.code, "partly", points[one.code] // 2, one.reason, is_override=True)
            for one in mends
        ]
        workflow.give_verdicts(
            application, verdicts=words, by=reviewer, at=self._at(plan, JUDGE, 11)
        )
        self._return(
            application, plan, "station", by=reviewer, due=self.world.today + self.world.days(10),
            days=JUDGE + 1, reasons={one.code: one.reason for one in mends},
        )  # fmt: skip
        is_done = plan.detail == "mended"
        clerk = self._clerk(place)
        mend(self.world, place, mends if is_done else mends[:1], by=clerk)
        if is_done:
            workflow.resubmit(application, by=clerk, at=self.world.now, comment="已按要求补正。")

    # --- how far each of them comes --------------------------------------------------

    def _until(self, place, plan):
        """Step by step up to the state of the plan."""
        application = self._draft(place, plan)
        if plan.until == State.DRAFT:
            return application
        self._submit(application, place, plan)
        if plan.until == State.TOWN_REVIEW:
            return application
        self._endorse(application, place, plan)
        if plan.until == State.COUNTY_REVIEW:
            return application
        if plan.detail == "station":
            self._return(application, plan, "station", by=self._county(place),
                         due=self.world.today + self.world.days(12), days=RECOMMEND)  # fmt: skip
            return application
        self._recommend(application, place, plan)
        if plan.detail in ("mended", "mending"):
            self._send_back(application, place, plan)
            return application
        if plan.until == State.CITY_REVIEW:
            if plan.detail:
                self._judge(application, plan, all_of_them=False)
            return application
        if plan.detail == "county":
            self._return(application, plan, "county", by=self._reviewer(application),
                         due=self.world.today + self.world.days(9), days=JUDGE)  # fmt: skip
            return application
        self._judge(application, plan)
        self._visit(application, plan)
        if plan.until == State.SITE_VISIT and not plan.detail:
            # The reviewers set out with their sheet.
            reviewer = self._reviewer(application)
            workflow.draw_sheet(application, by=reviewer, at=self._at(plan, VISIT))
            return application
        self._visited(application, plan)
        if plan.until == State.SITE_VISIT:
            return application
        self._to_decision(application, plan)
        if plan.until != State.DECISION or plan.detail:
            self._decide(application, plan)
        return application

    def _ended(self, place, plan):
        if plan.until == State.REJECTED:
            application = self._until(place, Plan(State.DECISION, plan.begun, 1))
            self._decide(application, plan, "reject")
            return
        application = self._until(place, Plan(State.COUNTY_REVIEW, plan.begun, 1))
        if plan.until == State.WITHDRAWN:
            workflow.withdraw(
                application, comment="准备不充分，完善后再申报。", by=self._clerk(place),
                at=self._at(plan, RECOMMEND),
            )  # fmt: skip
        elif plan.until == State.NOT_RECOMMENDED:
            workflow.do_not_recommend(
                application, comment="共性标准有多项未达到，建议先补齐短板。",
                by=self._county(place), at=self._at(plan, RECOMMEND),
            )  # fmt: skip
        else:
            due = self.world.days_ago(plan.begun - RECOMMEND - 20)
            self._return(
                application, plan, "station", by=self._county(place), due=due, days=RECOMMEND
            )
            workflow.lapse(application, at=self._at(plan, RECOMMEND + 22))

    def _batch(self, plan, places, name):
        city = self.world.users["city"]
        done = [self._until(place, Plan("", plan.begun, 1)) for place in places]
        batch = workflow.create_batch(
            self.programme, name=name, submit_by=self.world.days_ago(plan.begun - RECOMMEND),
            by=city, at=self._at(plan, SUBMIT),
        )  # fmt: skip
        workflow.assign_to_batch(batch, done, by=city, at=self._at(plan, DECIDE + 2))
        starts = self._at(plan, NOTICE)
        workflow.publish_notice(
            batch, starts_on=starts.date(), contact="市退役军人事务局（演示）0527-00000000",
            by=city, at=starts,
        )  # fmt: skip
        return batch, done

    def _named(self, plan, places, number):
        batch, done = self._batch(plan, places, f"第{number}批（演示）")
        if number == len(NAMED) and len(done) > 2:
            self._objection(done[-1], plan, result="upheld")
        at = self._at(plan, NAME)
        workflow.name_batch(
            batch,
            document_no=f"宿退役军人〔{at.year}〕演示{number}号",
            named_on=at.date(),
            by=self.world.users["city"],
            at=at,
        )

    def _in_notice(self, plan, places):
        _batch, done = self._batch(plan, places, f"第{len(NAMED) + 1}批（演示）")
        if len(done) > 1:
            self._objection(done[0], plan, result="")

    def _objection(self, application, plan, *, result):
        at = self._at(plan, NOTICE + 2)
        application.refresh_from_db()
        handlers = (self.world.users["city2"], self.world.users["city3"])
        objection = workflow.add_objection(
            application,
            received_on=at.date(),
            channel="phone",
            text="反映服务站部分陈列内容与史实有出入，请核查。",
            handlers=handlers,
            by=handlers[0],
            at=at,
        )
        if result:
            later = self._at(plan, NOTICE + 8)
            workflow.close_objection(
                objection, result=result, finding="经核查，展陈内容确有不实之处，须重新布展。",
                investigator="评审组", replied_on=later.date(), by=handlers[0], at=later,
            )  # fmt: skip


def _word(row: Requirement, line):
    """What a reviewer says who finds on site what the system found."""
    found = line["points"] if line else None
    if row.how == Requirement.How.JUDGE or found is None or found == row.points:
        return workflow.Word(row.code, "met", row.points, "材料与现场一致。")
    result = "partly" if found else "not_met"
    return workflow.Word(row.code, result, found, "与系统核算一致，请继续补充。")
