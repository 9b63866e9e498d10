"""One button per format; the worker makes the file."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accreditation.applications.page import get_application
from accreditation.dossier.document import TITLE
from records import jobs

FORMS = ("pdf", "docx", "zip")


@require_POST
def application_dossier(request, number, form):
    application = get_application(request, number)
    if form not in FORMS:
        raise Http404
    jobs.enqueue(
        "dossier",
        title=f"{TITLE}：{application.station.region.name}（{form}）",
        by=request.user,
        parameters={"number": application.number, "form": form},
    )
    messages.success(request, "正在后台制作申报材料汇编，完成后在本页下载。")
    return redirect("manage_jobs")
