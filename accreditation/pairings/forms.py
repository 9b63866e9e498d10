"""Forms of pairs."""

from django import forms
from django.utils import timezone

from accreditation.applications.forms import DayField, area
from accreditation.models import Accreditation
from stations.fields import StationField
from stations.filters import CountyFilter
from stations.models import Station


class PairForm(forms.Form):
    """Recognised stations are public facts: a county may choose one of another county."""

    exemplar = forms.ChoiceField(label="典型站（已认定）")
    station = StationField(
        label="结对的服务站（名称或代码）", error_messages={"required": "请填写和谁结对。"}
    )
    since = DayField(label="起始日期", initial=timezone.localdate)
    note = forms.CharField(
        label="结对内容", max_length=300, required=False, widget=area(2),
        help_text="学什么、怎么学，例如：志愿服务队建设，每季度互访一次。",
    )  # fmt: skip

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["station"].stations = Station.objects.visible_to(user).active()
        self.named = {}
        groups: dict[str, list] = {}
        rows = Accreditation.objects.valid_on(timezone.localdate()).filter(station__is_active=True)
        rows = rows.select_related("station__region", "county")
        for row in rows.order_by("county__sort_order", "station__region__rank"):
            if str(row.station_id) not in self.named:
                label = f"{row.station.name}（{row.get_track_display()}）"
                groups.setdefault(row.county.name, []).append((str(row.station_id), label))
            self.named[str(row.station_id)] = row.station
        ordered = sorted(groups.items(), key=lambda item: item[0] != user.region.name)
        self.fields["exemplar"].choices = [("", "请选择"), *ordered]

    def clean_exemplar(self):
        return self.named[self.cleaned_data["exemplar"]]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="理由", max_length=300, widget=area(2), error_messages={"required": "请填写理由。"}
    )


class PairFilter(CountyFilter):
    field_order = ["q", "state", "county"]

    q = forms.CharField(label="服务站", required=False, max_length=60)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "结对中"), ("open", "待市局确认"), ("ended", "已结束"), ("all", "全部")],
    )
