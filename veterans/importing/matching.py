"""Rows against the stored roster: whom they mean, what they would change, how they end."""

from collections import defaultdict

from django.utils.functional import cached_property

from records.dates import format_partial
from records.fields import keyed_hash, keyed_hashes
from veterans.importing import note_phones
from veterans.importing.cells import ASK, NOTE
from veterans.importing.dates import agree
from veterans.importing.differences import Difference, stored_phones
from veterans.importing.merging import SKIPPED
from veterans.importing.rows import PersonRow
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
        # Who was merged away is no longer meant by anybody.
        found = Veteran.objects.filter(merged_into=None)
        found = found.defer("id_number", "phone", "former_unit")
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
    taken: dict[int, PersonRow] = {}
    for row in rows:
        if row.outcome == SKIPPED:
            continue
        row.notes = [note for note in row.notes if not note.compared]
        if not row.name:
            row.outcome = REJECTED
            row.say("name", "blank", "没有姓名，不能导入。请补填姓名后重新上传。")
            continue
        person, is_doubtful = _whom(row, stored)
        if person is not None and person.station_id != row.station.pk:
            _elsewhere(row, person)
        else:
            first = taken.setdefault(person.pk, row) if person is not None else row
            _ask_who(row, person, row.twin if first is row else first, is_doubtful)
            _compare(row, person, stored)
        row.outcome = WAITS if row.asks else _OUTCOME[row.action]
        if row.action == "none" and not _asks_who(row):
            row.outcome = UNCHANGED


def _ask_who(row, person, earlier, is_doubtful):
    """One sentence, whether the row may mean an earlier row of the file, somebody stored, or
    both; it names the buttons that the page has for the case."""
    buttons = "是同一人请选“更新此人”，不是请选“作为另一人导入”。"
    where = ""
    if earlier is not None:
        sheet = f"{earlier.sheet} " if earlier.sheet != row.sheet else ""
        where = f"与{sheet}第{earlier.number}行"
    if person is None:
        if where:
            message = f"{where}同名，可能是同一人。确认导入则作为另一人；是同一人请选“不导入”。"
            row.say("name", ASK, message)
    elif is_doubtful:
        start = f"{where}同名，花名册中也" if where else "花名册中"
        message = f"{start}有同名人员，出生年月不全，不能断定是否同一人。{buttons}"
        if not _asks_who(row):  # else somebody looks at the row again
            row.say("name", ASK, message, compared=True)
    elif where:
        message = f"{where}对应花名册中的同一人，请核对。{buttons}"
        row.say("name", ASK, message, compared=True)


def _asks_who(row):
    return any(note.field == "name" and note.level == ASK for note in row.notes)


def _whom(row, stored):
    """(the stored person that the row means or may mean, whether that is in doubt)."""
    number = row.values.get("id_number")
    number_hash = stored.hash_of.get(number, "") if number else ""
    if number_hash:
        same = stored.by_hash[number_hash]
        own = [person for person in same if person.station_id == row.station.pk]
        if own:
            return _same_number(row, own[0]), False
        active = [p for p in same if p.status == "active" and p.id_check == "valid"]
        if active and row.values["id_check"] == "valid":
            return active[0], False
    return _by_name(row, stored, number_hash)


def _same_number(row, person):
    if person.name != row.name:
        message = f"身份号码与花名册中的“{person.name}”相同，姓名不同。确认则改名。"
        row.say("name", ASK, message, compared=True)
    return person


def _by_name(row, stored, number_hash):
    """The one person of the station with this name whose birth agrees, else the first doubtful."""
    doubtful = []
    for person in stored.by_name[row.station.pk, row.name]:
        if number_hash and person.id_check == "valid" and person.id_hash != number_hash:
            continue
        born = format_partial(person.birth_date, person.birth_precision)
        text = row.values.get("birth_date", "")
        if born and text:
            if agree(born, text):
                return person, False
            continue
        if _corroborated(row, person):
            return person, False
        doubtful.append(person)
    return (doubtful[0], True) if doubtful else (None, False)


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
        compared=True,
    )


def _compare(row, person, stored):
    if "note" in row.values and "phone" not in row.values:
        _offer_phone(row, person)
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


def _offer_phone(row, person):
    """A phone among the remarks may be the one that is missing: somebody decides."""
    phones = note_phones.offered(row.values["note"])
    if phones and (person is None or not person.phone_hash):
        shown = Veteran(phone=phones).masked_phone
        more = f"等{note_phones.count(phones)}个号码" if note_phones.count(phones) > 1 else ""
        message = f"{shown}{more}，可用作联系电话，备注里则只留前三后四位。"
        row.say("phone", NOTE, f"{note_phones.OFFER}{message}")


def _with_stored_numbers(shown):
    """The stored number was never opened: it is shown as stored, not as empty."""
    for change in shown:
        if change["field"] in ("id_number", "phone") and not change["old"]:
            change["old"] = "已存（已脱敏）"
    return shown
