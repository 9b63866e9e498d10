"""典型故事库: found by theme, person, war, field, unit and words; each story and exhibit on a
page to read and print."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import can_see_records, is_city, require
from stations.models import Region, Track
from veterans import near_copies, story_bank
from veterans.models import Exhibit, Story, War
from veterans.sections import check_state

PAGE_SIZE = 20


def _choices(label, choices):
    return forms.ChoiceField(label=label, required=False, choices=[("", "全部"), *choices])


class BankFilter(forms.Form):
    q = forms.CharField(label="标题、正文中的词", required=False, max_length=40)
    theme = _choices("所属类别", Track.choices)
    subject = _choices("人物类型", Story.Subject.choices)
    war = _choices("战争、战斗", War.choices)
    field = _choices("领域（乡村振兴）", Story.Field.choices)
    county = forms.ChoiceField(label="单位", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Names of units are public; the bank is the whole city's for everybody.
        self.counties = dict(Region.objects.county_level().values_list("code", "name"))
        self.fields["county"].choices = [("", "全部单位"), *self.counties.items()]

    def apply(self, rows, user):
        if not self.is_valid():
            return rows
        data = self.cleaned_data
        if data["q"]:
            rows = story_bank.search(rows, data["q"], user)
        for name in ("theme", "subject", "war", "field"):
            if data[name]:
                rows = rows.filter(**{name: data[name]})
        if data["county"]:
            rows = rows.filter(station__region__path__contains=f"/{data['county']}/")
        return rows


@require_safe
def stories(request):
    """What is checked, agreed to and not withdrawn; `?held=1` is the city's to decide."""
    require(can_see_records(request.user), "查阅人员不查看个人事迹。")
    form = BankFilter(request.GET or None)
    held = is_city(request.user) and request.GET.get("held") == "1"
    rows = story_bank.waiting_for_city(request.user) if held else story_bank.bank()
    rows = form.apply(rows, request.user).select_related("station__region", "veteran")
    page = Paginator(rows.order_by("-created_at", "-pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    table = [
        (story_bank.shown(story, request.user), form.counties.get(story.station.region.county_code))
        for story in page
    ]
    waiting = story_bank.waiting_for_city(request.user).count() if is_city(request.user) else 0
    context = {"form": form, "page": page, "table": table, "held": held, "waiting": waiting}
    return render(request, "veterans/stories.html", context)


@require_safe
def story(request, pk):
    require(can_see_records(request.user), "查阅人员不查看个人事迹。")
    rows = story_bank.readable_by(request.user).select_related("station__region", "veteran")
    row = get_object_or_404(rows, pk=pk)
    shown = story_bank.shown(row, request.user)
    is_held = row.war == War.VIETNAM and row.released_hash != row.content_hash
    state = check_state(row)
    context = {
        "row": row,
        "shown": shown,
        "state": state,
        "is_held": is_held,
        "may_release": is_held and state == "已通过" and is_city(request.user),
        "checks": _current_checks(row) if shown.is_own else (),
        "edit": _edit_url("stories", "story", row) if shown.is_own else "",
        "photos": _photos(row) if shown.is_own else (),
    }
    return render(request, "veterans/story.html", context)


@require_safe
def story_compare(request, pk, other):
    """Two texts side by side, common passages marked; each as this reader may see it."""
    require(can_see_records(request.user), "查阅人员不查看个人事迹。")
    own = Story.objects.visible_to(request.user).select_related("station__region", "veteran")
    others = story_bank.readable_by(request.user).select_related("station__region", "veteran")
    pair = [get_object_or_404(own, pk=pk), get_object_or_404(others, pk=other)]
    here, there = (story_bank.shown(row, request.user) for row in pair)
    context = {
        "row": pair[0],
        "percent": round(near_copies.share(pair[0].body, pair[1].body) * 100),
        "sides": [
            (here, near_copies.passages(here.body, there.body)),
            (there, near_copies.passages(there.body, here.body)),
        ],
        "edit": _edit_url("stories", "story", pair[0]),
    }
    return render(request, "veterans/story_compare.html", context)


@require_POST
def story_release(request, pk):
    """The city lets a story of 对越自卫反击战 be published."""
    rows = Story.objects.visible_to(request.user).select_related("station__region")
    row = get_object_or_404(rows, pk=pk)
    require(is_city(request.user), "对越自卫反击战的故事由市局同意后公开。")
    try:
        story_bank.release(
            row, actor=request.user, content_hash=request.POST.get("content_hash", "")
        )
        messages.success(request, f"已同意公开“{row}”。")
    except story_bank.NotToRelease as refused:
        messages.error(request, str(refused))
    return redirect("story", pk=pk)


@require_safe
def exhibit(request, pk):
    require(can_see_records(request.user))
    rows = Exhibit.objects.visible_to(request.user).select_related("station__region")
    row = get_object_or_404(rows, pk=pk)
    context = {
        "row": row,
        "state": check_state(row),
        "checks": _current_checks(row),
        "edit": _edit_url("exhibits", "exhibit", row),
        "photos": _photos(row),
        "people": row.people.all(),
        "stories": row.stories.filter(withdrawn_on=None),
        "resources": row.resources.all(),
        "forms": row._meta.get_field("forms").labels(row.forms),
    }
    return render(request, "veterans/exhibit.html", context)


def _current_checks(row):
    return [one for one in row.checks.all() if one.content_hash == row.content_hash]


def _photos(row):
    links = row.attachment_links.filter(purpose="general", attachment__kind="photo")
    return links.select_related("attachment")


def _edit_url(section, kind, row):
    return reverse("record", args=[row.station.region.code, section, kind, row.pk])
