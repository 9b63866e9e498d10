"""The filters of the page of all photos of a station."""

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, TruncDate

from records.models import Attachment
from stations.photos.places import any_link, name_of, place_named, places, readable_links

UNCAPTIONED, TWICE, UNLINKED, BROKEN = "uncaptioned", "twice", "unlinked", "broken"
STATES = {
    UNCAPTIONED: "没有说明",
    TWICE: "用于两条以上记录",
    UNLINKED: "未附到任何记录",
    BROKEN: "无法显示",
}


def with_day(photos: QuerySet[Attachment]) -> QuerySet[Attachment]:
    """By the day taken, else by the day it came; newest first."""
    day = Coalesce("captured_on", TruncDate("uploaded_at"))
    return photos.annotate(day=day).order_by("-day", "-pk")


class PhotoFilters(forms.Form):
    year = forms.ChoiceField(label="年份", required=False)
    month = forms.ChoiceField(label="月份", required=False)
    kind = forms.ChoiceField(label="所在记录", required=False)
    state = forms.ChoiceField(label="筛选", required=False)

    def __init__(self, data, *, user, station, keeps: bool, years):
        super().__init__(data)
        self.user, self.station = user, station
        self.fields["year"].choices = [("", "全部"), *((str(y), f"{y}年") for y in years)]
        self.fields["month"].choices = [("", "全部"), *((str(m), f"{m}月") for m in range(1, 13))]
        kinds = [(name_of(section, kind), kind.label) for section, kind in places(user)]
        self.fields["kind"].choices = [("", "全部"), *kinds]
        states = [pair for pair in STATES.items() if keeps or pair[0] != UNLINKED]
        self.fields["state"].choices = [("", "全部照片"), *states]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def chosen(self, name: str) -> str:
        """What is not on the list is as good as nothing."""
        return "" if not self.is_bound or name in self.errors else self.cleaned_data.get(name, "")

    def apply(self, photos: QuerySet[Attachment]) -> QuerySet[Attachment]:
        if year := self.chosen("year"):
            photos = photos.annotate(year=ExtractYear("day")).filter(year=int(year))
        if month := self.chosen("month"):
            photos = photos.annotate(month=ExtractMonth("day")).filter(month=int(month))
        if kind := self.chosen("kind"):
            only = place_named(self.user, kind)
            own = readable_links(self.user, self.station, only=only[1] if only else None)
            photos = photos.filter(Exists(own.filter(attachment=OuterRef("pk"))))
        return self._in_state(photos, self.chosen("state"))

    def _in_state(self, photos, state):
        readable = readable_links(self.user, self.station).filter(attachment=OuterRef("pk"))
        if state == UNCAPTIONED:
            return photos.filter(Exists(readable.filter(caption="")))
        if state == UNLINKED:
            return photos.filter(~Exists(any_link()))
        if state == BROKEN:
            return photos.filter(thumbnail="", finished_at__isnull=False)
        if state == TWICE:
            links = readable_links(self.user, self.station).order_by().values("attachment")
            often = links.annotate(
                records=Count("object_id", distinct=True),
                kinds=Count("content_type", distinct=True),
            )
            twice = often.filter(Q(records__gt=1) | Q(kinds__gt=1))
            return photos.filter(pk__in=twice.values("attachment"))
        return photos


def years_of(photos: QuerySet[Attachment]) -> list[int]:
    years = photos.order_by().annotate(year=ExtractYear("day")).values_list("year", flat=True)
    return sorted(set(years.distinct()), reverse=True)
