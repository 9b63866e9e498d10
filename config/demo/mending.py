"""What a station mends when its application comes back, through the forms and uploads of
every user: of these applications two archives differ in records and pictures."""

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from accreditation.models import Application
from activities.models import Activity
from config.demo import scenes
from config.demo.world import Place, World
from records.files import store_upload, unlink
from records.registry import kind_of
from records.workflow import delete_record, save_record
from stations.models import Facility, Regulation

NEW_PHOTOS = 2


@dataclass(frozen=True)
class Mend:
    """A requirement that comes back, why, and the record behind it that is at fault."""

    code: str
    reason: str
    record: Any


def find_mends(application: Application) -> list[Mend]:
    """Of what the archive counted: a room, a rule and an entry of the ledger, each behind a
    requirement of its own."""
    behind = application.snapshot.records["behind"]
    found: list[Mend] = []
    for model, reason in REASONS.items():
        taken = {one.code for one in found}
        label = model._meta.label_lower
        codes = [code for code, kinds in behind.items() if kinds.get(label) and code not in taken]
        for code in codes:
            record = _at_fault(model, behind[code][label])
            if record is not None:
                found.append(Mend(code, reason.format(record), record))
                break
    return found


REASONS: dict[type[Model], str] = {
    Facility: "“{}”的照片不清晰，请重新拍摄全景和近景各一张。",
    Regulation: "《{}》还是旧版本，请按现在的做法修订，并补上一项缺少的制度。",
    Activity: "“{}”的成效写得太简单，也没有照片；另有一条重复登记，请核对。",
}


def _at_fault(model: type[Model], numbers: list[int]) -> Any:
    rows = model._default_manager.filter(pk__in=numbers).order_by("pk")
    if model is Facility:
        rows = rows.filter(attachment_links__isnull=False)
    if model is Activity:
        rows = rows.filter(kind__in=("study", "recreation", "theme_education"))
        rows = rows.order_by("-happened_on", "pk")
    return rows.first()


def mend(world: World, place: Place, mends: list[Mend], *, by: User) -> None:
    for one in mends:
        record = type(one.record)._default_manager.get(pk=one.record.pk)
        HOW[type(record)](world, place, record, by)


def _new_pictures(world: World, place: Place, room: Facility, by: User) -> None:
    for old in room.attachment_links.select_related("attachment"):
        unlink(old, record=room, by=by)
    for number in range(NEW_PHOTOS):
        caption = f"{room.name}{'全景' if number == 0 else '近景'}"
        _photograph(world, place, room, "wall" if "墙" in room.name else "room", caption, by)


def _photograph(
    world: World, place: Place, record: Model, scene: str, caption: str, by: User
) -> None:
    rng = world.rng("mended", place.region.code, caption)
    picture = scenes.draw(scene, rng, rng.randrange(900, 1000))
    store_upload(
        SimpleUploadedFile(f"补拍_{caption}.jpg", picture, "image/jpeg"),
        station=place.station, by=by, captured_on=world.days_ago(1),
        place={"record": record, "caption": caption},
    )  # fmt: skip


def _newer_rules(world: World, place: Place, rule: Regulation, by: User) -> None:
    body = rule.body.replace("制定本制度", "结合工作实际修订本制度")
    _save(place, rule, by, {
        "body": f"{body}\n每季度由服务站集中学习一次，执行情况记入台账；每年年底审阅，需要调整的及时修订。",
        "reviewed_on": world.days_ago(1),
    })  # fmt: skip
    _save(place, Regulation(station=place.station), by, {
        "kind": "other", "title": "重要事项议事制度", "adopted_on": world.days_ago(1),
        "body": "涉及退役军人切身利益的事项，由服务站召集老兵代表商议，结果张榜告知。",
    })  # fmt: skip


def _fuller_entry(world: World, place: Place, entry: Activity, by: User) -> None:
    twin = (
        Activity.objects.filter(station=place.station, kind=entry.kind)
        .exclude(pk=entry.pk)
        .order_by("-happened_on", "pk")
        .first()
    )
    if twin is not None:
        delete_record(twin, by=by)
    outcome = "老兵代表现场提出建议三条，已逐条答复；会后建立联络小组，定期回访。"
    _save(place, entry, by, {"outcome": f"{entry.outcome}{outcome}"})
    _photograph(world, place, entry, "study", f"{entry.title}现场", by)


HOW = {Facility: _new_pictures, Regulation: _newer_rules, Activity: _fuller_entry}


def _save(place: Place, record: Model, by: User, new: dict[str, Any]) -> None:
    """Opens the record's form, types what is new and sends it."""
    form_class = kind_of(type(record))[1].form
    known = {"user": by, "station": place.station, "instance": record}
    opened = form_class(**known)
    data: MultiValueDict = MultiValueDict()
    for name in opened.fields:
        value = new.get(name, opened[name].value())
        many = isinstance(value, (list, tuple))
        data.setlist(name, [one for one in (value if many else [value]) if one not in (None, "")])
    form = form_class(data, **known)
    if not form.is_valid():
        raise ValueError(f"{record}: {form.errors.as_text()}")
    save_record(form, by=by)
