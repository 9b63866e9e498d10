"""Each area has its own module; this one only collects them."""

from django.urls import path

from accreditation import workspace
from accreditation.afterwards import urls as afterwards
from accreditation.applications import urls as applications
from accreditation.changes import urls as changes
from accreditation.desk import urls as desk
from accreditation.dossier import urls as dossier
from accreditation.doubts import urls as doubts
from accreditation.forecast import urls as forecast
from accreditation.guidance import urls as guidance
from accreditation.inbox import urls as inbox
from accreditation.naming_pages import urls as naming_pages
from accreditation.pairings import urls as pairings
from accreditation.people import urls as people
from accreditation.programmes import urls as programmes
from accreditation.progress import urls as progress
from accreditation.reviewing import urls as reviewing
from accreditation.rubric_pages import urls as rubric_pages
from accreditation.scorecard import urls as scorecard
from accreditation.surveys import urls as surveys
from accreditation.visits import urls as visits

urlpatterns = [
    *desk.urlpatterns,
    *progress.urlpatterns,
    *programmes.urlpatterns,
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
    *doubts.urlpatterns,
    *rubric_pages.urlpatterns,
    *scorecard.urlpatterns,
    *surveys.urlpatterns,
    *people.urlpatterns,
    path("stations/<str:code>/", workspace.workspace, name="workspace"),
]
