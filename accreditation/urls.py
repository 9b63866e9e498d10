"""Each area has its own module; this one only collects them."""

from accreditation import urls_desk, urls_progress, workspace
from accreditation.applications import urls as applications
from accreditation.naming_pages import urls as naming_pages
from accreditation.scorecard import urls as scorecard

urlpatterns = [
    *urls_desk.urlpatterns,
    *urls_progress.urlpatterns,
    *applications.urlpatterns,
    *naming_pages.urlpatterns,
    *scorecard.urlpatterns,
    *workspace.urlpatterns,
]
