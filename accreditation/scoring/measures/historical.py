"""古色1 to 古色4 (H1 to H4); 古色5 is in panels.py."""

from accreditation.scoring.facts import Facts
from accreditation.scoring.measures.shapes import (
    Measure,
    Parameters,
    count,
    fewer_if_small,
    fewer_if_village,
    up_to_confirmed,
    up_to_share,
)
from accreditation.scoring.measures.things import parts_found, parts_missing
from accreditation.scoring.measures.where import EXHIBIT, LEDGER, USE, tagged, told
from accreditation.scoring.numbers import Found, average, counted


def _hometown_hall(facts: Facts, p: Parameters) -> Found:
    n = facts["uses.hometown"]
    town = facts.town_uses_hometown if not n else 0
    return Found(
        n or town, p["full"], counted(n or town, p["full"]), p["full"], "town" if town else ""
    )


HOMETOWN_HALL = Measure(
    _hometown_hall,
    lambda f: (
        ("所在乡镇（街道）服务站" if f.note else "")
        + f"利用乡情馆或历史文化街区{f.n}处（满分需{f.need}处）"
    ),
    lambda f: f"还需{f.need - f.n}处" if f.n < f.need else "",
    (("uses.hometown", "uses.hometown"),),
    section="resources",
    kind="use",
)


def _hometown_sound(facts: Facts, p: Parameters) -> Found:
    parts = (
        ("队伍章程|", facts["teams.charter"], 1),
        ("近12个月队伍培训|次", facts["ledger.training"], 1),
    )
    done = sum(n > 0 for _, n, _ in parts)
    earned = average(*(counted(n, need) for _, n, need in parts))
    return Found(done, 2, earned, 2, "", parts)


HOMETOWN_TEAM_SOUND = Measure(
    _hometown_sound,
    parts_found,
    parts_missing,
    (("teams.charter", "teams.charter"), ("ledger.training", "ledger.training")),
    section="volunteers",
    kind="team",
    query=(("kinds", "hometown"),),
)


MEASURES: dict[str, Measure] = {
    # H1.1
    "historical_resources": count(
        "uses.historical", "有资料来源的历史文化资源", "项",
        need=up_to_confirmed("historical_resource_count"), **USE,
    ),
    # H1.2
    "hometown_hall": HOMETOWN_HALL,
    # H2.1
    "hometown_team_size": count(
        "people.hometown_member", "在队队员", "人",
        need=up_to_share("people.hometown_age"), section="volunteers", kind="member",
    ),
    # H2.2
    "hometown_team_sound": HOMETOWN_TEAM_SOUND,
    # H2.3
    "heritage_volunteering": count(
        "ledger.heritage_service", "近12个月该队传承古色文化志愿服务", "次",
        need=fewer_if_small, **tagged("heritage", "volunteering"),
    ),
    # H3.1
    "historical_exhibits": count(
        "exhibits.historical", "有照片的历史文化故事陈列", "处", **EXHIBIT
    ),
    # H3.2
    "historical_sites": count("uses.five", "共建共享五类资源", "项", **USE),
    # H3.3
    "historical_activities": count(
        "ledger.at_historical", "近12个月在历史文化资源开展活动", "次", **LEDGER
    ),
    # H4.1
    "inheritor_stories": count(
        "stories.inheritor", "通过审核的传承典型故事", "个",
        need=fewer_if_village, **told("historical", "inheritor"),
    ),
    # H4.2
    "heritage_talks": count(
        "ledger.heritage_talk", "近12个月有宣讲人的古色文化活动", "次",
        need=fewer_if_small, **tagged("heritage"),
    ),
}  # fmt: skip
