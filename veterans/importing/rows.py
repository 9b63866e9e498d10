"""One raw row -> values and what to say about them, first cell by cell, then as a whole."""

import datetime as dt
from dataclasses import dataclass, field

from veterans.importing import asked, dates, note_phones, people, units
from veterans.importing.cells import (
    ASK,
    BLANK,
    FIX,
    NOTE,
    Note,
    answer,
    has_number,
    is_ditto,
    is_stand_in,
    narrow,
    shown,
    text_of,
)
from veterans.importing.honours import has_none, read_honours
from veterans.importing.strengths import read_strengths
from veterans.models import Veteran

DATES = ("birth_date", "enlisted_on", "discharged_on")
LABELS = {"birth_date": "出生年月", "enlisted_on": "入伍时间", "discharged_on": "退役时间"}
STRUCK = "这一行划了删除线或标红，疑似作废或已故，请确认是否导入。"
UNMASKED = "写有身份号码或电话，在名册上不会脱敏，请移到相应的栏后从这里删去。"
# To these it matters how a number was typed; of the others only the text is read.
_AS_TYPED = {*DATES, "service", "id_number", "phone"}
LIMITS = {"former_post": 60, "current_post": 80, "strengths_text": 200, "branch": 30, "note": 300}
# A ditto is taken for the words of a place or a job; a person's own facts are not copied.
_DITTO = ("current_post", "former_post", "branch", "place", "group")
_CHOICES = (
    ("residence", Veteran.Residence.choices),
    ("plaque", Veteran.Plaque.choices),
    ("status", Veteran.Status.choices),
)
_FIELDS = {
    "strengths": "strengths_text", "care": "person_kind", "asked_party": "political_status",
    "asked_war": "war_tags", "asked_merit": "honours", "asked_honours": "honours",
}  # fmt: skip


@dataclass
class PersonRow:
    """A row on its way. `values` holds what the file says, in the roster's own terms; a
    key is missing where the file says nothing."""

    sheet: str
    number: int
    raw: list[str]
    values: dict = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    station: object = None
    outcome: str = ""
    action: str = ""
    person_id: int | None = None
    person_version: int | None = None
    changes: list[dict] = field(default_factory=list)
    id_hint: str = ""
    also: list[int] = field(default_factory=list)
    # The earlier row of the file with the same name that may be the same person.
    twin: "PersonRow | None" = field(default=None, repr=False, compare=False)

    @property
    def name(self):
        return self.values.get("name", "")

    def say(self, name, level, message, *, compared=False):
        note = Note(name, level, message, compared)
        if note not in self.notes:
            self.notes.append(note)

    @property
    def asks(self):
        return any(note.level == ASK for note in self.notes)


