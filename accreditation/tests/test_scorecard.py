"""The scorecard page, what a county enters there and what the city answers."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import AuditEntry
from accreditation.models import NotApplicable, Programme
from accreditation.rubric import ensure_rubric_version_1
from accreditation.scoring import score_stations
from accreditation.scoring.fix import fix_url, workspace_gaps
from activities.models import Reception
from records.models import Attachment, AttachmentLink, CountyConfirmation
from stations.models import Station
from tests.factories import ActivityFactory, FacilityFactory, StoryFactory, VeteranFactory
from veterans.models import Honour

QUERIES = 15


@pytest.fixture
def programme(db):
    return Programme.objects.create(
        name="测试方案", starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2028, 12, 31),
        rubric=ensure_rubric_version_1(), is_current=True,
    )  # fmt: skip


def url(station, rest=""):
    return f"/stations/{station.code}/scorecard/{rest}"


def card_of(station):
    return score_stations(Station.objects.filter(pk=station.pk), on=timezone.localdate())[
        station.pk
    ]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_takes_the_same_few_queries_for_any_number_of_records(
    rows, programme, station, cast, login, django_assert_num_queries
):
    for _ in range(rows):
        ActivityFactory(station=station)
        VeteranFactory(station=station)
        StoryFactory(station=station)
    client = login(cast.manager)
    client.get(url(station))

    with django_assert_num_queries(QUERIES):
        page = client.get(url(station))

    assert "先做这三件" in page.content.decode()


def test_the_page_says_clause_sentence_what_is_missing_and_where_to_fix_it(
    station, cast, login, programme
):
    page = login(cast.manager).get(url(station) + "?track=red").content.decode()

    assert "附件1 第一项" in page
    assert "建立集老兵谈心室、文体活动室、图书阅览专区" in page
    assert "试行" in page
    assert f"/stations/{station.code}/facilities/facility/new/?kind=talk_room" in page
    assert "缺谈心室照片" in page


def test_a_track_that_does_not_exist_is_not_found(station, cast, login):
    assert login(cast.manager).get(url(station) + "?track=blue").status_code == 404


def test_the_city_gets_no_forms_to_fill_in_for_the_station(station, cast, login):
    page = login(cast.city).get(url(station)).content.decode()

    assert "/facilities/facility/new/" not in page.split("先做这三件")[1].split("</ul>")[1]


def test_rows_say_what_was_counted_and_what_was_not(station, cast, login):
    ActivityFactory(station=station, title="完整的活动", place="村部", organiser="站长",
                    content="x", outcome="x", other_headcount=5)  # fmt: skip
    ActivityFactory(station=station, title="缺地点的活动")

    page = login(cast.manager).get(url(station, "C6.2/")).content.decode()

    rows = {name: page.split(name)[1].split("</tr>")[0] for name in ("完整的活动", "缺地点的活动")}
    assert "未计入" not in rows["完整的活动"]
    assert "未计入" in rows["缺地点的活动"]


def test_petitions_are_listed_for_the_county_and_refused_above_it(station, cast, login):
    today = timezone.localdate()
    Reception.objects.create(
        station=station,
        received_on=today,
        answered_on=today,
        visitor="某人",
        matter="x",
        handler="x",
    )

    county = login(cast.county).get(url(station, "C7.4/"))
    city = login(cast.city).get(url(station, "C7.4/"))

    assert "接待记录" in county.content.decode()
    assert city.status_code == 403


def test_an_administrator_learns_neither_rows_nor_number_of_talks(station, cast, login):
    ActivityFactory(station=station, kind="talk", title="一次谈心")
    admin = login(cast.admin)

    assert "近12个月谈心谈话1次" in login(cast.city).get(url(station)).content.decode()
    assert "近12个月谈心谈话1次" not in admin.get(url(station)).content.decode()
    assert "一次谈心" in login(cast.city).get(url(station, "C1.1/")).content.decode()
    assert "一次谈心" not in admin.get(url(station, "C1.1/")).content.decode()


def test_a_county_confirms_a_number_and_replaces_it(station, cast, login):
    client = login(cast.county)
    form = {"kind": "red_resource_count", "number": 2, "by": "张三", "on": "2026-01-01"}

    client.post(url(station, "confirm/"), form)
    client.post(url(station, "confirm/"), form | {"number": 3})

    row = CountyConfirmation.objects.get(station=station)
    assert (row.number, row.version) == (3, 2)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-2:] == ["confirmation.create", "confirmation.update"]


def test_a_confirmation_without_a_number_keeps_what_was_typed(station, cast, login):
    page = login(cast.county).post(
        url(station, "confirm/"), {"kind": "red_resource_count", "number": 0, "by": "李四的名字"}
    )

    assert "李四的名字" in page.content.decode()
    assert "请填写现有数量" in page.content.decode()
    assert not CountyConfirmation.objects.exists()


def test_the_county_proposes_and_the_city_confirms(station, cast, login):
    login(cast.county).post(url(station, "R4.1/not-applicable/"), {"reason": "本地没有革命遗址"})
    row = NotApplicable.objects.get()
    assert card_of(station).lines["R4.1"].state == "missing"

    login(cast.city).post(url(station, f"not-applicable/{row.pk}/confirm/"))

    assert card_of(station).lines["R4.1"].state == "not_applicable"
    assert AuditEntry.objects.filter(action="not_applicable.confirm").count() == 1


def test_the_second_answer_to_a_proposal_is_told_so(station, cast, login):
    row = NotApplicable.objects.create(station=station, requirement="R4.1", reason="本地没有")
    login(cast.city).post(url(station, f"not-applicable/{row.pk}/confirm/"))

    page = login(cast.city2).post(
        url(station, f"not-applicable/{row.pk}/decline/"), {"reason": "理由不足"}, follow=True
    )

    assert "刚被别人办理过" in page.content.decode()
    row.refresh_from_db()
    assert row.declined_on is None


def test_a_proposal_above_the_cap_is_refused_with_the_numbers(station, cast, login):
    for code in ("R4.1", "R4.2", "R4.3"):
        NotApplicable.objects.create(station=station, requirement=code, reason="本地没有")

    page = login(cast.county).post(url(station, "R2.2/not-applicable/"), {"reason": "没有参战人员"})

    assert "最多 8 分，已提出 8 分" in page.content.decode()
    assert NotApplicable.objects.count() == 3


def test_the_command_prints_the_numbers_of_the_page(station, tree):
    ActivityFactory(station=station, tags=["red"])
    out = StringIO()

    call_command("score", region=station.code, track="red", format="json", stdout=out)

    (found,) = json.loads(out.getvalue())
    result = card_of(station).track("red")
    assert found["tracks"]["red"]["computed"] == result.computed
    assert found["lines"]["R1.3"]["found"] == "近12个月弘扬红色精神活动1次（满分需2次）"


def test_gaps_name_the_sections_of_the_workspace(station):
    from records.registry import all_sections

    gaps = workspace_gaps(card_of(station))

    assert set(gaps) <= {section.slug for section in all_sections()}
    assert gaps["facilities"][0].requirement.must


def attach_photo(record):
    photo = Attachment.objects.create(
        station=record.station, kind="photo", file="x.jpg", original_name="x.jpg",
        content_type="image/jpeg", size=1, sha256="0" * 64,
    )  # fmt: skip
    AttachmentLink.objects.create(attachment=photo, record=record)


def test_the_link_opens_the_form_of_what_is_lacking(station, cast, login):
    """C1.1 needs a photo of the room, then talks: the room that is there is not asked again."""
    room = FacilityFactory(station=station, kind="talk_room")

    def card():
        return card_of(station).lines["C1.1"]

    assert fix_url(card(), station.code).endswith("/facilities/facility/new/?kind=talk_room")

    attach_photo(room)

    assert "谈心谈话还需" in card().missing
    assert fix_url(card(), station.code).endswith("/activities/activity/new/?kind=talk")
    gaps = workspace_gaps(card_of(station))
    assert "C1.1" in [line.code for line in gaps["activities"]]
    assert "C1.1" not in [line.code for line in gaps["facilities"]]
    form = login(cast.manager).get(fix_url(card(), station.code)).content.decode()
    assert '<option value="talk" selected>' in form


@pytest.mark.parametrize(
    ("code", "kind", "link"),
    [
        ("C1.4", "honour_wall", "place=honour_wall"),
        ("C1.5", "honour_board", "place=honour_board"),
        ("C1.7", "memorabilia_cabinet", "place=memorabilia_cabinet"),
    ],
)
def test_a_wall_with_a_photo_leads_to_what_hangs_on_it(code, kind, link, station):
    Honour.objects.create(veteran=VeteranFactory(station=station), kind="merit_3")
    attach_photo(FacilityFactory(station=station, kind=kind))

    url = fix_url(card_of(station).lines[code], station.code)

    assert url.endswith(f"/exhibits/exhibit/new/?{link}")


@pytest.mark.parametrize(("track", "kept"), [("historical", "?track=historical"), ("x", "")])
def test_a_confirmation_leads_back_to_the_card_it_was_entered_on(track, kept, station, cast, login):
    answer = login(cast.county).post(
        url(station, f"confirm/?track={track}"),
        {"kind": "red_resource_count", "number": 2, "by": "张三", "on": "2026-01-01"},
    )

    assert answer.url == url(station, f"{kept}#confirmations")


def test_every_link_to_a_form_opens_one(station, cast, login):
    client = login(cast.manager)
    links = {fix_url(line, station.code) for line in card_of(station).lines.values()} - {""}

    wrong = {link for link in links if client.get(link).status_code != 200}

    assert len(links) > 30
    assert wrong == set()


def test_the_page_of_an_application_shows_the_score_of_the_scorecard(
    programme, station, cast, login
):
    """The stored score may be a day old; the piece fetched after the page is not."""
    client = login(cast.manager)
    result = card_of(station).track("red")

    piece = client.get(f"/stations/{station.code}/application/check/").content.decode()

    assert f"{result.computed / 100:.2f} / {result.computed_max / 100:.2f}" in piece
    assert f"必备项缺 {len(result.musts_missing)} 项" in piece
