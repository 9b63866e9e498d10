from accreditation.models.after import Doubt, Guidance, Pairing, Recheck
from accreditation.models.applications import (
    Application,
    Problem,
    SiteVisit,
    Snapshot,
    Transition,
    Verdict,
)
from accreditation.models.naming import Accreditation, Batch, Objection, PublicNotice
from accreditation.models.programmes import (
    BuildList,
    CountyPlan,
    Programme,
    ProgrammeStage,
    Target,
)
from accreditation.models.rubrics import NotApplicable, Requirement, Rubric
from accreditation.models.scores import StationScore

__all__ = [
    "Accreditation",
    "Application",
    "Batch",
    "BuildList",
    "CountyPlan",
    "Doubt",
    "Guidance",
    "NotApplicable",
    "Objection",
    "Pairing",
    "Problem",
    "Programme",
    "ProgrammeStage",
    "PublicNotice",
    "Recheck",
    "Requirement",
    "Rubric",
    "SiteVisit",
    "Snapshot",
    "StationScore",
    "Target",
    "Transition",
    "Verdict",
]
