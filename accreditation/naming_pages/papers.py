"""The papers of a batch and the certificate, answered at once."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from accounts.permissions import is_city, require
from accreditation.models import Accreditation, Batch
from accreditation.naming_pages import prints
from accreditation.naming_pages.batches import CITY_ONLY
from accreditation.naming_pages.certificate import certificate, obstacle
from accreditation.naming_pages.words import may_name
from records.printing import FORMATS, as_response, file_name

# kind -> (words of the file, what makes it, what must have happened and the sentence)
PAPERS = {
    "notice": ("公示名单", prints.notice_list, lambda b: hasattr(b, "public_notice"),
               "这个批次还没有公示，发布公示后才有公示名单。"),
    "decision": ("决定代拟稿", prints.decision_draft, lambda b: hasattr(b, "public_notice"),
                 "这个批次还没有公示，公示后才能起草决定。"),
    "named": ("认定名单", prints.named_list, lambda b: b.named_on is not None,
              "这个批次还没有认定生效。"),
    "plaques": ("牌匾文字", prints.plaque_texts,
                lambda b: b.named_on is not None and may_name(b.programme),
                "批次认定生效，并且建设方案填写了批准依据（文号），才有牌匾文字。"),
}  # fmt: skip


@require_safe
def batch_paper(request, pk, kind, form):
    require(is_city(request.user), CITY_ONLY)
    batch = get_object_or_404(Batch.objects.select_related("programme", "public_notice"), pk=pk)
    if kind not in PAPERS or form not in FORMATS:
        raise Http404
    words, make, is_ready, sentence = PAPERS[kind]
    if not is_ready(batch):
        messages.error(request, sentence)
        return redirect("batch", pk=pk)
    name = file_name(batch.name, words, extension=form)
    return as_response(make(batch, by=request.user), form, name=name)


@require_safe
def accreditation_certificate(request, pk):
    rows = Accreditation.objects.visible_to(request.user).select_related("station", "programme")
    found = get_object_or_404(rows, pk=pk)
    require(is_city(request.user), "证书由市局制发。")
    if sentence := obstacle(found):
        messages.error(request, sentence)
        return redirect("accreditation", pk=pk)
    paper = certificate(found, issuer=request.user.region.office_title)
    name = file_name(found.station.name, "证书", found.number, extension="pdf")
    return as_response(paper, "pdf", name=name)
