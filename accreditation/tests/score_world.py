"""Seeded random records of every kind that a measure reads, near every threshold."""

import datetime as dt
import random

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from activities.models import (
    Activity,
    Film,
    KeyDate,
    Participation,
    Plan,
    PlanItem,
    Publicity,
    Reception,
    ServiceRecord,
    SurveyResponse,
)  # fmt: skip
from records.models import Attachment, AttachmentLink, ContentCheck, CountyConfirmation
from stations.models import (
    Duty,
    Facility,
    Partner,
    Regulation,
    Resource,
    ResourceUse,
    Station,
    Title,
)  # fmt: skip
from tests.factories import RegionFactory, StationFactory
from veterans.models import (
    DataFault,
    Enterprise,
    Exhibit,
    FaultCheck,
    Honour,
    RosterEdition,
    Story,
    Strength,
    Veteran,
)  # fmt: skip
from volunteers.models import Group, Membership, Team

ON = dt.date(2026, 5, 20)
TRACKS = ("red", "historical", "rural")
# The kinds of story that a measure asks for; the rest is any kind.
COUNTED = (
    ("red", "martyr"), ("red", "war_veteran"), ("red", "party_model"),
    ("historical", "inheritor"), ("rural", "green_leader"),
)  # fmt: skip


def build_tree(towns=4, villages=8):
    """One city, two counties; each town with its villages, one of them merged into another."""
    city = RegionFactory(code="3213", name="宿迁市", level="city")
    counties = [
        RegionFactory(code=f"32132{n}", name=f"第{n}县", level="county", parent=city)
        for n in range(2)
    ]
    for n in range(towns):
        county = counties[n % 2]
        town = RegionFactory(code=f"{county.code}{100 + n}", level="town", parent=county)
        StationFactory(region=town)
        first = None
        for m in range(villages):
            parent = first if m == villages - 1 else town
            region = RegionFactory(code=f"{town.code}{200 + m}", parent=parent)
            first = first or region
            StationFactory(region=region)


