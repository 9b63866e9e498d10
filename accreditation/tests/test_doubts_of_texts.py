"""Signals of texts and figures: copied from another station, repeated, too round."""

import datetime as dt

import pytest

from accreditation.doubts import copies, figures, texts
from accreditation.tests.doubtful import DAY, LONG
from activities.entry import words
from stations.models import Outcome
from tests.factories import (
    ActivityFactory,
    FacilityFactory,
    RegulationFactory,
    StationFactory,
    StoryFactory,
)
from veterans import near_copies

pytestmark = pytest.mark.django_db


def test_a_story_copied_from_another_station(station, other_station):
    copied = LONG.replace("老班长", "老支书", 1)
    for at, body in ((station, LONG), (station, LONG), (other_station, copied)):
        near_copies.index(StoryFactory(station=at, body=body))
    other = (
        "那年冬天他在哨所写下第一封家书，信里说雪很大，战友们都好，请母亲放心，来年开春再寄照片。"
    )
    near_copies.index(StoryFactory(station=other_station, body=other * 2))
    found = list(texts.copied_text(DAY))
    # Twice in one's own book is no copy from elsewhere.
    assert [finding.station for finding in found] == [other_station.pk] * 2
    assert found[0].left["text"].startswith("两篇文字相同约")


def test_a_withdrawn_story_is_no_copy(station, other_station):
    for at, day in ((station, None), (other_station, DAY)):
        near_copies.index(StoryFactory(station=at, body=LONG, withdrawn_on=day))
    assert list(texts.copied_text(DAY)) == []


CONTENT = (
    "组织退役军人到{}集中学习，围绕退役军人保障法逐条讲解优待政策，大家结合自己的经历谈体会，"
    "会后帮助两名老兵填写了优待证申请，并商定下个月到敬老院开展志愿服务。"
)


def copied(station, place, day, **fields):
    content = CONTENT.format(place) + fields.pop("more", "")
    return ActivityFactory(station=station, happened_on=day, content=content, **fields)


def test_an_entry_of_the_ledger_copied_from_another_station(station, other_station):
    first = copied(station, station.region.name, DAY)
    copied(station, station.region.name, DAY - dt.timedelta(days=30))
    # The same day: one activity of both.
    copied(other_station, other_station.region.name, DAY)
    late = copied(other_station, other_station.region.name, DAY - dt.timedelta(days=3))
    near = copied(other_station, "本村", DAY - dt.timedelta(days=5), more="最后合影。")
    copied(other_station, "", DAY - dt.timedelta(days=900))
    own = "月末在广场义诊，为八名老兵量血压、查视力，" + CONTENT.format("村部")[:24] * 2
    ActivityFactory(station=other_station, happened_on=DAY - dt.timedelta(days=7), content=own)

    found = list(copies.copied_ledger(DAY))

    assert [one.about for one in found] == [
        ("ledger", first.pk, late.pk), ("ledger", first.pk, near.pk),
    ]  # fmt: skip
    assert {(one.station, one.kind) for one in found} == {(other_station.pk, "copied_text")}
    assert found[0].left["text"].endswith("相同约100%")
    assert "相同约9" in found[1].left["text"] or "相同约8" in found[1].left["text"]


def test_sentences_that_the_form_offers_are_nobodys_copy(station, other_station):
    offered = "".join(text for texts in words.CONTENT.values() for text in texts)
    for at, day in ((station, DAY), (other_station, DAY - dt.timedelta(days=1))):
        ActivityFactory(station=at, happened_on=day, content=offered)
    assert len(offered) > copies.SHORTEST
    assert list(copies.copied_ledger(DAY)) == []


def test_a_text_that_many_stations_have_was_handed_out(tree):
    for number in range(texts.MOST_ALIKE + 1):
        place = StationFactory(region__code=f"32139110{number:04d}")
        copied(place, "", DAY - dt.timedelta(days=number))
    assert list(copies.copied_ledger(DAY)) == []


def test_another_village_in_ones_own_rules(station, other_station):
    RegulationFactory(station=station, body="甲镇甲一村每月学习。甲一村党员参加。")
    RegulationFactory(station=other_station, title="学习制度", body="甲一村每月学习一次。")
    (found,) = texts.foreign_place(DAY)
    assert found.station == other_station.pk
    assert found.right["label"] == "文中出现“甲一村”"


def test_the_same_outcome_at_three_stations(tree):
    stations = [tree.stations[code] for code in ("321322100201", "321322100202", "321391100201")]
    for number, at in enumerate(stations):
        for metric, value in (("村集体收入", 50), ("亩产", 500 + number)):
            Outcome.objects.create(
                station=at, metric=metric, year=2025, value=value, unit="万元", source="年报"
            )
    found = list(figures.repeated_figures(DAY))
    assert [finding.station for finding in found] == [at.pk for at in stations[1:]]
    assert "亩产" not in str(found)


def test_areas_that_are_all_round(station, other_station):
    for area in (100, 200, 300, 400):
        FacilityFactory(station=station, floor_area=area)
        FacilityFactory(station=other_station, floor_area=area + 5)
    (found,) = figures.repeated_figures(DAY)
    assert found.station == station.pk
