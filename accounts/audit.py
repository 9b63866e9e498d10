"""The one way into the audit log.

The address of the caller comes from the request being served (set by the middleware);
commands and tasks have none. Everything else is passed explicitly.
"""

from contextvars import ContextVar

from django.db.models import Model

from accounts.models import AccessLog, AuditEntry, User

_address: ContextVar[str | None] = ContextVar("address", default=None)


def set_address(address: str | None):
    return _address.set(address)


def reset_address(token) -> None:
    _address.reset(token)


def entry(
    action: str,
    *,
    by: User | None,
    obj: Model | None = None,
    label: str = "",
    station=None,
    region=None,
    before: dict | None = None,
    after: dict | None = None,
    reason: str = "",
    outcome: str = AuditEntry.Outcome.OK,
    at=None,
) -> AuditEntry:
    """An unsaved entry; bulk writers collect many of them for one insert."""
    if station is None and obj is not None:
        station = getattr(obj, "station", None)
    extra = {"at": at} if at else {}
    return AuditEntry(
        actor=by,
        actor_name=f"{by.full_name}（{by.username}）" if by else "",
        address=_address.get(),
        action=action,
        kind=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk or "") if obj is not None else "",
        label=(label or _words(obj))[:200],
        station=station,
        region=region,
        before=before,
        after=after,
        reason=reason[:500],
        outcome=outcome,
        **extra,
    )


def _words(obj: Model | None) -> str:
    """A model without words of its own would be "Job object (7)", which tells nobody
    anything; its kind stands beside anyway."""
    return "" if obj is None or type(obj).__str__ is Model.__str__ else str(obj)


def record(action: str, **details) -> AuditEntry:
    """Write one entry; see `entry` for the arguments. Call it in the transaction of the
    change that it describes, so that neither exists without the other."""
    row = entry(action, **details)
    row.save(force_insert=True)
    return row


def record_access(
    kind: str, *, by: User, subject: str, purpose: str, code="", count=1, region=None
):
    """Unmasked reading or export of personal data: one AccessLog row and one audit entry."""
    AccessLog.objects.create(
        kind=kind,
        user=by,
        subject=subject[:200],
        subject_code=code,
        row_count=count,
        purpose=purpose[:200],
        region=region,
        address=_address.get(),
    )
    record(
        f"access.{kind}",
        by=by,
        label=subject,
        region=region,
        reason=purpose,
        after={"code": code, "count": count},
    )
