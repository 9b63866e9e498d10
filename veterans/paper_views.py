"""告知书 and 同意书 as PDF or Word, for a person in scope."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.permissions import can_edit_records, can_see_records, require
from records.printing import FORMATS, as_response, file_name
from stations.models import Region
from veterans import papers
from veterans.models import Veteran


@require_safe
def person_paper(request, person_code, paper, form):
    require(can_see_records(request.user), "查阅人员不查看个人信息。")
    people = Veteran.objects.visible_to(request.user).select_related("station__region")
    person = get_object_or_404(people.defer("former_unit"), code=person_code)
    require(can_edit_records(request.user), "告知书、同意书由服务站和县（区）工作人员打印。")
    if paper not in papers.PAPERS or form not in FORMATS:
        raise Http404
    county = Region.objects.filter(code=person.station.region.county_code).first()
    person.county_office = county.office_title if county else "主管单位"
    name = file_name(person.station.name, papers.TITLES[paper], person.name, extension=form)
    return as_response(papers.PAPERS[paper](person), form, name=name)
