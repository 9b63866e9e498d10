from records.models import Notice
from tests.access import Row


def _notice(world):
    return {"pk": Notice.objects.create(user=world.cast.manager, text="申报已退回补正").pk}


ROWS = {
    "notices": Row(get={"*": 200}),
    "notices_read_all": Row(post={"*": 302}),
    "notice_read": Row(kwargs=_notice, post={"manager": 302, "*": 404}),
}