@dataclass
class Cleaner:
    """Knows the sheet: where its columns are and how its file writes things."""

    sheet: str
    columns: dict[str, int]
    strengths: dict[str, int]
    today: dt.date
    is_text: bool = False
    is_1904: bool = False
    above: dict[str, str] = field(default_factory=dict)
    more_phones: list[int] = field(default_factory=list)

    def __post_init__(self):
        self.questions = [name for name in asked.QUESTIONS if name in self.columns]

    def clean(self, raw) -> PersonRow:
        row = PersonRow(self.sheet, raw.number, list(raw.texts))
        self._marks(row, raw)
        cells = self._cells(row, raw)
        if self.more_phones:
            cells["phone"] = self._all_phones(raw, cells["phone"])
        self._who(row, cells)
        self._dates(row, cells)
        self._words(row, cells)
        self._posts(row, cells)
        self._strengths(row, cells)
        self._honours(row, cells)
        self._kind(row, cells)
        if self.questions:
            self._asked(row, cells)
        self._remark(row, cells)
        if "relation" in self.columns:
            self._relation(row, cells["relation"])
        look_at_whole(row, self.today)
        return row

    # --- what the sheet says about the row as a whole ---

    def _marks(self, row, raw):
        if raw.is_hidden:
            row.say("row", ASK, f"第{raw.number}行在表格里被隐藏（或筛选掉），请确认是否导入。")
        if raw.is_struck:
            row.say("row", ASK, STRUCK)
        for comment in raw.comments:
            if people.is_gone(comment) is not False:
                self._gone(row, "row", "批注", comment)
            elif people.VOID.search(comment):
                row.say("row", ASK, f"批注写有“{shown(comment)}”，疑似作废，请确认。")
            else:
                row.say("row", NOTE, f"批注：{shown(comment, 80)}")

    def _cells(self, row, raw):
        """The cells by field; formulas without a value wait, errors are blank, dittos are
        filled where that is safe."""
        cells = {}
        for name, column in self.columns.items():
            cell, text = raw.at(column)
            if column in raw.unread or column in raw.errors or is_stand_in(text):
                cell = text = self._instead(row, raw, name, text)
            if text:
                self.above[name] = text
            cells[name] = cell if name in _AS_TYPED else text
        return cells

    def _all_phones(self, raw, first):
        """The cells of all columns of phones as one; 无 in one of them says nothing of the
        others."""
        texts = [text_of(first), *(raw.at(column)[1] for column in self.more_phones)]
        filled = [text for text in texts if answer(text) == "answered" and text != "0"]
        return "；".join(filled) if len(filled) > 1 else filled[0] if filled else ""

    def _instead(self, row, raw, name, text):
        """What to read where the cell itself says nothing."""
        column, target = self.columns[name], _FIELDS.get(name, name)
        if column in raw.unread:
            message = (
                "这格是公式，文件里没有存下结果，请用 Excel 或 WPS 打开、保存后再传，或在此填写。"
            )
            row.say(target, ASK, message)
            return ""
        if not is_ditto(text):
            row.say(target, BLANK, f"这格是公式错误{text}，已留空，请补填。")
            return ""
        if name not in _DITTO or not self.above.get(name):
            row.say(target, BLANK, f"“{text}”不能照抄上一行，已留空，请补填。")
            return ""
        row.say(target, NOTE, f"“同上”已按上一行填为“{shown(self.above[name])}”。")
        return self.above[name]

    def _who(self, row, cells):
        name = people.read_name(cells.get("name"))
        row.notes += name.notes
        row.values["name"] = name.name
        if name.is_gone:
            row.values["status"] = Veteran.Status.DECEASED.value
        if name.political_status:
            row.values["political_status"] = name.political_status
        if name.remark:
            row.values["note"] = name.remark
        number = people.read_id(cells.get("id_number"))
        row.notes += number.notes
        row.id_hint = number.hint
        if number.number or number.check == Veteran.IdCheck.LOST:
            row.values["id_check"] = str(number.check)
        if number.number:
            row.values["id_number"] = number.number
            row.values["_id_birth"] = number.birth
            row.values["_id_gender"] = number.gender
        phone, notes, _ = people.read_phone(cells.get("phone"))
        row.notes += notes
        if phone:
            row.values["phone"] = phone

    def _dates(self, row, cells):
        reads = {}
        for name in DATES:
            if name in self.columns:
                reads[name] = self._date(row, name, cells[name])
        if text_of(cells.get("service")):
            span = self._date(row, "enlisted_on", cells["service"])
            reads.setdefault("enlisted_on", span)
            if span.end is not None:
                reads.setdefault("discharged_on", span.end)
        start = reads.get("enlisted_on")
        end = reads.get("discharged_on")
        if start is not None and start.end is not None and not (end and end.text):
            reads["discharged_on"] = start.end
        if end is not None and end.end is not None:
            # The whole span stands under 退役时间.
            reads["discharged_on"] = end.end
            if not (start and start.text):
                reads["enlisted_on"] = end
        self._centuries(reads)
        for name, read in reads.items():
            if read.text:
                row.values[name] = read.text

    def _date(self, row, name, cell):
        read = dates.read_date(cell, is_text=self.is_text, is_1904=self.is_1904)
        if read.message:
            row.say(name, read.level, read.message)
        return read

    def _centuries(self, reads):
        born = reads.get("birth_date")
        if born is not None and born.is_short and born.text:
            born.text = dates.with_century(born.text, born="", today=self.today)
        for name in ("enlisted_on", "discharged_on"):
            read = reads.get(name)
            if read is not None and read.is_short and read.text:
                known = born.text if born is not None else ""
                read.text = dates.with_century(
                    read.text, born=known, today=self.today, least_age=16
                )
        start = reads.get("enlisted_on")
        guessed = born is not None and born.is_short and born.text.startswith("20")
        if guessed and start is not None and start.text:
            too_young = dates.years_between(born.text, start.text) < 16
            born.text = f"19{born.text[2:]}" if too_young else born.text

    def _words(self, row, cells):
        for name, read, label in (
            ("gender", people.read_gender, "性别"),
            ("political_status", people.read_political, "政治面貌"),
        ):
            text = cells.get(name, "")
            if answer(text) != "answered":
                continue
            value = read(text)
            if value:
                row.values[name] = value
            else:
                row.say(name, BLANK, f"{label}“{shown(text)}”不在可选范围内，已留空，请补填。")
        for name, choices in _CHOICES:
            text = cells.get(name, "")
            if not text:
                continue
            value = people.label_value(choices, text)
            if name == "plaque" and not value:
                value = {"是": "hung", "否": "none"}.get(text, "")
            if value:
                row.values[name] = value
        branch = cells.get("branch", "")
        if answer(branch) == "answered":
            row.values["branch"] = self._fit(row, "branch", branch)

    def _posts(self, row, cells):
        for name, label in (("former_post", "原部队职务"), ("current_post", "现任职务")):
            if name not in self.columns:
                continue
            text, state = self._answer(row, name, cells[name], label)
            if state == "answered" and name == "former_post":
                text, state = self._without_unit(row, text)
            elif state == "answered":
                text = self._scanned(row, name, text)
            self._set(row, name, text, state)
        if answer(cells.get("unit", "")) == "answered":
            row.say("former_unit", NOTE, "部队单位、代号按规定不采集，没有导入。")
            row.raw[self.columns["unit"]] = units.SOME

    def _without_unit(self, row, text):
        post, had_unit = units.post_without_unit(text)
        if had_unit:
            # Nothing of the unit stays: not in the value, the message or the kept cell.
            row.raw[self.columns["former_post"]] = f"{units.SOME}{post}"
            if not post:
                row.say("former_post", BLANK, "只写了部队番号（代号），按规定不采集，职务已留空。")
                return "", "blank"
            row.say(
                "former_post", NOTE, f"含部队番号（代号），按规定只保留职务：{units.SOME} {post}。"
            )
        return post, "answered"

    def _scanned(self, row, name, text):
        if has_number(text):
            row.say(name, NOTE, UNMASKED)
        bare, had_unit = units.without_designation(text)
        if had_unit:
            row.say(name, NOTE, "含部队番号（代号），已改为“某部”。")
            column = self.columns.get("strengths" if name == "strengths_text" else name)
            if column is not None:
                row.raw[column] = units.without_designation(row.raw[column])[0]
        return bare

    def _strengths(self, row, cells):
        if "strengths" not in self.columns:
            return
        text, state = self._answer(row, "strengths_text", cells["strengths"], "特点优长")
        if state != "answered":
            row.values["strengths_state"] = state
            return
        tags, rest = read_strengths(self._scanned(row, "strengths_text", text), self.strengths)
        row.values["strengths_state"] = "answered"
        if tags:
            row.values["strengths"] = tags
        if rest:
            row.values["strengths_text"] = self._fit(row, "strengths_text", rest)

    def _honours(self, row, cells):
        if "honours" not in self.columns:
            return
        text, state = self._answer(row, "honours", cells["honours"], "荣誉奖励")
        state = "none" if has_none(text) else state
        row.values["honours_state"] = state
        if state != "answered":
            return
        self._awards(row, text)

    def _awards(self, row, text):
        read = read_honours(self._scanned(row, "honours", text))
        row.notes += read.notes
        row.values["honours"] = read.honours
        row.values["honours_state"] = "answered" if read.honours else "blank"
        if read.rest:
            self._add_remark(row, f"荣誉：{read.rest}")

    def _kind(self, row, cells):
        text = cells.get("care", "")
        if answer(text) != "answered":
            return
        care, kind = people.read_care(text)
        row.values["person_kind"] = kind
        if care:
            row.values["care_categories"] = care
        elif kind == Veteran.PersonKind.VETERAN and people.says_care(text):
            row.say("person_kind", NOTE, f"“{shown(text)}”没有对应的优抚类别，未记入，请核对。")
        if kind != Veteran.PersonKind.VETERAN:
            label = Veteran.PersonKind(kind).label
            row.say("person_kind", NOTE, f"按“{shown(text)}”记为{label}，不计入退役军人人数。")

    def _asked(self, row, cells):
        for name in self.questions:
            text = cells[name]
            if not text:
                continue
            if name == "asked_party":
                asked.party(row, text)
            elif name in ("asked_war", "war_tags"):
                asked.war(row, text)
            elif name == "asked_merit":
                asked.merit(row, text, self._awards)
            else:
                asked.honours(row, text, self._awards)

    def _remark(self, row, cells):
        text = cells.get("note", "")
        if answer(text) == "answered":
            if phone := row.values.get("phone"):
                text = note_phones.without(text, note_phones.known_by(phone))
            self._add_remark(row, self._scanned(row, "note", text))
            if people.is_gone(text) is not False:
                self._gone(row, "note", "备注", text)

    def _relation(self, row, text):
        if answer(text) == "answered" and not people.is_oneself(text):
            message = (
                f"与退役军人的关系写的是“{shown(text)}”，可能不是退役军人本人，请确认是否导入。"
            )
            row.say("row", ASK, message)

    def _gone(self, row, name, where, text):
        """Nobody is marked as dead by a file alone: the row waits, and says what a yes means."""
        if people.is_gone(text):
            row.values["status"] = Veteran.Status.DECEASED.value
            meaning = "确认则记为“已去世”"
        else:
            meaning = "不能断定说的是本人；确认导入不改在册状态"
        row.say(name, ASK, f"{where}写有“{shown(text)}”，请确认在册状态；{meaning}。")

    # --- small helpers ---

    def _answer(self, row, name, text, label):
        if narrow(text) == "0":
            row.say(name, ASK, f"{label}写的是“0”，请确认是“无”还是没有填写。")
            return "", "blank"
        state = answer(text)
        return (text if state == "answered" else ""), state

    def _set(self, row, name, text, state):
        row.values[f"{name}_state"] = state
        if text:
            row.values[name] = self._fit(row, name, text)

    def _fit(self, row, name, text):
        most = LIMITS[name]
        if len(text) > most:
            row.say(name, NOTE, f"超过{most}字，已截短，请核对。")
        return text[:most]

    def _add_remark(self, row, text):
        parts = [part for part in (row.values.get("note"), text) if part]
        row.values["note"] = self._fit(row, "note", "；".join(parts))


