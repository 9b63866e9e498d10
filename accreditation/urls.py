"""Each area has its own module; this one only collects them."""

from accreditation import urls_desk, urls_progress, workspace

urlpatterns = [*urls_desk.urlpatterns, *urls_progress.urlpatterns, *workspace.urlpatterns]
