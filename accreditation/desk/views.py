"""The desk: the first page of everybody, with what waits for them and nothing else."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import is_station, require
from accreditation.desk import waiting
from accreditation.desk.first_steps import first_steps
from accreditation.desk.today import today_of
from accreditation.scoring import score_station
from stations.models import Station

ROLES = {
    User.Role.STATION: (waiting.of_station, "accreditation/desk/station.html"),
    User.Role.COUNTY: (waiting.of_county, "accreditation/desk/county.html"),
    User.Role.CITY: (waiting.of_city, "accreditation/desk/city.html"),
    User.Role.ADMIN: (waiting.of_admin, "accreditation/desk/admin.html"),
}
FIRST = 3


@require_safe
def desk(request):
    if request.user.role not in ROLES:
        return redirect("progress")
    question, template = ROLES[request.user.role]
    today = timezone.localdate()
    return render(request, template, question(request.user, today=today) | {"today": today})


@require_safe
def desk_missing(request):
    """The three lines of the own scorecard with most points to win. A piece of the desk that
    is fetched after it, because a score looks at every record of the station."""
    require(is_station(request.user), "这一部分只供服务站工作人员使用。")
    today = timezone.localdate()
    own = Station.objects.visible_to(request.user).filter(region=request.user.region_id)
    station = own.select_related("region").first()
    if station is None:
        raise Http404
    card = score_station(station.pk, on=today)
    track = station.track or card.best_track
    return render(
        request,
        "accreditation/desk/_missing.html",
        {
            "station": station,
            "steps": first_steps(station, today=today),
            "track": track,
            "result": card.track(track),
            "lines": most_to_win(card, track),
        },
    )


@require_safe
def desk_today(request):
    """Who waits for the own station: visits, answers, doubts. Fetched after the desk, for a
    whole roster is looked through."""
    user = request.user
    require(is_station(user), "这一部分只供服务站工作人员使用。")
    own = Station.objects.visible_to(user).filter(region=user.region_id)
    station = own.select_related("region").first()
    if station is None:
        raise Http404
    lines = today_of(user, station, today=timezone.localdate())
    return render(request, "accreditation/desk/_today.html", {"lines": lines})


def most_to_win(card, track):
    """A must comes first: without it no number of points is enough."""
    open_lines = [line for line in card.lines_of(track) if line.state in ("partly", "missing")]
    open_lines.sort(key=lambda line: (not line.requirement.must, -line.lack, line.code))
    return open_lines[:FIRST]
