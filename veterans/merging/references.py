"""Everything that hangs on a person goes over to the row that stays: found through the
models' own relations, so that a new kind of record needs no line here.

Where both rows say the same (the same activity in the same role, the same honour), one is
kept: its empty fields are filled from the other, whose files go over too. A model whose
rows can be the same fact without a constraint names the fields in `same_fact`.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, Model, Q, QuerySet, UniqueConstraint

from records.models import AttachmentLink
from veterans.models import DataFault, ImportRow, Transfer, Veteran

# The history of the row itself, and what the page lets somebody choose.
STAY = (DataFault, ImportRow, Transfer, Veteran.strengths.through)


def foreign_keys() -> list[Field]:
    """Every column that points to a person, the tables between many-to-many included."""
    relations = Veteran._meta.get_fields(include_hidden=True)
    found = [
        one.field
        for one in relations
        if one.auto_created and not one.concrete and (one.one_to_many or one.one_to_one)
    ]
    return [field for field in found if field.model not in STAY]


def repoint(drop: Veteran, keep: Veteran) -> tuple[Counter[str], list[str]]:
    """How many rows of each kind went over, and what was said of both and is now one."""
    moved: Counter[str] = Counter()
    removed: list[str] = []
    for field in foreign_keys():
        rows = field.model._default_manager.filter(**{field.name: drop.pk})
        for doubled, kept in _doubles(field, drop, keep):
            if _is_used(doubled):
                rows = rows.exclude(pk=doubled.pk)
                continue
            removed.append(_described(doubled))
            _fill(kept, doubled)
            move_files(doubled, kept)
            doubled.delete()
        count = rows.update(**{field.name: keep.pk})
        if count:
            moved[_kind(field)] += count
    files = move_files(drop, keep)
    if files:
        moved["附件"] += files
    return moved, removed


def _kind(field: Field) -> str:
    model = field.model
    if model._meta.auto_created:
        model = model._meta.auto_created
    return str(model._meta.verbose_name)


def _doubles(field: Field, drop: Veteran, keep: Veteran) -> Iterator[tuple[Model, Model]]:
    """(row of the one that goes, row of the one that stays) that cannot stand side by side."""
    seen = set()
    for names, condition in _identities(field):
        rows = field.model._default_manager.filter(condition)
        kept = {_identity(row, names): row for row in _of(rows, field, keep)}
        for row in _of(rows, field, drop):
            twin = kept.get(_identity(row, names))
            if twin is not None and row.pk not in seen:
                seen.add(row.pk)
                yield row, twin


def _of(rows: QuerySet[Any], field: Field, person: Veteran) -> list[Any]:
    return list(rows.filter(**{field.name: person.pk}).order_by("pk"))


def _identities(field: Field) -> Iterator[tuple[tuple[str, ...], Q]]:
    meta = field.model._meta
    own = [(tuple(names), Q()) for names in meta.unique_together]
    own += [
        (tuple(one.fields), one.condition or Q())
        for one in meta.total_unique_constraints + _conditional(meta)
    ]
    same_fact = getattr(field.model, "same_fact", ())
    if same_fact:
        own.append(((field.name, *same_fact), Q()))
    if field.unique:
        own.append(((field.name,), Q()))
    for names, condition in own:
        if field.name in names:
            yield tuple(name for name in names if name != field.name), condition


def _conditional(meta: Any) -> list[UniqueConstraint]:
    return [one for one in meta.constraints if isinstance(one, UniqueConstraint) and one.condition]


def _identity(row: Model, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, row._meta.get_field(name).attname) for name in names)


def _is_used(row: Model) -> bool:
    """Whether other records refer to it: then it stays where it is, nothing is lost."""
    relations = [one for one in row._meta.get_fields(include_hidden=True) if one.one_to_many]
    return any(
        one.field.model._default_manager.filter(**{one.field.name: row.pk}).exists()
        for one in relations
        if one.auto_created and not one.concrete
    )


def _fill(kept: Model, doubled: Model) -> None:
    empty = {
        field.attname: getattr(doubled, field.attname)
        for field in kept._meta.concrete_fields
        if getattr(kept, field.attname) in ("", None)
        and getattr(doubled, field.attname) not in ("", None)
    }
    if empty:
        type(kept)._default_manager.filter(pk=kept.pk).update(**empty)


def _described(row: Model) -> str:
    values = [
        f"{field.verbose_name}={getattr(row, field.attname)}"
        for field in row._meta.concrete_fields
        if not field.primary_key and getattr(row, field.attname) not in ("", None)
    ]
    return f"{row._meta.verbose_name}：{'，'.join(values)}"


def move_files(from_row: Model, to_row: Model) -> int:
    relations = [one for one in from_row._meta.private_fields if isinstance(one, GenericRelation)]
    if not any(one.remote_field.model is AttachmentLink for one in relations):
        return 0
    of_type = AttachmentLink.objects.filter(
        content_type=ContentType.objects.get_for_model(type(from_row))
    )
    there = set(of_type.filter(object_id=to_row.pk).values_list("attachment_id", "purpose"))
    links = of_type.filter(object_id=from_row.pk)
    doubles = [one.pk for one in links if (one.attachment_id, one.purpose) in there]
    # The same picture for the same purpose: the link of the old row stays with it.
    return links.exclude(pk__in=doubles).update(object_id=to_row.pk)
