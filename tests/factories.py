"""Rows for tests: every factory makes a valid row and nothing beside it."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from activities.models import Activity, Participation, Plan, PlanItem
from stations.models import Facility, Region, Regulation, Resource, ResourceUse, Station
from veterans.models import Exhibit, Story, Veteran
from volunteers.models import Group, Membership, Team


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"{990000000000 + n}")
    name = factory.Sequence(lambda n: f"第{n}村")
    level = Region.Level.VILLAGE
    parent = None
    path = factory.LazyAttribute(lambda r: (r.parent.path if r.parent else "") + r.code + "/")


class StationFactory(DjangoModelFactory):
    class Meta:
        model = Station

    region = factory.SubFactory(RegionFactory)
    name = factory.LazyAttribute(lambda s: f"{s.region.name}退役军人服务站")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    full_name = factory.Sequence(lambda n: f"用户{n}")
    role = User.Role.STATION
    must_change_password = False
    password = "!"


class VeteranFactory(DjangoModelFactory):
    class Meta:
        model = Veteran

    station = factory.SubFactory(StationFactory)
    name = factory.Sequence(lambda n: f"测试人员{n}")


class FacilityFactory(DjangoModelFactory):
    class Meta:
        model = Facility

    kind = Facility.Kind.TALK_ROOM


class RegulationFactory(DjangoModelFactory):
    class Meta:
        model = Regulation

    kind = Regulation.Kind.STUDY
    title = "定期学习制度"
    body = "每月学习一次。"
    adopted_on = factory.LazyFunction(dt.date.today)


class ResourceFactory(DjangoModelFactory):
    class Meta:
        model = Resource

    name = factory.Sequence(lambda n: f"资源{n}")
    theme = "red"
    kind = Resource.Kind.MEMORIAL_PLACE


class ResourceUseFactory(DjangoModelFactory):
    class Meta:
        model = ResourceUse


class StoryFactory(DjangoModelFactory):
    class Meta:
        model = Story

    theme = "red"
    subject = Story.Subject.OTHER
    title = factory.Sequence(lambda n: f"故事{n}")
    body = "正文。"

    @factory.lazy_attribute
    def content_hash(self):
        fields = {name: getattr(self, name, "") for name in Story.checked_fields}
        return Story(**fields).compute_content_hash()


class ExhibitFactory(DjangoModelFactory):
    class Meta:
        model = Exhibit

    place = Exhibit.Place.WALL_PANEL
    title = factory.Sequence(lambda n: f"版块{n}")

    @factory.lazy_attribute
    def content_hash(self):
        fields = {name: getattr(self, name, "") for name in Exhibit.checked_fields}
        return Exhibit(**fields).compute_content_hash()


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    kinds = ["lei_feng"]
    name = "学雷锋志愿服务队"


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = Group

    name = factory.Sequence(lambda n: f"小组{n}")
    field = "hardship"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    joined_on = dt.date(2024, 1, 1)


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    period = Plan.Period.YEAR
    year = factory.LazyFunction(lambda: dt.date.today().year)
    title = "年度工作计划"


class PlanItemFactory(DjangoModelFactory):
    class Meta:
        model = PlanItem

    title = factory.Sequence(lambda n: f"事项{n}")
    planned_on = factory.LazyFunction(dt.date.today)


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    kind = Activity.Kind.STUDY
    title = factory.Sequence(lambda n: f"活动{n}")
    happened_on = factory.LazyFunction(dt.date.today)


class ParticipationFactory(DjangoModelFactory):
    class Meta:
        model = Participation
