"""Long prints run in the background, in the scope that the person has then."""

from records.jobs import JobError, JobResult, job
from records.printing import as_job_result
from records.printing.registry import get_print
from records.registry import get_section
from stations.models import Station
from stations.print_views import print_name

GONE = "这份材料已不存在，或不在您的查看范围内，没有制作。"


@job("print", repeatable=True)
def make_print(row, progress):
    user, asked = row.created_by, row.parameters
    stations = Station.objects.visible_to(user).select_related("region__parent")
    station = stations.filter(region__code=asked["station"]).first()
    one = get_print(asked["print"])
    if station is None or one is None or user.role not in get_section(one.section).roles:
        raise JobError(GONE)
    papers = dict(one.papers(user, station))
    form, which = asked["form"], asked["which"]
    if which not in papers:
        raise JobError(GONE)
    name = print_name(station, papers[which], form)
    if form in one.files:
        path = one.files[form][1](user, station, which, progress)
        return JobResult("已完成，请下载。", file=path, name=name, is_temporary=True)
    document = one.make(user, station, which)
    progress(0, total=len(list(document.pictures())))
    return as_job_result(document, form, name=name, message="已完成，请下载。", progress=progress)
