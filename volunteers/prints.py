"""志愿服务队: the roll of a team with its groups, and a charter to start from."""

from records.printing import (
    DRAFT,
    Column,
    Document,
    Facts,
    Heading,
    Paragraph,
    Signature,
    Table,
    Title,
)
from records.printing.registry import Print, register_print
from stations.papers import long_day, sheet
from veterans.importing.matching import tags_of
from volunteers.models import Group, Membership, Team

COLUMNS = (
    Column("序号", 1, "center"), Column("姓名", 2, "center"), Column("性别", 1, "center"),
    Column("特点优长", 4), Column("联系电话（已脱敏）", 3, "center"),
    Column("入队日期", 2.4, "center"), Column("备注", 2),
)  # fmt: skip
CHARTER = """第一条　本队名称为{name}，由{station}组织，接受服务站管理和指导。
第二条　本队以“奉献、友爱、互助、进步”的志愿精神为宗旨，发扬人民军队优良传统，服务退役军人和群众。
第三条　本队服务领域：{fields}。
第四条　凡遵纪守法、身体条件适宜、自愿参加志愿服务的退役军人，本人申请后即可入队；离队由本人提出。
第五条　本队设队长一名，负责组织和联系；下设{groups}，各组设组长一名。
第六条　队员参加志愿服务，由本队如实记录时间、内容和时长。
第七条　开展活动前进行必要的培训，落实安全措施，不以志愿服务名义从事营利活动。
第八条　本章程由全体队员讨论通过后施行。"""


def _teams(user, station):
    return Team.objects.visible_to(user).filter(station=station).select_related("leader")


def _papers(suffix: str):
    def papers(user, station):
        return [(str(team.pk), f"{team.name}{suffix}") for team in _teams(user, station)]

    return papers


def roll(user, station, which: str) -> Document:
    team = _teams(user, station).get(pk=which)
    groups = list(Group.objects.visible_to(user).filter(team=team).select_related("leader"))
    members = list(
        Membership.objects.visible_to(user)
        .filter(team=team, left_on=None)
        .select_related("veteran")
        .order_by("veteran__pinyin", "pk")
    )
    strengths = tags_of([member.veteran_id for member in members])
    document = sheet(station, f"{team.name}花名册", by=user)
    document.add(
        Title(f"{team.name}花名册"),
        Facts(
            [
                ("队长", team.leader or ""),
                ("成立日期", long_day(team.founded_on)),
                ("队伍类型", "、".join(Team.Kind(kind).label for kind in team.kinds)),
                ("志愿服务品牌", team.brand),
                ("活动小组", f"{len(groups)}个"),
                ("队员", f"{len(members)}人"),
            ]
        ),
    )
    for group in groups:
        leader = f"　组长：{group.leader}" if group.leader else ""
        field = group.other_field or group.get_field_display()
        document.add(Heading(f"{group.name}（{field}）{leader}", level=2))
        rows = [member for member in members if member.group_id == group.pk]
        document.add(Table(COLUMNS, _rows(rows, strengths, team, group), total=f"{len(rows)}人"))
    rest = [member for member in members if member.group_id is None]
    if rest or not groups:
        document.add(Heading("未编入小组的队员" if groups else "队员", level=2))
        document.add(Table(COLUMNS, _rows(rest, strengths, team, None), total=f"{len(rest)}人"))
    return document.add(Signature())


def _rows(members, strengths, team, group) -> list[list[str]]:
    return [
        [
            str(number),
            member.veteran.name,
            member.veteran.get_gender_display(),
            "、".join(strengths.get(member.veteran_id, ())),
            member.veteran.masked_phone,
            member.joined_on.strftime("%Y.%m.%d"),
            _post(member, team, group),
        ]
        for number, member in enumerate(members, 1)
    ]


def _post(member, team, group) -> str:
    posts = []
    if member.veteran_id == team.leader_id:
        posts.append("队长")
    if group is not None and member.veteran_id == group.leader_id:
        posts.append("组长")
    return "、".join(posts)


def charter(user, station, which: str) -> Document:
    """A text to discuss: the team's own charter is whatever it adopted and attached."""
    team = _teams(user, station).get(pk=which)
    groups = list(Group.objects.visible_to(user).filter(team=team))
    fields = dict.fromkeys(one.other_field or one.get_field_display() for one in groups)
    text = CHARTER.format(
        name=team.name,
        station=station.name,
        fields="、".join(fields) or "由队员讨论确定",
        groups="、".join(one.name for one in groups) or "若干活动小组",
    )
    document = sheet(station, f"{team.name}章程", DRAFT, by=user)
    return document.add(
        Title(f"{team.name}章程", ("（讨论稿）",)),
        Paragraph(text),
        Paragraph(f"{team.name}\n　　　　年　　月　　日", align="right"),
    )


register_print(
    Print(
        "team-roll",
        "volunteers",
        "队员花名册",
        roll,
        _papers("花名册"),
        hint="按活动小组列出在队队员。",
    )
)
register_print(
    Print(
        "team-charter",
        "volunteers",
        "章程（讨论稿）",
        charter,
        _papers("章程"),
        hint="由队员讨论、修改通过后，把签字的章程作为附件上传。",
    )
)
