"""What a row would change on a stored person: field by field, never a filled field emptied."""

import datetime as dt

from records.dates import Precision, format_partial
from records.fields import hash_of, keyed_hash, keyed_hashes, same_hash
from veterans.importing import note_phones
from veterans.importing.asked import ONLY_YES
from veterans.importing.cells import text_of
from veterans.importing.dates import agree
from veterans.importing.honours import honour_key
from veterans.importing.strengths import strengths_cell
from veterans.importing.units import post_without_unit, without_designation
from veterans.models import CareCategory, Honour, Veteran, War
from veterans.phones import numbers_of

PARTIAL = {
    "birth_date": "birth_precision",
    "enlisted_on": "enlisted_precision",
    "discharged_on": "discharged_precision",
}
PLAIN = ("name", "gender", "political_status", "branch", "residence", "plaque", "person_kind",
         "status")  # fmt: skip
TAGS = {"care_categories": CareCategory, "war_tags": War}
ANSWERS = ("former_post", "current_post")
# What an import can write; bulk_update is given all of them at once.
WRITTEN = [
    *PLAIN, *PARTIAL, *PARTIAL.values(), *TAGS, "id_number", "id_hash", "id_check", "phone",
    "phone_hash", "phone_hashes", "former_post", "former_post_state", "current_post", "current_post_state",
    "strengths_text", "strengths_state", "honours_state", "note", "pinyin", "initials",
    "version", "updated_at", "updated_by",
]  # fmt: skip


def to_date(text: str):
    """ "1985-07" -> (date, precision)."""
    parts = [int(part) for part in text.split("-")]
    precision = (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(parts) - 1]
    return dt.date(*[*parts, 1, 1][:3]), precision


def label_of(name: str) -> str:
    if name in ("honours", "row"):
        return {"honours": "荣誉奖励", "row": "整行"}[name]
    return str(Veteran._meta.get_field(name).verbose_name)


def shown_value(name: str, value) -> str:
    """A value for the page; numbers of a person are masked."""
    if value in (None, "", []):
        return ""
    if name == "id_number":
        return Veteran(id_number=value).masked_id_number
    if name == "phone":
        return Veteran(phone=value).masked_phone
    if name in TAGS:
        return "、".join(str(TAGS[name](tag).label) for tag in value)
    if name == "honours":
        return "；".join(_honour_text(honour) for honour in value)
    if isinstance(value, list):
        return "、".join(value)
    choices = dict(Veteran._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))


def _honour_text(honour):
    label = dict(Honour.Kind.choices)[honour["kind"]]
    year = f"{honour['year']}年" if honour["year"] else ""
    return f"{year}{label}{honour['count']}次"


