"""What a page stores is what an import of the same words would store."""

import pytest

from veterans.importing.people import read_phone
from veterans.models import Veteran


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13700468250；13900001111(儿子)", "137****8250"), ("0527-84358888(张小三)", "052****8888"),
     ("84358888", "****8888"), ("8435888", "****"), ("", "")],
)  # fmt: skip
def test_a_phone_is_masked_by_its_first_number(phone, masked):
    assert Veteran(phone=phone).masked_phone == masked
    assert not masked or read_phone(masked)[2]  # our own mask says nothing to an import


@pytest.mark.parametrize("name", ["张三（已故）", "李四（党员）", "王五*", "无", "赵六已故"])
def test_a_name_typed_with_a_remark_is_refused(name, station, cast, login):
    url = f"/stations/{station.region.code}/roster/person/new/"
    page = login(cast.manager).post(url, {"name": name, "person_kind": "veteran"}).content.decode()

    assert ("姓名里不要写括号" in page or "请填写姓名" in page) and not Veteran.objects.exists()


def test_a_typed_name_is_kept_as_an_import_keeps_it(station, cast, login):
    client, url = login(cast.manager), f"/stations/{station.region.code}/roster/person/new/"
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in values.items() if value}

    client.post(url, data | {"name": "买买提 • 艾力", "gender": "male"})

    assert [person.name for person in Veteran.objects.all()] == ["买买提·艾力"]


def test_a_ditto_typed_into_a_page_is_refused(station, cast, login):
    url = f"/stations/{station.region.code}/roster/person/new/"
    data = {"name": "张三", "person_kind": "veteran", "current_post": "同上"}

    assert "不要写“同上”" in login(cast.manager).post(url, data).content.decode()
