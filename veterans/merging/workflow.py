"""The merge: one short transaction, compared before it is set. The row that goes stays in
the table, moved out and pointing to the other; nothing else is lost."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from records.fields import hash_of, hash_version
from veterans.faults.detection import check_people
from veterans.faults.facts import CHECKED
from veterans.merging.parts import BOTH, DROP, KEEP, PARTS, Part, is_same, proposal
from veterans.merging.references import repoint
from veterans.models import AnswerState, DataFault, Transfer, Veteran
from veterans.transfers import bring_files


class StaleMerge(Exception):
    """One of the two was changed since the page was opened."""


class CannotMerge(Exception):
    """Why not, in a sentence."""


def undecided(keep: Veteran, drop: Veteran, chosen: dict[str, str]) -> list[Part]:
    """Where both are filled, differ, and nobody chose."""
    allowed = {part.key: (KEEP, DROP, BOTH) if part.is_list else (KEEP, DROP) for part in PARTS}
    return [
        part
        for part in PARTS
        if not proposal(part, keep, drop) and chosen.get(part.key) not in allowed[part.key]
    ]


def merge(
    keep: Veteran,
    drop: Veteran,
    *,
    chosen: dict[str, str],
    versions: tuple[int, int],
    reason: str,
    by: User,
) -> None:
    """`versions` are those that the page was opened with (of `keep`, of `drop`)."""
    now = timezone.now()
    kept_version, dropped_version = versions
    try:
        with transaction.atomic():
            gone = {"status": Veteran.Status.MOVED, "status_on": timezone.localdate(now)}
            _claim(drop, dropped_version, now, by, merged_into=keep, **gone)
            _claim(keep, kept_version, now, by)
            _refuse_moving(keep, drop)
            before, after = _take_over(keep, drop, chosen)
            moved, removed = repoint(drop, keep)
            bring_files(keep, drop.station, keep.station)
            _answer_honours(keep)
            _close_faults(keep, drop, by, now, reason)
            _enter(keep, drop, by, reason, before, after, moved, removed)
            check_people([keep.pk, drop.pk])
    except IntegrityError as error:
        raise CannotMerge(
            "合并后的信息不合规则：请核对入伍、退役时间的先后，以及身份号码是否属于第三个人。"
        ) from error


def _claim(person: Veteran, version: int, now, by: User, **values) -> None:
    rows = Veteran.objects.filter(
        pk=person.pk, version=version, merged_into=None, status__in=CHECKED
    )
    values |= {"version": F("version") + 1, "updated_at": now, "updated_by": by}
    if not rows.update(**values):
        raise StaleMerge


def _refuse_moving(keep: Veteran, drop: Veteran) -> None:
    if Transfer.objects.filter(veteran__in=[keep, drop], answered_at=None).exists():
        raise CannotMerge("其中一人正在办理转接，请先答复或撤回转接申请，再合并。")


def _take_over(keep: Veteran, drop: Veteran, chosen: dict[str, str]) -> tuple[dict, dict]:
    """Write what was chosen; what the words were and what they are now."""
    before, after, values = {}, {}, {}
    for part in PARTS:
        choice = proposal(part, keep, drop) or chosen[part.key]
        if chosen.get(part.key) in (KEEP, DROP, BOTH) and not is_same(part, keep, drop):
            choice = chosen[part.key]
        if choice == KEEP:
            continue
        before[part.label] = part.shown(keep)
        if choice == BOTH:
            column = part.columns[0]
            joined = [*getattr(keep, column), *getattr(drop, column)]
            values[column] = list(dict.fromkeys(joined))
        else:
            values |= dict(zip(part.columns, part.value(drop), strict=True))
        after[part.label] = part.shown(drop) if choice == DROP else "两边合在一起"
        if part.key == "strengths":
            keep.strengths.set(drop.strengths.all())
    if not keep.former_unit and drop.former_unit:
        # Restricted: it goes over unseen and is named in no log.
        values["former_unit"] = drop.former_unit
    if values:
        values |= _fresh_hashes(keep, values)
        Veteran.objects.filter(pk=keep.pk).update(**values)
    return before, after


def _fresh_hashes(keep: Veteran, values: dict) -> dict:
    """While their key is replaced the two rows may stand under different ones; a row must not."""
    hashes = {
        name: hash_of(Veteran, name, values.get(source, getattr(keep, source)))
        for name, source in Veteran.keyed_hashes.items()
    }
    return hashes | {"hash_version": hash_version()}


def _answer_honours(keep: Veteran) -> None:
    if keep.honours.exists():
        Veteran.objects.filter(pk=keep.pk).update(honours_state=AnswerState.ANSWERED)


def _close_faults(keep: Veteran, drop: Veteran, by: User, now, reason: str) -> None:
    pair = [keep.pk, drop.pk]
    both = DataFault.objects.filter(closed_at=None, veteran__in=pair, other__in=pair)
    both.update(
        closed_at=now, closed_by=by, answer=DataFault.Answer.MERGED, resolution=reason[:200]
    )


def _enter(keep, drop, by, reason, before, after, moved, removed) -> None:
    """On both rows: whoever looks for the old one finds where it went, and what would have
    to be put back stands in the log."""
    counts = {kind: f"{count}条" for kind, count in moved.items()}
    audit.record(
        "roster.merge",
        by=by,
        obj=keep,
        reason=reason,
        before=before | {"两边相同、合为一条的": "；".join(removed)},
        after=after | {"并入人员": _named(drop, keep)} | counts,
    )
    audit.record(
        "roster.merge",
        by=by,
        obj=drop,
        reason=reason,
        before={"在册状态": drop.get_status_display()},
        after={
            "在册状态": Veteran.Status.MOVED.label,
            "并入": _named(keep, drop),
        },
    )


def _named(person: Veteran, reader: Veteran) -> str:
    """The log is read on both rows' pages, and a station never learns which other one it
    was; the code is enough for whoever has to put something back."""
    same = person.station_id == reader.station_id
    return f"{person.name}（{'本站' if same else '另一个服务站'}，{person.code}）"
