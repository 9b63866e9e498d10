"""The twins of the requirements of the three tracks (附件2)."""

import math
from fractions import Fraction

from django.contrib.contenttypes.models import ContentType

from accreditation.tests.twins import ONE, CommonTwin, age, cnt, lin, things
from activities.models import Publicity
from records.models import ContentCheck, CountyConfirmation
from stations.models import Resource, ResourceUse, Station, Title
from veterans.models import Enterprise, Exhibit, Story

SITES = ("memorial_place", "memorial_venue", "memorial_facility", "relic_site")
FIVE = (
    "celebrity_memorial", "protected_relic", "science_museum", "industrial_heritage",
    "former_residence",
)  # fmt: skip
REFORM = ("reform_venue", "major_project", "reform_landmark")


class Twin(CommonTwin):
    def passed(self, row):
        kind = ContentType.objects.get_for_model(type(row))
        latest = {}
        checks = ContentCheck.objects.filter(content_type=kind, object_id=row.pk)
        for check in checks.order_by("checked_at", "pk"):
            if check.content_hash == row.content_hash:
                latest[check.aspect] = check
        if len(latest) < 2 or not all(c.passed for c in latest.values()):
            return False
        names = {c.checker_name for c in latest.values()}
        return len(names) == 2 and (not row.created_by or row.created_by.full_name not in names)

    def stories(self, theme, subject=None):
        return [
            s for s in self.of(Story, self.own)
            if s.theme == theme and subject in (None, s.subject)
            and not s.withdrawn_on and self.passed(s)
        ]  # fmt: skip

    def story_uses(self, s):
        shown = sum(not e.withdrawn_on for e in s.exhibits.all())
        return s.activities.count() + shown + Publicity.objects.filter(story=s).count()

    def confirmed(self, kind, full):
        rows = [
            c for c in CountyConfirmation.objects.filter(station__in=self.own, kind=kind)
            if c.on <= self.on
        ]  # fmt: skip
        return min(full, sum(c.number for c in rows)) if rows else full

    def uses(self, good):
        return [u for u in self.of(ResourceUse, self.own) if good(u.resource)]

    def martyr_resources(self):
        rows = self.uses(lambda r: r.kind in ("martyr", "red_event") and r.source)
        return cnt(len(rows), self.confirmed("red_resource_count", 5))

    def martyr_stories(self):
        rows = [s for s in self.stories("red", "martyr") if s.source]
        return cnt(len(rows), self.confirmed("martyr_story_count", 3))

    def red_activities(self):
        return cnt(len(self.tagged("red")), 2 if self.small else 4)

    def war(self):
        return [
            v for v in self.everybody
            if v.person_kind == "veteran" and v.status in ("active", "deceased") and v.war_tags
        ]  # fmt: skip

    def war_veterans(self):
        people = self.war()
        if not people:
            rows = CountyConfirmation.objects.filter(station__in=self.own, kind="no_war_veterans")
            return cnt(any(c.on <= self.on for c in rows), 1)
        asked = [v for v in people if v.interview_status != "not_started"]
        return lin(len(asked), len(people), 90)

    def war_stories(self):
        willing = [v for v in self.war() if v.interview_status != "declined"]
        return cnt(len(self.stories("red", "war_veteran")), min(3, len(willing)))

    def party_stories(self):
        return cnt(len(self.stories("red", "party_model")), 1 if self.is_village else 2)

    def party_story_uses(self):
        n = 0
        for s in self.stories("red", "party_model"):
            n += sum(a.happened_on <= self.on for a in s.activities.all())
            n += sum(not e.withdrawn_on for e in s.exhibits.all())
            n += sum(p.published_on <= self.on for p in Publicity.objects.filter(story=s))
        return cnt(n, 2)

    def sites(self):
        regions = [s.region for s in self.own]
        if self.is_village and self.s.region.parent:
            regions.append(self.s.region.parent)
        found = {r for r in Resource.objects.filter(region__in=regions) if r.kind in SITES}
        return found | {u.resource for u in self.uses(lambda r: r.kind in SITES)}

    def sites_kept(self):
        used = {u.resource for u in self.uses(lambda r: r.kind in SITES)}
        kept = [r for r in used if r.keeper or r.keeper_missing_reported]
        return cnt(len(kept), len(self.sites()))

    def sites_used(self):
        held = {r for a in self.acts for r in a.resources.all()}
        return cnt(len(self.sites() & held), min(3, len(self.sites())))

    def commemorations(self):
        rows = self.acts_of("commemoration")
        day = [a for a in rows if a.key_date and a.key_date.code == "martyrs_day"]
        return things(cnt(len(rows), 2), cnt(len(day), 1))

    def historical_resources(self):
        rows = self.uses(lambda r: r.theme == "historical" and r.source)
        return cnt(len(rows), self.confirmed("historical_resource_count", 3))

    def hometown_hall(self):
        kinds = ("hometown_hall", "historic_district")
        rows = self.uses(lambda r: r.kind in kinds)
        towns = Station.objects.filter(
            region__level="town", region__code__in=self.s.region.ancestor_codes[:-1]
        )
        of_town = [u for u in self.of(ResourceUse, towns) if u.resource.kind in kinds]
        return cnt(len(rows) + len(of_town), 1)

    def hometown_team_size(self):
        return cnt(len(self.members("hometown")), self.size_needed())

    def hometown_team_sound(self):
        charter = any(self.has(t, "charter") for t in self.active_teams("hometown"))
        return (cnt(charter, 1) + cnt(len(self.tagged("training")), 1)) / 2

    def heritage_volunteering(self):
        rows = [
            a for a in self.tagged("heritage")
            if a.kind == "volunteering" and a.team and "hometown" in a.team.kinds
        ]  # fmt: skip
        return cnt(len(rows), 2 if self.small else 4)

    def historical_exhibits(self):
        n = 0
        for e in self.of(Exhibit, self.own):
            panel = e.place == "wall_panel" and e.theme == "historical"
            shows = any(r.theme == "historical" for r in e.resources.all())
            n += not e.withdrawn_on and not panel and shows and self.photo(e)
        return cnt(n, 1)

    def historical_sites(self):
        return cnt(len(self.uses(lambda r: r.kind in FIVE)), 1)

    def held(self, good):
        return [a for a in self.acts if any(good(r) for r in a.resources.all())]

    def historical_activities(self):
        return cnt(len(self.held(lambda r: r.theme == "historical")), 3)

    def inheritor_stories(self):
        return cnt(len(self.stories("historical", "inheritor")), 1 if self.is_village else 2)

    def heritage_talks(self):
        rows = [
            a for a in self.tagged("heritage") if any(p.role == "speaker" for p in self.parts(a))
        ]
        return cnt(len(rows), 2 if self.small else 3)

    def green_activities(self):
        return cnt(len(self.tagged("green")), 3)

    def green_people(self):
        n = 0
        for v in self.people:
            n += any(
                e.is_green and e.kind in ("family_farm", "cooperative", "firm")
                for e in Enterprise.objects.all()
                if v in e.owners.all() or v in e.workers.all()
            )
        working = [v for v in self.people if v.birth_date and 16 <= age(v, self.on) <= 59]
        return cnt(n, min(3, max(1, math.ceil(Fraction(len(working), 10)))))

    def rural_resources(self):
        good = self.uses(lambda r: r.theme == "rural" and r.source and r.description)
        return cnt(len(good), 1)

    def beautiful_village(self):
        for t in self.of(Title, self.own):
            valid = t.awarded_on <= self.on and (not t.valid_until or t.valid_until >= self.on)
            if valid and t.level != "town":
                return ONE
        return cnt(len(self.tagged("environment")), 4)

    def reform_resources(self):
        n = 0
        for u in self.uses(lambda r: r.kind in REFORM):
            joint = [
                a for a in u.resource.activities.filter(station=u.station)
                if a.partners.exists() and a.happened_on <= self.on
            ]  # fmt: skip
            n += bool(self.links(u) or joint)
        return cnt(n, 1)

    def reform_activities(self):
        return cnt(len(self.held(lambda r: r.kind in REFORM)), 2)

    def rural_stories(self):
        return cnt(len(self.stories("rural")) >= 2, 1)

    def rural_stories_used(self):
        return cnt(sum(self.story_uses(s) > 0 for s in self.stories("rural")), 2)

    def panels(self, track):
        return [e for e in self.shown("wall_panel") if e.theme == track]

    def panel(self, track):
        return cnt(any(map(self.photo, self.panels(track))), 1)

    def panel_people(self, track):
        n = 0
        for station in self.own:
            here = [e for e in self.panels(track) if e.station_id == station.pk]
            for v in {v for e in here for v in e.people.all()}:
                n += any(s.theme == track and not s.withdrawn_on for s in v.stories.all())
        return cnt(n, 1 if self.small else 2)

    def panel_checked(self, track):
        panels = self.panels(track)
        return cnt(bool(panels) and all(map(self.passed, panels)), 1)

    def share(self, measure):
        if measure == "judged":
            return None
        for prefix in ("regulation_", "panel_people_", "panel_checked_", "panel_"):
            kind = measure.removeprefix(prefix)
            if kind != measure:
                return getattr(self, prefix.rstrip("_"))(kind)
        return getattr(self, measure)()
