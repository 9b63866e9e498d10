"""What stands side by side: a part is a fact that one row has and the other may have too,
with all columns that belong to it (a date and its precision, a number and its hash)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from records.dates import format_partial
from veterans.models import AnswerState, Veteran

KEEP, DROP, BOTH = "keep", "drop", "both"


@dataclass(frozen=True)
class Part:
    """`blank` are the values of the first column that say nothing."""

    key: str
    columns: tuple[str, ...]
    shown: Callable[[Veteran], str]
    blank: tuple[Any, ...] = ("", None)
    is_list: bool = False

    @property
    def label(self) -> str:
        return str(Veteran._meta.get_field(self.key).verbose_name)

    def value(self, person: Veteran) -> tuple[Any, ...]:
        return tuple(getattr(person, name) for name in self.columns)

    def is_blank(self, person: Veteran) -> bool:
        value = getattr(person, self.columns[0])
        return value in self.blank or value == []


def _text(key: str, *more: str, shown=None, **options: Any) -> Part:
    return Part(key, (key, *more), shown or (lambda one: getattr(one, key)), **options)


def _choice(key: str, *blank: str) -> Part:
    return Part(
        key, (key,), lambda one: getattr(one, f"get_{key}_display")(), blank=("", None, *blank)
    )


def _date(key: str, precision: str) -> Part:
    return Part(
        key,
        (key, precision),
        lambda one: format_partial(getattr(one, key), getattr(one, precision)),
    )


def _yes(key: str) -> Part:
    return Part(key, (key,), lambda one: "是" if getattr(one, key) else "否", blank=(False,))


def _tags(key: str) -> Part:
    field = Veteran._meta.get_field(key)
    return Part(key, (key,), lambda one: "、".join(field.labels(getattr(one, key))), is_list=True)


def _answer(key: str) -> Part:
    """A post and how the question was answered: 无 is an answer too."""
    state = f"{key}_state"

    def shown(one: Veteran) -> str:
        return getattr(one, key) or getattr(one, f"get_{state}_display")()

    return Part(key, (state, key), shown, blank=(AnswerState.BLANK, AnswerState.UNKNOWN))


def _strengths(one: Veteran) -> str:
    words = [tag.name for tag in one.strengths.all()] + [one.strengths_text]
    return "、".join(word for word in words if word) or one.get_strengths_state_display()


PARTS = (
    _text("name", "pinyin", "initials"),
    _choice("gender"),
    _choice("person_kind"),
    _date("birth_date", "birth_precision"),
    _text(
        "id_number", "id_hash", "hash_version", "id_check",
        shown=lambda one: f"{one.masked_id_number}（{one.get_id_check_display()}）",
    ),
    _text("phone", "phone_hash", "phone_hashes", shown=lambda one: one.masked_phone),
    _choice("political_status"),
    _date("enlisted_on", "enlisted_precision"),
    _date("discharged_on", "discharged_precision"),
    _text("branch"),
    _answer("former_post"),
    _answer("current_post"),
    Part(
        "strengths", ("strengths_state", "strengths_text"), _strengths,
        blank=(AnswerState.BLANK, AnswerState.UNKNOWN),
    ),
    _tags("care_categories"),
    _tags("war_tags"),
    _choice("interview_status", "not_started"),
    _yes("is_priority"),
    _yes("is_village_secretary"),
    _choice("plaque", "none"),
    _choice("residence"),
    _text("note"),
)  # fmt: skip


@dataclass
class Row:
    """One line of the page."""

    part: Part
    left: str
    right: str
    chosen: str = ""
    differs: bool = False
    is_wrong: bool = False


def is_same(part: Part, keep: Veteran, drop: Veteran) -> bool:
    same = part.value(keep) == part.value(drop)
    if part.key == "strengths":
        return same and set(keep.strengths.all()) == set(drop.strengths.all())
    return same


def proposal(part: Part, keep: Veteran, drop: Veteran) -> str:
    """What is filled wins; where both are filled and differ, somebody must choose."""
    if is_same(part, keep, drop) or part.is_blank(drop):
        return KEEP
    return DROP if part.is_blank(keep) else ""


def rows(keep: Veteran, drop: Veteran, chosen: dict[str, str]) -> list[Row]:
    found = []
    for part in PARTS:
        proposed = proposal(part, keep, drop)
        row = Row(part, _words(part, keep), _words(part, drop))
        row.differs = not is_same(part, keep, drop)
        row.chosen = chosen.get(part.key, proposed)
        found.append(row)
    return found


def _words(part: Part, person: Veteran) -> str:
    if part.key == "id_number" and not person.id_number:
        return ""
    return part.shown(person)
