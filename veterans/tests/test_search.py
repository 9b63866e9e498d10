"""What is typed into the search of the roster, and who is found through which index."""

import random

import pytest
from django.db import connection
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from tests.factories import VeteranFactory
from veterans import names as names_module
from veterans.models import Veteran
from veterans.names import pinyin_keys
from veterans.search import named

pytestmark = pytest.mark.django_db

NAMES = ("张三", "张三丰", "李四", "欧阳修文", "买买提·吐尔逊", "曾三")


@pytest.fixture
def people(station):
    for name in NAMES:
        pinyin, initials = pinyin_keys(name)
        VeteranFactory(station=station, name=name, pinyin=pinyin, initials=initials)


def found(words):
    return set(Veteran.objects.filter(named(words)).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("张三", {"张三", "张三丰"}),
        ("三", {"张三", "张三丰", "曾三"}),
        ("丰", {"张三丰"}),
        ("三丰", {"张三丰"}),
        ("修文", {"欧阳修文"}),
        ("文", {"欧阳修文"}),
        ("吐尔", {"买买提·吐尔逊"}),
        ("逊", {"买买提·吐尔逊"}),
        ("zs", {"张三", "张三丰", "曾三"}),
        ("ZSF", {"张三丰"}),
        ("ｚｓｆ", {"张三丰"}),
        ("zhangs", {"张三", "张三丰"}),
        ("zhangsan", {"张三", "张三丰"}),
        ("ZhangSan", {"张三", "张三丰"}),
        ("zhang san", {"张三", "张三丰"}),
        ("ＺＨＡＮＧ　ＳＡＮ", {"张三", "张三丰"}),
        ("sanfeng", {"张三丰"}),
        ("san", {"张三", "张三丰", "曾三"}),
        ("zeng", {"曾三"}),
        (" 李四 ", {"李四"}),
        ("李%", set()),
        ("_", set()),
        ("王", set()),
    ],
)
def test_people_are_found_by_pieces_of_their_names(people, words, names):
    assert found(words) == names


def test_a_changed_name_is_found_by_the_new_one_only(people):
    Veteran.objects.filter(name="李四").update(name="李思远")

    assert found("思远") == {"李思远"}
    assert found("四") == set()


def test_the_search_reads_no_row_that_it_does_not_find(people):
    if connection.vendor != "sqlite":
        pytest.skip("the plan of an almost empty PostgreSQL table says nothing")
    for words in ("三", "zs"):
        plan = Veteran.objects.filter(named(words)).order_by().explain()

        assert "SCAN" not in plan
        assert "veteran_begins_" in plan


def test_the_page_finds_in_full_width_letters(login, cast, people):
    text = login(cast.county).get("/veterans/?q=ＺＳＦ").content.decode()

    assert "张三丰" in text
    assert "曾三" not in text


def test_a_name_sounds_as_its_words_do():
    """Characters are looked up one by one only where no word reads them otherwise."""
    draw = random.Random(7)
    characters = sorted(
        {char for word in PHRASES_DICT for char in word if ord(char) in PINYIN_DICT}
    )
    names = ["".join(draw.choices(characters, k=draw.randint(1, 4))) for _ in range(3000)]
    names += [word for word in draw.sample(sorted(PHRASES_DICT), 1000) if len(word) < 4]
    names += ["欧阳重庆", "张Ａb三", "ab张", "买买提·艾力", "张三1", "㐀㐁", "\ue000张", ""]
    for name in names:
        spoken = lazy_pinyin(name, style=Style.NORMAL, errors="default")
        assert names_module._syllables(name) == spoken, name
