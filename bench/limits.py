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
