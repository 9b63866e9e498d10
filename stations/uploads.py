"""Files that come with a form: taken in beside the record that it made."""

import hashlib

from records.files import RefusedFile, store_upload
from records.models import Attachment

MOST = 40


def take_in(uploads, record, *, by, purpose="general") -> tuple[list[Attachment], list[str]]:
    """(stored, sentences for those refused). A refused file loses no other; one that hangs
    on the record already, because the form came twice, is not stored again."""
    if len(uploads) > MOST:
        return [], [f"一次最多上传{MOST}个文件，请分几次上传。"]
    known = set(record.attachment_links.values_list("attachment__sha256", flat=True))
    stored, errors = [], []
    for upload in uploads:
        digest = _digest(upload)
        if digest in known:
            continue
        try:
            place = {"record": record, "purpose": purpose}
            attachment = store_upload(upload, station=record.station, by=by, place=place)
        except RefusedFile as refused:
            errors.append(str(refused))
            continue
        known.add(digest)
        stored.append(attachment)
    return stored, errors


def _digest(upload) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
