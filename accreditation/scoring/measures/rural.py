"""绿色1 to 绿色4 (U1 to U4); 绿色5 is in panels.py."""

from accreditation.scoring.facts import Facts
from accreditation.scoring.measures.shapes import Measure, Parameters, count, fixed, up_to_share
from accreditation.scoring.measures.where import LEDGER, USE, tagged, told
from accreditation.scoring.numbers import FULL, Found, counted


def _beautiful(facts: Facts, p: Parameters) -> Found:
    n = facts["ledger.environment"]
    if facts["titles.valid"]:
        return Found(n, p["full"], FULL, p["full"], "title")
    return Found(n, p["full"], counted(n, p["full"]), p["full"])


BEAUTIFUL_VILLAGE = Measure(
    _beautiful,
    lambda f: (
        f"近12个月生态环境改善活动{f.n}次"
        + ("，有县级以上有效集体荣誉" if f.note else f"（满分需{f.need}次）")
    ),
    lambda f: "" if f.share == FULL else f"还需{f.need - f.n}次，或登记县级以上集体荣誉",
    (("ledger.environment", "ledger.environment"), ("titles.valid", "titles.valid")),
    section="activities",
    kind="activity",
    query=(("tags", "environment"),),
)


MEASURES: dict[str, Measure] = {
    # U1.1
    "green_activities": count("ledger.green", "近12个月绿色发展活动", "次", **tagged("green")),
    # U1.2
    "green_people": count(
        "people.green", "在绿色或特色产业创业就业", "人",
        need=up_to_share("people.working_age"), section="enterprises", kind="enterprise",
    ),
    # U2.1
    "rural_resources": count("uses.rural", "有简介和来源的特色资源", "项", **USE),
    # U2.3
    "beautiful_village": BEAUTIFUL_VILLAGE,
    # U3.1
    "reform_resources": count("uses.reform", "有协议、函件或共同活动的此类资源", "项", **USE),
    # U3.2
    "reform_activities": count(
        "ledger.at_reform", "近12个月在此类资源开展活动", "次", **LEDGER
    ),
    # U4.1
    "rural_stories": count(
        "stories.rural", "通过审核的典型故事", "个", need=fixed, whole=True, **told("rural")
    ),
    # U4.3
    "rural_stories_used": count(
        "stories.rural_used", "已宣传运用的典型故事", "个", population="stories.rural", **LEDGER
    ),
}  # fmt: skip
