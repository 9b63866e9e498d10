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


STATION = (
    "region__code", "name", "region__level", "region__parent__name", "track", "manager_name",
    "registered_veterans",
)  # fmt: skip
PERSON = (
    "code", "name", "gender", "birth_date", "former_post", "current_post", "phone",
    "person_kind", "status", "station__name",
)  # fmt: skip


def stations(request):
    return table(Station.objects.order_by("region__rank").values_list(*STATION))


def stations_search(request):
    found = Station.objects.filter(name__contains="镇")
    return table(found.order_by("region__rank").values_list(*STATION))


def veterans(request):
    return table(Veteran.objects.order_by("pinyin", "pk").values_list(*PERSON))


def veterans_search(request):
    found = Veteran.objects.filter(name__contains="王")
    return table(found.order_by("pinyin", "pk").values_list(*PERSON))


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
