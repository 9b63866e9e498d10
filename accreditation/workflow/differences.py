"""What changed between two archives: records and files added, removed and edited."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from accreditation.models import Snapshot, Verdict
from accreditation.workflow.evidence import readable_fields, title_of
from accreditation.workflow.standing import is_same_line

ADDED, REMOVED, EDITED = "added", "removed", "edited"
WORDS = {ADDED: "新增", REMOVED: "删除", EDITED: "修改"}


@dataclass(frozen=True)
class Change:
    how: str
    label: str
    number: int
    title: str
    # (what it is called, before, after)
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    files_added: list[str] = field(default_factory=list)
    files_removed: list[str] = field(default_factory=list)

    @property
    def word(self) -> str:
        return WORDS[self.how]

    @property
    def kind(self) -> str:
        return str(apps.get_model(self.label)._meta.verbose_name)


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
        return _precise(old.records, new.records, code)
    return _rough(old.data["rows"], new.data["rows"], labels)


def _precise(old: dict[str, Any], new: dict[str, Any], code: str) -> list[Change]:
    before, after = old["behind"].get(code, {}), new["behind"].get(code, {})
    found = []
    for label in sorted({*before, *after}):
        was, now = set(before.get(label, ())), set(after.get(label, ()))
        olds, news = old["records"].get(label, {}), new["records"].get(label, {})
        found += [_one(ADDED, label, pk, None, news.get(str(pk))) for pk in sorted(now - was)]
        found += [_one(REMOVED, label, pk, olds.get(str(pk)), None) for pk in sorted(was - now)]
        for pk in sorted(was & now):
            pair = olds.get(str(pk)), news.get(str(pk))
            if pair[0] != pair[1]:
                found.append(_one(EDITED, label, pk, *pair))
    return found


EMPTY: dict[str, Any] = {"version": 0, "said": {}, "files": []}


def _one(
    how: str, label: str, pk: int, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> Change:
    old, new = before or EMPTY, after or EMPTY
    names = _names(old["files"]), _names(new["files"])
    return Change(
        how,
        label,
        pk,
        title_of(label, new["said"] or old["said"]),
        _fields(label, old["said"], new["said"]) if how == EDITED else [],
        [text for sha, text in names[1].items() if sha not in names[0]],
        [text for sha, text in names[0].items() if sha not in names[1]],
    )


def _names(files: list[list[str]]) -> dict[str, str]:
    return {sha: caption or name for sha, name, caption in files}


def _fields(label: str, old: dict[str, str], new: dict[str, str]) -> list[tuple[str, str, str]]:
    return [
        (str(field.verbose_name), old.get(field.name, ""), new.get(field.name, ""))
        for field in readable_fields(apps.get_model(label))
        if old.get(field.name, "") != new.get(field.name, "")
    ]


def _rough(old: dict[str, Any], new: dict[str, Any], labels: Iterable[str]) -> list[Change]:
    found = []
    for label in labels:
        was, now = dict(old.get(label, ())), dict(new.get(label, ()))
        name = str(apps.get_model(label)._meta.verbose_name)
        found += [Change(ADDED, label, pk, name) for pk in now if pk not in was]
        found += [Change(REMOVED, label, pk, name) for pk in was if pk not in now]
        found += [Change(EDITED, label, pk, name) for pk in was if now.get(pk, was[pk]) != was[pk]]
    return found
