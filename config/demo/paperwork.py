"""What is under way on the desks around the roster: an import that waits for decisions, a
request to export whole numbers, a change of many people, a printed book that nobody has signed
yet, people who are to be rung up (drawn anew each time). Through the same functions as in the
browser."""

import io
from collections.abc import Iterable

from django.db.models import Count
from xlsxwriter import Workbook

from accounts.models import User
from activities.surveys import samples
from config.demo.names import draw_name
from config.demo.world import Place, World
from records.dates import format_partial
from records.workbooks import SAFE
from stations.models import Station
from veterans import bulk, export_requests
from veterans.editions.workflow import print_edition
from veterans.importing import batches
from veterans.models import Veteran

HEADINGS = ("序号", "姓名", "性别", "出生年月", "身份证号", "原部队职务", "现任职务", "备注")
FEWEST = 10
_GENDER = dict(Veteran.Gender.choices)


def leave_paperwork(world: World) -> None:
    clerks = {user.pk: user for user in world.users.values()}
    village = _busiest(place for place in world.places if place.is_village)
    if village:
        _import(world, village, clerks[village.clerk_id])
        _change_many(village, clerks[village.clerk_id])
        # A town's book has the thousands of all its villages in a city.
        print_edition(village.station, by=clerks[village.clerk_id])
    counties = {place.county.pk: place for place in world.places}
    for number, place in enumerate(list(counties.values())[:3]):
        clerk = clerks[place.county_user_id]
        _ask_for_numbers(world, clerk, is_refused=number == 1)
        samples.draw(place.county, 20, actor=clerk)


def _busiest(places: Iterable[Place]) -> Place | None:
    """The one that a visitor of the demonstration opens first."""
    kept = {place.station.pk: place for place in places if len(place.people) >= FEWEST}
    stations = Station.objects.filter(pk__in=kept).annotate(done=Count("activitys"))
    found = stations.order_by("-done", "region__path").first()
    return kept[found.pk] if found else None


def _import(world: World, place: Place, clerk: User) -> None:
    """Some who are known, some who are new, and each kind of doubt that a page can settle."""
    known = list(Veteran.objects.filter(station=place.station).people()[:6])
    rows = [_row(person) for person in known]
    for row, post in zip(rows[4:], ("村民小组长", "合作社理事"), strict=False):
        row["现任职务"] = post
    rng = world.rng("paperwork", place.region.code)
    for born in ("1986.03", "1979.11", "1991.07"):
        name = draw_name(rng, gender="male", birth_year=int(born[:4]))
        rows.append({"姓名": name, "性别": "男", "出生年月": born, "原部队职务": "战士"})
    rows[-1]["身份证号"] = "3.21322E+17"
    rows[-2]["备注"] = "同上"
    if known:
        rows.append({"姓名": known[0].name, "性别": "男", "现任职务": "务农"})
    rows.append({"性别": "男", "出生年月": "1975.02", "备注": "姓名待核"})
    content = _workbook(place, rows)
    batches.read(batches.start(content, name="花名册.xlsx", station=place.station, by=clerk))


def _row(person: Veteran) -> dict[str, str]:
    return {
        "姓名": person.name,
        "性别": _GENDER.get(person.gender, ""),
        "出生年月": format_partial(person.birth_date, person.birth_precision, "."),
        "原部队职务": person.former_post,
        "现任职务": person.current_post,
    }


def _workbook(place: Place, rows: list[dict[str, str]]) -> bytes:
    out = io.BytesIO()
    book = Workbook(out, SAFE)
    page = book.add_worksheet("花名册")
    page.write_string(0, 0, f"{place.short_name}退役军人花名册")
    page.write_string(1, 0, f"填报单位：{place.station.name}")
    for column, label in enumerate(HEADINGS):
        page.write_string(2, column, label)
    for number, row in enumerate(rows, 1):
        for column, label in enumerate(HEADINGS):
            page.write_string(number + 2, column, str(number) if not column else row.get(label, ""))
    book.close()
    return out.getvalue()


def _change_many(place: Place, clerk: User) -> None:
    change = bulk.read_change(f"residence:{Veteran.Residence.AWAY.value}", clerk)
    people = Veteran.objects.filter(station=place.station).people()
    at_home = people.filter(residence=Veteran.Residence.LOCAL, is_priority=False)
    chosen = list(at_home.values_list("pk", flat=True)[:3])
    rows, _ = bulk.preview(change, people.filter(pk__in=chosen))
    if rows:
        bulk.apply(change, rows, by=clerk)


def _ask_for_numbers(world: World, clerk: User, *, is_refused: bool) -> None:
    people = Veteran.objects.visible_to(clerk).people()
    purpose = "与县（区）退役军人优抚台账核对"
    asked = export_requests.ask(actor=clerk, filters="", purpose=purpose, people=people)
    if is_refused:
        note = "脱敏名单已够核对，请先用脱敏表。"
        export_requests.refuse(asked, actor=world.users["city"], note=note)
