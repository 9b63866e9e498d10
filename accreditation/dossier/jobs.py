"""The dossier is made by the worker, in the scope that the person has then."""

from accreditation.dossier.archive import archive
from accreditation.dossier.document import TITLE, dossier
from accreditation.dossier.material import Material
from accreditation.models import Application
from records.jobs import JobError, JobResult, job
from records.printing import as_job_result, file_name
from records.printing.files import today_stamp

GONE = "这份申报不在您的查看范围内，没有制作材料汇编。"
READY = "已完成，请下载。"
DRAFT_READY = "已完成，请下载。申报尚未提交，材料标注“代拟稿”。"


@job("dossier", repeatable=True)
def make_dossier(row, progress):
    user, form = row.created_by, row.parameters["form"]
    rows = Application.objects.visible_to(user).select_related(
        "station__region__parent", "programme__rubric", "snapshot__rubric"
    )
    application = rows.filter(number=row.parameters["number"]).first()
    if application is None:
        raise JobError(GONE)
    material = Material(application, user)
    name = file_name(application.station.region.name, TITLE, today_stamp(), extension=form)
    message = DRAFT_READY if material.is_draft else READY
    if form == "zip":
        path = archive(material, progress)
        return JobResult(message, file=path, name=name, is_temporary=True)
    paper = dossier(material)
    progress(0, total=len(list(paper.pictures())))
    return as_job_result(paper, form, name=name, message=message, progress=progress)
