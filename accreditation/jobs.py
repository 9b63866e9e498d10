"""The jobs of this app; each area keeps its own (records/jobs.py finds them through here)."""

from accreditation.dossier import jobs as _dossier  # noqa: F401 registers its job
from accreditation.rubric_pages import jobs as _rubrics  # noqa: F401 registers its job
