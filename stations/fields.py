"""A station typed by its code or its exact name: a county has hundreds of them."""

from django import forms

from stations.models import Station


class StationField(forms.CharField):
    """Cleans to a Station of `stations`; the browser completes it from `names`."""

    def __init__(self, *, stations=None, whose="管理范围内", **kwargs):
        kwargs.setdefault("label", "服务站名称或代码")
        super().__init__(max_length=80, **kwargs)
        self.stations = stations if stations is not None else Station.objects.none()
        self.whose = whose
        self.widget.attrs |= {"list": "station-names", "autocomplete": "off"}

    def names(self):
        return self.stations.order_by("region__rank").values_list("region__code", "name")

    def clean(self, value):
        text = super().clean(value).strip()
        if not text:
            return None
        found = list(self.stations.filter(region__code=text)[:2])
        found = found or list(self.stations.filter(name=text)[:2])
        if not found:
            raise forms.ValidationError(f"{self.whose}没有叫“{text}”的服务站，请核对名称或填代码。")
        if len(found) > 1:
            raise forms.ValidationError(f"叫“{text}”的服务站不止一个，请填代码。")
        return found[0]
