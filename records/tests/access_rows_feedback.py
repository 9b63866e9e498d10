from records.models import Feedback
from tests.access import Row


def _feedback(world):
    return {"pk": Feedback.objects.create(user=world.cast.manager, text="字太小").pk}


ROWS = {
    "feedback": Row(get={"*": 200}),
    "feedback_send": Row(post={"*": 302}, data=lambda world: {"text": "希望增加打印"}),
    "feedback_answer": Row(
        kwargs=_feedback, post={"admin": 302, "*": 403}, data=lambda world: {"answer": "已改"}
    ),
}