class World:
    def __init__(self, seed):
        self.r = random.Random(seed)
        names = [f"特长{n}" for n in range(3)]
        self.strengths = [Strength.objects.get_or_create(name=name)[0] for name in names]
        self.keys = list(KeyDate.objects.all())
        self.files = {}

    def yes(self, chance=0.5):
        return self.r.random() < chance

    def day(self, back=500):
        return ON - dt.timedelta(days=self.r.randint(-5, back))

    def pick(self, choices):
        return self.r.choice(list(choices))

    def some(self, rows, most=3):
        rows = list(rows)
        return self.r.sample(rows, min(len(rows), self.r.randint(0, most)))

    def attach(self, record, station, purpose="general", kind="photo"):
        if kind not in self.files:
            self.files[kind] = Attachment.objects.create(
                station=station, kind=kind, file="x", original_name="x", content_type="x",
                size=1, sha256="0" * 64,
            )  # fmt: skip
        AttachmentLink.objects.get_or_create(
            attachment=self.files[kind],
            content_type=ContentType.objects.get_for_model(type(record)),
            object_id=record.pk,
            purpose=purpose,
        )

    def maybe_attach(self, record, purposes=("general",), chance=0.5):
        if self.yes(chance):
            kind = self.pick(("photo", "photo", "photo", "document", "video"))
            self.attach(record, record.station, self.pick(purposes), kind)

    def fill(self):
        stations = list(Station.objects.select_related("region__parent").order_by("region__path"))
        for station in stations:
            self.place(station)
            self.people(station)
        for station in stations:
            self.texts(station)
            self.teams(station, stations)
            self.plans(station)
            self.ledger(station)
            self.desk(station)
        # A check that never ended says nothing of the roster.
        FaultCheck.objects.create(finished_at=self.pick([None, timezone.now(), timezone.now()]))

    def place(self, s):
        if self.yes(0.8):
            s.registered_veterans = self.r.randint(0, 12)
        if self.yes():
            s.records_begin_on = ON - dt.timedelta(days=self.r.choice([10, 50, 100, 250, 900]))
        s.save()
        for kind in Facility.Kind:
            for _ in range(self.r.randint(0, 2)):
                row = Facility.objects.create(
                    station=s, kind=kind, book_count=self.pick([None, 0, 9]),
                    changed_on=self.pick([None, self.day()]),
                )  # fmt: skip
                self.maybe_attach(row)
        for kind in Regulation.Kind:
            if self.yes(0.7):
                row = Regulation.objects.create(
                    station=s, kind=kind, title="x", body=self.pick(["", "正文"]),
                    adopted_on=self.day(1200), reviewed_on=self.pick([None, self.day(1200)]),
                )  # fmt: skip
                self.maybe_attach(row)
        for _ in range(4):
            Duty.objects.create(
                station=s, kind=self.pick(Duty.Kind), post="x",
                holder=self.pick(["", "张三"]), body=self.pick(["", "x"]),
            )  # fmt: skip
        for _ in range(self.r.randint(0, 2)):
            Title.objects.create(
                station=s, name="x", level=self.pick(["town", "county", "city"]),
                awarded_on=self.day(), valid_until=self.pick([None, self.day(), ON]),
            )  # fmt: skip
        for kind in self.some(CountyConfirmation.Kind, 3):
            CountyConfirmation.objects.create(
                station=s, kind=kind, number=self.r.randint(1, 6), by="x", on=self.day()
            )
        for _ in range(self.r.randint(0, 4)):
            kind = self.pick(Resource.Kind)
            Resource.objects.create(
                region=s.region, name="x", kind=kind, theme=self.pick(TRACKS),
                source=self.pick(["", "县志"]), description=self.pick(["", "x"]),
                keeper=self.pick(["", "某村"]), keeper_missing_reported=self.yes(0.3),
            )  # fmt: skip

    def people(self, s):
        for n in range(self.r.randint(0, 9)):
            person = Veteran.objects.create(
                station=s, name=f"人{n}", person_kind=self.pick(["veteran"] * 5 + ["survivor"]),
                status=self.pick(["active"] * 5 + ["moved", "deceased", "lost"]),
                birth_date=self.pick([None, self.birth(), self.birth()]),
                residence=self.pick(Veteran.Residence),
                former_post_state=self.state(), current_post_state=self.state(),
                strengths_state=self.state(), honours_state=self.state(),
                photos_known_none=self.yes(0.3), is_priority=self.yes(0.4),
                war_tags=self.pick([[], [], ["korea"], ["vietnam", "other"]]),
                interview_status=self.pick(Veteran.InterviewStatus),
            )  # fmt: skip
            person.strengths.set(self.some(self.strengths, 2))
            self.maybe_attach(person, ("service_life", "portrait"))
            if self.yes(0.3):
                Honour.objects.create(veteran=person, kind="merit_3")
            for _ in range(self.r.randint(0, 1)):
                DataFault.objects.create(
                    veteran=person, kind="duplicate", closed_at=self.pick([None, timezone.now()])
                )
        for edition in range(self.r.randint(0, 3)):
            row = RosterEdition.objects.create(
                station=s, edition=edition, row_count=5, counted_rows=self.pick([None, 5, 6]),
                printed_on=self.pick([None, self.day()]), confirmed_on=self.pick([None, self.day()]),
                moved_in=self.pick([None, 0]), moved_out=0, deceased=1,
            )  # fmt: skip
            self.maybe_attach(row, ("signed_scan", "general"), 0.8)
        for _ in range(self.r.randint(0, 2)):
            row = Enterprise.objects.create(
                station=s, name="x", trade="x", kind=self.pick(Enterprise.Kind), is_green=self.yes()
            )
            everybody = list(Veteran.objects.filter(station=s))
            row.owners.set(self.some(everybody))
            row.workers.set(self.some(everybody))

    def birth(self):
        """Around the ages that count, to the day."""
        age = self.r.choice([15, 16, 59, 60, 70, 71, 80, 81, 40])
        return dt.date(ON.year - age, ON.month, ON.day) + dt.timedelta(days=self.r.randint(-1, 1))

    def state(self):
        return self.pick(["answered", "none", "unknown", "blank"])

    def check(self, row):
        for aspect in ("political", "historical"):
            for _ in range(self.pick([0, 1, 1, 1, 1, 2])):
                ContentCheck.objects.create(
                    content_type=ContentType.objects.get_for_model(type(row)), object_id=row.pk,
                    aspect=aspect, passed=self.yes(0.95), checker_unit="x",
                    content_hash=self.pick([row.content_hash] * 9 + ["old"]),
                    checker_name=self.pick(["甲", "乙", "丙", "丁"]), entered_by=self.user(),
                    checked_at=timezone.now() - dt.timedelta(hours=self.r.randint(0, 3)),
                )  # fmt: skip

    def user(self):
        from tests.factories import UserFactory

        self.author = getattr(self, "author", None) or UserFactory(full_name="甲")
        return self.author

    def texts(self, s):
        people = list(Veteran.objects.filter(station=s))
        gone = [None, None, None, ON]
        for n in range(self.r.randint(0, 14)):
            theme, subject = self.pick([*COUNTED, (self.pick(TRACKS), self.pick(Story.Subject))])
            row = Story.objects.create(
                station=s, theme=theme, subject=subject, title="x",
                body="x", source=self.pick(["", "口述"]), content_hash=f"h{s.pk}-{n}",
                veteran=self.pick([None, *people]), withdrawn_on=self.pick(gone),
                created_by=self.pick([None, self.user()]),
            )  # fmt: skip
            self.check(row)
        stories = list(Story.objects.filter(station=s))
        near = list(Resource.objects.filter(region__in=[s.region, s.region.parent]))
        for n in range(self.r.randint(2, 7)):
            row = Exhibit.objects.create(
                station=s, place=self.pick([*Exhibit.Place, *["wall_panel"] * 3]),
                theme=self.pick(["", *TRACKS]),
                title="x", content_hash=f"e{s.pk}-{n}", no_forbidden_items=self.yes(),
                withdrawn_on=self.pick(gone), created_by=self.pick([None, self.user()]),
            )  # fmt: skip
            row.people.set(self.some(people))
            row.stories.set(self.some(stories, 2))
            row.resources.set(self.some(near, 2))
            self.maybe_attach(row)
            self.check(row)
        for resource in self.some(
            Resource.objects.filter(region__in=[s.region, s.region.parent]), 6
        ):
            use = ResourceUse.objects.create(station=s, resource=resource)
            self.maybe_attach(use, ("agreement",), 0.4)

    def teams(self, s, stations):
        people = list(Veteran.objects.filter(station__region__path__startswith=s.region.path))
        everybody = people + self.some(Veteran.objects.all(), 2)
        for _ in range(self.r.randint(0, 2)):
            team = Team.objects.create(
                station=s, name="x", is_active=self.yes(0.8), leader=self.pick([None, *people]),
                kinds=self.pick([["lei_feng"], ["hometown"], ["lei_feng", "hometown"]]),
            )  # fmt: skip
            self.maybe_attach(team, ("founding", "charter"), 0.7)
            groups = [
                Group.objects.create(
                    team=team, name="x", field="other", leader=self.pick([None, *people]),
                    strength=self.pick([None, *self.strengths]),
                )
                for _ in range(2)
            ]  # fmt: skip
            for person in {p.pk: p for p in self.some(everybody, 8)}.values():
                joined = self.day(900)
                left = self.pick([None, None, joined + dt.timedelta(days=self.r.randint(0, 900))])
                Membership.objects.create(
                    team=team, group=self.pick([None, *groups]), veteran=person,
                    joined_on=joined, left_on=left,
                )  # fmt: skip

    def plans(self, s):
        for period, numbers in (("year", 1), ("quarter", 4), ("month", 12)):
            for year in (2024, 2025, 2026):
                for number in range(1, numbers + 1):
                    if self.yes(0.6):
                        Plan.objects.create(
                            station=s, period=period, year=year, number=number, title="x",
                            state=self.pick(["draft", "approved", "approved"]),
                        )  # fmt: skip
        for _ in range(self.r.randint(0, 30)):
            PlanItem.objects.create(
                station=s, planned_on=self.day(), title="x", place=self.pick(["", "x", "x"]),
                owner=self.pick(["", "x", "x"]), key_date=self.pick([None, *self.keys]),
                cancelled_reason=self.pick(["", "", "下雨"]),
            )  # fmt: skip

    def ledger(self, s):
        teams = list(Team.objects.filter(station=s))
        items = list(PlanItem.objects.filter(station=s))
        stories = list(Story.objects.filter(station=s))
        partner = Partner.objects.create(station=s, name="x", kind="school")
        near = list(Resource.objects.filter(region__in=[s.region, s.region.parent]))
        people = list(Veteran.objects.filter(station=s)) + self.some(Veteran.objects.all(), 2)
        martyrs = [k for k in self.keys if k.code == "martyrs_day"]
        for _ in range(self.r.randint(0, 24)):
            day = self.day()
            recorded = dt.datetime.combine(day, dt.time(self.r.randint(0, 23), 30), dt.UTC)
            row = Activity.objects.create(
                station=s, kind=self.pick([*Activity.Kind, *["volunteering"] * 6]), title="x", happened_on=day,
                ends_on=self.pick([None, None, day + dt.timedelta(days=2)]),
                tags=self.some(Activity.Tag, 3), place=self.pick(["", "x", "x", "x"]),
                organiser=self.pick(["", "x", "x", "x"]), content=self.pick(["", "x", "x"]),
                outcome=self.pick(["", "x", "x"]), other_headcount=self.pick([0, 3]),
                by_phone=self.yes(0.3), plan_item=self.pick([None, *items]),
                team=self.pick([None, *teams]), key_date=self.pick([None, *martyrs]),
                recorded_at=recorded + dt.timedelta(days=self.r.choice([0, 3, 14, 15, 16, 17])),
                is_late_entry=self.yes(0.3),
            )  # fmt: skip
            row.resources.set(self.some(near, 3))
            row.stories.set(self.some(stories, 2))
            row.partners.set([partner] if self.yes(0.3) else [])
            self.maybe_attach(row, ("general", "sign_in", "receipt", "paper_ledger"), 0.6)
            for person in {p.pk: p for p in self.some(people, 4)}.values():
                Participation.objects.create(
                    activity=row,
                    veteran=person,
                    role=self.pick([*Participation.Role, "volunteer", "volunteer"]),
                )
            if self.yes(0.3):
                Publicity.objects.create(
                    station=s, channel="tv", level="county", title="x", published_on=day,
                    url=self.pick(["", "https://example.cn/"]),
                    activity=self.pick([None, row]), story=self.pick([None, *stories]),
                )  # fmt: skip

    def desk(self, s):
        for model in (Reception, ServiceRecord):
            for _ in range(self.r.randint(0, 3)):
                received = self.day()
                later = received + dt.timedelta(days=self.r.choice([0, 14, 15, 16]))
                extra = (
                    {"visitor": "x", "handler": "x"} if model is Reception else {"kind": "policy"}
                )
                model.objects.create(
                    station=s, matter="x", received_on=received,
                    answered_on=self.pick([None, later]), passed_on_on=self.pick([None, later]),
                    **extra,
                )  # fmt: skip
        for _ in range(self.r.randint(0, 7)):
            answers = {
                k: self.r.choice([3, 4, 4, 5, 5])
                for k in ("honour", "belonging", "gain", "overall")
            }
            SurveyResponse.objects.create(
                station=s, source=self.pick(["qr", "paper", "phone"]), given_on=self.day(),
                respondent=self.pick(["veteran", "veteran", "family"]), **answers,
            )  # fmt: skip
        if self.yes():
            Film.objects.create(
                station=s, title="x", duration=self.pick([899, 900, 901]), made_on=self.day()
            )
