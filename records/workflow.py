"""Saving and deleting a record: compare before set, audit in the same transaction."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone

from accounts import audit
from accounts.models import User
from records.form_models import Submission

SUBMISSIONS_KEPT = dt.timedelta(days=30)


class LostUpdate(Exception):
    """Somebody else saved this record since the form was opened."""

    def __init__(self, current: Model):
        self.current = current
        super().__init__("record was changed since the form was opened")


class AlreadySaved(Exception):
    """This very form was saved before; `record` is what it made, None if that is gone."""

    def __init__(self, record: Model | None):
        self.record = record
        super().__init__("this form was saved before")


def claim_token(token: str, *, by: User) -> Submission | None:
    """Inside the transaction that saves: of any number of requests that send the same form,
    one goes on, the others wait for it and raise AlreadySaved."""
    if not token:
        return None
    mark, is_new = Submission.objects.get_or_create(user=by, token=token)
    if not is_new:
        raise AlreadySaved(mark.record)
    return mark


def note_record(mark: Submission | None, record: Model) -> None:
    if mark is not None:
        mark.record = record
        mark.save(update_fields=["content_type", "object_id"])


def forget_submissions() -> int:
    """Old marks: nobody sends a form again after a month."""
    return Submission.objects.filter(at__lt=timezone.now() - SUBMISSIONS_KEPT).delete()[0]


def save_record(form, *, by: User) -> Model:
    """Write a valid RecordForm. Raises LostUpdate when the stored version is not the one
    the form was opened with, AlreadySaved when a new record's form comes a second time,
    PermissionDenied when the row would leave the writer's scope; then nothing is written."""
    record = form.instance
    creating = record.pk is None
    before, after = form.changes()
    now = timezone.now()
    with transaction.atomic():
        mark = claim_token(form.cleaned_data.get("token", ""), by=by) if creating else None
        record.updated_at, record.updated_by = now, by
        if creating:
            record.created_at, record.created_by = now, by
        else:
            claim_version(record, form.cleaned_data.get("version"))
        before_save = getattr(form, "before_save", None)
        if before_save:
            before_save()
        record.save()
        form._save_m2m()
        note_record(mark, record)
        after_save = getattr(form, "after_save", None)
        if after_save:
            after_save(by=by)
        if not type(record).objects.editable_by(by).filter(pk=record.pk).exists():
            raise PermissionDenied("这条记录不在您的管理范围内，没有保存。")
        station = getattr(record, "station", None)
        if creating and station is not None and station.records_begin_on is None:
            begin_records(station)
        audit.record(
            "record.create" if creating else "record.change",
            by=by,
            obj=record,
            before=None if creating else before,
            after=after,
        )
        verified = getattr(form, "verified_words", None)
        if verified:
            audit.record("words.verified", by=by, obj=record, after=verified)
    return record


def claim_version(record: Model, opened_with: int | None) -> None:
    """Move the version on if it is still the one the form was opened with."""
    rows = type(record)._default_manager.filter(pk=record.pk, version=opened_with or 0)
    if rows.update(version=F("version") + 1) == 0:
        raise LostUpdate(type(record)._default_manager.get(pk=record.pk))
    record.version = (opened_with or 0) + 1


def begin_records(station) -> None:
    """The first record of a station starts the months that the score looks at."""
    today = timezone.localdate()
    type(station).objects.filter(pk=station.pk, records_begin_on=None).update(
        records_begin_on=today
    )
    station.records_begin_on = today


def delete_record(record: Model, *, by: User) -> None:
    """Delete with its links; the files stay (they may serve other records). Raises
    ProtectedError when other records refer to it."""
    with transaction.atomic():
        values = {
            str(f.verbose_name): str(getattr(record, f.attname) or "")
            for f in record._meta.fields
            if f.editable and type(f).__name__ != "EncryptedTextField"
        }
        audit.record("record.delete", by=by, obj=record, before=values)
        record.delete()