class Difference:
    """`updates` are model fields, `tags` and `honours` are added, `shown` is for the page."""

    def __init__(self, person, values, tags=(), honours=()):
        self.person, self.values = person, values
        self.updates: dict = {}
        self.shown: list[dict] = []
        self._plain()
        self._dates()
        self._numbers()
        self._answers()
        self.tags = self._new_tags(tags)
        if self.tags:
            self._show("strengths", list(tags), [*tags, *self.tags])
        self.honours = missing_honours(values.get("honours", ()), honours)
        if self.honours:
            self._show("honours", list(honours), self.honours)

    def __bool__(self):
        return bool(self.updates or self.tags or self.honours)

    def _show(self, name, old, new):
        self.shown.append(
            {
                "field": name,
                "label": label_of(name),
                "old": shown_value(name, old),
                "new": shown_value(name, new),
            }
        )

    def _set(self, name, new):
        self._show(name, getattr(self.person, name), new)
        self.updates[name] = new

    def _plain(self):
        for name in PLAIN:
            value = self.values.get(name)
            if value and not _is_same(name, value, getattr(self.person, name)):
                if name == "political_status" and self._is_finer():
                    continue
                self._set(name, value)
        if self.values.get("note"):
            self._note(self.values["note"])
        for name in TAGS:
            stored = getattr(self.person, name)
            added = [tag for tag in self.values.get(name, ()) if tag not in stored]
            if added:
                self._set(name, [*stored, *added])

    def _note(self, note):
        """Numbers that the person has as phones stand masked in a remark, on either side."""
        is_known = note_phones.known_by_hashes(stored_phones(self.person))
        note, stored = note_phones.without(note, is_known), self.person.note
        read = _as_read("note", stored)
        if not any(note in said for said in (stored, read, note_phones.without(read, is_known))):
            self._set("note", note)

    def _is_finer(self):
        """是 under 是否党员 is no news of a probationary member."""
        is_known = self.person.political_status == Veteran.PoliticalStatus.PROBATIONARY
        return is_known and ONLY_YES in self.values

    def _dates(self):
        for name, precision in PARTIAL.items():
            text = self.values.get(name)
            if not text:
                continue
            stored = format_partial(getattr(self.person, name), getattr(self.person, precision))
            if stored and agree(text, stored) and len(text) <= len(stored):
                continue
            self._show(name, stored, text)
            self.updates[name], self.updates[precision] = to_date(text)

    def _numbers(self):
        number = self.values.get("id_number")
        if number and not same_hash(number, self.person.id_hash):
            is_better = self.values["id_check"] == Veteran.IdCheck.VALID
            if is_better or not self.person.id_hash:
                self._set("id_number", number)
                self.updates["id_check"] = self.values["id_check"]
                self.updates["id_hash"] = keyed_hash(number)
        phone = self.values.get("phone")
        if phone and not says_no_more(phone, self.person):
            self._set("phone", phone)
            for name in ("phone_hash", "phone_hashes"):
                self.updates[name] = hash_of(Veteran, name, phone)

    def _answers(self):
        for name in ANSWERS:
            self._answer(name, f"{name}_state")
        self._answer("strengths_text", "strengths_state")
        state = self.values.get("honours_state", "blank")
        self._state("honours_state", state, is_filled=False)

    def _answer(self, name, state_name):
        text, state = self.values.get(name), self.values.get(state_name, "blank")
        stored = getattr(self.person, name)
        if text and not _is_same(name, text, stored):
            self._set(name, text)
        self._state(state_name, state, is_filled=bool(stored))

    def _new_tags(self, tags):
        """A cell that says what the person's own says is no news: neither the words nor the
        names of the list among them."""
        mine = text_of(strengths_cell(tags, self.person.strengths_text))
        given, text = self.values.get("strengths", []), self.values.get("strengths_text", "")
        if mine and mine in (text, strengths_cell(given, text)):
            self._forget("strengths_text")
            return []
        return [tag for tag in given if tag not in tags]

    def _forget(self, name):
        if self.updates.pop(name, None) is not None:
            self.shown = [change for change in self.shown if change["field"] != name]

    def _state(self, name, state, *, is_filled):
        stored = getattr(self.person, name)
        rank = {"blank": 0, "unknown": 1, "none": 2, "answered": 3}
        if rank[state] > rank[stored] and not (is_filled and state != "answered"):
            self._set(name, state)

    def breaks_order(self):
        """Would the dates of service stand the wrong way round?"""
        start = self.updates.get("enlisted_on", self.person.enlisted_on)
        end = self.updates.get("discharged_on", self.person.discharged_on)
        return bool(start and end and end < start)


def stored_phones(person) -> frozenset[str]:
    """The hashes of a person's numbers; the numbers themselves need not be opened."""
    return frozenset([person.phone_hash, *person.phone_hashes.split(",")]) - {""}


def says_no_more(phone: str, person) -> bool:
    """Are the numbers of the file among those that are stored? Whose they are is news only
    where the numbers are the same."""
    if same_hash(phone, person.phone_hash):
        return True
    stored, numbers = stored_phones(person), numbers_of(phone)
    known = all(stored.intersection(keyed_hashes(number)) for number in numbers)
    return known and ("(" not in phone or len(numbers) < len(stored) - 1)


def _is_same(name, new, stored):
    """Is what the file says what is stored? The stored words are looked at as an import would
    read them: typed into a page they may hold blanks at the ends and breaks of another kind."""
    return new == stored or new == _as_read(name, stored)


def _as_read(name, stored):
    text = text_of(stored)
    return post_without_unit(text)[0] if name == "former_post" else without_designation(text)[0]


def missing_honours(new, stored) -> list[dict]:
    """Those of the file that the person does not have yet; each stored one answers once."""
    left, missing = list(stored), list(new)
    # The very same first: one without a year must not answer for the one that has it.
    for is_same in (_equal, _may_be_same):
        for honour in list(missing):
            twin = next((other for other in left if is_same(honour, other)), None)
            if twin is not None:
                left.remove(twin)
                missing.remove(honour)
    return missing


def _equal(honour, other):
    return honour_key(honour) == honour_key(other)


def _may_be_same(honour, other):
    """Where one of the two does not say the year, or has no words, the other's hold."""
    kind, count, year, words = honour_key(honour)
    other_kind, other_count, other_year, other_words = honour_key(other)
    return (
        (kind, count) == (other_kind, other_count)
        and (year == other_year or not year or not other_year)
        and (words == other_words or not words or not other_words)
    )
