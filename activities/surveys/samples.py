"""A telephone sample: drawn by the system, ticked off by the county.

An answer becomes a `SurveyResponse` like any other. The list keeps whether somebody has been
reached, never when, and the answers of one sheet are written in random order: nothing tells
which answer was whose.
"""

import secrets

from django.db import transaction
from django.utils import timezone

from accounts import audit
from activities.models import PhoneCall, PhoneSample, SurveyResponse
from veterans.models import Veteran

OPEN = (PhoneCall.State.WAITING, PhoneCall.State.NO_ANSWER)


class AlreadyNoted(Exception):
    """Somebody else has noted one of these calls meanwhile."""

    def __init__(self, order):
        self.order = order
        super().__init__(f"call {order} was noted by somebody else")


def people_to_call(user, region):
    """Living, active people with a telephone number, in the subtree."""
    return (
        Veteran.objects.visible_to(user)
        .people()
        .filter(station__region__path__startswith=region.path, station__is_active=True)
        .exclude(phone="")
    )


def draw(region, size, *, actor) -> PhoneSample | None:
    """A random sample of at most `size` people; None where nobody can be called."""
    pool = list(people_to_call(actor, region).order_by().values_list("pk", flat=True))
    if not pool:
        return None
    chosen = secrets.SystemRandom().sample(pool, min(size, len(pool)))
    with transaction.atomic():
        sample = PhoneSample.objects.create(
            region=region, pool=len(pool), created_by=actor, updated_by=actor
        )
        PhoneCall.objects.bulk_create(
            PhoneCall(sample=sample, veteran_id=pk, order=order)
            for order, pk in enumerate(chosen, 1)
        )
        audit.record(
            "survey.draw",
            by=actor,
            obj=sample,
            region=region,
            after={"人数": len(chosen), "可抽样人数": len(pool)},
        )
    return sample


def note(sample, answered, others, *, actor) -> None:
    """`answered`: call -> answers; `others`: call -> new state. All of it or nothing."""
    responses = [
        SurveyResponse(
            station_id=call.veteran.station_id,
            source=SurveyResponse.Source.PHONE,
            respondent=SurveyResponse.Respondent.VETERAN,
            given_on=timezone.localdate(),
            **answers,
        )
        for call, answers in answered.items()
    ]
    secrets.SystemRandom().shuffle(responses)
    states = others | dict.fromkeys(answered, PhoneCall.State.ANSWERED)
    with transaction.atomic():
        for call, state in sorted(states.items(), key=lambda pair: pair[0].order):
            rows = PhoneCall.objects.filter(pk=call.pk, state__in=OPEN)
            if not rows.update(state=state):
                raise AlreadyNoted(call.order)
        SurveyResponse.objects.bulk_create(responses)
        audit.record(
            "survey.phone",
            by=actor,
            obj=sample,
            region=sample.region,
            after={"已回答": len(answered), "其他": len(others)},
        )
