from records import urls_feedback, urls_jobs

urlpatterns = [*urls_feedback.urlpatterns, *urls_jobs.urlpatterns]
