from django.urls import path

from records import job_views as views

urlpatterns = [
    path("manage/jobs/", views.job_list, name="manage_jobs"),
    path("manage/jobs/<slug:code>/retry/", views.job_retry, name="job_retry"),
    path("manage/jobs/<slug:code>/cancel/", views.job_cancel, name="job_cancel"),
    path("jobs/<slug:code>/", views.job_status, name="job_status"),
    path("jobs/<slug:code>/result/", views.job_result, name="job_result"),
]
