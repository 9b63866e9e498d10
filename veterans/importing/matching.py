"""Rows against the stored roster: whom they mean, what they would change, how they end."""

from collections import defaultdict

from django.utils.functional import cached_property

from records.dates import format_partial
from records.fields import keyed_hash, keyed_hashes
from veterans.importing.cells import ASK, NOTE
from veterans.importing.dates import agree
from veterans.importing.differences import Difference, stored_phones
from veterans.importing.merging import SKIPPED
from veterans.models import Honour, Veteran
from veterans.phones import numbers_of

CHUNK = 500
CREATED, UPDATED, UNCHANGED, WAITS, REJECTED = "created", "updated", "unchanged", "ask", "rejected"
_OUTCOME = {"create": CREATED, "update": UPDATED, "none": UNCHANGED, "transfer": WAITS}


def chunks(items):
    items = list(items)
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


class StoredPeople:
    """The people that the rows of one file may mean, found with a few queries per 500."""

    def __init__(self, rows):
        stations = {row.station.pk for row in rows if row.station is not None}
        numbers = {row.values["id_number"] for row in rows if row.values.get("id_number")}
        self.hash_of = {number: keyed_hash(number) for number in numbers}
        # While the key is replaced, a row may still stand under the one before it.
        current = {old: keyed_hash(number) for number in numbers for old in keyed_hashes(number)}
        self.by_hash = defaultdict(list)
        self.by_name = defaultdict(list)
        self.people = {}
        # The encrypted columns are compared by their hashes and need not be opened.
        found = Veteran.objects.defer("id_number", "phone", "former_unit")
        for part in chunks(current):
            for person in found.filter(id_hash__in=part).select_related("station__region"):
                self.by_hash[current[person.id_hash]].append(person)
                self.people[person.pk] = person
        names = {row.name for row in rows if row.name}
        if stations and found.filter(station__in=stations).exists():
            for part in chunks(names):
                for person in found.filter(station__in=stations, name__in=part):
                    person = self.people.setdefault(person.pk, person)
                    self.by_name[person.station_id, person.name].append(person)

    @cached_property
    def tags(self):
        return tags_of(self.people)

    @cached_property
    def honours(self):
        return honours_of(self.people)


def tags_of(people) -> dict[int, list[str]]:
    """Names of the strengths of many people."""
    through, found = Veteran.strengths.through, defaultdict(list)
    for part in chunks(people):
        pairs = through.objects.filter(veteran__in=part).order_by("strength__sort_order", "pk")
        for person, name in pairs.values_list("veteran_id", "strength__name"):
            found[person].append(name)
    return found


def honours_of(people) -> dict[int, list[dict]]:
    """Honours of many people, in the importer's own terms."""
    found = defaultdict(list)
    for part in chunks(people):
        rows = Honour.objects.filter(veteran__in=part).order_by("pk")
        for person, kind, count, on, note in rows.values_list(
            "veteran_id", "kind", "count", "awarded_on", "note"
        ):
            year = on.year if on else None
            found[person].append({"kind": kind, "count": count, "year": year, "note": note})
    return found


def match(rows, stored: StoredPeople) -> None:
    """Give every row its outcome."""
    taken: dict[int, int] = {}
    for row in rows:
        if row.outcome == SKIPPED:
            continue
        if not row.name:
            row.outcome = REJECTED
            row.say("name", "blank", "没有姓名，不能导入。请补填姓名后重新上传。")
            continue
        person = _whom(row, stored)
        if person is not None and person.station_id != row.station.pk:
            _elsewhere(row, person)
        elif person is not None and taken.setdefault(person.pk, row.number) != row.number:
            row.say("name", ASK, f"与第{taken[person.pk]}行对应花名册中的同一人，请核对。")
            row.action = "none"
        else:
            _compare(row, person, stored)
        row.outcome = WAITS if row.asks else _OUTCOME[row.action]
        if row.action == "none" and not any(
            n.field == "name" and n.level == ASK for n in row.notes
        ):
            row.outcome = UNCHANGED


def _whom(row, stored):
    number = row.values.get("id_number")
    number_hash = stored.hash_of.get(number, "") if number else ""
    if number_hash:
        same = stored.by_hash[number_hash]
        own = [person for person in same if person.station_id == row.station.pk]
        if own:
            return _same_number(row, own[0])
        active = [p for p in same if p.status == "active" and p.id_check == "valid"]
        if active and row.values["id_check"] == "valid":
            return active[0]
    return _by_name(row, stored, number_hash)


def _same_number(row, person):
    if person.name != row.name:
        row.say("name", ASK, f"身份号码与花名册中的“{person.name}”相同，姓名不同。确认则改名。")
    return person


def _by_name(row, stored, number_hash):
    """The one person of the station with this name whose birth agrees; doubtful ones wait."""
    doubtful = []
    for person in stored.by_name[row.station.pk, row.name]:
        if number_hash and person.id_check == "valid" and person.id_hash != number_hash:
            continue
        born = format_partial(person.birth_date, person.birth_precision)
        text = row.values.get("birth_date", "")
        if born and text:
            if agree(born, text):
                return person
            continue
        if _corroborated(row, person):
            return person
        doubtful.append(person)
    if doubtful:
        message = (
            "花名册中有同名人员，出生年月不全，不能断定是否同一人。请选择“更新此人”或“另一人”。"
        )
        row.say("name", ASK, message)
        return doubtful[0]
    return None


def _corroborated(row, person):
    numbers = [
        n for number in numbers_of(row.values.get("phone", "")) for n in keyed_hashes(number)
    ]
    if stored_phones(person).intersection(numbers):
        return True
    start = row.values.get("enlisted_on")
    stored = format_partial(person.enlisted_on, person.enlisted_precision)
    return bool(start and stored and agree(start, stored))


def _elsewhere(row, person):
    """One person has one owning station: on another roster the row asks for a transfer.
    Which station that is, is not told here: the reader may not see it."""
    row.person_id, row.person_version, row.action = person.pk, person.version, "transfer"
    row.say(
        "id_number",
        ASK,
        "此人已在另一服务站的花名册上。确认则向对方申请转入，对方确认后移过来；不会重复计数。",
    )


def _compare(row, person, stored):
    if person is None:
        row.action = "create"
        return
    row.person_id, row.person_version = person.pk, person.version
    difference = Difference(
        person, row.values, stored.tags.get(person.pk, ()), stored.honours.get(person.pk, ())
    )
    if difference.breaks_order():
        row.say("enlisted_on", NOTE, "入伍、退役时间与花名册中的不相容，两个日期没有更新，请核对。")
        row.values.pop("enlisted_on", None)
        row.values.pop("discharged_on", None)
        difference = Difference(
            person, row.values, stored.tags.get(person.pk, ()), stored.honours.get(person.pk, ())
        )
    row.changes = _with_stored_numbers(difference.shown)
    row.action = "update" if difference else "none"


def _with_stored_numbers(shown):
    """The stored number was never opened: it is shown as stored, not as empty."""
    for change in shown:
        if change["field"] in ("id_number", "phone") and not change["old"]:
            change["old"] = "已存（已脱敏）"
    return shown
