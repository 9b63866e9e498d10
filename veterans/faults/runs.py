"""A station, a county or the whole city checked at once: on request as a Job, every night
as the system, and after whatever wrote many rows."""

from collections import Counter
from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User
from records.models import Notice
from stations.models import Region, Station
from veterans.faults.detection import Outcome, check
from veterans.faults.rules import Finding
from veterans.models import DataFault, FaultCheck, Veteran


def check_region(
    region: Region | None = None,
    *,
    by: User | None = None,
    progress: Callable[..., None] | None = None,
) -> FaultCheck:
    """Without a region: everybody. Whoever was saved while the rows were being read is
    looked at again in the end, so that nobody keeps a fault just repaired."""
    run = FaultCheck.objects.create(region=region, by=by)
    people = None
    if region is not None:
        people = Veteran.objects.filter(station__in=Station.objects.in_region(region))
    if progress:
        progress(0, total=2)
    outcome = check(people)
    if progress:
        progress(1)
    late = (Veteran.objects.all() if people is None else people).filter(
        updated_at__gte=run.started_at
    )
    if late.exists():
        again = check(late)
        outcome.opened += again.opened
        outcome.closed += again.closed
    run.people, run.opened, run.closed = outcome.people, len(outcome.opened), outcome.closed
    run.finished_at = timezone.now()
    run.save()
    tell_superiors(outcome.opened)
    audit.record(
        "roster.check",
        by=by,
        obj=run,
        region=region,
        after={"people": run.people, "opened": run.opened, "closed": run.closed},
    )
    return run


def check_stations(stations: Iterable[int]) -> Outcome:
    """After an import or its undoing."""
    outcome = check(Veteran.objects.filter(station__in=list(stations)))
    tell_superiors(outcome.opened)
    return outcome


def completed():
    """Checks of the whole roster; C2.6 is 待评 until there is one."""
    return FaultCheck.objects.filter(region=None, finished_at__isnull=False)


def sentence(run: FaultCheck) -> str:
    return f"核查{run.people}人：新发现{run.opened}条，已消除{run.closed}条。"


# --- who is told -----------------------------------------------------------------------


def tell_superiors(opened: list[Finding]) -> None:
    """A pair across two stations is decided by the unit above both: the county, or for two
    counties the city. One notice per unit and run, however many pairs."""
    pairs = {
        (one.veteran, one.other)
        for one in opened
        if one.kind == DataFault.Kind.DUPLICATE and one.other and one.veteran < one.other
    }
    if not pairs:
        return
    counts: Counter[str] = Counter()
    paths = _paths({pk for pair in pairs for pk in pair})
    for one, other in pairs:
        first, second = paths[one].split("/"), paths[other].split("/")
        if first != second:
            # City, county, town, village: the county where both lie in it.
            counts[first[1] if first[1:2] == second[1:2] else first[0]] += 1
    units = Region.objects.filter(code__in=counts)
    link = f"{reverse('veterans_faults')}?kind=duplicate"
    Notice.objects.bulk_create(
        Notice(
            region=unit,
            text=f"花名册数据核查新发现跨服务站的疑似重复人员{counts[unit.code]}对，请核对后决定由哪个站管理。",
            link=link,
            kind=Notice.Kind.ASSIGNED,
        )
        for unit in units
    )


def _paths(people: set[int]) -> dict[int, str]:
    rows = Veteran.objects.order_by().values_list("pk", "station__region__path")
    return dict(rows.filter(pk__in=people) if len(people) < 1000 else rows)
