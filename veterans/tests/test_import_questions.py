"""是否党员, 是否参战, 是否立功: what a 是 says, and what a 否 does not."""

import pytest

from tests.factories import VeteranFactory
from veterans.importing import batches, writing
from veterans.importing.asked import yes_or_no
from veterans.models import Veteran
from veterans.tests.roster_books import HEADER, line, only


def asked(read, label, cell, *, more=(), **given):
    labels = [label, *(name for name, _ in more)]
    cells = [cell, *(text for _, text in more)]
    return only(read([*line(**given), *cells], header=[*HEADER, *labels]))


def said(row, name):
    return [(note.level, note.message) for note in row.notes if note.field == name]


@pytest.mark.parametrize(
    ("text", "answer"),
    [("是", True), ("√", True), ("是（√）", True), ("有", True), ("1", True), ("否", False), ("×", False),
     ("", False), ("无", False), ("/", False), ("非党员", False), ("未参战", False), ("党员", None)],
)  # fmt: skip
def test_yes_and_no_in_their_spellings(text, answer):
    assert yes_or_no(text) is answer


@pytest.mark.parametrize(
    ("cell", "status"),
    [("是", "party_member"), ("√", "party_member"), ("党员", "party_member"), ("预备党员", "probationary"),
     ("否", None), ("×", None), ("非党员", None), ("", None), ("群众", None)],
)  # fmt: skip
@pytest.mark.parametrize("label", ["是否党员", "是否中共党员", "党员（是/否）"])
def test_a_yes_is_a_party_member_and_a_no_is_nothing(label, cell, status, read):
    row = asked(read, label, cell)

    assert row.values.get("political_status") == status
    assert row.outcome == "created" and not said(row, "political_status")


def test_the_column_of_political_status_comes_first(read):
    agreeing = asked(read, "是否党员", "是", more=[("政治面貌", "预备党员")])
    other = asked(read, "是否党员", "是", more=[("政治面貌", "群众")])
    empty = asked(read, "是否党员", "是", more=[("政治面貌", "")])

    assert agreeing.values["political_status"] == "probationary" and agreeing.outcome == "created"
    assert other.values["political_status"] == "masses" and other.outcome == "ask"
    assert "请核对" in said(other, "political_status")[0][1]
    assert empty.values["political_status"] == "party_member"


@pytest.mark.parametrize(
    ("stored", "cell", "becomes"),
    [("probationary", "是", "probationary"), ("party_member", "否", "party_member"),
     ("masses", "", "masses"), ("", "是", "party_member"), ("", "否", ""), ("masses", "是", "party_member")],
)  # fmt: skip
def test_a_coarser_word_takes_nothing_away(stored, cell, becomes, read, station):
    from veterans.tests.roster_books import book

    VeteranFactory(station=station, name="张三", birth_date="1960-05-01", political_status=stored)
    batch = batches.start(
        book([*line(), cell], header=[*HEADER, "是否党员"]), name="x.xlsx", station=station
    )
    batches.read(batch)
    writing.write(batch)

    assert Veteran.objects.get().political_status == becomes


@pytest.mark.parametrize(
    ("label", "cell", "wars", "care", "level"),
    [
        ("参战情况", "对越自卫反击战", ["vietnam"], None, None),
        ("是否参战", "1979年对越作战", ["vietnam"], None, None),
        ("是否参战", "是", None, ["combat"], "note"),
        ("参战情况", "参战", None, ["combat"], "note"),
        ("参战情况", "√", None, ["combat"], "note"),
        ("是否参战", "否", None, None, None),
        ("参战情况", "未参战", None, None, None),
        ("参战情况", "无", None, None, None),
        ("参战情况", "云南前线", None, None, "blank"),
        ("参战情况", "炮击金门", ["other"], None, None),
        ("参战情况", "参试人员", None, ["test"], None),
    ],
)
def test_a_war_is_never_invented(label, cell, wars, care, level, read):
    row = asked(read, label, cell)

    assert row.values.get("war_tags") == wars
    assert row.values.get("care_categories") == care
    assert [kind for kind, _ in said(row, "war_tags")] == ([level] if level else [])
    assert row.outcome == "created"


def test_the_war_that_another_column_names_is_enough(read):
    row = asked(read, "参战情况", "抗美援朝", more=[("是否参战", "是")])
    assert (row.values["war_tags"], row.values.get("care_categories")) == (["korea"], None)

    row = asked(read, "是否参战", "是", more=[("优抚类别", "烈士遗属")])
    assert row.values["care_categories"] == ["martyr_family"]


@pytest.mark.parametrize(
    ("label", "cell", "state", "kinds", "outcome"),
    [
        ("是否立功", "是", "blank", [], "ask"),
        ("是否立功", "否", None, None, "created"),
        ("是否立功", "", None, None, "created"),
        ("是否立功", "三等功2次", "answered", ["merit_3"], "created"),
        ("是否立功受奖", "否", "none", None, "created"),
        ("是否立功受奖", "无", "none", None, "created"),
        ("是否立功受奖", "", None, None, "created"),
        ("是否立功受奖", "嘉奖", "answered", ["commendation"], "created"),
    ],
)
def test_merit_without_its_class_is_asked_for(label, cell, state, kinds, outcome, read):
    at = HEADER.index("荣誉奖励")
    header = [*HEADER[:at], label, *HEADER[at + 1 :]]

    row = only(read(line(荣誉奖励=cell), header=header))

    assert row.values.get("honours_state") == state
    assert (kinds is None) == ("honours" not in row.values)
    assert [honour["kind"] for honour in row.values.get("honours", [])] == (kinds or [])
    assert row.outcome == outcome


def test_honours_that_are_written_out_answer_the_question(read):
    row = asked(read, "是否立功", "是", 荣誉奖励="三等功1次")
    assert row.outcome == "created" and len(row.values["honours"]) == 1

    row = asked(read, "是否立功", "是", 荣誉奖励="无")
    assert row.values["honours_state"] == "none" and row.outcome == "ask"

    row = asked(read, "是否立功受奖", "否", 荣誉奖励="三等功1次")
    assert row.values["honours_state"] == "answered"
