import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from stations import regions
from stations.models import Region, Station
from stations.region_files import RegionFileError
from tests.factories import VeteranFactory

HEADER = "code,name,level,kind,parent_code,sort_order"
TREE = """3213,宿迁市,city,statutory,,1
321322,沭阳县,county,statutory,3213,1
321391,湖滨新区,county,functional_zone,3213,2
321322100,甲镇,town,statutory,321322,1
321322101,丙镇,town,statutory,321322,2
321322100201,官庄村委会,village,statutory,321322100,1
321322101201,官庄村委会,village,statutory,321322101,2
321322101001,南关居委会,village,statutory,321322101,3
321322101498,虚拟社区,village,other,321322101,4"""


def load(body=TREE, header=HEADER):
    return regions.load(f"{header}\n{body}\n".encode())


def changed(old, new):
    assert old in TREE
    return TREE.replace(old, new)


@pytest.mark.django_db
def test_the_real_city_gets_its_stations_and_a_second_load_changes_nothing(
    capsys, django_assert_max_num_queries
):
    file = str(settings.BASE_DIR / "stations/data/regions.csv")
    with django_assert_max_num_queries(90):
        call_command("load_regions", file)
    counts = (Region.objects.count(), Station.objects.count())
    call_command("load_regions", file)

    assert counts == (1559, 1514)
    assert (Region.objects.count(), Station.objects.count()) == counts
    assert "新增0个单位" in capsys.readouterr().out.splitlines()[-1]
    assert Region.objects.get(code="321302150").path == "3213/321393/321302150/"
    assert Station.objects.values("name").distinct().count() >= 1510


@pytest.mark.django_db
def test_stations_carry_readable_names_and_the_town_where_two_villages_share_one():
    load()

    assert dict(Station.objects.values_list("region__code", "name")) == {
        "321322100": "甲镇退役军人服务站",
        "321322101": "丙镇退役军人服务站",
        "321322100201": "甲镇官庄村退役军人服务站",
        "321322101201": "丙镇官庄村退役军人服务站",
        "321322101001": "南关社区退役军人服务站",
    }


@pytest.mark.django_db
def test_a_renamed_region_keeps_its_row_and_its_former_name():
    load()
    before = Region.objects.get(code="321322101001").pk

    result = load(changed("南关居委会", "城南社区居委会"))

    region = Region.objects.get(code="321322101001")
    assert (region.pk, region.name, region.version) == (before, "城南社区居委会", 2)
    assert [row["name"] for row in region.former_names] == ["南关居委会"]
    assert region.station.name == "城南社区退役军人服务站"
    assert result.renamed == ["321322101001 南关居委会 → 城南社区居委会"]
    assert AuditEntry.objects.filter(action="region.load", object_id=before).count() == 1


@pytest.mark.django_db
def test_a_moved_town_takes_its_whole_subtree_along(cast_user):
    load()
    VeteranFactory(station=Station.objects.get(region__code="321322100201"))

    load(
        changed("321322100,甲镇,town,statutory,321322,1", "321322100,甲镇,town,statutory,321391,1")
    )

    assert Region.objects.get(code="321322100201").path == "3213/321391/321322100/321322100201/"
    user = cast_user("county", Region.objects.get(code="321391"))
    seen = Station.objects.visible_to(user).values_list("region__code", flat=True)
    assert sorted(seen) == ["321322100", "321322100201"]


@pytest.mark.django_db
def test_a_file_of_one_row_moves_what_it_does_not_name():
    load()

    load("321322100,甲镇,town,statutory,321391,1")

    assert Region.objects.get(code="321322100201").path == "3213/321391/321322100/321322100201/"


@pytest.mark.django_db
def test_mergers_of_new_units_may_chain_and_come_in_any_order():
    lines = [f"{line}," for line in TREE.splitlines()]
    lines.insert(1, "321322100204,丁村委会,village,statutory,,5,321322100203")
    lines.insert(1, "321322100203,丙村委会,village,statutory,,4,321322100201")

    load("\n".join(lines), HEADER + ",merged_into")

    last = Region.objects.get(code="321322100204")
    assert last.path == "3213/321322/321322100/321322100201/321322100203/321322100204/"
    assert last.merged_into.merged_into.code == "321322100201"
    assert not Station.objects.filter(region=last).exists()


