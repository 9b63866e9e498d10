from records import urls_feedback, urls_jobs, urls_notices

urlpatterns = [
    *urls_feedback.urlpatterns,
    *urls_notices.urlpatterns,
    *urls_jobs.urlpatterns,
]
