from records.models import Feedback, Notice
from tests.access import Row


def _feedback(world):
    return {"pk": Feedback.objects.create(user=world.cast.manager, text="字太小").pk}


def _notice(world):
    return {"pk": Notice.objects.create(user=world.cast.manager, text="申报已退回补正").pk}


ROWS = {
    "feedback": Row(get={"*": 200}),
    "feedback_send": Row(post={"*": 302}, data=lambda world: {"text": "希望增加打印"}),
    "feedback_answer": Row(
        kwargs=_feedback, post={"admin": 302, "*": 403}, data=lambda world: {"answer": "已改"}
    ),
    "notices": Row(get={"*": 200}),
    "notices_read_all": Row(post={"*": 302}),
    "notice_read": Row(kwargs=_notice, post={"manager": 302, "*": 404}),
}
