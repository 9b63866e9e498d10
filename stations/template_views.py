"""从范本新建: the city's texts of the rules and duties, adapted by the station before it adopts
them; all seven rules on one page, or one of them."""

from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.http import posted
from accounts.permissions import can_edit_records, require
from records.forms import DateInput, is_number
from records.workflow import begin_records
from stations.forms import not_in_future
from stations.models import Duty, Regulation, Station, TextTemplate
from stations.section_views import get_station

ONLY_KEEPERS = "只有服务站和县（区）工作人员可以采用范本。"


class AdoptedForm(forms.Form):
    adopted_on = forms.DateField(
        label="制定日期",
        widget=DateInput,
        error_messages={"required": "请填写制定日期。", "invalid": "请填写正确的日期。"},
    )

    def clean_adopted_on(self):
        return not_in_future(self.cleaned_data["adopted_on"], "制定日期")


@dataclass
class Text:
    """A template as the station adapts it."""

    template: TextTemplate
    title: str
    body: str
    holder: str = ""
    is_chosen: bool = True
    existing: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def key(self):
        return f"t{self.template.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
def regulation_templates(request, code):
    return _page(request, code, "regulations", Regulation, "title")


@require_http_methods(["GET", "HEAD", "POST"])
def duty_templates(request, code):
    return _page(request, code, "duties", Duty, "post")


def _page(request, code, section, model, name):
    station = get_station(request, code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    texts = _texts(request, station, model, name)
    form = AdoptedForm(posted(request), initial={"adopted_on": timezone.localdate()})
    status = 200
    if request.method == "POST":
        for text in texts:
            _read(text, request.POST, model, name)
        chosen = [text for text in texts if text.is_chosen]
        is_dated = model is Duty or form.is_valid()
        if not chosen:
            messages.error(request, "请先勾选要采用的范本。")
        elif is_dated and not any(text.errors for text in chosen):
            day = None if model is Duty else form.cleaned_data["adopted_on"]
            _adopt(request, station, model, name, chosen, day)
            return redirect("section", code=code, section=section)
        status = 400
    context = {
        "station": station,
        "section": section,
        "is_duty": model is Duty,
        "texts": texts,
        "form": form,
    }
    return render(request, "stations/templates.html", context, status=status)


def _texts(request, station, model, name):
    rows = TextTemplate.objects.filter(is_active=True, kind__in=model.Kind.values)
    only = request.GET.get("only", "")
    if is_number(only):
        rows = rows.filter(pk=only)
    have = list(model.objects.visible_to(request.user).filter(station=station))
    return [_adapted(row, station, have, name) for row in rows]


def _adapted(template, station, have, name):
    """One rule of a kind is enough, but any number of other rules and of duties."""
    one_of_a_kind = not template.is_duty and template.kind != Regulation.Kind.OTHER
    alike = [
        row
        for row in have
        if row.kind == template.kind and (one_of_a_kind or getattr(row, name) == template.title)
    ]
    body = template.body.replace("本站", station.name)
    existing = str(alike[0]) if alike else ""
    return Text(template, template.title, body, is_chosen=not alike, existing=existing)


def _read(text, data, model, name):
    key = text.key
    text.is_chosen = f"{key}-on" in data
    text.title = data.get(f"{key}-title", text.title).strip()
    text.body = data.get(f"{key}-body", text.body).replace("\r\n", "\n").strip()
    text.holder = data.get(f"{key}-holder", "").strip()
    typed = {name: text.title, "body": text.body} | (
        {"holder": text.holder} if model is Duty else {}
    )
    for field_name, value in typed.items():
        longest = model._meta.get_field(field_name).max_length
        where = "title" if field_name == name else field_name
        if len(value) > longest:
            text.errors[where] = f"不能超过{longest}个字。"
    if not text.title:
        text.errors["title"] = "请填写名称。"
    if not text.body:
        text.errors["body"] = "请填写内容。"


def _adopt(request, station, model, name, chosen, day):
    """All of them in one transaction; what is there already (a form sent twice) is left."""
    stamp = {"station": station, "created_by": request.user, "updated_by": request.user}
    with transaction.atomic():
        Station.objects.select_for_update(of=("self",)).get(pk=station.pk)
        rows = model.objects.filter(station=station)
        known = set(rows.values_list("kind", name))
        new = [
            _row(model, name, text, stamp, day)
            for text in chosen
            if (text.template.kind, text.title) not in known
        ]
        model.objects.bulk_create(new)
        if new and station.records_begin_on is None:
            begin_records(station)
        if new:
            audit.record(
                "template.adopt",
                by=request.user,
                obj=station,
                after={"采用": [str(row) for row in new]},
            )
    if new:
        messages.success(request, f"已采用{len(new)}项，可以继续修改。")
    else:
        messages.info(request, "没有新增：同名的内容已经有了。")


def _row(model, name, text, stamp, day):
    values = {"kind": text.template.kind, name: text.title, "body": text.body} | stamp
    more = {"holder": text.holder} if model is Duty else {"adopted_on": day}
    return model(**values, **more)
