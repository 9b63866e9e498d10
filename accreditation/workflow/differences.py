"""What changed between two archives: records and files added, removed and edited."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.apps import apps

from accreditation.models import Snapshot, Verdict
from accreditation.workflow.evidence import compact, readable_fields, title_of
from accreditation.workflow.standing import is_same_line

ADDED, REMOVED, EDITED, ENTERED, LEFT = "added", "removed", "edited", "entered", "left"
WORDS = {ADDED: "新增", REMOVED: "删除", EDITED: "修改", ENTERED: "转为计入", LEFT: "不再计入"}
# Of what two long texts have in common, so much is shown on either side of a change.
AROUND = 24
# Single characters that happen to agree are not worth a seam of their own.
SHORTEST_COMMON = 2
BY_SIGN = 1_000_000
SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]|[^。；！？\n]+")


class File(NamedTuple):
    sha256: str
    name: str
    is_new: bool = False
    is_gone: bool = False
    # What its caption was before, where that was changed.
    was: str = ""


class Piece(NamedTuple):
    """Of an edited text: `same`, `cut` (left out), `del` or `ins`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Edit:
    name: str
    before: str
    after: str

    @property
    def is_long(self) -> bool:
        return min(len(self.before), len(self.after)) > AROUND

    @property
    def pieces(self) -> list[Piece]:
        return pieces(self.before, self.after)


@dataclass(frozen=True)
class Change:
    how: str
    label: str
    number: int
    title: str
    edits: list[Edit] = field(default_factory=list)
    files_before: list[File] = field(default_factory=list)
    files_after: list[File] = field(default_factory=list)
    # What an added record says, or a removed one said.
    said: list[tuple[str, str]] = field(default_factory=list)
    # Archives of the first format know numbers and versions, nothing that could be shown.
    is_rough: bool = False
    # People, and rows that only join two records, are told by their number.
    count: int = 1

    @property
    def word(self) -> str:
        return WORDS[self.how]

    @property
    def kind(self) -> str:
        return str(apps.get_model(self.label)._meta.verbose_name)

    @property
    def files_added(self) -> list[File]:
        return [one for one in self.files_after if one.is_new]

    @property
    def files_removed(self) -> list[File]:
        return [one for one in self.files_before if one.is_gone]

    @property
    def files_renamed(self) -> list[File]:
        return [one for one in self.files_after if one.was]

    @property
    def has_files(self) -> bool:
        return bool(self.files_added or self.files_removed or self.files_renamed)

    @property
    def is_inside(self) -> bool:
        """Changed in something that an archive does not keep: who took part, to what it
        belongs, the fields of a person."""
        is_told = self.edits or self.has_files or self.is_rough or self.count > 1
        return self.how == EDITED and not is_told


def base_of(
    current: Snapshot | None, snapshots: Iterable[Any], verdicts: Iterable[Verdict]
) -> int | None:
    """The archive that the reviewer last judged by; before any verdict the one before."""
    if current is None:
        return None
    judged = [row.snapshot_id for row in verdicts if row.snapshot_id not in (None, current.pk)]
    earlier = [number for number in snapshots if number < current.pk]
    return judged[-1] if judged else max(earlier, default=None)


def changed_codes(old: Snapshot, new: Snapshot) -> set[str]:
    return {code for code in new.data["lines"] if not is_same_line(old.data, new.data, code)}


def changes(old: Snapshot, new: Snapshot, code: str, *, labels: Iterable[str] = ()) -> list[Change]:
    """Of the records behind one requirement. `labels` are the kinds of record that its
    measure reads, for archives of the first format: these know numbers and versions only."""
    if "behind" in old.records and "behind" in new.records:
        return _precise(old, new, code)
    return _rough(old.data["rows"], new.data["rows"], labels)


def _precise(old: Snapshot, new: Snapshot, code: str) -> list[Change]:
    before, after = old.records["behind"].get(code, {}), new.records["behind"].get(code, {})
    found = []
    for label in sorted({*before, *after}):
        olds, news = old.records["records"].get(label, {}), new.records["records"].get(label, {})
        told = [
            _one(how, label, pk, olds.get(str(pk)), news.get(str(pk)))
            for how, pk in _steps(old, new, label, set(before.get(label, ())), after.get(label, ()))
        ]
        found += told if _is_told_one_by_one(olds, news) else _summed(told)
    return found


def _steps(
    old: Snapshot, new: Snapshot, label: str, was: set[int], counted: Iterable[int]
) -> list[tuple[str, int]]:
    """What happened to each record. One that is still there may have left the months that
    count, and one that counts now may have been there before."""
    now = set(counted)
    had, has = ({pk for pk, _ in one.data["rows"].get(label, ())} for one in (old, new))
    olds, news = (one.records["records"].get(label, {}) for one in (old, new))
    both = [pk for pk in was & now if compact(olds.get(str(pk))) != compact(news.get(str(pk)))]
    steps = [
        *((EDITED, pk) for pk in sorted(both)),
        *((ENTERED if pk in had else ADDED, pk) for pk in sorted(now - was)),
        *((LEFT if pk in has else REMOVED, pk) for pk in sorted(was - now)),
    ]
    return sorted(steps, key=lambda step: step[0] in (ENTERED, LEFT))


