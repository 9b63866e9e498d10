from accreditation.models.after import Doubt, Guidance, Pairing, Recheck
from accreditation.models.applications import (
    Application,
    CannedReason,
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
    StageSummary,
    Target,
)
from accreditation.models.rechecks import RecheckLine
from accreditation.models.rubrics import NotApplicable, Requirement, Rubric, RubricTrial
from accreditation.models.scores import ScorePoint, StationScore
from accreditation.models.visits import VisitLine, VisitSheet

__all__ = [
    "Accreditation",
    "Application",
    "Batch",
    "BuildList",
    "CannedReason",
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
    "RecheckLine",
    "Requirement",
    "Rubric",
    "RubricTrial",
    "ScorePoint",
    "SiteVisit",
    "Snapshot",
    "StageSummary",
    "StationScore",
    "Target",
    "Transition",
    "Verdict",
    "VisitLine",
    "VisitSheet",
]
