"""共性4 (C4): regulations, duties, and whether they are lived."""

from accreditation.scoring.facts import Facts
from accreditation.scoring.measures.shapes import Measure, Parameters, present
from accreditation.scoring.measures.things import Thing, parts_found, parts_missing, things
from accreditation.scoring.numbers import Found, counted
from stations.models import Regulation

REGULATIONS = {
    f"regulation_{kind}": present(
        f"regulations.{kind}",
        f"近{{limit}}个月制定或审阅的{kind.label}",
        f"登记“{kind.label}”的内容或文件，或补充最近审阅日期",
        section="regulations",
        kind="regulation",
        query=(("kind", kind.value),),
    )
    for kind in Regulation.Kind
    if kind != Regulation.Kind.OTHER
}

DUTIES = things(
    Thing("duties.organisation", "组织职责", "项", lambda f, p: int(p["organisations"])),
    Thing("duties.person", "人员职责", "项", lambda f, p: int(p["persons"])),
    section="duties",
    kind="duty",
)

LIVED = {"study": "学习活动", "recreation": "文体活动", "visit": "走访慰问"}


def _lived(facts: Facts, p: Parameters) -> Found:
    parts = tuple((f"{label}|次", facts[f"ledger.{kind}"], 1) for kind, label in LIVED.items())
    n = sum(number > 0 for _, number, _ in parts)
    return Found(n, len(parts), counted(n, p["full"]), p["full"], "", parts)


REGULATIONS_LIVED = Measure(
    _lived,
    lambda f: "近12个月" + parts_found(f),
    parts_missing,
    tuple((f"ledger.{kind}", f"ledger.{kind}") for kind in LIVED),
    section="activities",
    kind="activity",
)


MEASURES: dict[str, Measure] = {
    # C4.1 to C4.7
    **REGULATIONS,
    # C4.8
    "duties": DUTIES,
    # C4.9
    "regulations_lived": REGULATIONS_LIVED,
}
