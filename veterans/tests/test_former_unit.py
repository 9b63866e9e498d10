"""原部队单位: off by default; where it is on, county and city, with a reason."""

import pytest
from openpyxl import load_workbook

from accounts.models import AccessLog, AuditEntry
from tests.factories import VeteranFactory
from veterans.exporting import export_roster
from veterans.models import Veteran

pytestmark = pytest.mark.django_db

UNIT = "某部（测试番号甲）"


@pytest.fixture
def person(station):
    return VeteranFactory(station=station, name="张三", former_unit=UNIT)


@pytest.fixture
def switched_on(settings):
    settings.FORMER_UNIT = True


def url(person):
    return f"/veterans/{person.code}/unit/"


def test_it_is_off_unless_the_city_needs_it(person, cast, login):
    client = login(cast.county)
    assert client.post(url(person), {"purpose": "核对"}).status_code == 404
    assert "原部队单位" not in client.get(f"/veterans/{person.code}/").content.decode()


def test_reading_needs_a_purpose_and_is_logged(person, cast, login, switched_on):
    client = login(cast.county)
    assert "查看原部队单位" in client.get(f"/veterans/{person.code}/").content.decode()
    refused = client.post(url(person), {"purpose": " "})
    assert refused.status_code == 400 and UNIT not in refused.content.decode()
    assert not AccessLog.objects.exists()
    page = client.post(url(person), {"purpose": "核对档案"})
    assert UNIT in page.content.decode()
    log = AccessLog.objects.get()
    assert (log.user, log.purpose, log.subject_code) == (cast.county, "核对档案", person.code)
    assert UNIT in login(cast.city).post(url(person), {"purpose": "核对"}).content.decode()


@pytest.mark.parametrize(
    ("name", "status"),
    [("admin", 403), ("manager", 403), ("town", 403), ("other_county", 404), ("leader", 404)],
)
def test_nobody_else_reads_it(name, status, person, cast, login, switched_on):
    page = login(getattr(cast, name)).post(url(person), {"purpose": "看看"})
    assert page.status_code == status and UNIT not in page.content.decode()
    assert not AccessLog.objects.exists()


def test_only_the_county_writes_it_and_the_log_keeps_no_text(person, cast, login, switched_on):
    data = {"purpose": "补录", "unit": "某部（新）", "version": person.version}
    assert login(cast.city).post(url(person), data).status_code == 403
    assert login(cast.county).post(url(person), data).status_code == 302
    person.refresh_from_db()
    assert (person.former_unit, person.version) == ("某部（新）", 2)
    entry = AuditEntry.objects.get(action="record.change")
    assert "某部" not in str((entry.before, entry.after)) and entry.reason == "补录"
    stale = login(cast.county).post(url(person), data | {"unit": "某部（旧页面）"})
    assert stale.status_code == 400 and "刚刚修改过" in stale.content.decode()
    assert "某部（旧页面）" in stale.content.decode()
    person.refresh_from_db()
    assert person.former_unit == "某部（新）"


def test_it_is_in_no_list_search_or_export(person, cast, login, switched_on, tmp_path, station):
    client = login(cast.county)
    for address in (
        "/veterans/", f"/stations/{station.region.code}/roster/", f"/veterans/{person.code}/",
        f"/stations/{station.region.code}/roster/person/{person.code}/",
        f"/stations/{station.region.code}/find/people/?q=张",
    ):  # fmt: skip
        assert UNIT not in client.get(address).content.decode()
    path = tmp_path / "out.xlsx"
    export_roster(Veteran.objects.all(), path, region=station.region, unmasked=True, by=cast.county)
    cells = [str(c.value) for row in load_workbook(path).active.iter_rows() for c in row]
    assert "张三" in cells and UNIT not in "".join(cells)
