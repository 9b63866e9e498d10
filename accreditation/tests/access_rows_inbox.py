from accreditation.tests.workflow_world import World, a_programme
from records.models import Announcement
from tests.access import Row


def an_announcement(world):
    row = Announcement.objects.first() or Announcement.objects.create(
        title="通知", body="内容", region=world.tree.county, audience="沭阳县", by=world.cast.county
    )
    return {"pk": row.pk}


def a_draft(world):
    return {"number": World(world.cast, world.station, a_programme()).at("draft").number}


ROWS = {
    "announcements": Row(get={"*": 200}),
    "announcement_new": Row(
        get={"city": 200, "city2": 200, "county": 200, "other_county": 200, "*": 403},
        post={"city": 422, "city2": 422, "county": 422, "other_county": 422, "*": 403},
    ),
    "announcement": Row(kwargs=an_announcement, get={"county": 200, "*": 404}),
    # A draft cannot be reminded of: the page says so.
    "application_remind": Row(
        kwargs=a_draft,
        post={
            "city": 302, "city2": 302, "county": 302,
            "other_county": 404, "outsider": 404, "leader": 404, "*": 403,
        },
    ),
}  # fmt: skip
