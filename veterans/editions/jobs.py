"""The book is printed in the background: a town's has thousands of people with photos."""

from django.core.files.storage import default_storage

from records.jobs import JobError, JobResult, job
from records.printing.files import temporary
from stations.models import Station
from veterans.editions.views import book_name
from veterans.editions.workflow import print_edition

OUT_OF_SCOPE = "这个服务站不在您的管理范围内，没有打印。"


@job("roster-book", repeatable=True)
def print_book(row, progress):
    stations = Station.objects.editable_by(row.created_by).select_related("region")
    station = stations.filter(region__code=row.parameters["station"]).first()
    if station is None:
        raise JobError(OUT_OF_SCOPE)
    progress(0, total=0)
    edition, is_new = print_edition(station, by=row.created_by, progress=progress)
    with default_storage.open(edition.pdf) as file:
        path = temporary(file.read(), "pdf")
    unchanged = "" if is_new else "花名册没有变动，仍是这一版。"
    message = f"{edition}，{edition.row_count}人。{unchanged}Word版在花名册版次页面下载。"
    name = book_name(station, edition, "pdf")
    return JobResult(message, file=path, name=name, is_temporary=True)
