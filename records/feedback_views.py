"""意见建议: what people tell the makers of the system."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.permissions import is_admin, require
from records.models import Feedback, Notice

PER_PAGE = 50


class FeedbackForm(forms.ModelForm):
    class Meta:
        model = Feedback
        fields = ["text", "page"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5}), "page": forms.HiddenInput}
        help_texts = {"text": "哪里不好用、哪里不清楚、希望增加什么，都可以写。"}
        error_messages = {"text": {"required": "请填写意见建议的内容后再提交。"}}


class AnswerForm(forms.ModelForm):
    answer = forms.CharField(
        label="答复",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写答复的内容后再提交。"},
    )

    class Meta:
        model = Feedback
        fields = ["answer"]


def _listed(user):
    rows = Feedback.objects.select_related("user__region", "answered_by")
    return rows if is_admin(user) else rows.filter(user=user)


def _feedback_page(request, *, form=None, answer_form=None, status=200):
    page = Paginator(_listed(request.user), PER_PAGE).get_page(request.GET.get("list"))
    came_from = request.GET.get("page", "")[:300]
    return render(
        request,
        "records/feedback.html",
        {
            "form": form or FeedbackForm(initial={"page": came_from}),
            "answer_form": answer_form,
            "rows": page,
            "can_answer": is_admin(request.user),
        },
        status=status,
    )


@require_safe
def feedback(request):
    return _feedback_page(request)


@require_POST
def feedback_send(request):
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return _feedback_page(request, form=form, status=422)
    with transaction.atomic():
        row = form.save(commit=False)
        row.user = request.user
        row.save()
        audit.record("feedback.send", by=request.user, obj=row, label=row.page or "意见建议")
    messages.success(request, "已收到，谢谢。答复后会通知您。")
    return redirect("feedback")


@require_POST
def feedback_answer(request, pk):
    require(is_admin(request.user), "意见建议由系统管理员答复。")
    row = get_object_or_404(Feedback, pk=pk)
    form = AnswerForm(request.POST, instance=row)
    if not form.is_valid():
        return _feedback_page(request, answer_form=form, status=422)
    with transaction.atomic():
        row.answered_by, row.answered_at = request.user, timezone.now()
        row.save(update_fields=["answer", "answered_by", "answered_at"])
        Notice.objects.create(
            user_id=row.user_id,
            text="您的意见建议已有答复。",
            link="/feedback/",
            kind=Notice.Kind.DECIDED,
        )
        audit.record(
            "feedback.answer",
            by=request.user,
            obj=row,
            label=row.page or "意见建议",
            after={"answer": row.answer},
        )
    messages.success(request, "答复已保存，并已通知提出人。")
    return redirect("feedback")
