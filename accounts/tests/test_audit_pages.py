from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from accreditation.models import Application
from activities.models import Activity, Reception
from records.models import Notice
from stations import regions
from stations.models import Facility
from veterans.models import RosterEdition, RosterImport, SavedView


def shown(client, query=""):
    response = client.get(f"/manage/audit/?{query}")
    return [entry.label for entry, *_ in response.context["rows"]]


@pytest.fixture
def log(cast, station):
    now = timezone.now()
    audit.record("login", by=cast.city, label="甲", at=now - timedelta(days=2))
    audit.record(
        "record.change",
        by=cast.county,
        obj=station,
        label="乙",
        before={"name": "a"},
        after={"name": "b"},
    )
    audit.record("denied", by=cast.town, label="丙", outcome="denied")


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("", ["丙", "乙", "甲"]),
        ("person=county", ["乙"]),
        ("action=登录", ["甲"]),
        ("action=record", ["乙"]),
        ("kind=stations.station", ["乙"]),
        ("outcome=denied", ["丙"]),
        ("since=2000-01-01&until=2000-01-02", []),
        ("since=x", []),
        ("kind=nothing", []),
    ],
)
def test_the_log_is_filtered(log, cast, login, query, labels):
    assert shown(login(cast.admin), query) == labels


def test_a_day_runs_from_midnight_to_midnight_of_the_city(log, cast, login):
    today = timezone.localdate()

    assert shown(login(cast.city), f"since={today}&until={today}") == ["丙", "乙"]


def test_an_entry_shows_what_changed(log, cast, login):
    entry = AuditEntry.objects.get(label="乙")

    response = login(cast.city).get(f"/manage/audit/{entry.pk}/")

    assert response.context["changes"] == [("名称", "a", "b", True)]
    assert "<td>a</td><td>b</td>" in response.content.decode()


@pytest.mark.parametrize("verb", ["move", "merge"])
def test_a_moved_unit_is_told_by_names_not_by_codes_alone(cast, tree, login, verb):
    if verb == "move":
        regions.move(tree.town, tree.zone, version=tree.town.version, by=cast.city)
        field, after = "主管单位", "湖滨新区（321391）"
    else:
        regions.merge(tree.village2, tree.village, version=tree.village2.version, by=cast.city)
        field, after = "并入", "甲一村（321322100201）"
    entry = AuditEntry.objects.get(action=f"region.{verb}")

    rows = login(cast.city).get(f"/manage/audit/{entry.pk}/").context["changes"]

    assert after in [new for label, _, new, _ in rows if label == field]
    old = {"move": "沭阳县（321322）", "merge": "甲镇（321322100）"}[verb]
    assert old in [was for _, was, _, _ in rows]


def test_choices_stand_in_the_words_of_the_page(cast, station, login):
    form_words = audit.record(
        "record.change", by=cast.manager, obj=Facility(pk=1, station=station, kind="talk_room"),
        before={"场所类型": "talk_room", "与其他单位共用": "True"},
        after={"场所类型": "reading_area", "与其他单位共用": "False"},
    )  # fmt: skip
    step = audit.record(
        "application.verdict", by=cast.city, obj=Application(pk=1, station=station),
        before={"state": "county_review"},
        after={"state": "city_review", "C1.1": ["partly", 150],
               "requirements": {"C1.6": "照片不清晰"}},
    )  # fmt: skip
    client = login(cast.city)

    shown = client.get(f"/manage/audit/{form_words.pk}/").context["changes"]
    steps = dict(
        row[0::2][:2] for row in client.get(f"/manage/audit/{step.pk}/").context["changes"]
    )

    assert ("场所类型", "老兵谈心室", "图书阅览专区", True) in shown
    assert ("与其他单位共用", "是", "否", True) in shown
    assert steps == {
        "状态": "市级评审", "C1.1": "部分符合，1.50 分", "评价要点": "C1.6：照片不清晰",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("action", "model", "after", "lines"),
    [
        ("roster.number_search", None, {"found": 1}, ["找到人数"]),
        ("import.undo", RosterImport, {"removed": 2, "rows": 3}, ["移除人数", "行数"]),
        (
            "import.decide",
            RosterImport,
            {"decision": "skip", "count": 3},
            ["决定", "不导入", "数量"],
        ),
        ("roster.view_save", SavedView, {"query": "status=lost"}, ["查询条件"]),
        ("roster.print", RosterEdition, {"edition": 2, "form": "docx"}, ["版次", "Word"]),
    ],
)
def test_steps_of_the_roster_are_told_in_words(action, model, after, lines, cast, login):
    kind = model._meta.label_lower if model else ""
    entry = audit.entry(action, by=cast.county, after=after)
    entry.kind = kind
    entry.save()

    page = login(cast.admin).get(f"/manage/audit/{entry.pk}/").content.decode()

    assert all(line in page for line in lines)
    assert not [name for name in after if f">{name}<" in page]


