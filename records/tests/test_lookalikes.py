"""Photos that look alike are found through indexes, as a look at every pair would find them."""

import random

import pytest
from django.db import connection
from django.db.models import Q
from PIL import Image, ImageDraw, ImageOps

from records import lookalikes
from records.fingerprints import BANDS, NEAR, Band, is_telling, mirrored, probes
from records.models import Attachment
from records.pictures import fingerprint

pytestmark = pytest.mark.django_db


def photo(station, text):
    return Attachment(
        station=station,
        kind="photo",
        file="x.jpg",
        original_name="x.jpg",
        content_type="image/jpeg",
        size=1,
        sha256=text * 4,
        perceptual_hash=text,
    )


def changed(value, bits, rng):
    for bit in rng.sample(range(64), bits):
        value ^= 1 << bit
    return f"{value:016x}"


def drawn(seed):
    rng = random.Random(seed)
    image = Image.new("RGB", (320, 240))
    draw = ImageDraw.Draw(image)
    for _ in range(400):
        x, y = rng.randrange(320), rng.randrange(240)
        draw.ellipse((x, y, x + rng.randrange(90), y + rng.randrange(90)), rng.randrange(2**24))
    return image


def test_finds_what_a_look_at_every_pair_finds(station):
    rng = random.Random(7)
    base = [rng.getrandbits(64) for _ in range(40)]
    texts = [f"{value:016x}" for value in base]
    texts += [changed(value, bits, rng) for value in base[:20] for bits in (1, 3, NEAR, NEAR + 3)]
    Attachment.objects.bulk_create(photo(station, text) for text in texts)
    pks = dict(Attachment.objects.values_list("perceptual_hash", "pk"))

    def apart(one, other):
        number = int(other, 16)
        return min((number ^ v).bit_count() for v in (int(one, 16), mirrored(one)))

    asked = texts[:30]
    expected = {
        (one, pks[other], apart(one, other))
        for one in asked
        for other in texts
        if apart(one, other) <= NEAR
    }
    assert len(expected) >= 20 * 4 + 10
    assert set(lookalikes.near(asked)) == expected


def test_one_query_whatever_is_asked(station, django_assert_num_queries):
    rng = random.Random(3)
    texts = [f"{rng.getrandbits(64):016x}" for _ in range(30)]
    Attachment.objects.bulk_create(photo(station, text) for text in texts)
    with django_assert_num_queries(1):
        assert len(list(lookalikes.near(texts))) == 30
    with django_assert_num_queries(0):
        assert list(lookalikes.near([])) == []


def test_every_band_has_an_index(station):
    """With parameters in place of its numbers SQLite would scan all photos."""
    for band in range(BANDS):
        rows = Attachment.objects.order_by().alias(b=Band("perceptual_hash", band))
        sql, params = rows.filter(Q(b__in=["abcd"])).values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            else:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(f"EXPLAIN {sql}", params)
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert f"attachment_band_{band}" in plan


@pytest.mark.parametrize("seed", range(5))
def test_a_smaller_and_a_mirrored_copy_look_alike(station, seed):
    image = drawn(seed)
    small = image.resize((160, 120)).quantize(64).convert("RGB")
    turned = ImageOps.mirror(image)
    Attachment.objects.bulk_create(
        photo(station, fingerprint(one)) for one in (image, small, turned, drawn(seed + 100))
    )
    found = list(lookalikes.near([fingerprint(image)]))
    assert len(found) == 3


def test_an_empty_picture_is_like_nothing(station):
    blank = fingerprint(Image.new("RGB", (90, 80), "white"))
    assert not is_telling(blank)
    Attachment.objects.bulk_create([photo(station, blank), photo(station, blank)])
    assert list(lookalikes.near([blank])) == []


def test_probes_are_the_band_and_its_neighbours():
    found = list(probes(0x0123_4567_89AB_CDEF, 1))
    assert found[0] == "4567"
    assert len(set(found)) == 17
    assert list(probes(0x0123_4567_89AB_CDEF, 3)) == ["cdef"]
