"""The conditions of the roster pages. The export uses the same form, so that a file holds
exactly the people whom the page showed."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from records.fields import tag
from records.models import AttachmentLink
from records.person_numbers import holds_number
from stations.models import Grid, Region
from veterans.models import CareCategory, Honour, SavedView, Strength, Veteran, War
from veterans.search import named

OPEN = ["blank", "unknown"]
QUESTIONS = ("former_post", "current_post", "strengths", "honours")
MERITS = ["title", "merit_1", "merit_2", "merit_3", "war_merit", "historic_merit"]
NO_GRID = "none"
MERGED = "merged"
NOT_BY_NUMBER = "查询条件里请不要填写身份号码、电话。要按号码找人，请填写完整号码后直接点“查询”。"


def list_url(filters: str) -> str:
    """The page that shows these people; a number of a person stands in no address."""
    params = QueryDict(filters, mutable=True)
    if holds_number(params.get("q", "")):
        del params["q"]
    code = params.pop("station", [""])[0]
    url = reverse("station_roster", args=[code]) if code.isalnum() else reverse("veterans")
    return f"{url}?{params.urlencode()}" if params else url


def is_narrowed(filters: str) -> bool:
    """Whether these conditions leave out people of a station, or of everything one sees."""
    places = ("station", "place", "county", "columns")
    return any(value for name, value in QueryDict(filters).items() if name not in places)


def keepable(user, filters: str) -> tuple[str, str]:
    """(the conditions as a job, a request or the log may keep them, what is wrong with them).
    Nothing is kept that the form does not know, and no number of a person."""
    form = PeopleFilter(QueryDict(filters), user=user)
    if not form.is_valid():
        return "", str(next(iter(form.errors.values()))[0])
    kept = QueryDict(mutable=True)
    for name, field in form.fields.items():
        value = form.data.get(name)
        if value and form.cleaned_data.get(name):
            kept[name] = "on" if isinstance(field, forms.BooleanField) else value
    return kept.urlencode(), ""


def _open_answers():
    condition = Q()
    for name in QUESTIONS:
        condition |= Q(**{f"{name}_state__in": OPEN})
    return condition


def _without_photo():
    links = AttachmentLink.objects.filter(
        content_type=ContentType.objects.get_for_model(Veteran),
        purpose=AttachmentLink.Purpose.SERVICE_LIFE,
        object_id=OuterRef("pk"),
    )
    return Q(photos_known_none=False) & ~Exists(links)


# key: (what the page calls it, condition)
MISSING: dict[str, tuple[str, Callable[[], Q]]] = {
    "any": ("四项中任一项", _open_answers),
    "former_post": ("原部队职务", lambda: Q(former_post_state__in=OPEN)),
    "current_post": ("现任职务", lambda: Q(current_post_state__in=OPEN)),
    "strengths": ("特点优长", lambda: Q(strengths_state__in=OPEN)),
    "honours": ("荣誉奖励", lambda: Q(honours_state__in=OPEN)),
    "photos": ("军旅生涯照片", _without_photo),
    "birth": ("出生年月", lambda: Q(birth_date=None)),
    "service": ("入伍或退役时间", lambda: Q(enlisted_on=None) | Q(discharged_on=None)),
    "id_number": ("公民身份号码", lambda: Q(id_hash="")),
    "phone": ("联系电话", lambda: Q(phone_hash="")),
    "political": ("政治面貌", lambda: Q(political_status="")),
}


@dataclass(frozen=True)
class ExtraFilter:
    """A condition that an app above this one knows: what a person took part in."""

    name: str
    make_field: Callable[[], forms.Field]
    apply: Callable
    roles: tuple[str, ...]


EXTRA: list[ExtraFilter] = []


def register_filter(extra: ExtraFilter) -> None:
    EXTRA.append(extra)


def _choice(label, choices, empty="不限"):
    return forms.ChoiceField(label=label, required=False, choices=[("", empty), *choices])


def _age(label):
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=130)


class PeopleFilter(forms.Form):
    """`station` narrows to one station; without it everything that the user sees."""

    FIRST = ("q", "county", "place", "person_kind", "status", "missing")

    q = forms.CharField(
        label="姓名、拼音首字母或完整号码", required=False, max_length=30,
        # A browser on a shared desk must not offer the next clerk a number.
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    place = forms.CharField(required=False)
    person_kind = _choice("人员类别", Veteran.PersonKind.choices)
    status = _choice("在册状态", [*Veteran.Status.choices, (MERGED, "已并入另一条")])
    missing = _choice("未填项", [(key, label) for key, (label, _) in MISSING.items()])
    care = _choice("优抚类别", CareCategory.choices)
    war = _choice("参战经历", [("any", "任一战争、战斗"), *War.choices])
    honour = _choice("荣誉奖励", [("any", "有荣誉"), ("merit", "三等功以上"), *Honour.Kind.choices])
    political = _choice(
        "政治面貌", [("party", "党员（含预备党员）"), *Veteran.PoliticalStatus.choices]
    )
    strength = _choice("特点优长", [])
    age_from = _age("年龄从")
    age_to = _age("年龄到")
    residence = _choice("居住情况", Veteran.Residence.choices)
    grid = _choice("网格", [])
    priority = forms.BooleanField(label="重点走访对象", required=False)
    secretary = forms.BooleanField(label="“兵支书”", required=False)
    station = forms.CharField(required=False, widget=forms.HiddenInput, max_length=12)

    def __init__(self, *args, user, station=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.own_station = user, station
        self.views = []
        for extra in EXTRA:
            if user.role in extra.roles:
                self.fields[extra.name] = extra.make_field()
        self._fill_choices()

    def _fill_choices(self):
        """All lists that the page offers, in one query."""
        found = {"strength": [], "grid": [], "place": [], "view": []}
        for kind, key, name in self._choices_query():
            found[kind].append((key, name))
        self.views = found["view"]
        self.fields["strength"].choices += found["strength"]
        self.fields["grid"].choices += [(NO_GRID, "未划入网格"), *found["grid"]]
        self._offer_places(found["place"])
        self.order_fields(self.FIRST)

    def _offer_places(self, places):
        """The city chooses a county, a county a town, a town a village."""
        del self.fields["place"]
        if len(places) < 2:
            return
        if self.user.region.level == Region.Level.CITY:
            self.fields["county"] = _choice("主管单位", places, "全部单位")
        else:
            self.fields["place"] = _choice("所在单位", places, "全部")

    def _choices_query(self):
        user = self.user
        sources = [
            ("strength", Strength.objects.filter(is_active=True), "pk", "sort_order"),
            ("view", SavedView.objects.of(user), "code", None),
        ]
        if self.own_station:
            grids = Grid.objects.visible_to(user).filter(station=self.own_station)
            sources.append(("grid", grids, "pk", None))
        elif user.region_id:
            below = Region.objects.filter(parent=user.region_id, is_active=True)
            sources.append(("place", below, "code", "sort_order"))
        named_station = self.data.get("station", "")
        if not self.own_station and named_station.isalnum():
            # What a station's page sends along of its own filter.
            grids = Grid.objects.visible_to(user).filter(station__region__code=named_station)
            sources.append(("grid", grids, "pk", None))
        parts = [
            rows.order_by()
            .annotate(
                list_name=Value(kind, CharField()),
                list_key=Cast(key, CharField()),
                list_order=Cast(order, CharField()) if order else Value("", CharField()),
            )
            .values_list("list_name", "list_key", "name", "list_order")
            for kind, rows, key, order in sources
        ]
        rows = parts[0].union(*parts[1:], all=True)
        ordered = sorted(rows, key=lambda row: (row[3].zfill(8), row[1] if row[3] else row[2]))
        return [row[:3] for row in ordered]

    def clean_q(self):
        if holds_number(self.cleaned_data["q"]):
            raise forms.ValidationError(NOT_BY_NUMBER)
        return self.cleaned_data["q"]

    def clean_station(self):
        """Codes of stations are as long as numbers of people."""
        code = self.cleaned_data["station"]
        if holds_number(code) and not Region.objects.filter(code=code).exists():
            raise forms.ValidationError("没有这个服务站，请从服务站的花名册重新进入。")
        return code

    def clean(self):
        data = super().clean()
        low, high = data.get("age_from"), data.get("age_to")
        if low is not None and high is not None and low > high:
            self.add_error("age_to", "最大年龄不能小于最小年龄。")
        return data

    @property
    def first_fields(self):
        return [self[name] for name in self.FIRST if name in self.fields]

    @property
    def more_fields(self):
        hidden = {"station", *self.FIRST}
        return [self[name] for name in self.fields if name not in hidden]

    @property
    def more_is_used(self):
        return any(self.data.get(field.name) for field in self.more_fields)

    @property
    def is_used(self):
        names = [name for name in self.fields if name != "station"]
        return any(self.data.get(name) for name in names)

    def apply(self, people):
        """The people who meet all conditions; nobody while one of them is mistaken. A row
        that was merged into another is no person, and is shown only to who asks for such."""
        if self.own_station:
            people = people.filter(station=self.own_station)
        if not self.is_bound:
            return people.unmerged()
        if not self.is_valid():
            return people.none()
        data = self.cleaned_data
        if data["status"] != MERGED:
            people = people.unmerged()
        for name, condition in CONDITIONS.items():
            if data.get(name) not in (None, "", False):
                people = people.filter(condition(data[name]))
        for extra in EXTRA:
            if data.get(extra.name):
                people = extra.apply(people, data[extra.name], self.user)
        return people


def _political(value):
    both = ["party_member", "probationary"]
    return Q(political_status__in=both) if value == "party" else Q(political_status=value)


def _war(value):
    return ~Q(war_tags="") if value == "any" else Q(war_tags__contains=tag(value))


def _honour(value):
    honours = Honour.objects.filter(veteran=OuterRef("pk"))
    if value == "merit":
        honours = honours.filter(kind__in=MERITS)
    elif value != "any":
        honours = honours.filter(kind=value)
    return Q(Exists(honours))


def _strength(value):
    through = Veteran.strengths.through.objects
    return Q(Exists(through.filter(veteran=OuterRef("pk"), strength=value)))


def born_by(age: int) -> dt.date:
    """The last day of birth of who is `age` today."""
    today = timezone.localdate()
    year = today.year - age
    try:
        return today.replace(year=year)
    except ValueError:  # 29 February
        return dt.date(year, 2, 28)


CONDITIONS: dict[str, Callable] = {
    "q": named,
    "county": lambda code: Q(station__region__path__contains=f"/{code}/"),
    "place": lambda code: Q(station__region__path__contains=f"/{code}/"),
    "station": lambda code: Q(station__region__code=code),
    "person_kind": lambda value: Q(person_kind=value),
    "status": lambda value: Q(merged_into__isnull=False) if value == MERGED else Q(status=value),
    "missing": lambda value: MISSING[value][1](),
    "care": lambda value: Q(care_categories__contains=tag(value)),
    "war": _war,
    "honour": _honour,
    "political": _political,
    "strength": _strength,
    "age_from": lambda age: Q(birth_date__lte=born_by(age)),
    "age_to": lambda age: Q(birth_date__gt=born_by(age + 1)),
    "residence": lambda value: Q(residence=value),
    "grid": lambda value: Q(grid=None) if value == NO_GRID else Q(grid=value),
    "priority": lambda value: Q(is_priority=True),
    "secretary": lambda value: Q(is_village_secretary=True),
}
