import pytest

from records.models import Notice

pytestmark = pytest.mark.django_db


def test_notices_are_those_of_the_person_and_of_the_unit(login, cast, tree):
    Notice.objects.create(user=cast.manager, text="给本人")
    Notice.objects.create(region=tree.village, text="给本站")
    Notice.objects.create(region=tree.county, text="给县里")
    Notice.objects.create(user=cast.outsider, text="给别人")

    text = login(cast.manager).get("/notices/").content.decode()

    assert {t for t in ("给本人", "给本站", "给县里", "给别人") if t in text} == {
        "给本人",
        "给本站",
    }


def test_a_notice_to_a_unit_reaches_those_who_do_its_work(login, cast, tree):
    """A reader's and an administrator's links would be refused: they are not told."""
    for region in (tree.city, tree.county, tree.town, tree.village):
        Notice.objects.create(region=region, text=f"给{region.name}", link="/stations/")
    own = {"city": "给宿迁市", "county": "给沭阳县", "town": "给甲镇", "manager": "给甲一村"}

    for person, user in vars(cast).items():
        text = login(user).get("/notices/").content.decode()
        told = {name for name in own.values() if name in text}
        expected = own["city"] if person in ("city2", "city3") else own.get(person)
        assert told == ({expected} if expected else set()), person


def test_a_reader_can_neither_read_nor_clear_the_notices_of_the_unit(login, cast, tree):
    notice = Notice.objects.create(region=tree.city, text="请评审", link="/accreditation/desk/")
    client = login(cast.leader)

    assert client.post(f"/notices/{notice.pk}/read/").status_code == 404
    client.post("/notices/read/")

    notice.refresh_from_db()
    assert notice.read_at is None


def test_reading_a_notice_marks_it_and_follows_its_link(login, cast):
    notice = Notice.objects.create(user=cast.manager, text="请补正", link="/stations/")

    response = login(cast.manager).post(f"/notices/{notice.pk}/read/")

    notice.refresh_from_db()
    assert response.url == "/stations/"
    assert notice.read_at is not None


def test_a_link_that_leaves_the_site_is_not_followed(login, cast):
    notice = Notice.objects.create(user=cast.manager, text="请看", link="//elsewhere.example/")

    response = login(cast.manager).post(f"/notices/{notice.pk}/read/")

    assert response.url == "/notices/"


def test_marking_all_as_read_leaves_the_notices_of_others(login, cast):
    Notice.objects.create(user=cast.manager, text="一")
    Notice.objects.create(user=cast.manager, text="二")
    Notice.objects.create(user=cast.outsider, text="三")

    login(cast.manager).post("/notices/read/")

    assert list(Notice.objects.filter(read_at=None).values_list("text", flat=True)) == ["三"]


@pytest.mark.parametrize("rows", [1, 40])
def test_the_list_costs_the_same_for_one_notice_and_for_many(
    rows, login, cast, django_assert_num_queries
):
    Notice.objects.bulk_create(Notice(user=cast.admin, text="通知") for _ in range(rows))
    client = login(cast.admin)

    client.get("/notices/")  # the first page of a session also writes the session

    # session, user, count, rows, the layout's facts, the unit
    with django_assert_num_queries(5):
        client.get("/notices/")
