"""共性1 (C1): the places of a station and what hangs and lies in them."""

from typing import Any

from accreditation.scoring.facts import Facts
from accreditation.scoring.measures.shapes import Fix, Measure, Parameters, fewer_if_small, fixed
from accreditation.scoring.measures.things import Thing, parts_found, parts_missing, things
from accreditation.scoring.numbers import Found, counted, together

PLACE: dict[str, Any] = {"section": "facilities", "kind": "facility"}
TALK = Fix("activities", "activity", (("kind", "talk"),))


def _shown_at(place: str) -> Fix:
    return Fix("exhibits", "exhibit", (("place", place),))


def _place(kind: str) -> dict[str, Any]:
    return PLACE | {"query": (("kind", kind),)}


def _honour_board(facts: Facts, p: Parameters) -> Found:
    """The photo is the condition; of people with an honour or a story three are shown, or
    all where there are fewer; where there are none the photo is enough."""
    photo = facts["facilities.board_photo"]
    need = min(p["full"], facts["people.honoured"])
    shown = facts["shown_people.board"]
    parts: tuple[tuple[str, int, int], ...] = (("光荣榜照片|", photo, 1),)
    if need:
        parts += (("有荣誉或事迹的展示人员|人", shown, need),)
    earned = together(*(counted(n, wanted) for _, n, wanted in parts))
    done = sum(n >= wanted for _, n, wanted in parts)
    return Found(done, len(parts), earned, len(parts), "", parts)


HONOUR_BOARD = Measure(
    _honour_board,
    parts_found,
    parts_missing,
    (
        ("facilities.board_photo", "facilities.board_photo"),
        ("shown_people.board", "shown_people.board"),
    ),
    section="facilities",
    kind="facility",
    query=(("kind", "honour_board"),),
    fixes=(None, Fix("exhibits", "exhibit", (("place", "honour_board"),))),
)


MEASURES: dict[str, Measure] = {
    # C1.1
    "talk_room": things(
        Thing("facilities.talk_photo", "谈心室照片"),
        Thing("ledger.talk", "近12个月谈心谈话", "次", fewer_if_small, fix=TALK),
        **_place("talk_room"),
    ),
    # C1.2
    "recreation_room": things(
        Thing("facilities.recreation", "文体活动室"),
        Thing("facilities.recreation_photo", "照片"),
        **_place("recreation_room"),
    ),
    # C1.3
    "reading_area": things(
        Thing("facilities.reading", "图书阅览专区"),
        Thing("facilities.reading_photo", "照片"),
        Thing("facilities.reading_books", "图书册数"),
        **_place("reading_area"),
    ),
    # C1.4
    "honour_wall": things(
        Thing("facilities.wall_photo", "荣誉墙照片"),
        Thing("exhibits.wall", "荣誉墙展示内容", "项", fixed, fix=_shown_at("honour_wall")),
        **_place("honour_wall"),
    ),
    # C1.5
    "honour_board": HONOUR_BOARD,
    # C1.6
    "bulletin_board": things(
        Thing("facilities.bulletin_photo", "宣传栏照片"),
        Thing("facilities.bulletin_changed", "近{limit}个月更换内容"),
        **_place("bulletin_board"),
    ),
    # C1.7
    "memorabilia_cabinet": things(
        Thing("facilities.cabinet_photo", "陈列柜照片"),
        Thing(
            "exhibits.cabinet", "已检查的陈列品", "件", fixed, fix=_shown_at("memorabilia_cabinet")
        ),
        **_place("memorabilia_cabinet"),
    ),
}
