import pytest
from django.urls import reverse

from stations import regions
from stations.models import Region, Station
from stations.region_order import renumber

pytestmark = pytest.mark.django_db


def test_lists_follow_the_citys_own_order_not_the_codes(tree, cast, login):
    Region.objects.filter(pk=tree.zone.pk).update(sort_order=1)
    Region.objects.filter(pk=tree.county.pk).update(sort_order=2)
    renumber()

    names = list(Station.objects.values_list("region__code", flat=True))

    assert names == ["321391100", "321391100201", "321322100", "321322100201", "321322100202"]
    text = login(cast.city).get(reverse("stations")).content.decode()
    assert text.index("乙一村") < text.index("甲一村")


def test_a_new_place_in_the_order_is_seen_at_once(tree, cast):
    renumber()
    village = Region.objects.get(pk=tree.village2.pk)

    regions.edit(tree.village, {"sort_order": 9}, version=1, by=cast.admin)

    village.refresh_from_db()
    assert village.rank < Region.objects.get(pk=tree.village.pk).rank


def test_numbering_twice_writes_nothing(tree):
    assert renumber() > 0
    assert renumber() == 0
