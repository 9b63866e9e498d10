"""The audit log as it would stand if every record had been typed: one entry for each,
in the order of time."""

from accounts.models import AuditEntry
from activities.models import Activity, ExperienceNote, Film, Plan, Publicity
from stations.models import (
    Duty,
    Facility,
    Outcome,
    Partner,
    Regulation,
    Resource,
    ResourceUse,
    Title,
)
from veterans.models import Enterprise, Exhibit, RosterEdition, Story
from volunteers.models import Group, Team

NOTED = frozenset(
    (
        Activity, Duty, Enterprise, Exhibit, ExperienceNote, Facility, Film, Group, Outcome,
        Partner, Plan, Publicity, Regulation, Resource, ResourceUse, RosterEdition, Story, Team,
        Title,
    )
)  # fmt: skip


class Trail:
    """Collects what was made and writes the log at the end."""

    def __init__(self):
        self.rows = []

    def note(self, model, pk, values) -> None:
        if model in NOTED:
            label = values.get("title") or values.get("name") or model._meta.verbose_name
            self.rows.append(
                (values["created_at"], len(self.rows), values.get("created_by_id"),
                 model._meta.label_lower, pk, label, values.get("station_id"))
            )  # fmt: skip

    def write(self, loader, users) -> None:
        names = {user.pk: f"{user.full_name}（{user.username}）" for user in users}
        for at, _, actor, kind, pk, label, station in sorted(self.rows):
            loader.add(
                AuditEntry,
                at=at,
                actor_id=actor,
                actor_name=names.get(actor, ""),
                action="record.create",
                kind=kind,
                object_id=str(pk),
                label=str(label)[:200],
                station_id=station,
            )
        self.rows = []
