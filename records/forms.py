"""The base of every record form: knows who asks and for which station, narrows its
choices to the scope, carries the version for lost updates and reads dates of a life."""

import datetime as dt
import re

from django import forms
from django.db.models import Q
from django.forms.models import ModelChoiceField

from records.dates import Precision, check_day, format_partial
from records.fields import EncryptedTextField
from records.models import new_code
from records.words import WordsField, scan_form

_PARTIAL = re.compile(r"^(\d{4})(?:\D+(\d{1,2})(?:\D+(\d{1,2}))?)?\D*$")


class PartialDateField(forms.CharField):
    """A date of which only the year or month may be known: 1985, 1985-07, 1985年7月1日.

    Cleans to (date, precision) or (None, None)."""

    default_error_messages = {
        "invalid": "请按“1985”“1985-07”或“1985-07-01”的格式填写日期。",
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("placeholder", "如 1985-07，只知道年份可填 1985")

    def clean(self, value):
        text = (super().clean(value) or "").strip()
        if not text:
            return None, None
        match = _PARTIAL.match(text)
        if not match:
            raise forms.ValidationError(self.error_messages["invalid"])
        year, month, day = match.groups()
        precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
        try:
            found = dt.date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            raise forms.ValidationError(f"没有“{text}”这个日期，请核对。") from None
        check_day(found)
        return found, precision


def is_number(text: str) -> bool:
    """Whether this is the key of a row: "²" is a digit to Python but no number, and 5000
    digits are a number but no key."""
    return text.isascii() and text.isdigit() and len(text) <= 18


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class PickMany(forms.CheckboxSelectMultiple):
    """A list of boxes; static/js/picker.js adds a filter where it is long."""


class PickPeople(forms.SelectMultiple):
    """People of a roster, found by typing a name or its initials (static/js/picker.js).

    Only the chosen ones are in the page: a town has thousands, and the form four lists."""

    template_name = "records/pick_people.html"
    single = False

    def get_context(self, name, value, attrs):
        context = forms.Widget.get_context(self, name, None, attrs)
        chosen = [v for v in (value if isinstance(value, (list, tuple)) else [value]) if v]
        pks = [int(v) for v in map(str, chosen) if is_number(v)]
        people = self.choices.queryset.filter(pk__in=pks) if pks else []
        context["widget"] |= {"people": people, "single": self.single, "url": self.url}
        return context

    url = ""


class PickPerson(PickPeople):
    single = True

    def value_from_datadict(self, data, files, name):
        return data.get(name)

    def value_omitted_from_data(self, data, files, name):
        return name not in data


def say_choose(field):
    """An empty choice says what to do instead of showing dashes."""
    if isinstance(field, ModelChoiceField):
        if field.empty_label is not None:
            field.empty_label = "请选择"
    elif isinstance(field, forms.TypedChoiceField) and field.choices:
        first, *rest = field.choices
        if first[0] in ("", None):
            field.choices = [("", "请选择"), *rest]


class RecordForm(forms.ModelForm):
    """`partial_dates` maps a date field to the field that keeps its precision."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    partial_dates: dict[str, str] = {}

    def __init__(self, *args, user, station, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.station = station
        if self.instance.pk is None:
            self.attach_owner()
            # Sent twice on a bad network, the form makes one record (records/workflow.py).
            self.fields["token"] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=32, initial=new_code
            )
        self.fields["version"].initial = self.instance.version
        for name, field in self.fields.items():
            if isinstance(field, ModelChoiceField):
                field.queryset = self.choices_for(name, field.queryset)
                self._pick_people(field)
            say_choose(field)
            verb = "选择" if hasattr(field, "choices") else "填写"
            field.error_messages["required"] = f"请{verb}{field.label}。"
            if isinstance(field, forms.DateField):
                field.widget = DateInput(attrs=field.widget.attrs)
                field.validators = [*field.validators, check_day]
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.setdefault("rows", 4)
        for name, precision in self.partial_dates.items():
            old = self.fields[name]
            self.fields[name] = PartialDateField(label=old.label, required=old.required)
            value = getattr(self.instance, name)
            self.initial[name] = format_partial(value, getattr(self.instance, precision))

    def _pick_people(self, field):
        """Rows that are found by search are never listed one by one."""
        if not hasattr(field.queryset.model, "search_fields"):
            return
        if not isinstance(field.widget, PickPeople):
            many = isinstance(field, forms.ModelMultipleChoiceField)
            field.widget = PickPeople() if many else PickPerson()
            field.widget.choices = field.choices
        field.widget.url = f"/stations/{self.station.region.code}/find/people/"

    def attach_owner(self):
        if hasattr(self.instance, "station_id"):
            self.instance.station = self.station

    def choices_for(self, name, queryset):
        """Only rows of this station's subtree that the user may see. Models without a
        station (strengths, key dates) are open to all."""
        if not hasattr(queryset, "visible_to"):
            return queryset
        queryset = queryset.visible_to(self.user)
        if hasattr(queryset.model, "withdrawn_on"):
            queryset = queryset.filter(self._not_withdrawn(name))
        if any(f.name == "station" for f in queryset.model._meta.fields):
            queryset = queryset.filter(station__region__path__startswith=self.station.region.path)
        return queryset

    def _not_withdrawn(self, name):
        """A withdrawn story is chosen nowhere any more; where it stands already, it stays
        visible until somebody takes it out."""
        if self.instance.pk is None:
            return Q(withdrawn_on=None)
        chosen = getattr(self.instance, name)
        many = hasattr(chosen, "values_list")
        keys = list(chosen.values_list("pk", flat=True)) if many else [chosen and chosen.pk]
        return Q(withdrawn_on=None) | Q(pk__in=[key for key in keys if key])

    def clean(self):
        data = super().clean()
        for name, precision in self.partial_dates.items():
            if name in data and isinstance(data[name], tuple):
                data[name], found = data[name]
                if found:
                    setattr(self.instance, precision, found)
        scan_form(self, data)
        return data

    def _get_validation_exclusions(self):
        # The owner is set here, not typed; leaving it in lets the model's constraints
        # speak (“这一时段的计划已经有了”) before the database does.
        # An owner that is chosen in the form has its sentence already when it is missing.
        owners = {"station", "region", "veteran", "team"} - self.errors.keys()
        return super()._get_validation_exclusions() - owners

    def changes(self):
        """(before, after) of what was changed, for the audit log; secrets stay out of it."""
        before, after = {}, {}
        for name in self.changed_data:
            if name in ("version", "token", WordsField.NAME) or name not in self.cleaned_data:
                continue
            label = str(self.fields[name].label or name)
            before[label] = self._readable(name, self.initial.get(name))
            after[label] = self._readable(name, self.cleaned_data[name])
        return before, after

    def facts(self):
        """[(field, text or rows)] of the stored record, for whoever may read it and not
        change it; encrypted fields have a masked place of their own."""
        return [
            (bound.field, self._fact(bound.field, bound.value()))
            for bound in self.visible_fields()
            if not self._is_secret(bound.name)
        ]

    def _fact(self, field, value):
        if isinstance(field, forms.BooleanField):
            return "是" if value else "否"
        if isinstance(field, ModelChoiceField):
            values = value if hasattr(value, "__iter__") and not isinstance(value, str) else [value]
            keys = [getattr(one, "pk", one) for one in values if one]
            return "、".join(map(str, field.queryset.filter(pk__in=keys))) if keys else ""
        if hasattr(field, "choices"):
            labels = {str(key): label for key, label in field.choices if key not in ("", None)}
            values = value if isinstance(value, (list, tuple)) else [value]
            return "、".join(str(labels[str(one)]) for one in values if str(one) in labels)
        if isinstance(field, forms.DecimalField) and value is not None:
            return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
        return "" if value is None else str(value)

    def _is_secret(self, name):
        fields = {field.name: field for field in self._meta.model._meta.fields}
        return isinstance(fields.get(name), EncryptedTextField)

    def _readable(self, name, value):
        if self._is_secret(name):
            return "（已加密）" if value else ""
        if value is None or value == "":
            return ""
        if hasattr(value, "all") or isinstance(value, (list, tuple)):
            return [str(item) for item in value]
        return str(value)

    def both_versions(self, current):
        """What differs, for the second of two savers. What he typed stays in the form, and
        saving again is his decision over the version he has now seen."""
        stored = type(self)(instance=current, user=self.user, station=self.station)
        rows = []
        for name, field in self.fields.items():
            if name == "version" or field.widget.is_hidden:
                continue
            kept = stored.initial.get(name, stored.fields[name].initial)
            theirs = self._readable(name, kept)
            mine = self._readable(name, self.cleaned_data.get(name))
            if theirs != mine:
                rows.append((field.label, _as_chosen(field, theirs), _as_chosen(field, mine)))
        self.data = self.data.copy()
        self.data["version"] = str(current.version)
        return {
            # Anonymous answers keep nobody's name.
            "who": getattr(current, "updated_by", None),
            "when": getattr(current, "updated_at", None),
            "rows": rows,
        }


def _as_chosen(field, text):
    """The words of the choices that are stored as `text`."""
    choices = dict(getattr(field, "choices", ()) or ()) if not hasattr(field, "queryset") else {}
    if isinstance(text, list):
        return "、".join(str(choices.get(item, item)) for item in text)
    return choices.get(text, text)
