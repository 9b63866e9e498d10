"""Every measure once more, as an obvious loop: slow, per station, one record at a time.

A twin gives the share of the points as a Fraction, or None for 待评. Nothing here is shared
with accreditation/scoring but the models and the thresholds written down as numbers.
"""

import datetime as dt
import math
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType

from activities.keydates import span
from activities.models import (
    Activity,
    Film,
    KeyDate,
    Participation,
    Plan,
    PlanItem,
    Reception,
    ServiceRecord,
    SurveyResponse,
)
from records.models import AttachmentLink
from stations.models import Duty, Facility, Regulation, Station
from veterans.models import Exhibit, FaultCheck, Honour, RosterEdition, Story, Veteran
from volunteers.models import Membership, Team

ZONE = ZoneInfo("Asia/Shanghai")
KEYS = (
    "spring_festival", "lei_feng_month", "july_first", "august_first", "martyrs_day",
    "national_day",
)  # fmt: skip
ONE, ZERO = Fraction(1), Fraction(0)


def clip(x):
    return max(ZERO, min(ONE, x))


def lin(n, of, full, none=0):
    return clip((Fraction(100 * n, of) - none) / (full - none)) if of else ZERO


def cnt(n, need):
    return clip(Fraction(n, need)) if need else ZERO


def things(*shares):
    return ZERO if shares[0] == 0 else sum(shares, ZERO) / len(shares)


