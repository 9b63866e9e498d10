"""The trial runs in the background: a city is scored twice."""

from django.utils import timezone

from accreditation.models import Programme, Rubric, RubricTrial
from accreditation.rubric_pages.checking import faults_of_version
from accreditation.rubric_pages.trial import compare, counties_of_stations, score_side
from accreditation.workflow import rubrics
from accreditation.workflow.errors import Refused
from records.jobs import JobError, JobResult, enqueue, job

KIND = "rubric-trial"


def start_trial(draft, *, by):
    """Only a version that could be put in force is worth a trial."""
    wrong = faults_of_version(draft)
    if wrong:
        raise Refused("草稿检查没有通过，不能试算：" + "".join(wrong[:3]))
    return enqueue(
        KIND, title=f"{draft}试算对比", by=by, parameters={"rubric": draft.pk, "edits": draft.edits}
    )


@job(KIND, repeatable=True)
def make_trial(row, progress):
    draft = Rubric.objects.filter(
        pk=row.parameters["rubric"], state=Rubric.State.DRAFT, edits=row.parameters["edits"]
    ).first()
    base = rubrics.in_force()
    if draft is None or base is None:
        raise JobError("这份草稿已经修改、施行或者删除，没有试算；需要时请在草稿页面重新试算。")
    progress(0, total=3)
    on, programme = timezone.localdate(), Programme.objects.filter(is_current=True).first()
    old = score_side(base, on=on, programme=programme)
    progress(1)
    new = score_side(draft, on=on, programme=programme)
    progress(2)
    data = compare(old, new, county_of=counties_of_stations())
    if not Rubric.objects.filter(pk=draft.pk, edits=draft.edits).exists():
        raise JobError("试算期间草稿又有改动，结果没有保存，请重新试算。")
    RubricTrial.objects.create(
        rubric=draft, base=base, edits=draft.edits, on=on, made_by=row.created_by, data=data
    )
    return JobResult(f"已按{data['stations']}个服务站试算，请到评价标准页面查看对比。")
