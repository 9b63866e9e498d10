"""What bare Django needs for the same rows: log-in, count, fifty rows, one template. No
scope, no menu, no permission: the least that a page can cost."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.template import Context, Engine

from accreditation.models import Accreditation
from stations.models import Station
from veterans.models import Veteran

TABLE = Engine().from_string(
    "<!doctype html><title>bare</title><table>{% for row in page %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
    "{{ page.paginator.count }}"
)


def table(rows):
    return HttpResponse(TABLE.render(Context({"page": Paginator(rows, 50).get_page(1)})))


def stations(request):
    rows = Station.objects.order_by("region__code")
    return table(rows.values_list("name", "region__name", "phone", "manager_name", "track"))


def veterans(request):
    rows = Veteran.objects.order_by("pk")
    return table(rows.values_list("name", "gender", "birth_date", "status", "station__name"))


def veterans_search(request):
    rows = Veteran.objects.filter(name__contains="王").order_by("pk")
    return table(rows.values_list("name", "gender", "birth_date", "status", "station__name"))


def detail(request):
    row = Station.objects.select_related("region__parent").first()
    cells = [str(getattr(row, field.attname)) for field in Station._meta.concrete_fields]
    return HttpResponse(TABLE.render(Context({"page": [[cell] for cell in cells]})))


def aggregate(request):
    rows = Accreditation.objects.values_list("county", "track").annotate(number=Count("pk"))
    return HttpResponse(TABLE.render(Context({"page": list(rows)})))


# Twelve counts per station in one statement, as one would write it by hand.
SCORE_SQL = {
    "postgresql": """
SELECT s.id, {columns} FROM stations_station s {joins} ORDER BY s.id""",
    "sqlite": """
SELECT s.id, {subqueries} FROM stations_station s ORDER BY s.id""",
}
COUNTS = (
    ("veterans_veteran", "status = 'active'"),
    ("veterans_veteran", "status = 'active' AND residence = 'local'"),
    ("veterans_veteran", "status = 'active' AND former_post_state IN ('answered', 'none')"),
    ("veterans_veteran", "status = 'active' AND current_post_state IN ('answered', 'none')"),
    ("activities_activity", "kind = 'study'"),
    ("activities_activity", "kind = 'visit'"),
    ("activities_activity", "kind = 'volunteering'"),
    ("activities_activity", "kind = 'recreation'"),
    ("stations_facility", "kind = 'talk_room'"),
    ("veterans_story", "theme = 'red'"),
    ("records_attachment", "kind = 'photo'"),
    ("activities_planitem", "cancelled_reason = ''"),
)


def score_sql(vendor):
    """Grouped scans are best on PostgreSQL, correlated subqueries on SQLite."""
    names = [f"c{number}" for number in range(len(COUNTS))]
    if vendor == "sqlite":
        subqueries = ", ".join(
            f"(SELECT COUNT(*) FROM {table} t WHERE t.station_id = s.id AND {where}) AS {name}"
            for name, (table, where) in zip(names, COUNTS, strict=True)
        )
        return SCORE_SQL["sqlite"].format(subqueries=subqueries)
    by_table = {}
    for name, (table_name, where) in zip(names, COUNTS, strict=True):
        by_table.setdefault(table_name, []).append((name, where))
    joins = " ".join(
        "LEFT JOIN (SELECT station_id, "
        + ", ".join(f"COUNT(*) FILTER (WHERE {where}) AS {name}" for name, where in counts)
        + f" FROM {table_name} GROUP BY station_id) j{number} ON j{number}.station_id = s.id"
        for number, (table_name, counts) in enumerate(by_table.items())
    )
    columns = ", ".join(f"COALESCE({name}, 0)" for name in names)
    return SCORE_SQL["postgresql"].format(columns=columns, joins=joins)
