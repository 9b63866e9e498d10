"""附件1 七: four questions that anybody answers without an account, by the code at the station.

Nothing is kept but the answers: no name, no account, no address. One answer per device and
month is held by a signed cookie that carries the month and nothing else.
"""

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import crowds
from activities.models import SurveyResponse
from records.models import new_code
from stations.models import Station

COOKIE = "survey"
SALT = "survey.device"
COOKIE_DAYS = 40
FORM_HOURS = 12
# A village meeting answers over one line within minutes; a machine must not fill a station.
ANSWERS_OF_AN_ADDRESS = 30
QUESTIONS = {
    "honour": ("荣誉感", "服务站的工作，让您觉得光荣、受尊重吗？"),
    "belonging": ("归宿感", "服务站像退役军人自己的家吗？"),
    "gain": ("获得感", "服务站帮您解决了问题、带来了好处吗？"),
    "overall": ("总体", "总的来说，您对服务站满意吗？"),
}
ALREADY = "这台设备本月已经填写过，谢谢您。下个月可以再填。"
CROWDED = "现在填写的人较多，请过一刻钟再提交，您选的内容还在。"
STALE = "页面打开的时间太长了，请核对后再提交一次。"


class SurveyForm(forms.ModelForm):
    class Meta:
        model = SurveyResponse
        fields = ["respondent", *QUESTIONS]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            choices = [pair for pair in field.choices if pair[0] not in ("", None)]
            self.fields[name] = forms.TypedChoiceField(
                label=QUESTIONS.get(name, ("您是",))[0],
                help_text=QUESTIONS.get(name, ("", "您是哪一类人员？"))[1],
                choices=choices,
                coerce=str if name == "respondent" else int,
                widget=forms.RadioSelect,
                error_messages={
                    "required": "这一题还没有选，请选一个。",
                    "invalid_choice": "请从下面的答案里选一个。",
                },
            )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request, code):
    station = _station(code)
    if _has_answered(request):
        return _page(request, station, None, ALREADY, status=200)
    if request.method != "POST":
        return _page(request, station, SurveyForm())
    form = SurveyForm(request.POST)
    token = _token(request)
    if token is None:
        return _page(request, station, form, STALE, status=400)
    if not form.is_valid():
        return _page(request, station, form, status=400)
    if not crowds.take_turn(request, "survey", limit=ANSWERS_OF_AN_ADDRESS):
        return _page(request, station, form, CROWDED, status=429)
    if crowds.first_time("survey-form", token):
        form.instance.station = station
        form.instance.source = SurveyResponse.Source.QR
        form.save()
    return _remember(redirect("survey_thanks", code=code))


@login_not_required
@require_safe
def survey_thanks(request, code):
    return render(request, "activities/surveys/thanks.html", {"station": _station(code)})


def _station(code):
    return get_object_or_404(Station.objects.active(), region__code=code)


def _page(request, station, form, refusal="", status=200):
    context = {
        "station": station,
        "form": form,
        "refusal": refusal,
        "token": signing.dumps(new_code(), salt="survey.form"),
    }
    return render(request, "activities/surveys/survey.html", context, status=status)


def _token(request):
    """What the form was opened with; None for a form that is too old or not ours."""
    sent = request.POST.get("token", "")
    try:
        return signing.loads(sent, salt="survey.form", max_age=FORM_HOURS * 3600)
    except signing.BadSignature:
        return None


def _month():
    return timezone.localdate().strftime("%Y-%m")


def _has_answered(request):
    return request.get_signed_cookie(COOKIE, default="", salt=SALT) == _month()


def _remember(response):
    response.set_signed_cookie(
        COOKIE,
        _month(),
        salt=SALT,
        max_age=COOKIE_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