@pytest.mark.django_db
def test_a_merged_village_is_closed_and_seen_by_its_successor(cast_user):
    load()
    body = "\n".join(f"{line}," for line in TREE.splitlines())
    body = body.replace(
        "321322101001,南关居委会,village,statutory,321322101,3,",
        "321322101001,南关居委会,village,statutory,321322101,3,321322101201",
    )

    result = load(body, HEADER + ",merged_into")
    again = load(body, HEADER + ",merged_into")
    without_the_column = load()

    region = Region.objects.get(code="321322101001")
    successor = Region.objects.get(code="321322101201")
    assert (region.merged_into, region.parent, region.is_active) == (successor, successor, False)
    assert not region.station.is_active
    seen = Station.objects.visible_to(cast_user("station", successor))
    assert set(seen) == {region.station, successor.station}
    assert len(result.merged) == 1
    assert (again.merged, without_the_column.moved) == ([], [])


@pytest.mark.django_db
def test_what_a_city_entered_beside_the_file_stays():
    load()
    Region.objects.filter(code="321391").update(office_name="湖滨新区社会事业局", office_phone="1")

    load(changed("湖滨新区", "湖滨区"))

    zone = Region.objects.get(code="321391")
    assert (zone.name, zone.office_name, zone.office_phone) == ("湖滨区", "湖滨新区社会事业局", "1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("321322100,甲镇", "32132210,甲镇", 5, "应为4、6、9或12位数字"),
        ("321322100,甲镇,town", "321322100,甲镇,village", 5, "层级应为 town"),
        ("甲镇,town", "甲镇,xiang", 5, "层级“xiang”不对"),
        ("甲镇,town,statutory", "甲镇,town,x", 5, "性质“x”不对"),
        ("321322101,丙镇", "321322100,丙镇", 6, "与第5行重复"),
        ("甲镇", "", 5, "名称为空"),
        ("甲镇", "甲" * 61, 5, "超过60个字"),
        ("甲镇,town,statutory,321322,1", "甲镇,town,statutory,321399,1", 5, "不在文件和系统中"),
        ("甲镇,town,statutory,321322,1", "甲镇,town,statutory,,1", 5, "为空"),
        ("甲镇,town,statutory,321322,1", "甲镇,town,statutory,3213,1", 5, "层级不对"),
        ("甲镇,town,statutory,321322,1", "甲镇,town,statutory,321322100,1", 5, "循环"),
        ("甲镇,town,statutory,321322,1", "甲镇,town,statutory,321322,一", 5, "应为整数"),
        ("甲镇,town", "甲镇,又,town", 5, "应有6列"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_nothing_is_written(old, new, line, sentence):
    with pytest.raises(RegionFileError) as refused:
        load(changed(old, new))

    assert any(e.startswith(f"第{line}行：") and sentence in e for e in refused.value.errors)
    assert not Region.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "start"),
    [
        (f"{HEADER}\n{TREE}".encode("gb18030"), "第2行：文件编码不是 UTF-8"),
        (f"{HEADER}\n{TREE}".encode("utf-16"), "第1行：文件编码不是 UTF-8"),
        (b"", "第1行：缺少列"),
        (
            "code,name,level\n3213,宿迁市,city".encode(),
            "第1行：缺少列 kind、parent_code、sort_order",
        ),
        (HEADER.encode(), "文件里没有数据行"),
        (f"{HEADER}\n3213,宿\0迁,city,statutory,,1".encode(), "第2行：含有不可见的控制字符"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(content, start, tmp_path):
    file = tmp_path / "regions.csv"
    file.write_bytes(content)

    with pytest.raises(CommandError) as refused:
        call_command("load_regions", str(file))

    assert start in str(refused.value)
    assert not Region.objects.exists()


@pytest.mark.django_db
def test_two_regions_cannot_be_merged_into_each_other():
    body = "\n".join(f"{line}," for line in TREE.splitlines())
    body = body.replace("321322100,1,", "321322100,1,321322101201")
    body = body.replace("321322101,2,", "321322101,2,321322100201")

    with pytest.raises(RegionFileError) as refused:
        load(body, HEADER + ",merged_into")

    assert all("循环" in error for error in refused.value.errors)


def test_a_missing_file_is_named():
    with pytest.raises(CommandError, match="读不到文件"):
        call_command("load_regions", "/nowhere.csv")


@pytest.fixture
def cast_user():
    from tests.factories import UserFactory

    def make(role, region):
        return UserFactory(role=role, region=region)

    return make
