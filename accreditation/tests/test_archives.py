"""An archive is worked out again years later: by its own figures and the standard of then."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError
from django.utils import timezone

from accreditation import workflow
from accreditation.models import Application, Programme, Rubric, Snapshot
from accreditation.tests.workflow_world import World, a_programme
from accreditation.workflow import snapshots
from accreditation.workflow.archives import faults_of, work_out_again
from records.models import Record
from tests.factories import (
    ActivityFactory,
    ExhibitFactory,
    FacilityFactory,
    ParticipationFactory,
    PlanItemFactory,
    RegulationFactory,
    ResourceFactory,
    ResourceUseFactory,
    StoryFactory,
    VeteranFactory,
)  # fmt: skip

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def world(cast, station):
    rubric = Rubric.objects.get(version=1)
    return World(cast, station, a_programme(rubric=rubric, starts_on=dt.date(2024, 1, 1)))


def fill(place):
    """Something behind many kinds of measure: counts, shares, periods and sites."""
    place.registered_veterans, place.records_begin_on = 3, dt.date(2025, 1, 1)
    place.save()
    people = VeteranFactory.create_batch(3, station=place, political_status="party_member")
    FacilityFactory(station=place, kind="bulletin_board", changed_on=dt.date(2026, 10, 1))
    for kind in ("study", "visit", "other"):
        RegulationFactory(station=place, kind=kind, adopted_on=dt.date(2026, 3, 1))
    for month in range(1, 11):
        day = dt.date(2026, month, 9)
        ActivityFactory(station=place, kind="study", happened_on=day)
        taught = {"kind": "theme_education", "tags": ["red", "heritage", "green"]}
        ParticipationFactory(
            activity=ActivityFactory(station=place, happened_on=day, **taught),
            veteran=people[0],
        )
    PlanItemFactory(station=place, planned_on=dt.date(2026, 10, 1))
    for theme in ("red", "historical", "rural"):
        StoryFactory(station=place, theme=theme)
        ExhibitFactory(station=place, theme=theme)
    hall = ResourceFactory(region=place.region, theme="historical", kind="figure", source="县志")
    ResourceUseFactory(station=place, resource=hall)


def submitted(world, place, track):
    application = workflow.create_draft(
        place, programme=world.programme, track=track, by=world.cast.county
    )
    workflow.submit(application, by=world.cast.county)
    return Snapshot.objects.select_related("rubric").get(application=application)


def another_standard():
    """Version 2 asks for other points everywhere and takes over the programme."""
    old = Rubric.objects.get(version=1)
    new = Rubric.objects.create(version=2, state=Rubric.State.IN_FORCE)
    for row in old.requirements.all():
        row.pk, row.rubric, row.points = None, new, row.points + 7
        row.parameters = (
            row.parameters | {"full": 99} if "full" in row.parameters else row.parameters
        )
        row.save(force_insert=True)
    Rubric.objects.filter(pk=old.pk).update(state=Rubric.State.RETIRED)
    Programme.objects.update(rubric=new)


def delete_all_records():
    """Whatever hangs on something else goes first."""
    models = [model for model in apps.get_models() if issubclass(model, Record)]
    for _ in range(len(models)):
        left = []
        for model in models:
            try:
                model._default_manager.all().delete()
            except ProtectedError:
                left.append(model)
        models = left
    assert models == []


@pytest.mark.parametrize("level", ["village", "town"])
@pytest.mark.parametrize("track", ["red", "historical", "rural"])
def test_years_later_the_archive_gives_the_same_score(world, station, town_station, track, level):
    place = station if level == "village" else town_station
    with time_machine.travel(NOW, tick=False):
        fill(place)
        frozen = submitted(world, place, track)
    totals, lines = frozen.data["totals"], frozen.data["lines"]
    assert totals["common"] > 0 and totals["own"] > 0
    another_standard()
    delete_all_records()

    with time_machine.travel(NOW + dt.timedelta(days=6 * 365), tick=False):
        live = snapshots.score(place, on=timezone.localdate(), programme=world.programme)
        kept = Snapshot.objects.select_related("rubric").get(pk=frozen.pk)
        card = work_out_again(kept)

    assert snapshots.totals(live, track) != totals
    assert snapshots.totals(card, track) == totals
    assert snapshots.lines(card, track) == lines
    assert faults_of(kept) == []


def test_the_city_reads_the_standard_of_then_too(world, station):
    frozen = submitted(world, station, "red")
    points = dict(frozen.rubric.requirements.values_list("code", "points"))
    another_standard()

    application = Application.objects.select_related("snapshot__rubric", "programme__rubric").get()

    rows = snapshots.requirements_of(application)
    assert {row.code: row.points for row in rows} == {row.code: points[row.code] for row in rows}
    assert application.programme.rubric.version == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda row: row.data["lines"]["C1.1"].update(points=1), "校验码"),
        (lambda row: row.data["figures"]["figures"].update({"people.all": 999}), "校验码"),
        (lambda row: row.records["behind"].update({"C1.1": {}}), "记录内容"),
    ],
)
def test_an_archive_that_was_touched_is_found(world, station, change, sentence):
    FacilityFactory(station=station, kind="talk_room")
    frozen = submitted(world, station, "red")
    assert faults_of(frozen) == []
    change(frozen)

    assert any(sentence in fault for fault in faults_of(frozen))


def test_points_that_do_not_follow_from_the_figures_are_found_though_the_checksum_fits(
    world, station
):
    frozen = submitted(world, station, "red")
    frozen.data["totals"]["computed"] += 100
    frozen.digest = snapshots.digest(frozen.data)

    assert faults_of(frozen) == ["按存档数据复算的得分与存档得分不一致。"]


def test_the_command_checks_all_and_fails_loudly(world, station):
    frozen = submitted(world, station, "red")
    out = StringIO()
    call_command("check_archives", stdout=out)
    assert "共1份存档，全部与校验码一致，得分复算一致。" in out.getvalue()

    data = frozen.data | {"statement": "改过"}
    Snapshot.objects.filter(pk=frozen.pk).update(data=data)
    with pytest.raises(CommandError, match="其中1份有问题"):
        call_command("check_archives", stdout=out)
    assert (
        f"{frozen.application.number}（第{frozen.pk}号存档）：存档内容与校验码不符。"
        in out.getvalue()
    )


def test_archives_of_the_second_format_are_held_against_their_checksums(world, station):
    frozen = submitted(world, station, "red")
    del frozen.data["figures"]
    frozen.data["format"] = 2
    frozen.digest = snapshots.digest(frozen.data)

    assert faults_of(frozen) == []
