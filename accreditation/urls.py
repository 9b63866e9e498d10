"""Each area has its own module; this one only collects them."""

from accreditation import urls_desk, urls_progress, workspace
from accreditation.afterwards import urls as afterwards
from accreditation.applications import urls as applications
from accreditation.changes import urls as changes
from accreditation.dossier import views as dossier
from accreditation.forecast import urls as forecast
from accreditation.guidance import urls as guidance
from accreditation.inbox import urls as inbox
from accreditation.naming_pages import urls as naming_pages
from accreditation.pairings import urls as pairings
from accreditation.people import urls as people
from accreditation.reviewing import urls as reviewing
from accreditation.rubric_pages import urls as rubric_pages
from accreditation.scorecard import urls as scorecard
from accreditation.surveys import urls as surveys
from accreditation.visits import urls as visits
from veterans.editions import urls as editions

urlpatterns = [
    *urls_desk.urlpatterns,
    *urls_progress.urlpatterns,
    *forecast.urlpatterns,
    *inbox.urlpatterns,
    *dossier.urlpatterns,
    *visits.urlpatterns,
    *afterwards.urlpatterns,
    *guidance.urlpatterns,
    *pairings.urlpatterns,
    *applications.urlpatterns,
    *changes.urlpatterns,
    *reviewing.urlpatterns,
    *naming_pages.urlpatterns,
    *rubric_pages.urlpatterns,
    *scorecard.urlpatterns,
    *surveys.urlpatterns,
    *people.urlpatterns,
    *editions.urlpatterns,
    *workspace.urlpatterns,
]
