import pytest

from accounts.models import AuditEntry
from records.models import Feedback, Notice

pytestmark = pytest.mark.django_db


def test_feedback_knows_the_page_it_came_from(login, cast):
    client = login(cast.manager)

    form = client.get("/feedback/?page=/stations/321322100201/%3Ftab%3D2")
    client.post("/feedback/send/", {"text": "按钮太小", "page": "/stations/321322100201/?tab=2"})

    assert "/stations/321322100201/?tab=2" in form.content.decode()
    row = Feedback.objects.get()
    assert (row.user, row.page, row.text) == (
        cast.manager, "/stations/321322100201/?tab=2", "按钮太小",
    )  # fmt: skip
    assert AuditEntry.objects.filter(action="feedback.send", actor=cast.manager).count() == 1


def test_empty_feedback_is_refused_with_a_sentence_and_keeps_its_page(login, cast):
    response = login(cast.manager).post("/feedback/send/", {"text": " ", "page": "/stations/"})

    assert response.status_code == 422
    assert "请填写意见建议的内容后再提交。" in response.content.decode()
    assert "关于页面：/stations/" in response.content.decode()
    assert Feedback.objects.count() == 0


def test_everybody_sees_their_own_feedback_and_the_administrator_all(login, cast):
    Feedback.objects.create(user=cast.manager, text="甲的意见")
    Feedback.objects.create(user=cast.outsider, text="乙的意见")

    def seen(user):
        text = login(user).get("/feedback/").content.decode()
        return {name for name in ("甲的意见", "乙的意见") if name in text}

    assert seen(cast.manager) == {"甲的意见"}
    assert seen(cast.outsider) == {"乙的意见"}
    assert seen(cast.county) == set()
    assert seen(cast.admin) == {"甲的意见", "乙的意见"}


def test_an_answer_reaches_the_person_who_asked(login, cast):
    row = Feedback.objects.create(user=cast.manager, text="字太小")

    login(cast.admin).post(f"/feedback/{row.pk}/answer/", {"answer": "请用大字版"})

    row.refresh_from_db()
    assert (row.answer, row.answered_by) == ("请用大字版", cast.admin)
    assert [n.text for n in Notice.objects.filter(user=cast.manager)] == ["您的意见建议已有答复。"]
    assert "请用大字版" in login(cast.manager).get("/feedback/").content.decode()


def test_an_empty_answer_changes_nothing(login, cast):
    row = Feedback.objects.create(user=cast.manager, text="字太小")

    response = login(cast.admin).post(f"/feedback/{row.pk}/answer/", {"answer": ""})

    row.refresh_from_db()
    assert response.status_code == 422
    assert "请填写答复的内容后再提交。" in response.content.decode()
    assert (row.answer, row.answered_at, Notice.objects.count()) == ("", None, 0)


@pytest.mark.parametrize("rows", [1, 40])
def test_the_list_costs_the_same_for_one_row_and_for_many(
    rows, login, cast, django_assert_num_queries
):
    Feedback.objects.bulk_create(Feedback(user=cast.manager, text="意见") for _ in range(rows))
    client = login(cast.admin)

    client.get("/feedback/")  # the first page of a session also writes the session

    # session, user, count, rows, the layout's facts, the unit
    with django_assert_num_queries(5):
        client.get("/feedback/")
