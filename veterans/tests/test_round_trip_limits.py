"""Texts as long as their fields, and far longer ones of foreign files."""

import datetime as dt
import io
import re

import openpyxl
import pytest

from records.fields import keyed_hash
from tests.factories import VeteranFactory
from veterans.exporting import export_roster
from veterans.importing.pipeline import read_roster
from veterans.models import Honour, Strength, Veteran
from veterans.tests.test_bad_rows import saved, upload

HEADER = ["姓名", "性别", "出生年月", "身份证号", "入伍时间", "退役时间", "原部队职务", "现任职务",
          "特点优长", "荣誉奖励", "联系电话", "人员类别", "政治面貌", "军兵种", "村居", "备注"]  # fmt: skip
PERSON = ["张三", "男", "1960.05", "", "1980.12", "1984.12", "班长", "务农", "驾驶操作", "无",
          "19900001111", "退役军人", "群众", "陆军", "", ""]  # fmt: skip


def long_text(most):
    """Distinct words with punctuation inside, to the last character."""
    text = "".join(f"曾任第{n}任组长，热心公益。" for n in range(most))
    return text[: most - 1] + "长"


@pytest.mark.parametrize("unmasked", [False, True])
def test_texts_as_long_as_their_fields_come_back_as_they_are(unmasked, station, tmp_path):
    fields = ("former_post", "current_post", "strengths_text", "branch", "note")
    texts = {name: long_text(Veteran._meta.get_field(name).max_length) for name in fields}
    phone = "；".join(f"1990000{n:04}(儿子)" for n in range(5))
    one = VeteranFactory(
        station=station, name="张三", birth_date=dt.date(1960, 5, 1), **texts,
        former_post_state="answered", current_post_state="answered", strengths_state="answered",
        honours_state="answered", phone=phone, phone_hash=keyed_hash(phone),
        care_categories=["disabled", "demobilised", "returned_ill", "combat", "test", "rural_60"],
        war_tags=["resistance", "liberation", "korea", "vietnam"],
    )  # fmt: skip
    one.strengths.set(Strength.objects.all())
    for kind in Honour.Kind:
        Honour.objects.create(veteran=one, kind=kind, count=3, awarded_on=dt.date(1988, 1, 1))
    Honour.objects.create(veteran=one, kind="medal", note=long_text(200), awarded_by="某部" * 40)
    path = tmp_path / "out.xlsx"
    export_roster(Veteran.objects.all(), path, region=station.region, unmasked=unmasked)

    reading = read_roster(path.read_bytes(), station=station)

    assert [(row.outcome, row.changes) for row in reading.rows] == [("unchanged", [])]


@pytest.mark.parametrize("label", HEADER)
def test_a_cell_of_thirty_thousand_characters_is_told_of_in_a_sentence(
    label, station, town_station, cast, login
):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append([one if head != label else "甲乙丙丁" * 7_500
                        for head, one in zip(HEADER, PERSON, strict=True)])  # fmt: skip
    client = login(cast.town)

    # A village needs no column to say which one it is.
    batch = upload(client, town_station if label == "村居" else station, "长.xlsx", saved(book))

    page = client.get(f"/veterans/import/{batch.code}/")
    assert page.status_code == 200 and len(page.content) < 100_000
    (row,) = batch.rows.all()
    messages = [note["message"] for note in row.notes if note["level"] != "fix"]
    assert messages and all(len(message) < 300 for message in messages), messages
    assert all(re.search("[。；]$", message) for message in messages)
    client.post(f"/veterans/import/{batch.code}/decide/", {"decision": "accept"})
    assert client.post(f"/veterans/import/{batch.code}/confirm/").status_code == 302
    home = client.post(f"/veterans/import/{batch.code}/bad-rows/")
    assert openpyxl.load_workbook(io.BytesIO(b"".join(home.streaming_content)))
