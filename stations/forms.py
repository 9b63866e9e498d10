from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.permissions import is_county
from records.forms import RecordForm
from records.models import ContentCheck
from stations.models import (
    Duty,
    Facility,
    Grid,
    Outcome,
    Partner,
    Regulation,
    Resource,
    ResourceUse,
    Station,
    Title,
    Track,
)

THEME_KINDS = {
    Track.RED: "martyr red_event memorial_place memorial_venue memorial_facility relic_site",
    Track.HISTORICAL: (
        "figure hometown_hall celebrity_memorial protected_relic science_museum "
        "industrial_heritage former_residence historic_event historic_district"
    ),
    Track.RURAL: "reform_venue major_project reform_landmark industry",
}


def not_in_future(value, name):
    if value and value > timezone.localdate():
        raise ValidationError(f"{name}不能晚于今天。")
    return value


class ContentCheckForm(forms.ModelForm):
    """What a checker without an account found; the conclusion is chosen, never preset."""

    class Meta:
        model = ContentCheck
        fields = ["aspect", "passed", "checker_name", "checker_unit", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The page has two forms; the record's own fields keep the plain ids.
        self.auto_id = "check_%s"
        for name in ("aspect", "passed"):
            choices = ContentCheck._meta.get_field(name).choices
            self.fields[name].choices = [("", "请选择"), *choices]


class StationForm(RecordForm):
    """The station's own facts; the official figures are the county's (stations/figures)."""

    class Meta:
        model = Station
        fields = [
            "name",
            "address",
            "phone",
            "manager_name",
            "manager_phone",
            "founded_on",
            "floor_area",
            "track",
            "brand",
            "theme_statement",
            "introduction",
            "is_exemplar",
            "shows_photos",
            "longitude",
            "latitude",
            "records_begin_on",
        ]
        widgets = {"introduction": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "track": "一地一特色：只选一个类别。",
            "records_begin_on": "在此日期之前的月份、季度和节点不参与评价；由县（区）填写。",
            "theme_statement": "60字以内，一句话说明特色。",
            "is_exemplar": (
                "认定后，其他服务站在“对标自评”中可以看到本站怎样达标：只有记录的类别和数量，"
                "不含人员信息和记录内容。可以随时取消。"
            ),
            "shows_photos": (
                "只展示文体活动室、图书阅览专区、宣传栏、陈列柜和陈列品的缩略图，荣誉墙、光荣榜和"
                "有展示人物的陈列不展示。请确认这些照片里没有人员和人员信息。可以随时取消。"
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_county(self.user):
            del self.fields["records_begin_on"]

    def attach_owner(self):
        """A station is its own owner; it is opened with its region, never by this form."""

    def clean_founded_on(self):
        return not_in_future(self.cleaned_data["founded_on"], "建站时间")


class FacilityForm(RecordForm):
    class Meta:
        model = Facility
        fields = ["kind", "name", "floor_area", "is_shared", "book_count", "changed_on", "note"]
        help_texts = {
            "book_count": "图书阅览专区填写。",
            "changed_on": "宣传栏填写：内容最近一次更换的日期。",
        }

    def clean_changed_on(self):
        return not_in_future(self.cleaned_data["changed_on"], "最近更换日期")


class RegulationForm(RecordForm):
    class Meta:
        model = Regulation
        fields = ["kind", "title", "body", "adopted_on", "reviewed_on"]
        help_texts = {"body": "填写正文，或保存后上传制度文件，二者有其一即可。"}

    def clean(self):
        data = super().clean()
        adopted, reviewed = data.get("adopted_on"), data.get("reviewed_on")
        if adopted and reviewed and reviewed < adopted:
            self.add_error("reviewed_on", "最近审阅日期不能早于制定日期。")
        return data


class DutyForm(RecordForm):
    class Meta:
        model = Duty
        fields = ["kind", "post", "holder", "body"]


class GridForm(RecordForm):
    class Meta:
        model = Grid
        fields = ["name", "liaison", "liaison_phone"]


class ResourceForm(RecordForm):
    class Meta:
        model = Resource
        fields = [
            "theme",
            "kind",
            "other_kind",
            "name",
            "address",
            "description",
            "source",
            "is_owned_by_station",
            "keeper",
            "keeper_missing_reported",
        ]

    def attach_owner(self):
        self.instance.region = self.station.region

    def clean(self):
        data = super().clean()
        kind, theme = data.get("kind"), data.get("theme")
        if kind == Resource.Kind.OTHER and not data.get("other_kind"):
            self.add_error("other_kind", "资源类型选“其他”时，请写明是什么。")
        elif kind and theme and kind != "other" and kind not in THEME_KINDS[Track(theme)].split():
            self.add_error(
                "kind",
                f"“{Resource.Kind(kind).label}”不属于“{Track(theme).label}”，请核对类别或类型。",
            )
        return data


class ResourceUseForm(RecordForm):
    class Meta:
        model = ResourceUse
        fields = ["resource", "signed_on", "valid_until", "note"]
        help_texts = {"resource": "名单里没有时，先在“特色资源”里新增。协议在保存后上传。"}


class PartnerForm(RecordForm):
    class Meta:
        model = Partner
        fields = ["name", "kind", "other_kind", "contact", "since"]
        help_texts = {"name": "不得填写现役部队。"}

    def clean(self):
        data = super().clean()
        if data.get("kind") == Partner.Kind.OTHER and not data.get("other_kind"):
            self.add_error("other_kind", "类型选“其他”时，请写明是什么单位。")
        return data


class OutcomeForm(RecordForm):
    class Meta:
        model = Outcome
        fields = ["metric", "year", "value", "unit", "source", "resource"]
        help_texts = {"metric": "同一指标填写两个年度，才能看出变化。"}

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not 1949 <= year <= timezone.localdate().year:
            raise ValidationError(f"年度应在1949年到{timezone.localdate().year}年之间。")
        return year


class TitleForm(RecordForm):
    class Meta:
        model = Title
        fields = ["name", "level", "awarded_by", "awarded_on", "valid_until"]
