from records.registry import Kind, Section, Tool, register
from volunteers import forms, moves  # noqa: F401 (a move ends memberships)
from volunteers.models import Group, Membership, Team


def _kinds(team):
    return "、".join(Team._meta.get_field("kinds").labels(team.kinds))


register(
    Section(
        "volunteers",
        "志愿服务队",
        "heart-handshake",
        (
            Kind(
                "team",
                Team,
                forms.TeamForm,
                (
                    ("队伍名称", "name"),
                    ("队伍类型", _kinds),
                    ("队长", "leader"),
                    ("成立日期", "founded_on"),
                    ("正常运行", "is_active"),
                ),
                purposes=("founding", "charter", "general"),
                related=("leader",),
            ),
            Kind(
                "group",
                Group,
                forms.GroupForm,
                (
                    ("小组名称", "name"),
                    ("志愿服务队", "team"),
                    ("服务领域", "get_field_display"),
                    ("对应特点优长", "strength"),
                    ("组长", "leader"),
                ),
                owner="team__station",
                related=("team", "strength", "leader"),
                purposes=(),
            ),
            Kind(
                "member",
                Membership,
                forms.MembershipForm,
                (
                    ("队员", "veteran"),
                    ("志愿服务队", "team"),
                    ("活动小组", "group"),
                    ("入队日期", "joined_on"),
                    ("离队日期", "left_on"),
                ),
                owner="team__station",
                related=("team", "group", "veteran"),
                purposes=(),
            ),
        ),
        clause="附件1 三",
        tools=(
            Tool("组建小组", "wand", "volunteer_groups"),
            Tool("邀请名单", "phone", "volunteer_invite"),
            Tool("服务领域", "layout-grid", "volunteer_fields", for_keepers=False),
        ),
    )
)