# --- the row as a whole --------------------------------------------------------------------


def look_at_whole(row: PersonRow, today: dt.date) -> None:
    values = row.values
    id_birth, id_gender = values.pop("_id_birth", ""), values.pop("_id_gender", "")
    if values.get("id_check") == Veteran.IdCheck.VALID:
        _against_id(row, id_birth, id_gender)
    now = today.isoformat()
    for name in DATES:
        text = values.get(name, "")
        if text > now[: len(text)]:
            _drop(row, name, "晚于今天")
    born, start, end = (values.get(name, "") for name in DATES)
    if start and end and dates.before(end, start):
        _drop(row, "enlisted_on", "晚于退役时间")
        _drop(row, "discharged_on", "早于入伍时间")
        return
    is_veteran = values.get("person_kind", "veteran") == "veteran"
    if born and start and is_veteran:
        age = dates.years_between(born, start)
        if age < 14 or age > 40:
            _drop(row, "enlisted_on", f"与出生年月相差{max(age, 0):.0f}年，不合常理")


def _against_id(row, birth, gender):
    values = row.values
    if values.get("birth_date") and not dates.agree(values["birth_date"], birth):
        message = f"出生年月“{values['birth_date']}”与身份号码（{birth[:7]}）不一致，请核对。"
        row.say("birth_date", ASK, message)
    elif not values.get("birth_date") and not any(n.field == "birth_date" for n in row.notes):
        values["birth_date"] = birth
        row.say("birth_date", FIX, "出生年月按身份号码填写。")
    if values.get("gender") and values["gender"] != gender:
        row.say("gender", ASK, "性别与身份号码第17位不一致，请核对。")
    elif not values.get("gender"):
        values["gender"] = gender
        row.say("gender", FIX, "性别按身份号码填写。")


def _drop(row, name, why):
    text = row.values.pop(name, "")
    row.say(name, BLANK, f"{LABELS[name]}“{text}”{why}，已留空，请核对后补填。")
