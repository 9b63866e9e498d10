"""Where the photos of a station hang: records of the station's own sections, as far as the
asking user may read them. Constant queries: one for the links, one per kind of record."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from records.models import Attachment, AttachmentLink
from records.registry import Kind, Section, all_sections
from stations.section_views import record_url


@dataclass(frozen=True)
class Use:
    """A photo on a record."""

    link: AttachmentLink
    kind: Kind
    record: object
    url: str

    @property
    def title(self) -> str:
        return str(self.record)


def places(user) -> Iterator[tuple[Section, Kind]]:
    """Kinds of record that hold photos of a station. What a place owns and several stations
    share is left out: its files belong to the place."""
    for section in all_sections():
        if user.role in section.roles:
            for kind in section.kinds:
                if kind.purposes and kind.owner != "region":
                    yield section, kind


def place_named(user, name: str) -> tuple[Section, Kind] | None:
    """By `activities-activity`, as filters and choosers write it."""
    return next((one for one in places(user) if name_of(*one) == name), None)


def name_of(section: Section, kind: Kind) -> str:
    return f"{section.slug}-{kind.slug}"


def readable_links(user, station, *, only: Kind | None = None) -> QuerySet[AttachmentLink]:
    """SECURITY: a photo never says more than its record; of a talk an administrator learns
    nothing, so neither its photo nor that there is one."""
    condition = Q(pk__in=[])
    for _, kind in places(user):
        if only is None or kind is only:
            rows = kind.model.objects.visible_to(user).filter(**{kind.owner: station})
            condition |= Q(
                content_type=ContentType.objects.get_for_model(kind.model),
                object_id__in=rows.order_by().values("pk"),
            )
    return AttachmentLink.objects.filter(condition)


def readable_photos(user, station, *, keeps: bool) -> QuerySet[Attachment]:
    """Those on a readable record; who keeps the records also sees those on none any more."""
    photos = Attachment.objects.visible_to(user).filter(station=station, kind=Attachment.Kind.PHOTO)
    shown = Exists(readable_links(user, station).filter(attachment=OuterRef("pk")))
    return photos.filter(shown | ~Exists(any_link())) if keeps else photos.filter(shown)


def any_link() -> QuerySet[AttachmentLink]:
    return AttachmentLink.objects.filter(attachment=OuterRef("pk"))


def uses_of(photos: Iterable[Attachment], user, station) -> dict[int, list[Use]]:
    """Photo -> its readable places, in the order in which they came."""
    kinds = {
        ContentType.objects.get_for_model(kind.model).pk: (section, kind)
        for section, kind in places(user)
    }
    known = {photo.pk: photo for photo in photos}
    by_kind: dict[int, list[AttachmentLink]] = defaultdict(list)
    links = AttachmentLink.objects.filter(attachment__in=known, content_type__in=kinds)
    for link in links.order_by("pk"):
        link.attachment = known[link.attachment_id]
        by_kind[link.content_type_id].append(link)
    found: dict[int, list[Use]] = defaultdict(list)
    for number, own in by_kind.items():
        section, kind = kinds[number]
        rows = kind.rows(user, station).in_bulk({link.object_id for link in own})
        for link in own:
            record = rows.get(link.object_id)
            if record is not None:
                url = record_url(section, kind, station, record)
                found[link.attachment_id].append(Use(link, kind, record, url))
    return found
