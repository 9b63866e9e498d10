"""补录: several entries of the paper ledger typed at once, one scan for all of them."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import posted
from accounts.permissions import can_edit_records, require
from activities.entry.quick_views import ONLY_KEEPERS
from activities.models import Activity
from records.files import link
from records.forms import RecordForm
from records.models import new_code
from records.workflow import AlreadySaved, claim_token, note_record, save_record
from stations import drafts
from stations.forms import not_in_future
from stations.section_views import get_station
from stations.uploads import take_in

ROWS = 6
MOST = 30


class PaperRowForm(RecordForm):
    class Meta:
        model = Activity
        fields = [
            "happened_on",
            "kind",
            "title",
            "place",
            "organiser",
            "other_headcount",
            "content",
        ]
        labels = {"other_headcount": "参加人数"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # One token for the whole page, one line for the content.
        del self.fields["token"], self.fields["version"]
        self.fields["other_headcount"].required = False
        self.fields["content"].widget.attrs["rows"] = 2

    def clean_happened_on(self):
        return not_in_future(self.cleaned_data["happened_on"], "活动时间")

    def clean_other_headcount(self):
        return self.cleaned_data["other_headcount"] or 0

    def before_save(self):
        self.instance.is_late_entry = True

    @property
    def words_seen(self):
        """What was confirmed in this row, while another row still asks."""
        return hasattr(self, "verified_words") and self.data.get(self.add_prefix("words_seen"))

    @property
    def is_empty(self):
        """Nothing typed; the kind alone is no entry."""
        names = ("title", "happened_on", "place", "organiser", "content", "other_headcount")
        return not any(self.data.get(self.add_prefix(name), "").strip(" 0") for name in names)


def _rows(request, station, count):
    data = posted(request)
    forms = []
    for number in range(1, count + 1):
        form = PaperRowForm(
            data, prefix=f"r{number}", user=request.user, station=station, initial={}
        )
        form.empty_permitted = True
        form.use_required_attribute = False
        forms.append(form)
    return forms


def _count(request):
    text = request.POST.get("rows") or request.GET.get("rows", "")
    return min(max(int(text), 1), MOST) if text.isascii() and text.isdigit() else ROWS


@require_http_methods(["GET", "HEAD", "POST"])
def paper_entries(request, code):
    station = get_station(request, code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    rows = _rows(request, station, _count(request))
    problem = ""
    if request.method == "POST":
        filled = [form for form in rows if not form.is_empty]
        for form in filled:
            form.empty_permitted = False
        problem = _problem(rows, filled)
        if not problem:
            return _save(request, station, filled)
    context = {
        "station": station,
        "rows": list(enumerate(rows, 1)),
        "count": len(rows),
        "most": MOST,
        "token": request.POST.get("token") or new_code(),
        "problem": problem,
    }
    status = 400 if problem else 200
    return render(request, "activities/paper_entries.html", context, status=status)


def _problem(rows, filled):
    if not filled:
        return "还没有填写内容，请至少填写一条。"
    wrong = [str(n) for n, form in enumerate(rows, 1) if form in filled and not form.is_valid()]
    return f"第{'、'.join(wrong)}条需要修改，全部都还没有保存。" if wrong else ""


def _save(request, station, forms):
    """All entries or none; the scan afterwards, so that a bad file costs no typing."""
    try:
        with transaction.atomic():
            mark = claim_token(request.POST.get("token", "")[:32], by=request.user)
            saved = [save_record(form, by=request.user) for form in forms]
            note_record(mark, saved[0])
        messages.success(request, f"已补录{len(saved)}条活动。")
        _attach(request, saved)
    except AlreadySaved:
        messages.info(request, "这些内容刚才已经补录，没有重复登记。")
    drafts.forget(request.user, request.get_full_path())
    return redirect(f"{reverse('section', args=[station.region.code, 'activities'])}?late=on")


def _attach(request, activities):
    first, *others = activities
    scans = request.FILES.getlist("photos")
    stored, errors = take_in(scans, first, by=request.user, purpose="paper_ledger")
    for attachment in stored:
        for activity in others:
            link(attachment, activity, purpose="paper_ledger")
    for error in errors:
        messages.error(request, error)
    if not stored:
        messages.warning(request, "还没有纸质台账照片，可以在各条记录里补传。")
