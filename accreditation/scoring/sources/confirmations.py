"""What the county confirmed to exist (R1.1, R1.2, R2.1, H1.1)."""

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from accreditation.scoring.context import Context
from accreditation.scoring.sources.source import Counters, Source
from records.models import CountyConfirmation


def _confirmation_counters(c: Context) -> Counters:
    found: Counters = {}
    for kind in CountyConfirmation.Kind:
        found[kind.value] = Q(kind=kind)
        found[f"{kind}_number"] = Coalesce(Sum("number", filter=Q(kind=kind)), 0)
    return found


CONFIRMATIONS = Source(
    "confirmations",
    lambda c: CountyConfirmation.objects.filter(on__lte=c.on),
    _confirmation_counters,
)
