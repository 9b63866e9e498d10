"""共性3 (C3): the 学雷锋 volunteer team."""

from accreditation.scoring.facts import Facts
from accreditation.scoring.measures.shapes import (
    Measure,
    Parameters,
    count,
    fewer_if_small,
    share,
    up_to_share,
)
from accreditation.scoring.measures.things import parts_found, parts_missing
from accreditation.scoring.measures.where import LEDGER
from accreditation.scoring.numbers import FULL, NONE, Found


def _team(facts: Facts, p: Parameters) -> Found:
    n = facts["teams.full"]
    parts = (
        ("正常运行的学雷锋志愿服务队|", facts["teams.all"], 1),
        ("花名册内的队长|", facts["teams.led"], 1),
        ("成立材料或照片|", n, 1),
    )
    return Found(n, 1, FULL if n else NONE, 1, "", parts)


TEAM = Measure(
    _team,
    parts_found,
    parts_missing,
    (("teams.all", "teams.full"),),
    section="volunteers",
    kind="team",
    query=(("kinds", "lei_feng"),),
)


def groups_needed(facts: Facts, p: Parameters) -> int:
    return int(p["full_few"] if facts["people.member"] < p["few_under"] else p["full"])


MEASURES: dict[str, Measure] = {
    # C3.1
    "team": TEAM,
    # C3.2
    "team_size": count(
        "people.member",
        "在队队员",
        "人",
        need=up_to_share("people.team_age"),
        section="volunteers",
        kind="member",
    ),
    # C3.3
    "team_groups": count(
        "groups.matched",
        "有组长且有特点优长相符队员的活动小组",
        "个",
        need=groups_needed,
        section="volunteers",
        kind="group",
    ),
    # C3.4
    "volunteering": count(
        "ledger.volunteering",
        "近12个月志愿服务",
        "次",
        need=fewer_if_small,
        **LEDGER,
        query=(("kind", "volunteering"),),
    ),
    # C3.5
    "team_served": share(
        "people.member_served",
        "people.member",
        "{n}名队员近12个月服务{limit}次及以上，队员{of}人（{pct}）",
        "人",
        empty="还没有在队队员",
        **LEDGER,
        query=(("kind", "volunteering"),),
    ),
}
