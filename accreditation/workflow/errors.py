"""Why a step does not happen, as a sentence for the page."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accreditation.models import Application


class Refused(Exception):
    """The step is not possible now; the text says why and what to do."""


class NotAllowed(PermissionDenied):
    """Not this person: role, scope or the separation of people. A page answers 403."""


class StaleState(Refused):
    """Somebody else was faster; the sentence says who, when and what."""

    @classmethod
    def of(cls, application: Application) -> "StaleState":
        fresh = Application.objects.get(pk=application.pk)
        last = fresh.transitions.select_related("actor").last()
        if last is None:
            return cls("这个申报已不在原来的环节，请刷新页面后再办理。")
        who = last.actor.full_name if last.actor else "系统"
        when = f"{timezone.localtime(last.at):%Y年%-m月%-d日 %H:%M}"
        word = (last.details or {}).get("label") or "办理"
        return cls(
            f"这个申报已由{who}于{when}办理（{word}），"
            f"现在是“{fresh.get_state_display()}”。您这次的办理没有生效。"
        )