def _is_told_one_by_one(olds: dict[str, Any], news: dict[str, Any]) -> bool:
    return any(one["said"] for records in (olds, news) for one in records.values())


def _summed(told: list[Change]) -> list[Change]:
    found: dict[str, Change] = {}
    for one in told:
        same = found.get(one.how)
        found[one.how] = replace(same, count=same.count + 1) if same else one
    return list(found.values())


EMPTY: dict[str, Any] = {"version": 0, "said": {}, "files": []}


def _one(
    how: str, label: str, pk: int, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> Change:
    old, new = before or EMPTY, after or EMPTY
    said = new["said"] or old["said"]
    title = title_of(label, said)
    names = _names(old["files"]), _names(new["files"])
    return Change(
        how,
        label,
        pk,
        title,
        edits=_edits(label, old["said"], new["said"]) if how == EDITED else [],
        files_before=[
            File(sha, name, is_gone=sha not in names[1]) for sha, name in names[0].items()
        ],
        files_after=[
            File(sha, name, is_new=sha not in names[0], was=_was(names[0].get(sha), name))
            for sha, name in names[1].items()
        ],
        said=[] if how == EDITED else _said(label, said, title),
    )


def _was(before: str | None, name: str) -> str:
    return before if before is not None and before != name else ""


def _names(files: list[list[str]]) -> dict[str, str]:
    return {sha: caption or name for sha, name, caption in files}


def _said(label: str, said: dict[str, str], title: str) -> list[tuple[str, str]]:
    return [
        (str(field.verbose_name), said[field.name])
        for field in readable_fields(apps.get_model(label))
        if said.get(field.name) not in (None, "", "否", title)
    ]


def _edits(label: str, old: dict[str, str], new: dict[str, str]) -> list[Edit]:
    return [
        Edit(str(field.verbose_name), old.get(field.name, ""), new.get(field.name, ""))
        for field in readable_fields(apps.get_model(label))
        if old.get(field.name, "") != new.get(field.name, "")
    ]


def _rough(old: dict[str, Any], new: dict[str, Any], labels: Iterable[str]) -> list[Change]:
    found = []
    for label in labels:
        was, now = dict(old.get(label, ())), dict(new.get(label, ()))
        title = str(apps.get_model(label)._meta.verbose_name)
        edited = [pk for pk in was if now.get(pk, was[pk]) != was[pk]]
        for how, numbers in (
            (ADDED, [pk for pk in now if pk not in was]),
            (REMOVED, [pk for pk in was if pk not in now]),
            (EDITED, edited),
        ):
            found += [Change(how, label, pk, title, is_rough=True) for pk in numbers]
    return found


def pieces(before: str, after: str) -> list[Piece]:
    """Where a text was changed, and a little of what stands around it."""
    found: list[Piece] = []
    old, new = _tokens(before, after)
    for is_same, a, b, c, d in _seams(old, new):
        was, now = "".join(old[a:b]), "".join(new[c:d])
        if is_same:
            found.append(Piece("same", was))
            continue
        found += [Piece("del", was)] if was else []
        found += [Piece("ins", now)] if now else []
    return _shortened(found)


def _tokens(before: str, after: str) -> tuple[list[str], list[str]]:
    """Signs; of two long texts sentences, as the comparison grows with their product."""
    if len(before) * len(after) <= BY_SIGN:
        return list(before), list(after)
    return SENTENCE.findall(before), SENTENCE.findall(after)


def _seams(old: list[str], new: list[str]) -> list[tuple[bool, int, int, int, int]]:
    """(alike, from and to in either), with scraps in common taken into the changes around."""
    found: list[tuple[bool, int, int, int, int]] = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        is_scrap = bool(found) and b < len(old) and len("".join(old[a:b])) < SHORTEST_COMMON
        is_same = how == "equal" and not is_scrap
        if found and not is_same and not found[-1][0]:
            found[-1] = (False, found[-1][1], b, found[-1][3], d)
        else:
            found.append((is_same, a, b, c, d))
    return found


def _shortened(found: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for at, piece in enumerate(found):
        head = AROUND if at else 0
        tail = AROUND if at + 1 < len(found) else 0
        if piece.kind != "same" or len(piece.text) <= head + tail + AROUND:
            out.append(piece)
            continue
        if head:
            out.append(Piece("same", piece.text[:head]))
        out.append(Piece("cut", f"（略{len(piece.text) - head - tail}字）"))
        if tail:
            out.append(Piece("same", piece.text[-tail:]))
    return out
