"""Each area has its own module; this one only collects them."""

from accreditation import urls_desk, urls_progress, workspace
from accreditation.applications import urls as applications
from accreditation.dossier import views as dossier
from accreditation.naming_pages import urls as naming_pages
from accreditation.people import urls as people
from accreditation.scorecard import urls as scorecard
from accreditation.surveys import urls as surveys
from veterans.editions import urls as editions

urlpatterns = [
    *urls_desk.urlpatterns,
    *urls_progress.urlpatterns,
    *dossier.urlpatterns,
    *applications.urlpatterns,
    *naming_pages.urlpatterns,
    *scorecard.urlpatterns,
    *surveys.urlpatterns,
    *people.urlpatterns,
    *editions.urlpatterns,
    *workspace.urlpatterns,
]
