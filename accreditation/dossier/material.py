"""What an application rests on: of a draft what the records say now, afterwards what was
frozen when it was handed in. Rows that came later are left out; a row that was changed or
deleted since is named as such, because the archive keeps its version, not its words."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts.models import User
from accreditation.applications.page import WITHHELD, WITHHELD_TEXT
from accreditation.models import Application, Requirement
from accreditation.workflow.snapshots import contents, requirements_of, score

CHANGED = "（申报后有修改）"


@dataclass
class Material:
    application: Application
    reader: User

    @property
    def station(self):
        return self.application.station

    @property
    def is_draft(self) -> bool:
        return self.application.snapshot is None

    @cached_property
    def data(self) -> dict[str, Any]:
        if self.application.snapshot:
            return self.application.snapshot.data
        today = timezone.localdate()
        asked = self.application
        card = score(self.station, on=today, programme=asked.programme, rubric=asked.rubric)
        return contents(self.application, card=card, on=today)

    @property
    def on(self) -> dt.date:
        return dt.date.fromisoformat(self.data["on"])

    @cached_property
    def requirements(self) -> list[Requirement]:
        return requirements_of(self.application)

    def line(self, requirement: Requirement) -> dict[str, Any]:
        """What was found. The paper goes up to the city: petition counts are on it for
        nobody, whoever prints it."""
        found = self.data["lines"].get(requirement.code, {})
        hidden = WITHHELD[User.Role.CITY] | WITHHELD.get(User.Role(self.reader.role), set())
        if found and requirement.measure in hidden:
            return found | {"found": WITHHELD_TEXT, "missing": ""}
        return found

    def is_hidden(self, requirement: Requirement) -> bool:
        hidden = WITHHELD[User.Role.CITY] | WITHHELD.get(User.Role(self.reader.role), set())
        return requirement.measure in hidden

    @cached_property
    def _versions(self) -> dict[str, dict[int, int]]:
        return {name: dict(rows) for name, rows in self.data["rows"].items()}

    def rows(self, model: type[Model]) -> QuerySet[Any]:
        """The submitted rows of a kind, of the place itself, that the reader may see."""
        found = model._default_manager.visible_to(self.reader).filter(station=self.station)
        return found if self.is_draft else found.filter(pk__in=self.keys(model))

    def keys(self, model: type[Model]) -> set[int]:
        return set(self._versions.get(model._meta.label_lower, ()))

    def holds(self, row: Any) -> bool:
        """Whether this row was handed in; rows without a version of their own were not
        frozen one by one."""
        name = row._meta.label_lower
        return self.is_draft or name not in self._versions or row.pk in self._versions[name]

    def mark(self, row: Any) -> str:
        version = self._versions.get(row._meta.label_lower, {}).get(row.pk)
        return CHANGED if version is not None and version != row.version else ""

    @cached_property
    def files(self) -> set[str]:
        return set(self.data["files"])
