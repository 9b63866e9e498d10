"""红色5, 古色5, 绿色5 (R5, H5, U5): the panel of a track on the wall."""

from typing import Any

from accreditation.scoring.facts import Facts
from accreditation.scoring.measures.shapes import Measure, Parameters, count, fewer_if_small
from accreditation.scoring.measures.where import EXHIBIT
from accreditation.scoring.numbers import FULL, NONE, Found


def panel_checked(track: str) -> Measure:
    """Every panel of the theme that hangs there has passed, and there is one."""

    def evaluate(facts: Facts, p: Parameters) -> Found:
        n, of = facts[f"checked.{track}"], facts[f"exhibits.panel_{track}"]
        return Found(n, of, FULL if of and n >= of else NONE, of)

    return Measure(
        evaluate,
        lambda f: f"专门版块{f.of}处，通过两项审核{f.n}处" if f.of else "还没有专门版块",
        lambda f: (
            ""
            if f.share == FULL
            else ("请县（区）或市局安排政治关、史实关审核" if f.of else "先登记专门版块")
        ),
        ((f"exhibits.panel_{track}", f"checked.{track}"),),
        section="exhibits",
    )


MEASURES: dict[str, Measure] = {}
for _track in ("red", "historical", "rural"):
    _where: dict[str, Any] = EXHIBIT | {"query": (("place", "wall_panel"), ("theme", _track))}
    MEASURES[f"panel_{_track}"] = count(
        f"exhibits.panel_{_track}_photo", "有照片的专门版块", "处",
        population=f"exhibits.panel_{_track}", **_where,
    )  # fmt: skip
    MEASURES[f"panel_people_{_track}"] = count(
        f"shown_people.{_track}", "版块上有典型故事的人员", "人",
        need=fewer_if_small, section="exhibits",
    )  # fmt: skip
    MEASURES[f"panel_checked_{_track}"] = panel_checked(_track)