def month_back(day, count):
    for _ in range(count):
        day = (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    return day


def age(person, on):
    born = person.birth_date
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


class CommonTwin:
    """What every station is measured by (附件1), and what the tracks read too."""

    def __init__(self, station, on):
        self.s, self.on = station, on
        path, level = station.region.path, station.region.level
        self.whole = [
            s for s in Station.objects.select_related("region")
            if s.region.path.startswith(path)
        ]  # fmt: skip
        self.own = [s for s in self.whole if s.region.level == level]
        self.is_village = level == "village"
        self.year_ago = on.replace(year=on.year - 1)
        self.everybody = self.of(Veteran, self.whole)
        self.people = [
            v for v in self.everybody if v.person_kind == "veteran" and v.status == "active"
        ]
        self.small = len(self.people) < 20
        self.acts = [a for a in self.of(Activity, self.whole) if self.in_year(a.happened_on)]

    def of(self, model, stations):
        return list(model.objects.filter(station__in=stations))

    def in_year(self, day):
        return self.year_ago < day <= self.on

    def links(self, row):
        kind = ContentType.objects.get_for_model(type(row))
        rows = AttachmentLink.objects.filter(content_type=kind, object_id=row.pk)
        return list(rows.select_related("attachment"))

    def photo(self, row):
        return any(link.attachment.kind == "photo" for link in self.links(row))

    def has(self, row, purpose):
        return any(link.purpose == purpose for link in self.links(row))

    def acts_of(self, kind):
        return [a for a in self.acts if a.kind == kind]

    def tagged(self, tag):
        return [a for a in self.acts if tag in a.tags]

    def parts(self, act):
        return list(Participation.objects.filter(activity=act))

    # 附件1 一
    def place(self, kind):
        return [f for f in self.of(Facility, self.own) if f.kind == kind]

    def talk_room(self):
        need = 2 if self.small else 4
        photo = any(self.photo(f) for f in self.place("talk_room"))
        return things(cnt(photo, 1), cnt(len(self.acts_of("talk")), need))

    def recreation_room(self):
        rooms = self.place("recreation_room")
        return things(cnt(bool(rooms), 1), cnt(any(map(self.photo, rooms)), 1))

    def reading_area(self):
        rooms = self.place("reading_area")
        books = any(f.book_count is not None for f in rooms)
        return things(cnt(bool(rooms), 1), cnt(any(map(self.photo, rooms)), 1), cnt(books, 1))

    def shown(self, place):
        return [e for e in self.of(Exhibit, self.own) if e.place == place and not e.withdrawn_on]

    def honour_wall(self):
        shows = 0
        for e in self.shown("honour_wall"):
            people = any(v.station_id == e.station_id for v in e.people.all())
            martyr = any(s.subject == "martyr" for s in e.stories.all())
            martyr |= any(r.kind == "martyr" for r in e.resources.all())
            shows += people or martyr
        photo = any(map(self.photo, self.place("honour_wall")))
        return things(cnt(photo, 1), cnt(shows, 1))

    def honoured(self, v):
        stories = [s for s in Story.objects.filter(veteran=v) if not s.withdrawn_on]
        return bool(stories) or Honour.objects.filter(veteran=v).exists()

    def honour_board(self):
        photo = any(map(self.photo, self.place("honour_board")))
        total = 0
        for station in self.own:
            here = [e for e in self.shown("honour_board") if e.station_id == station.pk]
            total += len({v.pk for e in here for v in e.people.all() if self.honoured(v)})
        need = min(3, sum(map(self.honoured, self.people)))
        return things(cnt(photo, 1), cnt(total, need)) if need else cnt(photo, 1)

    def bulletin_board(self):
        boards = self.place("bulletin_board")
        fresh = any(f.changed_on and self.in_year(f.changed_on) for f in boards)
        return things(cnt(any(map(self.photo, boards)), 1), cnt(fresh, 1))

    def memorabilia_cabinet(self):
        items = [e for e in self.shown("memorabilia_cabinet") if e.no_forbidden_items]
        photo = any(map(self.photo, self.place("memorabilia_cabinet")))
        return things(cnt(photo, 1), cnt(len(items), 1))

    # 附件1 二
    def registered(self):
        of = self.s.registered_veterans
        return None if of is None else lin(len(self.people), of, 95, 70)

    def roster_fields(self):
        n = 0
        for v in self.people:
            states = (
                v.former_post_state, v.current_post_state, v.strengths_state, v.honours_state,
            )  # fmt: skip
            n += 1 + sum(state in ("answered", "none") for state in states)
        return lin(n, 5 * len(self.people), 90, 60)

    def roster_photos(self):
        may = [v for v in self.people if not v.photos_known_none]
        n = 0
        for v in may:
            n += any(
                link.purpose == "service_life" and link.attachment.kind == "photo"
                for link in self.links(v)
            )
        return lin(n, len(may), 30)

    def roster_paper(self):
        for e in self.of(RosterEdition, self.own):
            printed = e.printed_on and self.in_year(e.printed_on)
            if printed and self.has(e, "signed_scan") and e.counted_rows == e.row_count:
                return ONE
        return ZERO

    def roster_confirmed(self):
        days = [
            (self.on - e.confirmed_on).days for e in self.of(RosterEdition, self.own)
            if e.confirmed_on and e.confirmed_on <= self.on
            and None not in (e.moved_in, e.moved_out, e.deceased)
        ]  # fmt: skip
        return clip(Fraction(365 - min(days), 185)) if days else ZERO

    def roster_faults(self):
        if not FaultCheck.objects.filter(region=None).exclude(finished_at=None).exists():
            return None
        clean = [v for v in self.people if not v.faults.filter(closed_at=None).exists()]
        return lin(len(clean), len(self.people), 98, 80)

    # 附件1 三
    def active_teams(self, kind):
        return [t for t in self.of(Team, self.whole) if t.is_active and kind in t.kinds]

    def members(self, kind):
        teams = {t.pk for t in self.active_teams(kind)}
        found = []
        for v in self.people:
            for m in Membership.objects.filter(veteran=v):
                now = m.joined_on <= self.on and (not m.left_on or m.left_on > self.on)
                if now and m.team_id in teams and v not in found:
                    found.append(v)
        return found

    def team(self):
        for t in self.active_teams("lei_feng"):
            led = t.leader and t.leader.status == "active" and t.leader.person_kind == "veteran"
            if led and self.links(t):
                return ONE
        return ZERO

    def size_needed(self):
        young = [v for v in self.people if not v.birth_date or age(v, self.on) <= 70]
        return min(5, max(1, math.ceil(Fraction(len(young), 5))))

    def team_size(self):
        return cnt(len(self.members("lei_feng")), self.size_needed())

    def team_groups(self):
        n = 0
        for t in self.active_teams("lei_feng"):
            for g in t.groups.all():
                good = False
                for m in g.memberships.filter(team=t):
                    v = m.veteran
                    now = m.joined_on <= self.on and (not m.left_on or m.left_on > self.on)
                    person = v.status == "active" and v.person_kind == "veteran"
                    good |= now and person and g.strength in v.strengths.all()
                n += bool(g.leader) and good
        return cnt(n, 1 if len(self.members("lei_feng")) < 8 else 2)

    def volunteering(self):
        return cnt(len(self.acts_of("volunteering")), 3 if self.small else 6)

    def team_served(self):
        members, n = self.members("lei_feng"), 0
        for v in members:
            times = [
                p for p in v.participations.all()
                if p.role == "volunteer" and p.activity.kind == "volunteering"
                and self.in_year(p.activity.happened_on)
            ]  # fmt: skip
            n += len(times) >= 2
        return lin(n, len(members), 30)

    # 附件1 四
    def regulation(self, kind):
        since = self.on.replace(year=self.on.year - 2)
        for r in self.of(Regulation, self.own):
            days = [d for d in (r.adopted_on, r.reviewed_on) if d and since < d <= self.on]
            if r.kind == kind and days and (r.body or self.links(r)):
                return ONE
        return ZERO

    def duties(self):
        full = [d for d in self.of(Duty, self.own) if d.holder and d.body]
        organisations = sum(d.kind == "organisation" for d in full)
        persons = sum(d.kind == "person" for d in full)
        return things(cnt(organisations, 1), cnt(persons, 2))

    def regulations_lived(self):
        return cnt(sum(bool(self.acts_of(k)) for k in ("study", "recreation", "visit")), 3)

    # 附件1 五
    def approved(self, period, year, number):
        return any(
            p.state == "approved" and (p.period, p.year, p.number) == (period, year, number)
            for p in self.of(Plan, self.own)
        )

    def counts(self, start):
        return not self.s.records_begin_on or start >= self.s.records_begin_on

    def year_plan(self):
        years = [self.on.year]
        if (self.on.month, self.on.day) <= (3, 31):
            years.append(self.on.year - 1)
        for p in self.of(Plan, self.own):
            if p.period == "year" and p.state == "approved" and p.year in years:
                return ONE
        begin = self.s.records_begin_on
        return None if begin and (self.on - begin).days < 60 else ZERO

    def periods(self, starts, good, full):
        left = [s for s in starts if self.counts(s)]
        need = math.ceil(Fraction(full * len(left), len(starts)))
        return cnt(sum(map(good, left)), need)

    def month_starts(self):
        return [month_back(self.on, n) for n in range(12, 0, -1)]

    def quarter_plans(self):
        first = self.on.replace(month=3 * ((self.on.month - 1) // 3) + 1, day=1)
        starts = [month_back(first, 3 * n) for n in range(4, 0, -1)]
        return self.periods(
            starts, lambda s: self.approved("quarter", s.year, (s.month + 2) // 3), 3
        )

    def month_plans(self):
        items = self.of(PlanItem, self.own)

        def good(start):
            full = [
                i for i in items if i.place and i.owner
                and (i.planned_on.year, i.planned_on.month) == (start.year, start.month)
            ]  # fmt: skip
            return bool(full) and self.approved("month", start.year, start.month)

        return self.periods(self.month_starts(), good, 10)

    def key_dates(self):
        items, due, n = self.of(PlanItem, self.own), 0, 0
        for code in KEYS:
            row = KeyDate.objects.get(code=code)
            days = [span(row, year)[0] for year in (self.on.year, self.on.year - 1)]
            days = [d for d in days if self.in_year(d) and self.counts(d)]
            if days:
                due += 1
                n += any(
                    i.key_date_id == row.pk
                    and not i.cancelled_reason
                    and self.in_year(i.planned_on)
                    for i in items
                )
        return cnt(n, due)

    def plan_kept(self):
        past = [i for i in self.of(PlanItem, self.own) if self.year_ago < i.planned_on < self.on]
        kept = [i for i in past if i.cancelled_reason or i.activities.exists()]
        return lin(len(kept), len(past), 70)

    # 附件1 六
    def ledger_months(self):
        days = [a.happened_on for a in self.of(Activity, self.whole) if a.happened_on <= self.on]
        months = {(d.year, d.month) for d in days}
        return self.periods(self.month_starts(), lambda s: (s.year, s.month) in months, 10)

    def ledger_complete(self):
        n = 0
        for a in self.acts:
            filled = a.place and a.organiser and a.content and a.outcome
            n += bool(filled and (a.other_headcount or self.parts(a)))
        return lin(n, len(self.acts), 90)

    def ledger_evidence(self):
        n = 0
        for a in self.acts:
            good = any(
                link.attachment.kind in ("photo", "audio", "video")
                or link.purpose in ("sign_in", "receipt")
                for link in self.links(a)
            )
            n += good or any(p.url for p in a.publicity.all())
        return lin(n, len(self.acts), 60)

    def ledger_prompt(self):
        left = [a for a in self.acts if not (a.is_late_entry and self.has(a, "paper_ledger"))]
        n = 0
        for a in left:
            days = a.recorded_at.astimezone(ZONE).date() - (a.ends_on or a.happened_on)
            n += days.days <= 15
        return lin(n, len(left), 80)

    def film(self):
        good = [
            f for f in self.of(Film, self.own) if f.duration <= 900
            and dt.date(2026, 1, 1) <= f.made_on <= min(self.on, dt.date(2028, 12, 31))
        ]  # fmt: skip
        return cnt(bool(good), 1)

    # 附件1 七
    def took_part(self):
        n = of = 0
        for v in self.people:
            part = any(
                p.role in ("participant", "speaker", "volunteer")
                and self.in_year(p.activity.happened_on)
                for p in v.participations.all()
            )
            if v.residence == "local":
                of += part or not v.birth_date or age(v, self.on) <= 80
                n += part
        return lin(n, of, 30, 5)

    def visited(self):
        who = [v for v in self.people if v.is_priority]
        n = 0
        for v in who:
            n += any(
                p.role == "visited" and p.activity.kind in ("visit", "talk")
                and self.in_year(p.activity.happened_on)
                and (v.residence != "local" or not p.activity.by_phone)
                for p in v.participations.all()
            )  # fmt: skip
        return lin(n, len(who), 90) if who else ONE

    def answers_of(self, stations, phone=False):
        return [
            r for r in self.of(SurveyResponse, stations)
            if r.respondent == "veteran" and self.in_year(r.given_on)
            and (not phone or r.source == "phone")
        ]  # fmt: skip

    def survey(self):
        steps = [self.answers_of(self.whole)]
        codes = self.s.region.ancestor_codes
        stations = list(Station.objects.select_related("region"))
        towns = [s for s in stations if s.region.level == "town" and s.region.code in codes[:-1]]
        for town in towns:
            below = [x for x in stations if x.region.path.startswith(town.region.path)]
            steps += [self.answers_of(below)]
        county = [x for x in stations if x.region.county_code == self.s.region.county_code]
        steps.append(self.answers_of(county, phone=True))
        for rows in steps:
            if len(rows) >= 5:
                good = sum(a >= 4 for r in rows for a in (r.honour, r.belonging, r.gain, r.overall))
                return lin(good, 4 * len(rows), 90, 60)
        return None

    def answered(self):
        n = of = 0
        for row in self.of(Reception, self.whole) + self.of(ServiceRecord, self.whole):
            if not self.in_year(row.received_on):
                continue
            done = [d for d in (row.answered_on, row.passed_on_on) if d and d <= self.on]
            if done or (self.on - row.received_on).days >= 15:
                of += 1
                n += any((d - row.received_on).days <= 15 for d in done)
        return lin(n, of, 90) if of else ONE
