"""Rechecks, ends, back entries and doubts through their pages."""

import datetime as dt
import io

import pytest
import xlsxwriter
from django.utils import timezone

from accreditation import workflow
from accreditation.models import Accreditation, Application, Batch, Doubt
from accreditation.tests.workflow_world import named

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def test_a_recheck_is_passed_or_rectified_or_ends_in_revocation(world, cast, login):
    row = named(world, cast)
    city = login(cast.city)

    def do(verb, **data):
        answer = city.post(f"/accreditation/accreditations/{row.pk}/{verb}/", data)
        row.refresh_from_db()
        return answer.status_code, row.state

    soon = str(timezone.localdate() + dt.timedelta(days=30))
    assert do("pass", finding="好") == (409, "active")
    assert do("recheck", reason="年度复核") == (302, "recheck")
    assert do("recheck", reason="再次") == (409, "recheck")
    assert do("pass", finding="符合") == (302, "active")
    assert do("recheck", reason="抽查") == (302, "recheck")
    assert do("rectify", finding="宣传栏破损", rectify_by=soon) == (302, "rectifying")
    assert do("rectified", finding="已整改") == (302, "active")
    assert do(
        "revoke",
        reason="材料不实",
        document_no="宿退〔2026〕9号",
        ended_on=str(timezone.localdate()),
    ) == (302, "ended")
    assert (row.end_reason, row.ended_on) == ("revoked", timezone.localdate())
    assert do("merge", reason="并入", ended_on=str(timezone.localdate())) == (409, "ended")
    assert row.rechecks.filter(closed_on=None).count() == 0


def by_application(world):
    application = world.at("public_notice")
    batch = Batch.objects.create(programme=world.programme, name="第一批")
    Application.objects.filter(pk=application.pk).update(batch=batch, state="accredited")
    return Accreditation.objects.create(
        programme=world.programme, batch=batch, application=application, station=world.station,
        county=world.station.region.parent.parent, track="red", number="2026R001",
        named_on=dt.date(2026, 3, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("end", "words"),
    [(workflow.revoke, "认定已撤销"), (workflow.end_by_merger, "机构撤并，认定终止")],
)
def test_an_application_says_that_its_accreditation_has_ended(end, words, world, cast, login):
    row = by_application(world)
    addresses = (
        f"/accreditation/applications/{row.application.number}/",
        "/accreditation/applications/?state=accredited",
        f"/stations/{row.station.region.code}/application/",
        f"/accreditation/batches/{row.batch_id}/",
    )
    client = login(cast.city)
    badge = "已认定</span>"
    assert all(badge in text(client.get(address)) for address in addresses)

    end(row, reason="阵地改作他用", by=cast.city)

    for address in addresses:
        page = text(client.get(address))
        # The list counts by state above its rows, where the word stays.
        assert words in page, address
        assert badge not in (page.split("<tbody>")[-1] if "?state=" in address else page)


def test_an_accreditation_leads_to_its_public_page(world, cast, login):
    row = named(world, cast)

    page = text(login(cast.county).get(f"/accreditation/accreditations/{row.pk}/"))

    assert f'href="/verify/{row.verify_code}/"' in page


def test_a_merger_is_an_end_of_its_own(world, cast):
    row = named(world, cast)
    workflow.end_by_merger(row, reason="甲一村并入甲二村", by=cast.city)

    row.refresh_from_db()
    assert (row.state, row.end_reason) == ("ended", "merged")
    again = named(world, cast)
    assert again.number == "2025R002"


def workbook(*rows):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    buffer.seek(0)
    buffer.name = "名单.xlsx"
    return buffer


HEAD = ("区划代码", "服务站名称", "建设类别", "认定日期", "决定文号", "认定编号")


def test_back_entries_from_a_file_are_shown_first_and_written_after(world, cast, login, tree):
    city = login(cast.city)
    good = (tree.village.code, "", "红色文化", "2024-06-30", "宿退〔2024〕3号", "")
    other = (tree.other_village.code, "乙一村", "古色", "2024年6月30日", "", "老-7")
    preview = city.post(
        "/accreditation/accreditations/import/",
        {"programme": world.programme.pk, "file": workbook(HEAD, good, other)},
    )

    assert preview.status_code == 200 and not Accreditation.objects.exists()
    token = preview.context["token"]
    confirm = "/accreditation/accreditations/import/confirm/"
    city.post(confirm, {"token": token})
    rows = Accreditation.objects.order_by("track").values_list("number", "source", "county__code")
    assert list(rows) == [
        ("老-7", "back_entry", "321391"), ("2024R001", "back_entry", "321322"),
    ]  # fmt: skip
    second = city.post(confirm, {"token": token})
    assert second.status_code == 409 and Accreditation.objects.count() == 2


def test_a_file_with_a_wrong_row_is_refused_with_the_row_and_the_reason(world, cast, login, tree):
    good = (tree.village.code, "", "红色文化", "2024-06-30", "", "")
    wrong = [
        ("999", "", "红色文化", "2024-06-30", "", ""),
        (tree.village2.code, "", "蓝色", "2024-06-30", "", ""),
        (tree.village2.code, "", "红色", "去年", "", ""),
        (tree.village.code, "", "红色", "2024-07-01", "", ""),
        (tree.village2.code, "另一个站", "红色", "2024-07-01", "", ""),
    ]
    answer = login(cast.city).post(
        "/accreditation/accreditations/import/",
        {"programme": world.programme.pk, "file": workbook(HEAD, good, *wrong)},
    )

    shown = text(answer)
    for sentence in (
        "第3行：区划代码“999”", "第4行：建设类别“蓝色”", "第5行：认定日期“去年”",
        "第6行：甲一村退役军人服务站", "第7行：区划代码",
    ):  # fmt: skip
        assert sentence in shown
    assert answer.context["token"] == "" and not Accreditation.objects.exists()


@pytest.mark.parametrize("name", ["x.xlsx", "x.csv"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe rubbish", b"PK\x03\x04"])
def test_a_file_that_is_none_is_refused_with_a_sentence(world, cast, login, name, content):
    file = io.BytesIO(content)
    file.name = name

    answer = login(cast.city).post(
        "/accreditation/accreditations/import/",
        {"programme": world.programme.pk, "file": file},
    )

    assert answer.status_code == 422 and "invalid-feedback" in text(answer)


def test_a_doubt_is_explained_by_the_station_and_closed_with_a_reason(world, cast, login):
    doubt = Doubt.objects.create(kind="same_file", station=world.station, key="a")
    hidden = Doubt.objects.create(kind="sudden_rise", station=world.station, key="b")
    base = f"/accreditation/doubts/{doubt.pk}/"

    manager = login(cast.manager)
    assert "该文件已在别处使用，请说明" in text(manager.get("/accreditation/doubts/"))
    assert manager.get("/accreditation/doubts/").context["page"].paginator.count == 1
    assert manager.post(
        f"/accreditation/doubts/{hidden.pk}/explain/", {"explanation": "x"}
    ).status_code == 404  # fmt: skip
    manager.post(f"{base}explain/", {"explanation": "同一天的两次活动"})
    assert manager.post(f"{base}close/", {"state": "true", "reason": "x"}).status_code == 403
    county = login(cast.county)
    assert county.post(f"{base}close/", {"state": "true", "reason": ""}).status_code == 409
    county.post(f"{base}close/", {"state": "false_alarm", "reason": "已核对"})

    doubt.refresh_from_db()
    assert (doubt.state, doubt.explanation, doubt.closed_by) == (
        "false_alarm", "同一天的两次活动", cast.county,
    )  # fmt: skip
