"""What templates say of a person; fifty rows of it are put together here and not node by node."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from records.markup import badge
from veterans.models import Veteran

register = template.Library()

KINDS = {
    Veteran.PersonKind.SURVIVOR.value: ("遗属", "wait"),
    Veteran.PersonKind.MILITARY_FAMILY.value: ("军属", "wait"),
    Veteran.PersonKind.OTHER_CARE.value: ("其他优抚", "wait"),
}
STATUSES = dict(Veteran.Status.choices)


@register.simple_tag
def marks(person: Veteran) -> SafeString:
    """The badges beside a name: who is no veteran, not on the roster, or to be visited."""
    found = [badge(*KINDS[person.person_kind])] if person.person_kind in KINDS else []
    if person.merged_into_id:
        found.append(badge("已并入另一条"))
    elif person.status != Veteran.Status.ACTIVE:
        found.append(badge(STATUSES.get(person.status, person.status)))
    if person.is_priority and person.status == Veteran.Status.ACTIVE:
        found.append(badge("重点走访", "fair"))
    return mark_safe("".join(found))
