"""The files of a record as its page shows them."""

from records.models import Attachment, AttachmentLink
from stations.photos.seen_before import fresh, seen_before


def files_of(record, user) -> list[AttachmentLink]:
    """In their order, each with its neighbours for the buttons (`before_previous`: put in
    front of it and it has moved one forward), the number of other records that it serves
    (`others`), and for who just sent it what it looks like (`seen_before`)."""
    links = list(record.attachment_links.select_related("attachment").order_by("order", "pk"))
    others = others_of(links)
    told = seen_before(fresh([link.attachment for link in links], user), user)
    for at, link in enumerate(links):
        link.before_previous = links[at - 1].pk if at else None
        link.before_next = links[at + 2].pk if at + 2 < len(links) else None
        link.others = others.get(link.attachment_id, 0)
        link.seen_before = told.get(link.attachment_id, "")
    return links


def others_of(links: list[AttachmentLink]) -> dict[int, int]:
    """Photo -> on how many records it hangs beside the one of its link. Of a record that the
    reader may not open this says that there is one, not which."""
    photos = [link.attachment_id for link in links if link.attachment.kind == Attachment.Kind.PHOTO]
    if not photos:
        return {}
    rows = AttachmentLink.objects.filter(attachment__in=photos).order_by()
    rows = rows.values_list("attachment", "content_type", "object_id").distinct()
    counts: dict[int, int] = {}
    for photo, _, _ in rows:
        counts[photo] = counts.get(photo, 0) + 1
    return {photo: number - 1 for photo, number in counts.items() if number > 1}
