"""A stock of drawn pictures that many attachments share.

The first picture of each kind goes through the road of every upload. Further attachment
rows point to the same files, with fingerprints of their own: nobody wants 300,000 files
on disk, and equal fingerprints would all be doubts.
"""

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile

from config.demo import scenes
from config.demo.people import ALPHABET
from config.demo.world import World
from records.files import store_upload
from records.finishing import finish_photo
from records.models import Attachment, AttachmentLink

SHARED = ("kind", "thumbnail", "content_type", "size", "width", "height", "finished_at")


class PhotoStock:
    def __init__(self, world: World):
        self.world = world
        self.by_scene: dict[str, list[dict]] = {scene: [] for scene in scenes.WORDS}
        self.unused: dict[tuple[int, str], list[int]] = {}
        self.kinds: dict[type, int] = {}

    def draw(self, places, users) -> None:
        """Draw the files and take them in for the best kept stations, before any other
        attachment is numbered."""
        rng = self.world.rng("pictures")
        names = list(scenes.WORDS)
        for number in range(self.world.scale.files):
            scene, place = names[number % len(names)], places[number // len(names) % len(places)]
            upload = SimpleUploadedFile(
                f"{scenes.WORDS[scene][0]}{number:03d}.jpg",
                scenes.draw(scene, rng, number),
                "image/jpeg",
            )
            day = self.world.days_ago(rng.randrange(20, 330))
            row = store_upload(
                upload, station=place.station, by=users[place.clerk_id], captured_on=day
            )
            finish_photo(row.pk)
            row.refresh_from_db()
            shared = {name: getattr(row, name) for name in SHARED}
            self.by_scene[scene].append({**shared, "file": row.file.name})
            self.unused.setdefault((place.station.pk, scene), []).append(row.pk)

    def attach(self, place, model, key, scene, *, on, purpose="general", caption="", order=0):
        """Give a record a picture."""
        waiting = self.unused.get((place.station.pk, scene))
        attachment = waiting.pop() if waiting else self._share(place, scene, on)
        if model not in self.kinds:
            self.kinds[model] = ContentType.objects.get_for_model(model).pk
        self.world.loader.add(
            AttachmentLink,
            attachment_id=attachment,
            content_type_id=self.kinds[model],
            object_id=key,
            purpose=purpose,
            caption=caption,
            order=order,
        )

    def _share(self, place, scene, on):
        rng = place.rng
        shared = rng.choice(self.by_scene[scene])
        day = on or self.world.days_ago(rng.randrange(30, 400))
        return self.world.loader.add(
            Attachment,
            code="".join(rng.choices(ALPHABET, k=16)),
            station_id=place.station.pk,
            original_name=f"IMG_{day:%Y%m%d}_{rng.randrange(10000):04d}.jpg",
            sha256=f"{rng.getrandbits(256):064x}",
            perceptual_hash=f"{rng.getrandbits(64):016x}",
            captured_on=on,
            uploaded_by_id=place.clerk_id,
            uploaded_at=self.world.moment(day, 16),
            **shared,
        )