def test_what_has_no_words_of_its_own_is_not_named_in_code(cast, tree, login):
    notice = Notice.objects.create(region=tree.county, text="请补正")
    entry = audit.record("region.edit", by=cast.city, obj=notice, region=tree.county)

    page = login(cast.admin).get("/manage/audit/").content.decode()

    assert (entry.kind, entry.label) == ("records.notice", "")
    assert "object (" not in page


@pytest.mark.parametrize("fields", [1, 6])
def test_an_entry_costs_the_same_for_any_number_of_fields(
    fields, cast, tree, login, django_assert_num_queries
):
    names = ("parent", "merged_into", "name", "kind", "level", "office_phone")[:fields]
    entry = audit.record(
        "region.edit", by=cast.city, obj=tree.town, region=tree.town,
        before=dict.fromkeys(names, "321322"), after=dict.fromkeys(names, "321391"),
    )  # fmt: skip
    client = login(cast.admin)
    client.get("/manage/audit/")
    with django_assert_num_queries(5):
        client.get(f"/manage/audit/{entry.pk}/")


def test_receptions_are_not_even_counted_above_the_county(cast, station, login):
    reception = Reception.objects.create(
        station=station, received_on="2026-01-01", visitor="某", matter="事", handler="王"
    )
    entry = audit.record("record.create", by=cast.manager, obj=reception)

    for person in (cast.admin, cast.city):
        client = login(person)
        assert shown(client) == []
        assert client.get(f"/manage/audit/{entry.pk}/").status_code == 404


def test_an_administrator_does_not_read_talks(cast, station, login):
    talk = Activity.objects.create(
        station=station, kind="talk", title="与某人谈心", happened_on="2026-01-01"
    )
    entry = audit.record(
        "record.change", by=cast.manager, obj=talk, before={"title": "x"}, after={"title": "y"}
    )
    admin, city = login(cast.admin), login(cast.city)

    assert "与某人谈心" not in admin.get("/manage/audit/").content.decode()
    page = admin.get(f"/manage/audit/{entry.pk}/")
    assert (page.context["changes"], "与某人谈心" in page.content.decode()) == ([], False)
    assert "与某人谈心" in city.get("/manage/audit/").content.decode()


def test_a_former_unit_is_on_no_page_of_the_log(cast, station, login):
    entry = audit.record("record.change", by=cast.manager, obj=station,
                         before={"former_unit": "", "原部队单位": "旧部"}, after={"原部队单位": "某旅"})  # fmt: skip

    page = login(cast.city).get(f"/manage/audit/{entry.pk}/").content.decode()

    assert "某旅" not in page
    assert "旧部" not in page


def test_who_unmasked_is_listed(cast, login):
    audit.record_access("unmask", by=cast.county, subject="张某", purpose="核对身份")
    audit.record_access("export", by=cast.manager, subject="甲一村", purpose="上报", count=3)
    client = login(cast.admin)

    everybody = client.get("/manage/audit/access/").context["page"]
    county = client.get("/manage/audit/access/?person=county").context["page"]

    assert [row.subject for row in everybody] == ["甲一村", "张某"]
    assert [row.subject for row in county] == ["张某"]


def test_the_log_costs_the_same_with_one_and_many(log, cast, login, django_assert_num_queries):
    client = login(cast.admin)
    client.get("/manage/audit/")
    with django_assert_num_queries(5):
        client.get("/manage/audit/?outcome=denied")
    for _ in range(60):
        audit.record("login", by=cast.city)
    with django_assert_num_queries(5):
        client.get("/manage/audit/")
