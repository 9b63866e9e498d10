"""The page where a station chooses the pictures of its film."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import posted
from accounts.permissions import can_edit_records, require
from activities.films import people, storyboard
from activities.films.making import ask_for_film
from records.scanning import Scanner
from records.video import NoVideo
from stations.section_views import get_station


class FilmOrder(forms.Form):
    title = forms.CharField(
        label="片名", max_length=60, error_messages={"required": "请填写片名。"}
    )
    with_figures = forms.BooleanField(label="片中显示本站主要数据", required=False, initial=True)
    may_be_shown = forms.BooleanField(
        label="已逐张核对：不涉密；不在花名册上的出镜者已同意；没有学生正面照片",
        error_messages={"required": "请核对照片后勾选这一项，再开始制作。"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def film_make(request, code):
    station = get_station(request, code)
    require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以制作短片。")
    offered = storyboard.choices(station, on=timezone.localdate())
    form = FilmOrder(posted(request), initial=_initial(station))
    status, errors = 200, []
    if request.method == "POST":
        chosen = _read(request.POST, offered)
        _look_up(station, offered)
        errors = [*_faults(chosen, form), *_consents(station, chosen, form)]
        if form.is_valid() and not errors:
            try:
                ask_for_film(
                    station,
                    by=request.user,
                    title=form.cleaned_data["title"].strip(),
                    pictures=[(one.code, one.caption) for one in chosen],
                    with_figures=form.cleaned_data["with_figures"],
                    absent=[one.code for one in chosen if one.is_absent],
                )
            except NoVideo as missing:
                errors = [str(missing)]
            else:
                messages.success(request, "已开始制作，完成后会通知您，短片出现在“视频短片”里。")
                return redirect(reverse("section", args=[code, "films"]))
        status = 422
    else:
        _look_up(station, offered)
        _number(storyboard.suggest(offered))
    shown = {
        "station": station,
        "form": form,
        "offered": offered,
        "errors": errors,
        "fewest": storyboard.FEWEST,
        "most": storyboard.MOST,
        "picture_seconds": storyboard.PICTURE_SECONDS,
        "other_seconds": storyboard.seconds(0, with_figures=True),
    }
    return render(request, "activities/film_make.html", shown, status=status)


def _initial(station):
    return {"title": f"{station.name}建设情况", "with_figures": True}


def _number(chosen):
    for number, one in enumerate(chosen, start=1):
        one.is_suggested, one.number = True, number


def _read(posted, offered):
    """The pictures that were ticked, in the order of their numbers, each with its words.
    What was typed stays on the page."""
    chosen = []
    for one in offered:
        one.caption = posted.get(f"caption_{one.code}", one.caption).strip()
        one.is_suggested = posted.get(f"chosen_{one.code}") == "on"
        one.is_absent = posted.get(f"absent_{one.code}") == "on"
        typed = posted.get(f"number_{one.code}", "").strip()
        one.number = typed
        if one.is_suggested:
            chosen.append((int(typed) if typed.isdecimal() and len(typed) < 5 else 9999, one))
    return [one for _, one in sorted(chosen, key=lambda pair: pair[0])]


def _look_up(station, offered):
    """Beside each picture: the people of the roster who have not agreed to films."""
    found = people.without_consent(station, [(one.code, one.caption) for one in offered])
    for one in offered:
        one.unasked = found.get(one.code)


def _consents(station, chosen, form):
    """Whose consent is missing, by name. Whoever only took part in the activity may not be
    on the picture at all: that the maker can say."""
    found = []
    for number, one in enumerate(chosen, start=1):
        sure = one.unasked.certain if one.unasked else []
        rest = one.unasked.maybe if one.unasked and not one.is_absent else []
        if sure:
            found.append(
                f"第{number}张照片上有{people.names(sure)}，没有登记本人（亲属）同意拍摄视频。"
                "请先登记同意，或换一张照片。"
            )
        if rest:
            found.append(
                f"第{number}张照片可能有{people.names(rest)}，没有登记本人同意拍摄视频。"
                "请登记同意，或核对后勾选“未出镜”。"
            )
    named = people.not_asked_in(station, form.data.get("title", ""))
    if named:
        found.append(f"片名写到{people.names(named)}，没有登记本人（亲属）同意拍摄视频。")
    return found


def _faults(chosen, form):
    found = []
    if not storyboard.FEWEST <= len(chosen) <= storyboard.MOST:
        found.append(
            f"已选{len(chosen)}张照片。短片需要{storyboard.FEWEST}至{storyboard.MOST}张，"
            "请调整后再制作。"
        )
    scanner = Scanner()
    texts = [(f"第{n}张照片的说明", one.caption) for n, one in enumerate(chosen, start=1)]
    texts.append(("片名", form.data.get("title", "")))
    for name, text in texts:
        if len(text) > storyboard.CAPTION_LENGTH and name != "片名":
            found.append(f"{name}超过{storyboard.CAPTION_LENGTH}字，屏幕上放不下，请缩短。")
        words = scanner.scan(text)
        if words:
            found.append(f"{name}中的“{words[0].word}”不能在短片中出现，{words[0].advice}。")
    return found
