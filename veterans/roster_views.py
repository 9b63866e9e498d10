"""/veterans/ and /stations/<code>/roster/: the list of people, its filters and columns."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, Func, IntegerField, Q, Subquery, Value, When
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import can_edit_records, can_see_records, is_city, require
from records.kept import kept
from records.person_numbers import holds_number
from stations.models import Region, Station
from stations.section_views import back_to, get_station, section_list
from veterans import bulk
from veterans.columns import chosen_columns, columns_for, table, with_columns
from veterans.filters import NOT_BY_NUMBER, PeopleFilter, list_url
from veterans.models import SavedView, Veteran

PAGE_SIZE = 50


class CountedPaginator(Paginator):
    """Whoever counted already does not count twice."""

    def __init__(self, rows, size, count):
        super().__init__(rows, size)
        self.count = count


class RosterPaginator(CountedPaginator):
    """Finds out which fifty `people` a page holds, from indexes alone, and then reads `rows`
    of these."""

    def __init__(self, people, rows, size, count):
        super().__init__(people.order_by("pinyin", "pk"), size, count)
        self.rows = rows

    def page(self, number):
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        wanted = self.object_list[first : first + self.per_page].values("pk")
        rows = self.rows.filter(pk__in=wanted).order_by("pinyin", "pk")
        return self._get_page(rows, number, self)


def count_kinds(people):
    """{"total", "veterans", "others"}: survivors and families are on the list, and never
    among the veterans; nor is who moved away or died."""
    row = Value(1)  # none of its columns need be looked at
    is_veteran = Q(person_kind=Veteran.PersonKind.VETERAN)
    is_here = Q(status=Veteran.Status.ACTIVE)
    return people.order_by().aggregate(
        total=Count("*"),
        veterans=Count(row, filter=is_veteran & is_here),
        others=Count(row, filter=~is_veteran & is_here),
    )


def count_scope(user):
    """`count_kinds` of everybody whom the user may see, from indexes that are looked up and not
    gone through: who moved away or died, who is no veteran and what was merged are few, and all
    rows of the city are counted without asking where each is. One statement, of one moment."""
    for row in kept(_scope, user):
        # NULL: sees no station. A merged row stands among those who are away.
        everybody, merged, away, others = (number or 0 for number in row)
        veterans = everybody - away - others
        return {"total": everybody - merged, "veterans": veterans, "others": others}
    return {"total": 0, "veterans": 0, "others": 0}


def _scope(reader):
    """One row, that of the reader's region."""
    stations = Station.objects.visible_to(reader)
    people, everybody = Veteran.objects.visible_to(reader), Veteran.objects.all()
    here, veteran = Veteran.Status.ACTIVE, Veteran.PersonKind.VETERAN
    elsewhere = [status for status in Veteran.Status if status != here]
    kinds = [kind for kind in Veteran.PersonKind if kind != veteran]
    return Region.objects.filter(pk=reader.region_id).values_list(
        Case(
            When(~Exists(Station.objects.exclude(pk__in=stations)), then=_number(everybody)),
            default=_number(people),
        ),
        # A number above nought, not "is not null": SQLite looks the latter up in no index.
        _number(Veteran.objects.few().visible_to(reader).filter(merged_into__gt=0)),
        _number(people.filter(status__in=elsewhere)),
        _number(people.filter(status=here, person_kind__in=kinds)),
    )


def _number(rows):
    """COUNT(*) of them, which SQLite reads off an index where nothing narrows them."""
    count = Func(template="COUNT(*)", output_field=IntegerField())
    return Subquery(rows.order_by().values(n=count))


@require_safe
def roster(request):
    """The roster across the user's scope."""
    require(can_see_records(request.user), "查阅人员不查看个人信息。")
    return _page(request, None)


@require_safe
def station_roster(request, code):
    """The roster of one station; its other parts (honours) keep the common list."""
    if request.GET.get("part", "person") != "person":
        return section_list(request, code, "roster")
    return _page(request, get_station(request, code))


def _page(request, station):
    user = request.user
    if holds_number(request.GET.get("q", "")):
        messages.error(request, NOT_BY_NUMBER)
        return redirect(list_url(filters_of(request.GET, station, without=("q",))))
    form = PeopleFilter(request.GET, user=user, station=station)
    people = form.apply(Veteran.objects.visible_to(user))
    columns = chosen_columns(user, request.GET.getlist("columns"), station=station)
    is_whole_scope = station is None and user.role != "station" and not form.is_used
    counts = count_scope(user) if is_whole_scope else count_kinds(people)
    in_order = Veteran.objects.visible_in_order(user).unmerged()
    ordered = in_order if is_whole_scope else people
    rows = with_columns(Veteran.objects.all(), columns)
    paginator = RosterPaginator(ordered, rows, PAGE_SIZE, counts["total"])
    page = paginator.get_page(request.GET.get("page"))
    shown = {column.key for column in columns}
    view_code = request.GET.get("view", "")
    return render(
        request,
        "veterans/roster.html",
        {
            "form": form,
            "station": station,
            "page": page,
            "counts": counts,
            "columns": columns,
            "offered": [(c, c.key in shown) for c in columns_for(user, station=station)],
            "table": table(page.object_list, columns, user),
            "filters": filters_of(request.GET, station),
            "can_edit": can_edit_records(user),
            "may_unmask": can_edit_records(user) or is_city(user),
            "bulk_most": bulk.MOST,
            "bulk_fields": [f for f in bulk.FIELDS.values() if f.is_for(user, station)],
            "opened": next((view for view in form.views if view[0] == view_code), None),
            "shared": _shared_view(user, view_code, form.views),
            "back": back_to(request, station) if station else ("", ""),
        },
    )


def _shared_view(user, code, own):
    """The view of a colleague that an address of his opened."""
    if not code or any(code == one for one, _ in own):
        return None
    return SavedView.objects.visible_to(user).select_related("user").filter(code=code).first()


def filters_of(params, station=None, *, without=()) -> str:
    """The address's conditions, for what acts on exactly these people."""
    kept = QueryDict(mutable=True)
    for name, values in params.lists():
        if name not in ("page", "view", "back", "part", *without) and any(values):
            kept.setlist(name, values)
    if station:
        kept["station"] = station.region.code
    return kept.urlencode()
