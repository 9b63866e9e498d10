"""Files that come with a form: taken in beside the record that it made."""

from django.contrib import messages

from accounts.models import AuditEntry
from records.files import RefusedFile, digest_of
from records.models import Attachment
from records.videos import store_file
from stations.photos.verbs import use_also

MOST = 40


def take_in(uploads, record, *, by, purpose="general") -> tuple[list[Attachment], list[str]]:
    """(stored, sentences for those refused). A refused file loses no other; one that hangs
    on the record already, because the form came twice, is not stored again."""
    if not uploads:
        return [], []
    if len(uploads) > MOST:
        return [], [f"一次最多上传{MOST}个文件，请分几次上传。"]
    owner = {"station": record.station, "by": by, "is_veiled": AuditEntry.veils(record)}
    owner["place"] = {"record": record, "purpose": purpose}
    known = set(record.attachment_links.values_list("attachment__sha256", flat=True))
    stored, errors = [], []
    for upload in uploads:
        digest = digest_of(upload)
        if digest in known:
            continue
        try:
            attachment = store_file(upload, **owner)
        except RefusedFile as refused:
            errors.append(str(refused))
            continue
        known.add(digest)
        stored.append(attachment)
    return stored, errors


def take_in_sent(request, uploads, record, *, purpose="general", what="个文件") -> None:
    """Take in what came with the request, and say on the next page what became of it."""
    stored, errors = take_in(uploads, record, by=request.user, purpose=purpose)
    for error in errors:
        messages.error(request, error)
    if stored:
        messages.success(request, f"已上传{len(stored)}{what}。")


def place_uploaded(codes: str, record, *, by) -> int:
    """Put what went up before the record was there on it: only what this person sent and
    what hangs on nothing yet. Sent twice, it is put there once."""
    wanted = [code for code in codes.split(",") if code][:MOST]
    rows = {
        row.code: row
        for row in Attachment.objects.visible_to(by).filter(
            code__in=wanted, station=record.station, uploaded_by=by, links=None
        )
    }
    return use_also([rows[code] for code in wanted if code in rows], record, by=by)
