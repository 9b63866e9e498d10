from records.forms import RecordForm
from volunteers.models import Group, Membership, Team


class TeamForm(RecordForm):
    class Meta:
        model = Team
        fields = ["kinds", "name", "brand", "leader", "founded_on", "is_active"]
        help_texts = {"kinds": "同一支队伍可以兼有两种。"}


class _TeamChildForm(RecordForm):
    def attach_owner(self):
        """Belongs to a team of this station, chosen in the form."""

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"station"}


class GroupForm(_TeamChildForm):
    class Meta:
        model = Group
        fields = ["team", "name", "field", "other_field", "strength", "leader"]
        help_texts = {"strength": "按退役军人的特点优长组建小组。"}

    def clean(self):
        data = super().clean()
        if data.get("field") == "other" and not data.get("other_field"):
            self.add_error("other_field", "服务领域选“其他”时，请写明是什么。")
        return data


class MembershipForm(_TeamChildForm):
    class Meta:
        model = Membership
        fields = ["team", "group", "veteran", "joined_on", "left_on"]

    def clean(self):
        data = super().clean()
        group, team = data.get("group"), data.get("team")
        if group and team and group.team_id != team.pk:
            self.add_error("group", "这个活动小组不属于所选的志愿服务队。")
        return data
