from django import forms
from django.db.models import Count, Q
from django.utils import timezone

from activities.forms import ActivityForm
from activities.models import Activity
from records.forms import PickPeople
from veterans.models import Veteran
from volunteers.models import Group, Membership

PLACES = 6
# Whom a kind of activity is about; everybody else takes part.
ROLE_FIELDS = {
    Activity.Kind.VISIT: "visited",
    Activity.Kind.TALK: "visited",
    Activity.Kind.VOLUNTEERING: "volunteers",
}
_NOW = Q(memberships__left_on=None, memberships__veteran__status=Veteran.Status.ACTIVE)


class GroupsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group):
        return f"{group.name}（{group.people}人）"


class QuickForm(ActivityForm):
    """An activity in under a minute: what kind, called what, when; all else may wait."""

    class Meta(ActivityForm.Meta):
        fields = [
            "plan_item",
            "kind",
            "title",
            "happened_on",
            "place",
            "content",
            "outcome",
            "other_headcount",
            "care_reason",
            "by_phone",
            "service_field",
            "key_date",
            "tags",
        ]
        widgets = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("participants", "speakers", "volunteers", "visited"):
            people = self.fields.pop(name).queryset
        self.fields["people"] = forms.ModelMultipleChoiceField(
            people, label="参加人员", required=False, widget=PickPeople
        )
        self._pick_people(self.fields["people"])
        self.fields["groups"] = GroupsField(
            Group.objects.visible_to(self.user)
            .filter(team__station=self.station)
            .annotate(people=Count("memberships", filter=_NOW))
            .filter(people__gt=0),
            label="整组参加",
            required=False,
        )
        kind = self.fields["kind"]
        kind.widget = forms.RadioSelect()
        kind.choices = Activity.Kind.choices
        self.fields["plan_item"].widget = forms.HiddenInput()
        # Codes of photos that went up while this was typed (static/js/entry_photos.js).
        self.fields["uploaded"] = forms.CharField(
            required=False, max_length=1000, widget=forms.HiddenInput
        )
        self.fields["other_headcount"].required = False
        self.fields["content"].widget.attrs["rows"] = 3
        self.fields["outcome"].widget.attrs["rows"] = 2
        self.fields["care_reason"].label = "四尊崇、五关爱、六必访"
        self._start_today()

    def _start_today(self):
        """An item planned for next week and done early is recorded for today."""
        today = timezone.localdate()
        planned = self.initial.get("happened_on")
        if not planned or (hasattr(planned, "year") and planned > today):
            self.initial["happened_on"] = today

    def clean_other_headcount(self):
        return self.cleaned_data["other_headcount"] or 0

    def before_save(self):
        """A single group that served is the one the activity belongs to."""
        groups = list(self.cleaned_data.get("groups") or ())
        activity = self.instance
        if not groups or activity.kind != Activity.Kind.VOLUNTEERING:
            return
        if len({group.team_id for group in groups}) == 1:
            activity.team_id = groups[0].team_id
        if len(groups) == 1:
            activity.group = groups[0]
            activity.service_field = activity.service_field or groups[0].field

    def after_save(self, *, by):
        people = set(self.cleaned_data.get("people") or ())
        groups = self.cleaned_data.get("groups") or ()
        if groups:
            members = Membership.objects.filter(
                group__in=groups, left_on=None, veteran__status=Veteran.Status.ACTIVE
            )
            people |= {member.veteran for member in members.select_related("veteran")}
        role = ROLE_FIELDS.get(self.cleaned_data["kind"], "participants")
        self.cleaned_data[role] = people
        super().after_save(by=by)


def usual_places(user, station) -> list[str]:
    """Where this station's last activities were."""
    rows = Activity.objects.visible_to(user).filter(station=station).exclude(place="")
    last = rows.order_by("-happened_on", "-pk").values_list("place", flat=True)[:40]
    return list(dict.fromkeys(last))[:PLACES]
