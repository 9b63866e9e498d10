import copy

import pytest

from accreditation.checks import check_shipped_rubric
from accreditation.models import Rubric
from accreditation.rubric import ensure_rubric_version_1, faults, shipped
from accreditation.scoring.measures import MEASURES


@pytest.fixture
def rows():
    return copy.deepcopy(shipped()["requirements"])


def test_the_shipped_rubric_passes_the_system_check():
    assert check_shipped_rubric() == []


@pytest.mark.django_db
def test_a_fresh_database_has_version_1_in_force_with_84_requirements():
    rubric = Rubric.objects.get(version=1)

    assert rubric.state == Rubric.State.IN_FORCE
    assert rubric.requirements.count() == 84
    assert rubric.requirements.filter(must=True).count() == 26
    assert {r.measure for r in rubric.requirements.all()} == set(MEASURES)


@pytest.mark.django_db
def test_loading_twice_changes_nothing():
    rubric = ensure_rubric_version_1()

    assert rubric.requirements.count() == 84


def test_an_unknown_measure_is_a_fault(rows):
    rows[0]["measure"] = "nothing"

    assert faults(rows, measures=MEASURES) == ["共性1-1 老兵谈心室：核算方法“nothing”不存在。"]


def test_a_wrong_sum_is_a_fault(rows):
    rows[0]["points"] += 50

    assert faults(rows, measures=MEASURES) == ["共性共 60.5 分，应为 60 分。"]


def test_a_sentence_that_the_policy_does_not_hold_is_a_fault(rows):
    rows[0]["sentence"] = "一是建设一个漂亮的活动场所。"

    assert faults(rows, measures=MEASURES) == ["共性1-1 老兵谈心室：政策原文与政策文件不一致。"]


def test_a_repeated_code_is_a_fault(rows):
    rows[1]["code"] = "C1.1"

    assert faults(rows, measures=MEASURES) == ["评价要点 C1.1 重复。"]


def test_a_fault_in_the_file_is_an_error_of_the_system_check(rows, monkeypatch):
    rows[0]["measure"] = "nothing"
    monkeypatch.setattr("accreditation.checks.shipped", lambda: {"requirements": rows})

    assert [error.id for error in check_shipped_rubric()] == ["accreditation.E001"]
